"""Candidates against SciPy and statsmodels, against the scores of each alone, and merged in every order."""

import base64
import json
import math
import re
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from scipy import stats
from statsmodels.regression.linear_model import WLS
from statsmodels.stats.contingency_tables import mcnemar
from statsmodels.stats.multitest import multipletests
from statsmodels.stats.weightstats import ttost_paired

from distscore.core.diagnostics.candidates import inference
from distscore.core.families import FAMILIES
from distscore.core.state.header import BadState
from distscore.core.state.numbers import CHECKSUM, Numbers, checksum, pack
from distscore.core.state.paired_encoding import PREFIX, decode
from distscore.use_cases.compare import answer_compare
from distscore.use_cases.compare_candidates import members_of_state
from distscore.use_cases.merge import answer_merge
from distscore.use_cases.score import answer_score
from distscore.wire.describe.examples import EXAMPLES
from distscore.wire.errors.problems import InvalidRequest
from distscore.wire.read.limits import Limits
from distscore.wire.write.json import write

Document = dict[str, Any]
LIMITS = Limits(10**5, 10**6, 10**4)
ROWS, CLASSES = 60, 4
RANDOM = np.random.default_rng(3)
P = RANDOM.dirichlet(np.ones(CLASSES), ROWS)
LOGITS = {
    name: (np.log(P) + size * RANDOM.normal(size=P.shape)).tolist()
    for name, size in (("a", 0.5), ("b", 0.8), ("c", 0.6))
}
WEIGHTS = np.round(RANDOM.gamma(2.0, size=ROWS), 3).tolist()
CLUSTERS = RANDOM.integers(0, 13, size=ROWS).tolist()
BATCH: Document = {
    "family": "categorical",
    "targets": {"probabilities": P.tolist()},
    "candidates": [{"name": name, "predictions": {"logits": logits}} for name, logits in LOGITS.items()],
}
PER_ROW = ("sample_weights", "clusters", "mask")


def post(document: Document) -> Document:
    answered: Document = json.loads(write(answer_compare(document, LIMITS, lambda: None)))
    return answered


def merge(states: list[str]) -> Document:
    answered: Document = json.loads(write(answer_merge({"states": states}, LIMITS, lambda: None)))
    return answered


def alone(document: Document, name: str, **members: Any) -> Document:
    """The score of one candidate."""
    shared = {
        key: value for key, value in document.items() if key not in ("candidates", "clusters", "outputs", "margin")
    }
    (own,) = [each for each in document["candidates"] if each["name"] == name]
    request = {**shared, **{key: value for key, value in own.items() if key != "name"}, **members}
    answered: Document = json.loads(write(answer_score(request, LIMITS, lambda: None)))
    return answered


def losses_of(document: Document, name: str) -> Any:
    return np.array(alone(document, name, outputs=["losses"])["losses"])


def part(document: Document, rows: list[int]) -> Document:
    """Some rows of a request, in an order."""
    taken = {**document, **{name: [document[name][row] for row in rows] for name in PER_ROW if name in document}}

    def columns(sent: Document) -> Document:
        return {name: [values[row] for row in rows] for name, values in sent.items()}

    taken["targets"] = columns(document["targets"])
    taken["candidates"] = [{**each, "predictions": columns(each["predictions"])} for each in document["candidates"]]
    return taken


def test_paired_t_is_that_of_scipy() -> None:
    """Value, standard error, interval and p-value of equal weights are those of a paired t-test."""
    (result,) = post({**BATCH, "confidence": 0.9})["results"]
    for found in result["differences"]:
        expected = stats.ttest_rel(losses_of(BATCH, found["name"]), losses_of(BATCH, "a"))
        d = losses_of(BATCH, found["name"]) - losses_of(BATCH, "a")
        assert found["value"] == pytest.approx(d.mean(), rel=1e-13)
        assert found["standard_error"] == pytest.approx(stats.sem(d), rel=1e-12)
        assert found["p_value"] == pytest.approx(expected.pvalue, rel=1e-10)
        assert found["interval"] == pytest.approx(list(expected.confidence_interval(0.9)), rel=1e-10)
        assert (found["better_rows"], found["worse_rows"]) == ((d < 0).sum(), (d > 0).sum())
        quantiles = stats.norm.ppf(0.95) + stats.norm.ppf(0.8)
        settled = ROWS * (quantiles * found["standard_error"] / found["value"]) ** 2
        assert found["rows_to_settle"] == pytest.approx(settled, rel=1e-10)


def test_several_are_adjusted_as_in_statsmodels() -> None:
    """Holm's method, also among equal p-values and beyond 1; the smallest one counts for all that were looked at."""
    (result,) = post(BATCH)["results"]
    p = [each["p_value"] for each in result["differences"]]
    assert [each["adjusted_p_value"] for each in result["differences"]] == pytest.approx(
        multipletests(p, method="holm")[1], rel=1e-12
    )
    for several in ([0.01, 0.04, 0.03, 0.005, 0.6, 0.7], [0.02, 0.02, 0.02], [0.5]):
        assert inference.holm(several) == pytest.approx(multipletests(several, method="holm")[1], rel=1e-12)


@pytest.mark.parametrize("weights", [None, WEIGHTS])
def test_clusters_are_those_of_statsmodels(weights: list[float] | None) -> None:
    """Differences and values have the cluster-robust standard error and t-test of a weighted regression on 1."""
    document = {**BATCH, "clusters": CLUSTERS, **({"sample_weights": weights} if weights else {})}
    (result,) = post(document)["results"]
    assert {each["rank"] for each in result["candidates"]} == {1, 2, 3}
    for found in result["differences"]:
        losses = losses_of(document, found["name"])
        fits = [
            WLS(x, np.ones(ROWS), weights=weights or 1.0).fit(
                cov_type="cluster", cov_kwds={"groups": np.array(CLUSTERS)}, use_t=True
            )
            for x in (losses - losses_of(document, "a"), losses)
        ]
        assert found["value"] == pytest.approx(fits[0].params[0], rel=1e-12)
        assert found["standard_error"] == pytest.approx(fits[0].bse[0], rel=1e-11)
        assert found["p_value"] == pytest.approx(fits[0].pvalues[0], rel=1e-9)
        assert found["interval"] == pytest.approx(fits[0].conf_int()[0].tolist(), rel=1e-9)
        (own,) = [each for each in result["candidates"] if each["name"] == found["name"]]
        assert own["value_standard_error"] == pytest.approx(fits[1].bse[0], rel=1e-11)


def test_weights_have_the_one_formula() -> None:
    """SE^2 = n / (n - 1) sum w^2 (d - D)^2 / W^2 with n = W^2 / sum w^2, and t with n - 1 degrees of freedom."""
    document = {**BATCH, "sample_weights": WEIGHTS}
    w = np.array(WEIGHTS)
    n = w.sum() ** 2 / (w**2).sum()
    for found in post(document)["results"][0]["differences"]:
        d = losses_of(document, found["name"]) - losses_of(document, "a")
        mean = (w @ d) / w.sum()
        error = math.sqrt(n / (n - 1) * (w**2 @ (d - mean) ** 2)) / w.sum()
        assert found["value"] == pytest.approx(mean, rel=1e-12)
        assert found["standard_error"] == pytest.approx(error, rel=1e-12)
        assert found["p_value"] == pytest.approx(2 * stats.t.sf(abs(mean / error), n - 1), rel=1e-9)
        split = [w[d < 0].sum(), w[d > 0].sum(), 0.0]
        assert [found[f"{kind}_rows"] for kind in ("better", "worse", "equal")] == pytest.approx(split, rel=1e-12)


@pytest.mark.parametrize("margin", [0.0, 0.05, 0.5])
def test_equivalence_is_that_of_statsmodels(margin: float) -> None:
    """The larger of two one-sided p-values; a margin beside a loss counts for it alone."""
    losses = [{"loss": "brier"}, {"loss": "cross_entropy", "margin": margin}]
    brier, result = post({**BATCH, "losses": losses})["results"]
    assert "equivalence_p_value" not in brier["differences"][0]
    for found in result["differences"]:
        pair = losses_of(BATCH, found["name"]), losses_of(BATCH, "a")
        expected, *_ = ttost_paired(*pair, -margin, margin)
        assert found["equivalence_p_value"] == pytest.approx(expected, rel=1e-9)


def flips(document: Document) -> tuple[Any, Any, Document]:
    """Where baseline and candidate b have the class of the target, and what is reported of that."""
    hits = [np.argmax(LOGITS[name], axis=1) == P.argmax(axis=1) for name in "ab"]
    (result,) = post(document)["results"]
    found: Document = result["differences"][0]["top1"]
    return *hits, found


def test_flips_are_those_of_mcnemar() -> None:
    """Exact where all weights are 1."""
    theirs, mine, found = flips(BATCH)
    table = np.array(
        [[(theirs & mine).sum(), (theirs & ~mine).sum()], [(~theirs & mine).sum(), (~theirs & ~mine).sum()]]
    )
    assert [found["both"], found["only_baseline"], found["only_candidate"], found["neither"]] == table.ravel().tolist()
    assert found["p_value"] == pytest.approx(mcnemar(table, exact=True).pvalue, rel=1e-12)


def test_flips_of_weights_and_clusters_are_normal() -> None:
    """z = sum w x / sqrt(sum (w x)^2) with x = 1, -1 or 0, sums over clusters where there are any."""
    theirs, mine, found = flips({**BATCH, "sample_weights": WEIGHTS})
    x = np.array(WEIGHTS) * (mine.astype(float) - theirs)
    z = x.sum() / np.sqrt((x**2).sum())
    assert found["p_value"] == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-12)
    _, _, of_clusters = flips({**BATCH, "clusters": CLUSTERS})
    sums = np.bincount(CLUSTERS, mine.astype(float) - theirs)
    z = sums.sum() / np.sqrt((sums**2).sum())
    assert of_clusters["p_value"] == pytest.approx(2 * stats.norm.sf(abs(z)), rel=1e-12)


def test_a_candidate_is_what_its_score_says() -> None:
    """Value, standard error, divergence, d_squared and calibration error, to the last bit, in any form."""
    forms = {"probabilities": (np.exp(LOGITS["b"]) / np.exp(LOGITS["b"]).sum(axis=1, keepdims=True)).tolist()}
    document = {**BATCH, "sample_weights": WEIGHTS}
    document["candidates"] = [*document["candidates"], {"name": "d", "predictions": forms}]
    (result,) = post(document)["results"]
    for each in result["candidates"]:
        scored = alone(document, each["name"], outputs=["diagnostics"])
        reports = scored["diagnostics"]
        assert each["value"] == scored["value"]
        assert each["value_standard_error"] == scored["value_standard_error"]
        assert each["divergence"] == reports["decomposition"]["divergence"]
        assert each["d_squared"] == reports["skill"]["d_squared"]
        assert each["calibration_error"] == reports["calibration"]["expected_calibration_error"]
    values = [each["value"] for each in result["candidates"]]
    assert [each["rank"] for each in result["candidates"]] == stats.rankdata(values, method="min").tolist()


VARIANTS: dict[str, Document] = {
    "plain": {},
    "weights": {"sample_weights": WEIGHTS},
    "clusters": {"clusters": CLUSTERS, "sample_weights": WEIGHTS},
    "sum": {"reduction": "sum", "margin": 0.5},
    "losses": {"losses": [{"loss": "brier"}, {"loss": "focal", "margin": 0.1}], "baseline": "c"},
    "mask": {"mask": [[True, bool(row % 3), True, True] for row in range(ROWS)]},
}


@pytest.mark.parametrize("name", VARIANTS)
def test_merging_is_exact(name: str) -> None:
    """However the rows are split, in whatever order and tree: the same state, and the report of the whole batch."""
    document = {**BATCH, **VARIANTS[name], "outputs": ["state"]}
    whole = post(document)
    order = np.random.default_rng(8).permutation(ROWS)
    if "clusters" in document:  # none may be split
        order = order[np.argsort(np.array(CLUSTERS)[order] % 4, kind="stable")]
        cuts = np.cumsum(np.bincount(np.array(CLUSTERS) % 4))[:-1].tolist()
    else:
        cuts = [1, 2, 31, 59]
    states = [post(part(document, order[slice(*ends)].tolist()))["state"] for ends in pairwise([0, *cuts, ROWS])]
    while len(states) > 1:
        states[-2:] = [merge(states[:-3:-1])["state"]]
    merged = merge(states)
    assert merged["state"] == whole["state"]
    for member in ("results", "row_count", "total_weight", "baseline", "confidence"):
        assert merged[member] == whole[member]


@pytest.mark.parametrize("family", EXAMPLES)
def test_every_family_has_candidates(family: str) -> None:
    """The example against its rows in reverse: differences are those of the losses, and rows merge one by one."""
    example = EXAMPLES[family]
    turned = {name: values[::-1] for name, values in example["predictions"].items()}
    own = {name: example[name] for name in ("activations", "family_parameters") if name in example}
    document = {name: value for name, value in example.items() if name not in ("predictions", "loss", *own)}
    document["candidates"] = [
        {"name": "as sent", "predictions": example["predictions"], **own},
        {"name": "turned", "predictions": turned, **own},
    ]
    whole = post({**document, "outputs": ["state"]})
    (result,) = whole["results"]
    (found,) = result["differences"]
    weights = np.array(example.get("sample_weights", np.ones(len(next(iter(turned.values()))))))
    counts = example["targets"].get("counts", example["targets"].get("trials"))
    if counts is not None:
        weights = weights * np.array(counts, dtype=float).reshape(len(weights), -1).sum(axis=1)
    d = losses_of(document, "turned") - losses_of(document, "as sent")
    assert found["value"] == pytest.approx(float(weights @ d / weights.sum()), rel=1e-11, abs=1e-14)
    assert ("top1" in found) == (FAMILIES[family].kind in ("classes", "event"))
    rows = [part(document, [row]) for row in range(len(weights))]
    assert merge([post({**row, "outputs": ["state"]})["state"] for row in rows[::-1]])["state"] == whole["state"]


def test_what_cannot_be_told_is_null() -> None:
    """Rows that are all equal, infinite losses, a single row, and clusters that are one: null, counted, and said."""
    same = {**BATCH, "candidates": [BATCH["candidates"][0], {**BATCH["candidates"][0], "name": "twin"}], "margin": 0.1}
    (result,) = post(same)["results"]
    (found,) = result["differences"]
    assert (found["value"], found["standard_error"], found["equal_rows"]) == (0.0, 0.0, ROWS)
    assert found["p_value"] is found["adjusted_p_value"] is found["equivalence_p_value"] is None
    assert found["rows_to_settle"] is found["top1"]["p_value"] is None
    assert "nothing to test" in result["text"]
    sure = np.eye(CLASSES)[[0] * ROWS].tolist()
    infinite = {
        **BATCH,
        "candidates": [*BATCH["candidates"][:2], {"name": "sure", "predictions": {"probabilities": sure}}],
    }
    (result,) = post(infinite)["results"]
    assert [each["infinite_rows"] for each in result["candidates"]] == [0, 0, ROWS]
    assert [each["rank"] for each in result["candidates"]][2] == 3
    found = result["differences"][1]
    assert (found["value"], found["infinite_rows"], found["worse_rows"]) == (None, ROWS, ROWS)
    assert found["interval"] is found["p_value"] is None
    assert f"infinite in {ROWS} rows" in result["text"]
    for single in (part(BATCH, [4]), {**BATCH, "clusters": [7] * ROWS}):
        (result,) = post(single)["results"]
        for found in result["differences"]:
            assert found["value"] is not None
            assert found["standard_error"] is found["interval"] is found["p_value"] is None
        assert "fewer than two" in result["text"]


def words(result: Document) -> str:
    """What the text of a result must say of its best candidate, from the figures of the others."""
    best = min(result["differences"], key=lambda each: each["value"])
    side, p = ("less" if best["value"] < 0 else "more"), best["adjusted_p_value"]
    verdict = "more than chance explains" if p < 0.05 else "chance explains as well"
    return rf"^{best['name']}.* loses {abs(best['value']):.4g} {side} per row than .*{verdict}.* \(p = {p:.2g}\)"


@pytest.mark.parametrize("noise", [0.5, 0.55, 0.6, 0.8])
def test_words_are_those_of_the_figures(noise: float) -> None:
    """Who is better, by how much, whether chance explains it as the best of several, and how many rows would tell."""
    random = np.random.default_rng(int(1000 * noise))
    others = {name: (np.log(P) + noise * random.normal(size=P.shape)).tolist() for name in "xyz"}
    several = [{"name": name, "predictions": {"logits": logits}} for name, logits in others.items()]
    for candidates in ([BATCH["candidates"][0], *several], [BATCH["candidates"][0], several[0]]):
        (result,) = post({**BATCH, "candidates": candidates, "margin": 0.3})["results"]
        differences, text = result["differences"], result["text"]
        assert re.search(words(result), text), text
        best = min(differences, key=lambda each: each["value"])
        needed = best["adjusted_p_value"] >= 0.05 and best["rows_to_settle"] > ROWS
        assert (f"about {math.ceil(best['rows_to_settle']):,} rows".replace(",", " ") in text) == needed
        close = [each["name"] for each in differences if each["equivalence_p_value"] < 0.05]
        assert ("by less than 0.3, beyond chance" in text) == bool(close)
        if len(differences) > 1:
            sure = [each["value"] for each in differences if each["adjusted_p_value"] < 0.05]
            better, worse = sum(value < 0 for value in sure), sum(value > 0 for value in sure)
            assert re.search(rf"{better} of 3 (is|are) better than a beyond chance, {worse} worse\.$", text)
            assert f"the best of {len(differences)}" in text


def test_a_cluster_per_row_is_no_cluster() -> None:
    """With equal weights every figure is that without clusters."""
    plain, clustered = post(BATCH), post({**BATCH, "clusters": list(range(ROWS))})
    for one, other in zip(plain["results"][0]["differences"], clustered["results"][0]["differences"], strict=True):
        for name in ("value", "standard_error", "p_value", "interval", "rows_to_settle"):
            assert other[name] == pytest.approx(one[name], rel=1e-12)


def test_a_segment_is_its_rows_alone() -> None:
    """Candidates on each segment are those of its rows sent alone, clusters included."""
    key = [["north", "south"][row % 3 == 0] for row in range(ROWS)]
    document = {**BATCH, "sample_weights": WEIGHTS, "clusters": CLUSTERS, "margin": 0.1, "outputs": ["state"]}
    (result,) = post({**document, "groups": {"where": key}})["results"]
    assert [(each["of"], each["group"]) for each in result["groups"]] == [("where", "south"), ("where", "north")]
    for segment in result["groups"]:
        own = post(part(document, [row for row in range(ROWS) if key[row] == segment["group"]]))
        for member in ("candidates", "differences"):
            assert segment[member] == own["results"][0][member]
        assert segment["total_weight"] == own["total_weight"]
        assert segment["state"] == own["state"]


@pytest.mark.parametrize("loss", ["cross_entropy", "brier", "kl_divergence"])
def test_the_same_predictions_in_another_form_differ_by_rounding(loss: str) -> None:
    """No test takes what is left of the last digits for a difference, and the text says what it is."""
    logits = np.array(LOGITS["a"])
    log_q = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    forms = {"logits": LOGITS["a"], "probabilities": np.exp(log_q).tolist(), "log_probabilities": log_q.tolist()}
    candidates = [{"name": name, "predictions": {name: columns}} for name, columns in forms.items()]
    (result,) = post({**BATCH, "candidates": candidates, "margin": 0.1, "losses": [{"loss": loss}]})["results"]
    for found in result["differences"]:
        assert abs(found["value"]) < 1e-14
        assert found["p_value"] is found["adjusted_p_value"] is found["rows_to_settle"] is None
    assert "but for rounding" in result["text"]


def test_a_segment_of_one_row_tells_nothing_of_others() -> None:
    """Its difference has a value, and no interval; where no row of a segment counts there is no record."""
    key = ["lone", *["absent"] * 3, *["rest"] * (ROWS - 4)]
    weights = [1.0, 0.0, 0.0, 0.0, *[1.0] * (ROWS - 4)]
    (result,) = post({**BATCH, "sample_weights": weights, "groups": {"key": key}})["results"]
    assert [each["group"] for each in result["groups"]] == ["lone", "rest"]
    for found in result["groups"][0]["differences"]:
        assert found["value"] is not None
        assert found["standard_error"] is found["interval"] is found["p_value"] is found["adjusted_p_value"] is None


def test_states_that_do_not_fit_are_refused() -> None:
    """Of other candidates, margins, confidence or losses, and of one prediction: named, with the position."""
    state = post({**BATCH, "outputs": ["state"]})["state"]
    others: dict[str, Document] = {
        "names": {"candidates": [{**BATCH["candidates"][0], "name": "x"}, *BATCH["candidates"][1:]]},
        "baseline": {"baseline": "b"},
        "confidence": {"confidence": 0.9},
        "margins": {"margin": 0.1},
        "loss": {"losses": [{"loss": "brier"}]},
        "clusters": {"clusters": CLUSTERS},
        "reduction": {"reduction": "sum"},
    }
    for name, members in others.items():
        with pytest.raises(InvalidRequest) as refused:
            merge([state, post({**BATCH, **members, "outputs": ["state"]})["state"]])
        (issue,) = refused.value.issues
        assert (issue.pointer, issue.code) == ("/states/1", "bad_state")
        assert issue.detail.endswith(name)
    with pytest.raises(InvalidRequest):
        merge([state, alone(BATCH, "a", outputs=["state"])["state"]])


def test_forged_states_are_refused_or_reported() -> None:
    """A state with any one number changed, and a right checksum, is refused or has a report: nothing else happens."""
    state = post({**part({**BATCH, "clusters": CLUSTERS}, list(range(8))), "outputs": ["state"]})["state"]
    body = base64.b64decode(state)[:-CHECKSUM]
    *_, length = PREFIX.unpack_from(body)
    start = PREFIX.size + length
    numbers, values = Numbers(body, start), []
    while not numbers.done:
        values += numbers.take(1)
    for at in range(0, len(values), 7):
        for forged in (-1 - values[at], 0, values[at] << 3000, 1 << 7000):
            changed = body[:start] + b"".join(map(pack, [*values[:at], forged, *values[at + 1 :]]))
            try:
                found = decode(base64.b64encode(changed + checksum(changed)).decode(), 100)
            except BadState:
                continue
            assert members_of_state(found)["results"]
