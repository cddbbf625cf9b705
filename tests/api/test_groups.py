"""`groups`: each segment has the figures that its rows have if they are sent alone, in every family and form."""

import copy
import json
import math
from typing import Any

import numpy as np
import pytest

from distscore.use_cases.merge import answer_merge
from distscore.use_cases.score import answer_score
from distscore.wire.errors.problems import InvalidRequest
from distscore.wire.read.limits import Limits
from distscore.wire.write.json import write
from tests.api.test_excluded_everywhere import forms
from tests.laws import harness
from tests.laws.harness import Combination

Document = dict[str, Any]

LIMITS = Limits(10_000, 100_000, 100)
COUNTRIES = ["de", "fr", "de", "it", "de", "fr", "de", "de", "fr"]
WEIGHTS = [1.0, 2.0, 0.5, 1.0, 0.0, 3.0, 1.0, 2.0, 1.0]
OUTPUTS = ["value", "losses", "diagnostics.decomposition", "diagnostics.skill", "diagnostics.calibration", "state"]
COMBINATIONS = list(forms())


def answered(document: Document) -> Document:
    found: Document = json.loads(write(answer_score(document, LIMITS, lambda: None)))
    return found


def request(combination: Combination) -> Document:
    rows = harness.random_rows(combination, count=len(COUNTRIES))
    return {
        "family": combination.family.name,
        "targets": {name: values.tolist() for name, values in rows.targets.items()},
        "predictions": {name: values.tolist() for name, values in rows.predictions.items()},
        "activations": {name: activation.name for name, activation in combination.activations.items()},
        "family_parameters": rows.constants,
        "loss": next(iter(combination.losses())),
        "sample_weights": WEIGHTS,
        "outputs": OUTPUTS,
    }


def alone(document: Document, rows: list[int]) -> Document:
    """The same request with some of its rows."""
    part = copy.deepcopy(document)
    for side in ("targets", "predictions"):
        part[side] = {name: [values[row] for row in rows] for name, values in part[side].items()}
    part["sample_weights"] = [part["sample_weights"][row] for row in rows]
    return part


def test_no_segments_where_no_row_counts() -> None:
    """A part of a batch may weigh nothing, with or without groups: it has a state, and no segments."""
    document = {**request(COMBINATIONS[0]), "sample_weights": [0.0] * len(COUNTRIES), "outputs": ["state"]}
    found = answered({**document, "groups": {"country": COUNTRIES}})
    assert found["groups"] == []
    assert found["state"] == answered(document)["state"]


@pytest.mark.parametrize("combination", COMBINATIONS, ids=[each.name for each in COMBINATIONS])
def test_a_segment_is_its_rows_alone(combination: Combination) -> None:
    document = request(combination)
    records = answered({**document, "groups": {"country": COUNTRIES}})["groups"]
    assert {record["group"] for record in records} == set(COUNTRIES)
    for record in records:
        rows = [row for row, country in enumerate(COUNTRIES) if country == record["group"]]
        expected = answered(alone(document, rows))
        reports = expected["diagnostics"]
        assert record["of"] == "country"
        for name in ("row_count", "total_weight", "value", "value_standard_error", "state"):
            assert record[name] == expected[name], name
        assert record["decomposition"] == reports["decomposition"]
        assert record["skill"] == reports["skill"]
        calibration = reports.get("calibration")
        assert record["calibration_error"] == (calibration and calibration["expected_calibration_error"])


@pytest.mark.parametrize("combination", COMBINATIONS, ids=[each.name for each in COMBINATIONS])
def test_segments_are_the_whole(combination: Combination) -> None:
    """Their states merge to the state of all rows; their shares of the divergence sum to 1, the largest first."""
    document = {**request(combination), "groups": {"country": COUNTRIES}}
    whole = answered(document)
    states = [record["state"] for record in whole["groups"]]
    assert answer_merge({"states": states}, LIMITS, lambda: None).members["state"] == whole["state"]
    shares = [record["share_of_divergence"] for record in whole["groups"]]
    if whole["diagnostics"]["decomposition"]["divergence"] is None:
        assert set(shares) == {None}
    else:
        assert sum(shares) == pytest.approx(1, rel=1e-14)
        assert shares == sorted(shares, reverse=True)


def test_difference_from_rest() -> None:
    """Welch's standard error of two weighted means, straight from the losses."""
    document = request(COMBINATIONS[0])
    whole = answered({**document, "groups": {"country": COUNTRIES}})
    losses, weights = np.array(whole["losses"]), np.array(WEIGHTS)

    def mean_and_variance(rows: Any) -> tuple[float, float]:
        w, x = weights[rows], losses[rows]
        mean, n = (w * x).sum() / w.sum(), w.sum() ** 2 / (w**2).sum()
        return mean, n / (n - 1) * (w**2 * (x - mean) ** 2).sum() / w.sum() ** 2

    for record in whole["groups"]:
        inside = np.array([country == record["group"] for country in COUNTRIES])
        if np.count_nonzero(inside & (weights > 0)) < 2:
            assert record["difference_from_rest"]["standard_error"] is None
            continue
        (mine, of_mine), (others, of_others) = mean_and_variance(inside), mean_and_variance(~inside)
        assert record["difference_from_rest"]["value"] == pytest.approx(mine - others, rel=1e-12)
        error = math.sqrt(of_mine + of_others)
        assert record["difference_from_rest"]["standard_error"] == pytest.approx(error, rel=1e-12)


def test_several_keys_and_excluded_rows() -> None:
    document = request(COMBINATIONS[0])
    cohorts = [1, 1, 2, 2, 3, 1, 2, 1, 2]  # the only row of cohort 3 has weight 0
    records = answered({**document, "groups": {"country": COUNTRIES, "cohort": cohorts}})["groups"]
    assert {(record["of"], record["group"]) for record in records} == {
        *(("country", country) for country in COUNTRIES),
        ("cohort", 1),
        ("cohort", 2),
    }


def test_one_segment_has_no_rest() -> None:
    document = {**request(COMBINATIONS[0]), "groups": {"all": ["x"] * len(COUNTRIES)}}
    (record,) = answered(document)["groups"]
    assert record["difference_from_rest"] == {"value": None, "standard_error": None}
    assert record["share_of_divergence"] == 1.0


@pytest.mark.parametrize(
    ("groups", "pointer", "code"),
    [
        (["de"] * 9, "/groups", "wrong_type"),
        ({"country": "de"}, "/groups/country", "wrong_type"),
        ({"country": ["de"] * 8}, "/groups/country", "shape_mismatch"),
        ({"country": ["de"] * 8 + [1]}, "/groups/country/8", "wrong_type"),
        ({"country": ["de"] * 8 + [None]}, "/groups/country/8", "wrong_type"),
        ({"country": [1] * 8 + [True]}, "/groups/country/8", "wrong_type"),
        ({"country": [1.5] * 9}, "/groups/country/0", "wrong_type"),
        ({"country": ["x" * 201] + ["de"] * 8}, "/groups/country/0", "out_of_range"),
        ({f"key{k}": ["de"] * 9 for k in range(21)}, "/groups", "out_of_range"),
    ],
)
def test_what_is_no_group(groups: Any, pointer: str, code: str) -> None:
    with pytest.raises(InvalidRequest) as refused:
        answered({**request(COMBINATIONS[0]), "groups": groups})
    assert (refused.value.issues[0].pointer, refused.value.issues[0].code) == (pointer, code)


def test_too_many_values() -> None:
    document = {
        "family": "poisson",
        "targets": {"values": [1] * 201},
        "predictions": {"rate": [1.5] * 201},
        "groups": {"id": list(range(201))},
    }
    with pytest.raises(InvalidRequest) as refused:
        answered(document)
    (issue,) = refused.value.issues
    assert (issue.pointer, issue.code) == ("/groups/id", "out_of_range")
