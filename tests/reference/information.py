"""Fisher information from its definitions: an expected square, or a second derivative where the prediction is right."""

from collections.abc import Callable
from typing import Any

from mpmath import mp

from tests.reference.differences import STEP, Function, second_derivative, unit
from tests.reference.draws import draws
from tests.reference.families import Side
from tests.reference.rows import Place, Row

_REMEMBERED: dict[Any, Any] = {}


def expected_squared_score(row: Row, place: Place) -> Any:
    """E[(d log density / dx)^2] over what the prediction draws, x a number of the prediction as it was sent."""
    key = (row.prediction_key, place)
    if key not in _REMEMBERED:
        score = score_of(row, place)
        _REMEMBERED[key] = mp.fsum(weight * score(target) ** 2 for target, weight in draws(row))
    return _REMEMBERED[key]


def score_of(row: Row, place: Place) -> Callable[[Side], Any]:
    """d cross-entropy / dx as a function of what was observed; what is known of the prediction is computed once."""
    x, h = mp.mpf(row.at(place)), STEP * unit(row, place)
    (_, above, constants), (_, below, _) = (row.moved(place, number).sides for number in (x + h, x - h))
    loss = row.reference.cross_entropy
    return lambda target: (loss(target, above, constants) - loss(target, below, constants)) / (2 * h)


def second_derivative_at_match(loss: Function) -> Callable[[Row, Place], Any]:
    """The second derivative of a loss where the target is the prediction."""
    return lambda row, place: second_derivative(loss, place)(row.targeting(row.match))
