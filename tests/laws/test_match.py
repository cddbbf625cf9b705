"""Law 3: a divergence is never negative, and nothing is left of it, nor of the gradient, where prediction is target."""

import numpy as np
import pytest

from distscore.core.theory.columns import Column
from tests.laws import harness
from tests.laws.harness import Array, Combination, Rows

SAME_FORM = [each for each in harness.combinations() if each.has_same_form and each.is_plain]
ROUNDING = 1e-14
WITHOUT_HESSIAN = {"log_probabilities"}  # linear in them: the information is of a distribution, whose sum is held


def matching(combination: Combination) -> Rows:
    """Rows whose predictions are their targets."""
    rows = harness.random_rows(combination, 20)
    return Rows(rows.targets, dict(rows.targets), rows.constants)


def along_the_simplex(column: Column, gradient: Array) -> Array:
    """What of an ambient gradient stays when rows keep their sum."""
    return gradient - gradient.mean(axis=1, keepdims=True) if column.sums_to_one else gradient


@pytest.mark.parametrize("combination", harness.combinations(), ids=harness.name_of)
def test_law_3_no_divergence_is_negative(combination: Combination) -> None:
    """What a loss has beyond its floor is never negative, and floor and divergence add up to it."""
    rows = harness.random_rows(combination, 20)
    for name, loss in combination.losses().items():
        result = harness.scored(combination, loss, rows)
        assert (result.floors is None) == (result.divergences is None)
        if result.floors is None or result.divergences is None:
            continue
        assert (result.divergences >= 0).all(), name
        assert result.losses is not None
        sums = result.floors + result.divergences
        np.testing.assert_allclose(sums, result.losses, rtol=1e-12, atol=1e-12, err_msg=name)


@pytest.mark.parametrize("combination", SAME_FORM, ids=harness.name_of)
def test_law_3_nothing_is_left_at_a_match(combination: Combination) -> None:
    """Where the prediction is the target, the divergence is 0 and the gradient along the model is 0."""
    rows = matching(combination)
    for name, loss in combination.losses().items():
        result = harness.scored(combination, loss, rows)
        if result.divergences is None:
            continue
        np.testing.assert_allclose(result.divergences, 0, atol=1e-28, err_msg=name)
        for column in combination.columns:
            gradient = along_the_simplex(column, result.gradients[column.name])
            scale = 1 + np.abs(result.gradients[column.name])
            assert (np.abs(gradient) <= ROUNDING * scale).all(), f"{name}, {column.name}: {gradient}"


@pytest.mark.parametrize("combination", SAME_FORM, ids=harness.name_of)
def test_law_3_the_hessian_at_a_match_is_the_fisher_information(combination: Combination) -> None:
    """At the match the Hessian is the Fisher information, whatever the coordinates."""
    rows = matching(combination)
    for name, loss in combination.losses().items():
        result = harness.scored(combination, loss, rows)
        for column, fisher in result.fisher_diagonals.items():
            if column not in WITHOUT_HESSIAN:
                hessian = result.hessian_diagonals[column]
                np.testing.assert_allclose(hessian, fisher, rtol=1e-11, atol=1e-12, err_msg=f"{name}, {column}")


@pytest.mark.parametrize("combination", SAME_FORM, ids=harness.name_of)
def test_law_3_the_match_is_the_only_minimum(combination: Combination) -> None:
    """Away from the match the divergence is positive."""
    rows = harness.random_rows(combination, 20)
    for name, loss in combination.losses().items():
        divergences = harness.scored(combination, loss, rows).divergences
        assert divergences is None or (divergences > 0).all(), name
