"""Whether a prediction that is said to lose least does: at a relative distance of 1e-9 every other loses more.

Of a distribution all parameters are the best; of an observation those that move the mean, the others held.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from mpmath import mp

from tests.laws.accuracy import Truth
from tests.laws.harness import Combination
from tests.laws.truths import parameter
from tests.reference.differences import Function
from tests.reference.families import reference_of
from tests.reference.rows import Place, Row

DISTANCE = mp.mpf(10) ** -9
ROUNDING = 1e-13


def is_available(combination: Combination) -> bool:
    """Whether there is a closed form, or a solution in one dimension that is proven."""
    target = combination.target_form
    if combination.family.has_classes:
        return True
    reference = reference_of(combination.family.name)
    if any(column.name in reference.WITHOUT_OPTIMUM for column in target.columns):
        return False
    return target.is_distribution or any(column.name in reference.MOVES_MEAN for column in combination.columns)


def moves(combination: Combination, column: str, entry: int) -> bool:
    """Whether a number is chosen for the target; else it is held. Of natural parameters the first moves the mean."""
    if combination.family.has_classes or combination.target_form.is_distribution:
        return True
    return column in reference_of(combination.family.name).MOVES_MEAN and (column != "natural" or entry == 0)


def best_columns(combination: Combination) -> set[str]:
    """The columns that an optimum is told in: of classes and events their probabilities, whatever was sent."""
    if not is_available(combination):
        return set()
    return {"probabilities"} if combination.family.has_classes else {column.name for column in combination.columns}


def errors(combination: Combination, loss: Function, row: Row, best: Mapping[str, Any]) -> Iterator[str]:
    """What speaks against an optimum, a number or a list per column."""
    if best.keys() != best_columns(combination):
        yield f"an optimum in {[*best]}, not in {best_columns(combination)}"
    if best.keys() != best_columns(combination) or not best:
        return
    if combination.family.exclusive and abs(mp.fsum(best["probabilities"]) - 1) > ROUNDING:
        yield f"probabilities that do not add up to 1: {best}"
    there = row.predicting(best)
    least = loss(there)
    for place in there.predicted:
        if moves(combination, place[1], place[2]):
            others = [loss(neighbor) for neighbor in neighbors(combination, there, place)]
            if not all(least < other or mp.isinf(other) for other in others):
                yield f"{place} of {best} does not lose less than its neighbors"
        else:
            error = Truth("held", parameter(place), row).error(there.at(place))
            if error is not None and error.units > 1:
                yield str(error)


def neighbors(combination: Combination, row: Row, place: Place) -> Iterator[Row]:
    """The row with a number a little smaller and larger; of exclusive classes the next one gives or takes as much."""
    number = mp.mpf(row.at(place))
    for step in (-DISTANCE * number, DISTANCE * number):
        moved = row.moved(place, number + step)
        if combination.family.exclusive:
            entries = row.numbers[place[:2]]
            other = (*place[:2], (place[2] + 1) % len(entries))
            moved = moved.moved(other, row.at(other) - step)
        if step and (not combination.family.has_classes or all(0 <= q <= 1 for q in moved.numbers[place[:2]])):
            yield moved
