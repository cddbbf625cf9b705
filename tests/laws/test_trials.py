"""Laws 3 and 12 for every loss: on ordinary rows each number is the true one, and no neighbor of an optimum loses less.

Values, floors, divergences, derivatives, Fisher information and parameters, of every family, form and activation.
"""

import pytest

from tests.laws.trials import COMBINATIONS, trials


@pytest.mark.parametrize("name", COMBINATIONS)
def test_law_12_every_number_is_true(name: str) -> None:
    """What the engine says of a row is what the definitions say, to the last digits that the row determines."""
    errors = [error for trial in trials(name) for error in trial.errors(trial.outputs())]
    assert not errors, "\n".join(errors[:12])


@pytest.mark.parametrize("name", COMBINATIONS)
def test_law_3_neighbors_of_the_optimum_lose_more(name: str) -> None:
    """The prediction that is said to lose least is told where it is known, and loses least of all around it."""
    errors = [error for trial in trials(name) for error in trial.optimum_errors(trial.optima())]
    assert not errors, "\n".join(errors[:12])
