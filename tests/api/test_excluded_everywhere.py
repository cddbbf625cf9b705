"""What is excluded is invisible in every family, form and loss: nothing of an answer changes with its numbers."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest

from distscore.use_cases.score import answer_score
from distscore.wire.read.limits import Limits
from distscore.wire.write.json import write
from tests.laws import harness
from tests.laws.harness import Combination

Document = dict[str, Any]

LIMITS = Limits(1000, 10_000, 100)
OF_ROWS = ("losses", "floors", "divergences")
OF_COLUMNS = ("gradients", "hessian_diagonals", "parameters")
OUTPUTS = [*OF_ROWS, *OF_COLUMNS, "diagnostics.all", "state"]
WILD = [1e300, -7.0, 40.0, -1e300, 0.5]  # inside no domain, or at its end
AT = 2  # where a row is put in


def forms() -> Iterator[Combination]:
    """Every family with one form of each side, the columns as they are first registered."""
    seen = set()
    for combination in harness.combinations():
        key = combination.target_form, combination.prediction_form
        if key not in seen:
            seen.add(key)
            yield combination


def request(combination: Combination, loss: str) -> Document:
    """Valid rows, asked for everything."""
    rows = harness.random_rows(combination)
    return {
        "family": combination.family.name,
        "loss": loss,
        "targets": {name: values.tolist() for name, values in rows.targets.items()},
        "predictions": {name: values.tolist() for name, values in rows.predictions.items()},
        "activations": {name: activation.name for name, activation in combination.activations.items()},
        "family_parameters": rows.constants,
        "outputs": OUTPUTS,
    }


def post(document: Document) -> Document:
    found: Document = json.loads(write(answer_score(document, LIMITS, lambda: None)))
    return found


def columns(document: Document) -> Iterator[list[Any]]:
    """All arrays of a request."""
    for side in ("targets", "predictions"):
        yield from document[side].values()


def with_a_wild_row(document: Document) -> Document:
    """The request with one more row, of weight 0 and of numbers that no row may have."""
    wild = copy.deepcopy(document)
    for values in columns(wild):
        entry = [WILD[k % len(WILD)] for k in range(len(values[0]))] if isinstance(values[0], list) else WILD[1]
        values.insert(AT, entry)
    return {**wild, "sample_weights": [int(row != AT) for row in range(harness.ROWS + 1)]}


def without_it(found: Document) -> Document:
    """An answer without that row, which must have nothing but zeros."""
    for arrays in [{name: found[name] for name in OF_ROWS}, *(found[name] for name in OF_COLUMNS)]:
        for values in arrays.values():
            removed = values.pop(AT)
            assert removed is None or not any(removed if isinstance(removed, list) else [removed])
    for record in [*found["diagnostics"]["worst_rows"], *found["warnings"]]:
        key = "row" if "row" in record else "rows"
        rows = record[key] if key == "rows" else [record[key]]
        assert AT not in rows
        moved = [row - (row > AT) for row in rows]
        record[key] = moved if key == "rows" else moved[0]
    return {**found, "row_count": found["row_count"] - 1, "state": ""}


@pytest.mark.parametrize("combination", list(forms()), ids=harness.name_of)
def test_rows_of_weight_0(combination: Combination) -> None:
    """A row of weight 0, whatever its numbers, changes nothing of the answer but its own zeros and the row count."""
    for loss in list(combination.losses())[:2]:
        document = request(combination, loss)
        alone = post({**document, "sample_weights": [1] * harness.ROWS})
        assert without_it(post(with_a_wild_row(document))) == {**alone, "state": ""}, loss


@pytest.mark.parametrize(
    "combination", [each for each in forms() if "mask" in each.family.options], ids=harness.name_of
)
def test_masked_entries(combination: Combination) -> None:
    """What stands in an entry that the mask leaves out changes nothing of the answer, nor of the state."""
    width = harness.WIDTHS["labels" if combination.family.kind == "labels" else "classes"]
    mask = [[k == 0 or (row + k) % 3 > 0 for k in range(width)] for row in range(harness.ROWS)]
    for loss in combination.losses():
        document = {**request(combination, loss), "mask": mask}
        if "labels" in document["targets"]:
            document["targets"]["labels"] = [0] * harness.ROWS
        wild = copy.deepcopy(document)
        for values in columns(wild):
            for row, k in ((row, k) for row in range(harness.ROWS) for k in range(width) if not mask[row][k]):
                if isinstance(values[row], list):
                    values[row][k] = WILD[(row + k) % len(WILD)]
        assert post(wild) == post(document), loss
