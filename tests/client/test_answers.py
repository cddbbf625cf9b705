from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from distscore import Client, LibraryMissing, NotAsked
from distscore.client import optional

NAMES = ["cat", "dog<b>", "fox"]
TARGETS = pd.DataFrame([[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]], ["a", "b"], NAMES)
LOGITS = pd.DataFrame([[2.0, 0.5, -1.0], [0.1, 3.0, 0.2]], ["a", "b"], NAMES)
BATCH: dict[str, Any] = {
    "family": "categorical",
    "targets": {"probabilities": TARGETS},
    "predictions": {"logits": LOGITS},
}
CANDIDATES: list[Any] = [
    {"name": "same", "predictions": {"logits": LOGITS}},
    {"name": "flat", "predictions": {"logits": 0 * LOGITS}},
]


def test_rows_as_frames(client: Client) -> None:
    """Per-row outputs are columns with the names of the classes, under the index that the rows came with."""
    score = client.score(**BATCH)
    frame = score.to_pandas()
    gradients = [f"gradients.logits.{name}" for name in NAMES]
    assert list(frame.columns) == ["losses", *gradients]
    assert list(frame.index) == ["a", "b"]
    assert frame.loc["b", "losses"] == score.losses[1]
    assert np.array_equal(frame[gradients].to_numpy(), score.gradients["logits"])
    assert score.to_polars().to_dict(as_series=False) == score.to_arrow().to_pydict() == frame.to_dict("list")
    with pytest.raises(NotAsked, match="no per-row outputs"):
        client.score(**BATCH, outputs=["value"]).to_pandas()


def test_comparisons_as_frames(client: Client) -> None:
    """A record per loss; of candidates one per loss and candidate, with its difference from the baseline."""
    losses = client.compare(**BATCH, losses=[{"loss": "brier"}, {"loss": "kl_divergence"}])
    assert losses.to_pandas()["loss"].tolist() == ["brier", "kl_divergence"]
    compared = client.compare(family="categorical", targets=BATCH["targets"], candidates=CANDIDATES)
    frame = compared.to_pandas()
    assert frame["name"].tolist() == ["same", "flat"]
    assert np.isnan(frame["difference_value"][0])
    assert frame["difference_value"][1] == pytest.approx(frame["value"][1] - frame["value"][0], rel=1e-12)
    assert frame["difference_low"][1] < frame["difference_value"][1] < frame["difference_high"][1]
    assert compared.to_polars()["value"].to_list() == compared.to_arrow()["value"].to_pylist()


def test_infinite_candidates_have_the_same_columns(client: Client) -> None:
    """A difference without an interval is one without its ends, and nothing else."""
    impossible: Any = {"name": "other", "predictions": {"probabilities": [[0.0, 0.0, 1.0]] * 2}}
    targets: Any = {"probabilities": TARGETS}
    tables = [
        client.compare(family="categorical", targets=targets, candidates=[CANDIDATES[0], each]).to_pandas()
        for each in (CANDIDATES[1], impossible)
    ]
    assert [*tables[0]] == [*tables[1]]
    assert tables[1]["difference_low"].isna().all()


def test_notebooks_show_answers(client: Client, tmp_path: Path) -> None:
    """Each answer is a piece of HTML with its words and figures, in which names stay text."""
    score = client.score(**BATCH, groups={"of": ["x", "y"]}, outputs=["diagnostics", "state"])
    shown = score._repr_html_()
    assert score.diagnostics["verdict"]["text"].split(":")[0] in shown
    assert "<b>0.4755</b> &plusmn; 0.3659" in shown
    assert "<td>b</td><td>1</td>" in shown
    assert "dog&lt;b&gt;" in shown
    assert "dog<b>" not in shown
    assert "0.4755" in client.merge([score])._repr_html_()
    compared = client.compare(family="categorical", targets=BATCH["targets"], candidates=CANDIDATES)
    assert "flat loses" in compared._repr_html_()
    assert "<li><b>categorical</b>" in client.advise(targets=BATCH["targets"])._repr_html_()
    assert "log_base_2" in client.explain(**BATCH, observed=score.value / np.log(2)).matches[0]["convention"]
    assert "<td>t_a</td>" in client.table(b"t_a,t_b\n0.5,0.5\n")._repr_html_()
    page = client.report(**BATCH)
    assert page._repr_html_().startswith('<iframe sandbox srcdoc="&lt;!doctype html&gt;')
    page.save(tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page.html


def test_answers_introduce_themselves(client: Client) -> None:
    """The text of an answer has its main figures; a member that was not asked for says how it is."""
    score = client.score(**BATCH, outputs=["value"])
    assert repr(score) == f"Score(family='categorical', loss='cross_entropy', row_count=2, value={score.value!r})"
    impossible = {**BATCH, "predictions": {"probabilities": [[0.0, 0.0, 1.0]] * 2}}
    assert repr(client.score(**impossible)).endswith("value=inf)")
    for name in ("losses", "gradients", "diagnostics", "state"):
        with pytest.raises(NotAsked, match=f"no {name}: ask for it"):
            getattr(score, name)


def test_a_library_that_is_not_there(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A conversion to a library that is not installed says what to install."""
    monkeypatch.setattr(optional, "installed", lambda name: False)
    with pytest.raises(LibraryMissing, match="to_polars needs polars, which is not installed: pip install polars"):
        client.score(**BATCH).to_polars()


def test_files_are_scored_by_their_guesses(client: Client) -> None:
    """What `table` guesses of a file is a query with which it is scored."""
    file = b"t_a,t_b,z_a,z_b\n0.5,0.5,1,2\n0.25,0.75,2,1\n"
    guess = client.table(file).guesses[0]
    columns: Any = ({"probabilities": [[0.5, 0.5], [0.25, 0.75]]}, {"logits": [[1.0, 2.0], [2.0, 1.0]]})
    assert guess["path"] == "/v1/score"
    assert (
        client.score_file(file, guess["query"]).value
        == client.score(family="categorical", targets=columns[0], predictions=columns[1]).value
    )


def test_files_by_their_ending(client: Client, tmp_path: Path) -> None:
    """A file is read as its ending says, bytes as their beginning does; any other ending is refused."""
    for name, separator in (("a.csv", ","), ("a.tsv", "\t")):
        path = tmp_path / name
        path.write_text(f"y{separator}mean\n1{separator}2\n3{separator}4\n")
        assert [column["name"] for column in client.table(path).columns] == ["y", "mean"]
    TARGETS.to_parquet(tmp_path / "a.parquet")
    for parquet in (str(tmp_path / "a.parquet"), (tmp_path / "a.parquet").read_bytes()):
        assert [column["name"] for column in client.table(parquet).columns][:3] == NAMES
    with pytest.raises(ValueError, match=r"a.xlsx: files end in .csv"):
        client.table(tmp_path / "a.xlsx")
