"""Files as people have them become the arrays that were meant, or an error that points at the cell."""

import io
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from distscore.wire.errors.place import Place
from distscore.wire.errors.problems import InvalidRequest, Issue, MalformedTable, TooManyEntries, TooManyRows
from distscore.wire.read.limits import Limits
from distscore.wire.table.delimited import CsvSheet
from distscore.wire.table.document import Request, document_of
from distscore.wire.table.guesses import guesses
from distscore.wire.table.origin import Origin
from distscore.wire.table.parquet import ParquetSheet
from distscore.wire.table.profile import profiles
from distscore.wire.table.query import read_query

LIMITS = Limits(1000, 10_000, 100)
TIDY = b"t_cat,t_dog,z_dog,z_cat\n0.5,0.5,1,2\n1,0,-1,-2\n"
CLASSES = "family=categorical&targets.probabilities=t_*&predictions.logits=z_*"


def read(body: bytes, query: str) -> Request:
    sheet = ParquetSheet(body, LIMITS) if body.startswith(b"PAR1") else CsvSheet(body)
    return document_of(sheet, read_query(query, Place()), LIMITS)


def origin_of(body: bytes, query: str) -> Origin:
    origin = read(body, query).origin
    assert origin is not None
    return origin


def refused(body: bytes, query: str) -> list[Issue]:
    with pytest.raises(InvalidRequest) as problem:
        read(body, query)
    return problem.value.issues


def as_parquet(**columns: Any) -> bytes:
    buffer = io.BytesIO()
    parquet.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "body",
    [
        TIDY,
        b"\xef\xbb\xbf" + TIDY,
        TIDY.replace(b",", b";"),
        TIDY.replace(b",", b"\t"),
        TIDY.replace(b",", b";").replace(b".", b","),
        TIDY.replace(b"\n", b"\r\n"),
        b"\n" + TIDY.replace(b"\n", b"\n\n"),
        TIDY.replace(b"0.5,0.5", b"50%, 50 %"),
        TIDY.replace(b"1,0,", b'"1",false,'),
        b"".join(b"%d,%s\n" % (row, line) if row else b"," + line + b"\n" for row, line in enumerate(TIDY.split())),
        TIDY.rstrip(b"\n"),
        as_parquet(t_cat=[0.5, 1.0], t_dog=[0.5, 0.0], z_dog=pa.array([1, -1], pa.int8()), z_cat=[2.0, -2.0]),
    ],
    ids=[
        "tidy",
        "mark",
        "semicolons",
        "tabs",
        "decimal comma",
        "CRLF",
        "empty lines",
        "percent",
        "false",
        "index",
        "no end",
        "parquet",
    ],
)
def test_people_mean_the_same(body: bytes) -> None:
    """Columns of patterns are put in the order of the targets by what their stars stand for."""
    document = read(body, CLASSES).document
    assert document["classes"] == ["cat", "dog"]
    np.testing.assert_array_equal(document["targets"]["probabilities"], [[0.5, 0.5], [1.0, 0.0]])
    np.testing.assert_array_equal(document["predictions"]["logits"], [[2.0, 1.0], [-2.0, -1.0]])


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        (TIDY, []),
        (TIDY.replace(b"0.5,0.5", b"50%,0.5"), ["percent_signs"]),
        (TIDY.replace(b"1,0,", b"true,False,"), ["words_as_numbers"]),
        (TIDY.replace(b",", b";").replace(b".", b","), ["decimal_commas"]),
    ],
)
def test_what_was_done_is_said(body: bytes, codes: list[str]) -> None:
    assert [warning["code"] for warning in origin_of(body, CLASSES).warnings] == codes


def test_percents_are_correctly_rounded() -> None:
    body = b"y,q\n1,0.7%\n0,57%\n"
    document = read(body, "family=bernoulli&targets.probabilities=y&predictions.probabilities=q").document
    assert document["predictions"]["probabilities"].tolist() == [0.007, 0.57]


def test_members_stand_in_the_query() -> None:
    query = (
        f"{CLASSES}&loss=alpha_divergence&loss_parameters.alpha=2&outputs=losses,gradients&label_smoothing=0.1&tag=12"
        "&class_weights=1,2&activations.logits=identity&sample_weights=z_dog"
    )
    document = read(TIDY.replace(b"-1,-2", b"3,-2"), query).document
    assert document["loss_parameters"] == {"alpha": 2}
    assert document["outputs"] == ["losses", "gradients"]
    assert (document["label_smoothing"], document["tag"], document["class_weights"]) == (0.1, "12", [1, 2])
    assert document["sample_weights"].tolist() == [1.0, 3.0]


def test_members_stand_in_a_request() -> None:
    sides = '"targets": {"probabilities": "t_*"}, "predictions": {"logits": ["z_cat", "z_dog"]}'
    document = read(TIDY, f'request={{"family": "categorical", {sides}}}').document
    assert document["predictions"]["logits"].tolist() == [[2.0, 1.0], [-2.0, -1.0]]


def test_candidates() -> None:
    """A candidate's name may have dots; each is in the order of the targets."""
    query = "family=categorical&targets.probabilities=t_*&candidates.v1.2.logits=z_*&candidates.b.probabilities=t_*"
    first, second = read(TIDY, query).document["candidates"]
    assert (first["name"], second["name"]) == ("v1.2", "b")
    assert first["predictions"]["logits"].tolist() == [[2.0, 1.0], [-2.0, -1.0]]
    assert second["predictions"]["probabilities"].tolist() == [[0.5, 0.5], [1.0, 0.0]]


def test_lists_in_cells() -> None:
    text = b'p;z\n"[0.5, 0.5]";[1, 2]\n[1,0];"[-1, -2]"\n'
    lists = as_parquet(p=[[0.5, 0.5], [1.0, 0.0]], z=pa.array([[1, 2], [-1, -2]], pa.list_(pa.float32(), 2)))
    for body in (text, lists):
        document = read(body, "family=categorical&targets.probabilities=p&predictions.logits=z").document
        assert document["targets"]["probabilities"].tolist() == [[0.5, 0.5], [1.0, 0.0]]
        assert document["predictions"]["logits"].tolist() == [[1.0, 2.0], [-1.0, -2.0]]


@pytest.mark.parametrize("order", ["predictions.logits=z_*", "predictions.logits=z_dog,z_cat&classes=dog,cat"])
def test_labels_are_words(order: str) -> None:
    body = b"y,z_dog,z_cat\ncat,1,2\ndog,3,4\n"
    document = read(body, f"family=categorical&targets.labels=y&{order}").document
    assert document["targets"]["labels"].tolist() == [1.0, 0.0]


def test_labels_named_as_the_classes() -> None:
    """Numbers that are names of classes are those, whatever their position."""
    body = b"y,z_3,z_1,z_2\n3,1,2,0\n2,3,4,0\n"
    document = read(body, "family=categorical&targets.labels=y&predictions.logits=z_*").document
    assert document["targets"]["labels"].tolist() == [0.0, 2.0]


def test_positive_word() -> None:
    body = b"y,q\nspam,0.9\nham,0.2\n"
    document = read(body, "family=bernoulli&targets.probabilities=y&predictions.probabilities=q&positive=spam").document
    assert document["targets"]["probabilities"].tolist() == [1.0, 0.0]


def test_words_of_an_event_need_to_be_told() -> None:
    issue, *_ = refused(b"y,q\nspam,0.9\n", "family=bernoulli&targets.probabilities=y&predictions.probabilities=q")
    assert "positive=spam" in str(issue.hint)


def test_missing_cells() -> None:
    body = b"y,q\n1,0.9\n,0.2\nNA,0.1\n0,none\n"
    query = "family=bernoulli&targets.probabilities=y&predictions.probabilities=q"
    document = read(body, f"{query}&missing=exclude").document
    assert document["targets"]["probabilities"].tolist() == [1.0, None, None, 0.0]
    assert document["predictions"]["probabilities"].tolist() == [0.9, 0.2, 0.1, None]
    issues = refused(body, query)
    assert [(issue.line, issue.column) for issue in issues] == [(3, "y"), (4, "y"), (5, "q")]
    assert all("missing=exclude" in str(issue.hint) for issue in issues)


def test_groups_and_ids() -> None:
    body = b"case,country,cohort,y,q\na,de,01,1,0.9\nb,,02,0,0.2\n"
    query = "family=bernoulli&targets.probabilities=y&predictions.probabilities=q&groups=country,cohort&id=case"
    assert read(body, query).document["groups"] == {"country": ["de", ""], "cohort": ["01", "02"]}
    assert origin_of(body, query).ids == ["a", "b"]


@pytest.mark.parametrize(
    ("body", "query", "pointer", "code", "line", "column"),
    [
        (TIDY, CLASSES.replace("z_*", "x_*"), "/predictions/logits", "unknown_name", None, None),
        (TIDY, CLASSES.replace("z_*", "z_cta,z_dog"), "/predictions/logits", "unknown_name", None, None),
        (TIDY.replace(b"z_dog", b"z_bird"), CLASSES, "/predictions/logits", "unknown_name", None, None),
        (TIDY.replace(b"z_dog", b"z_cat"), CLASSES, "/predictions/logits", "duplicate_name", None, None),
        (TIDY.replace(b"-1,-2", b"-1,x"), CLASSES, "/predictions/logits/1/0", "wrong_type", 3, "z_cat"),
        (
            b'a,y,q\n"two\nlines",1,2\n\n"",x,3\n',
            "family=poisson&targets.values=y&predictions.rate=q",
            "/targets/values/1",
            "wrong_type",
            5,
            "y",
        ),
        (TIDY, f"{CLASSES}&groups=country", "/groups/country", "unknown_name", None, None),
        (TIDY, f"{CLASSES}&id=case", "/id", "unknown_name", None, None),
        (TIDY, f'{CLASSES}&loss=brier&request={{"loss": "brier"}}', "/loss", "duplicate_name", None, None),
        (
            b"y,z_a,z_b\na,1,2\nc,3,4\n",
            "family=categorical&targets.labels=y&predictions.logits=z_*",
            "/targets/labels/1",
            "unknown_name",
            3,
            "y",
        ),
        (
            b"y,q\nspam,0.9\n",
            "family=bernoulli&targets.probabilities=y&predictions.probabilities=q",
            "/targets/probabilities/0",
            "wrong_type",
            2,
            "y",
        ),
        (
            as_parquet(y=["1", "x"], q=[1.0, 2.0]),
            "family=poisson&targets.values=y&predictions.rate=q",
            "/targets/values/1",
            "wrong_type",
            None,
            "y",
        ),
    ],
)
def test_errors_point_at_the_file(
    body: bytes, query: str, pointer: str, code: str, line: int | None, column: str | None
) -> None:
    issue, *_ = refused(body, query)
    assert (issue.pointer, issue.code, issue.line, issue.column) == (pointer, code, line, column)
    assert issue.row == (1 if body.startswith(b"PAR1") else None)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"a,b\n1\n", "cells"),
        ("a,b\n1,2\n".encode("utf-16"), "UTF-16"),
        ("a,b\n1,é\n".encode("cp1252"), "Line 2"),
        (b"PAR1 and nothing", "not Parquet"),
        (as_parquet(a=[1.0], b=[2.0])[:-20], "not Parquet"),
    ],
)
def test_what_is_no_table(body: bytes, says: str) -> None:
    with pytest.raises(MalformedTable) as problem:
        read(body, "family=poisson&targets.values=a&predictions.rate=b")
    assert says in problem.value.detail


def test_limits() -> None:
    rows = {"a": np.ones(1001), "b": np.ones(1001)}
    query = "family=poisson&targets.values=a&predictions.rate=b"
    for body in (as_parquet(**rows), b"a,b\n" + b"1,1\n" * 1001):
        with pytest.raises(TooManyRows):
            read(body, query)
    wide = {f"z_{k}": np.ones(1000) for k in range(11)}
    with pytest.raises(TooManyEntries):
        read(as_parquet(**wide), "family=categorical&predictions.logits=z_*")
    few = {**wide, "a": np.ones(1000), "b": np.ones(1000)}
    assert read(as_parquet(**few), query).document["targets"]["values"].sum() == 1000  # only what is mapped counts


@pytest.mark.parametrize(
    ("body", "query"),
    [
        (TIDY, CLASSES),
        (
            b"id,w,country,t_a,t_b,q_a,q_b\n7,1,x,3,1,.2,.8\n8,2,y,0,5,.7,.3\n9,1,x,2,2,.5,.5\n",
            "family=categorical&targets.counts=t_*&predictions.probabilities=q_*&sample_weights=w&groups=country&id=id",
        ),
        (
            b"p_a,p_b,p_c,q_a,q_b,q_c\n0.33,0.33,0.33,0.2,0.3,0.5\n0.5,0.25,0.25,0.1,0.1,0.8\n",
            "family=categorical&targets.probabilities=p_*&predictions.probabilities=q_*&normalization=rescale",
        ),
        (
            b"cat_true,dog_true,cat_pred,dog_pred\n0.1,0.9,2,3\n0.5,0.5,1,1\n",
            "family=categorical&targets.probabilities=*_true&predictions.logits=*_pred",
        ),
        (b"y,z_a,z_b\nb,1,2\na,3,4\n", "family=categorical&targets.labels=y&predictions.logits=z_*"),
        (b"y_true,y_pred\n3,2.5\n0,1.5\n", "family=poisson&targets.values=y_true&predictions.rate=y_pred"),
        (b"label;score\n1;0,5\n0;-1,5\n", "family=bernoulli&targets.probabilities=label&predictions.logits=score"),
        (b"actual,predicted\n-1.5,2.5\n0.5,1.5\n", "family=gaussian&targets.values=actual&predictions.mean=predicted"),
        (
            as_parquet(target=[[0.1, 0.9], [0.5, 0.5]], pred=[[1.0, 2.0], [0.0, 4.0]]),
            "family=categorical&targets.probabilities=target&predictions.logits=pred",
        ),
    ],
)
def test_the_best_guess(body: bytes, query: str) -> None:
    """It is what a person would say, and it can be read."""
    sheet = ParquetSheet(body, LIMITS) if body.startswith(b"PAR1") else CsvSheet(body)
    best, *_ = guesses(profiles(sheet))
    assert best.query == query
    assert best.path == "/v1/score"
    read(body, query)
