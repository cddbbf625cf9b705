"""Law: what is excluded is invisible, over every family and every way to write targets and predictions down."""

import json
from typing import Any

import numpy as np
import pytest

from distscore.core.theory.columns import Column
from distscore.use_cases.compare import answer_compare
from distscore.use_cases.merge import answer_merge
from distscore.use_cases.score import answer_score
from distscore.wire.read.limits import Limits
from distscore.wire.write import json as wire_json
from tests.laws.harness import Combination, combinations, name_of, random_rows

Document = dict[str, Any]
LIMITS = Limits(1000, 100_000, 1000)
PER_ROW = ["losses", "floors", "divergences", "gradients", "hessian_diagonals", "parameters"]
WILD = [1e300, -7.5, 0.0, 800.0]  # out of the domain of most columns
COMBINATIONS = [each for each in combinations() if each.is_plain]


def document_of(combination: Combination) -> Document:
    """A request of random rows, with weights."""
    rows = random_rows(combination)
    request: Document = {
        "family": combination.family.name,
        "loss": next(iter(combination.losses())),
        "targets": {name: values.tolist() for name, values in rows.targets.items()},
        "predictions": {name: values.tolist() for name, values in rows.predictions.items()},
        "sample_weights": [1.0, 2.0, 0.5, 1.0, 3.0],
        "outputs": [*PER_ROW, "diagnostics.all", "state"],
    }
    if "labels" in request["targets"]:
        request["targets"]["labels"] = [int(label) for label in request["targets"]["labels"]]
    return {**request, "family_parameters": rows.constants} if rows.constants else request


def answered(request: Document) -> Document:
    answer: Document = json.loads(wire_json.write(answer_score(request, LIMITS, lambda: None)))
    return answer


def wild_row(columns: tuple[Column, ...], sent: dict[str, list[Any]]) -> dict[str, Any]:
    """Numbers outside of every domain, in the shape of a row."""
    row: dict[str, Any] = {}
    for column in columns:
        first = sent[column.name][0]
        width = len(first) if isinstance(first, list) else 0
        numbers = [-9] * 4 if column.support.integer else WILD
        row[column.name] = [numbers[k % 4] for k in range(width)] if width else numbers[1]
    return row


def with_row(request: Document, combination: Combination, at: int) -> Document:
    """The request with one more row that weighs nothing."""
    changed = {**request, "sample_weights": [*request["sample_weights"][:at], 0.0, *request["sample_weights"][at:]]}
    for side, form in (("targets", combination.target_form), ("predictions", combination.prediction_form)):
        row = wild_row(form.columns, request[side])
        changed[side] = {name: [*values[:at], row[name], *values[at:]] for name, values in request[side].items()}
    return changed


def without_row(answer: Document, at: int) -> Document:
    """The answer without one row, whose own numbers must all be 0."""
    found = json.loads(json.dumps(answer))
    for name in PER_ROW:
        for values in found[name].values() if isinstance(found[name], dict) else [found[name]]:
            if values[at] is not None:
                assert not np.any(values[at]), name
            del values[at]
    for record in found["diagnostics"].get("worst_rows", []):
        assert record["row"] != at
        record["row"] -= record["row"] > at
    for each in found["warnings"]:
        each["rows"] = [row - (row > at) for row in each["rows"]]
    found["row_count"] -= 1
    return {**found, "state": merged(found["state"])}


def merged(state: str) -> Document:
    """What a state says, but for how many rows were sent."""
    answer = answer_merge({"states": [state]}, LIMITS, lambda: None).members
    return {name: value for name, value in answer.items() if name not in ("state", "row_count")}


@pytest.mark.parametrize("combination", COMBINATIONS, ids=name_of)
def test_law_16_a_row_of_weight_0_changes_nothing(combination: Combination) -> None:
    """Whatever its numbers, wherever it stands: its own outputs are 0, and the rest of the answer is the same."""
    request = document_of(combination)
    expected = answered(request)
    expected["state"] = merged(expected["state"])
    for at in (0, 2, 5):
        found = without_row(answered(with_row(request, combination, at)), at)
        assert json.dumps(found, sort_keys=True) == json.dumps(expected, sort_keys=True)


@pytest.mark.parametrize("combination", COMBINATIONS, ids=name_of)
def test_law_16_a_row_of_weight_0_changes_nothing_of_candidates(combination: Combination) -> None:
    """Whatever its numbers in either of them: their comparison is the same, its words and its state included."""
    request = document_of(combination)

    def told(sent: Document) -> Document:
        turned = {name: [*values[1:], values[0]] for name, values in request["predictions"].items()}
        own = {"predictions": sent["predictions"]}, {"predictions": turned}
        if sent is not request:
            wild = wild_row(combination.prediction_form.columns, request["predictions"])
            own[1]["predictions"] = {name: [*values[:2], wild[name], *values[2:]] for name, values in turned.items()}
        shared = {name: value for name, value in sent.items() if name not in ("predictions", "loss")}
        candidates = [{"name": name, **each} for name, each in zip("ab", own, strict=True)]
        losses = [{"loss": request["loss"]}]
        compared = {**shared, "candidates": candidates, "losses": losses, "outputs": ["state"]}
        answer = answer_compare(compared, LIMITS, lambda: None).members
        state = answer_merge({"states": [answer.pop("state")]}, LIMITS, lambda: None).members
        return {"answer": answer, "merged": state["results"], "weight": state["total_weight"]}

    expected, found = told(request), told(with_row(request, combination, 2))
    assert found["answer"].pop("row_count") == expected["answer"].pop("row_count") + 1
    assert json.dumps(found, sort_keys=True) == json.dumps(expected, sort_keys=True)


MASKED = [each for each in COMBINATIONS if "mask" in each.family.options]


@pytest.mark.parametrize("combination", MASKED, ids=name_of)
def test_law_16_a_masked_entry_changes_nothing(combination: Combination) -> None:
    """Whatever numbers stand where the mask leaves entries out, the answer is the same in every byte."""
    request = document_of(combination)
    width = len(next(iter(request["predictions"].values()))[0])
    mask = np.arange(5 * width).reshape(5, width) % 3 > 0
    if "labels" in request["targets"]:
        request["targets"]["labels"] = [int(np.flatnonzero(row)[0]) for row in mask]
    request["mask"] = mask.tolist()
    changed = {**request}
    for side in ("targets", "predictions"):
        changed[side] = {name: filled(values, mask) for name, values in request[side].items()}
    assert answered(changed) == answered(request)


def filled(values: list[Any], mask: Any) -> list[Any]:
    """A column with unusual numbers where the mask leaves an entry out."""
    if not isinstance(values[0], list):
        return values
    wild = np.resize(WILD, mask.shape)
    return [list(row) for row in np.where(mask, values, wild).tolist()]
