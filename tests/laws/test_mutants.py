"""The laws catch planted errors: a sample of what `make mutants` plants, some trials of every family."""

import random

import pytest

from distscore.core.families import FAMILIES
from tests.laws.trials import COMBINATIONS, Trial, trials
from tests.mutants import Mutant, is_caught, mutants

TRIALS = 2


def sample(family: str) -> list[Trial]:
    """Some trials of a family, the same ones every time."""
    names = [name for name, combination in COMBINATIONS.items() if combination.family.name == family]
    chosen = random.Random(family).sample(names, TRIALS)
    return [random.Random(name).choice(trials(name)) for name in chosen]


@pytest.mark.parametrize("family", FAMILIES)
def test_planted_errors_are_caught(family: str) -> None:
    """An error of 1e-8 in any part of what a trial calls is caught, and in what a loss states it is an error."""
    of_each = {trial.name: list(mutants(trial)) for trial in sample(family)}
    fates = {mutant.name: (mutant, mutant.fate()) for of_trial in of_each.values() for mutant in of_trial}
    assert not [name for name, (_, fate) in fates.items() if fate == "survived"]
    assert not [name for name, (mutant, fate) in fates.items() if fate != "caught" and mutant.must_have_effect]
    assert all(any(fates[mutant.name][1] == "caught" for mutant in of_trial) for of_trial in of_each.values())


def test_nothing_is_caught_where_nothing_is_planted() -> None:
    """What was wrapped is itself again."""
    trial, *_ = trials("gamma: values x (mean)+(shape)")
    wrong: list[Mutant] = [mutant for mutant in mutants(trial) if mutant.fate() == "caught"]
    assert len(wrong) > 10
    assert not is_caught(trial, trial.outputs(), trial.optima())
