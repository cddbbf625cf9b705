"""Law 2: derivatives with respect to the columns as sent, for every loss of every combination."""

from collections.abc import Callable

import numpy as np
import pytest

from distscore.core.engine.engine import score
from distscore.core.theory.losses import AnyLoss
from tests.laws import harness
from tests.laws.harness import Array, Combination, Rows

STEP = 3e-4
STENCIL = ((-2, 1 / 12), (-1, -8 / 12), (1, 8 / 12), (2, -1 / 12))  # of the first derivative, to fourth order
TOLERANCE = 1e-8
MASS = 1.05  # of predicted probabilities: where their sum is 1, an ordered loss has a kink


def by_differences(function: Callable[[Rows], Array], rows: Rows, column: str, step: Array) -> Array:
    """Derivative of what depends on rows, in every entry of a column."""
    sent = rows.predictions[column]
    entries = list(np.ndindex(sent.shape[1:]))
    count = len(sent)
    copies = rows.take(np.tile(np.arange(count), len(entries) * len(STENCIL)))
    moved = copies.predictions[column].copy()
    for number, (entry, (offset, _)) in enumerate((e, s) for e in entries for s in STENCIL):
        moved[(slice(number * count, (number + 1) * count), *entry)] += offset * step[(slice(None), *entry)]
    found = function(copies.predicting(column, moved))
    parts = found.reshape(len(entries), len(STENCIL), count, -1)
    parts = np.where(np.isfinite(parts), parts, 0.0)  # an infinite loss is not compared
    derivative = np.asarray(sum(weight * parts[:, at] for at, (_, weight) in enumerate(STENCIL)))
    diagonal = derivative[..., 0] if found.ndim == 1 else np.stack([d[:, j] for j, d in enumerate(derivative)])
    return np.asarray(diagonal.T.reshape(sent.shape) / step)


def steps(combination: Combination, rows: Rows, column: str) -> Array:
    """A small part of the way to the nearest edge of the support, or of 1 or a larger number where there is none."""
    sent = rows.predictions[column]
    if combination.activations[column].name != "identity":
        return STEP * np.maximum(1, np.abs(sent))
    described = {each.name: each for each in combination.columns}[column]
    supports = list(described.entry_supports.values()) or [described.support]
    low, high = np.array([support.low for support in supports]), np.array([support.high for support in supports])
    to_edge = np.minimum(sent - low, high - sent) if sent.ndim > 1 else np.minimum(sent - low[0], high[0] - sent)
    return STEP * np.where(np.isfinite(to_edge), to_edge, np.maximum(1, np.abs(sent)))


def assert_close(found: Array, expected: Array, scale: Array, what: str) -> None:
    """Within a tolerance relative to what was subtracted on the way, which is infinite beside an infinite loss."""
    wrong = np.isfinite(scale) & ~(np.abs(found - expected) <= TOLERANCE * (np.abs(expected) + scale))
    assert not wrong.any(), f"{what}: {found[wrong]} is not {expected[wrong]}"


def antiderivative(combination: Combination, loss: AnyLoss) -> tuple[AnyLoss, float]:
    """The loss whose derivatives are stated: divergences take those of cross-entropy where a sum is not held."""
    ambient = any(column.sums_to_one for column in combination.columns)
    if ambient and loss.name in ("kl_divergence", "deviance"):
        return combination.losses()["cross_entropy"], 2.0 if loss.name == "deviance" else 1.0
    return loss, 1.0


@pytest.mark.parametrize("combination", harness.combinations(), ids=harness.name_of)
def test_law_2_gradient(combination: Combination) -> None:
    """The gradient is the derivative of the loss in every number as sent."""
    rows = harness.random_rows(combination, mass=MASS)
    for name, loss in combination.losses().items():
        source, factor = antiderivative(combination, loss)
        values = harness.losses_at(combination, source, rows)
        gradients = harness.scored(combination, loss, rows).gradients
        for column, gradient in gradients.items():
            step = steps(combination, rows, column)
            found = by_differences(lambda moved, s=source: harness.losses_at(combination, s, moved), rows, column, step)  # type: ignore[misc]
            scale = (1e-4 + np.abs(values)).reshape(-1, *[1] * (step.ndim - 1)) / (step / STEP)
            assert_close(gradient, factor * found, scale, f"{name}, {column}")


@pytest.mark.parametrize("combination", harness.combinations(), ids=harness.name_of)
def test_law_2_hessian_diagonal(combination: Combination) -> None:
    """The Hessian diagonal is the derivative of the gradient in the same number."""
    rows = harness.random_rows(combination, mass=MASS)
    for name, loss in combination.losses().items():
        result = harness.scored(combination, loss, rows)
        for column, hessian in result.hessian_diagonals.items():
            step = steps(combination, rows, column)

            def gradient(moved: Rows, loss: AnyLoss = loss, column: str = column) -> Array:
                return score(harness.batch_of(combination, loss, moved), frozenset({"gradients"})).gradients[column]

            found = by_differences(gradient, rows, column, step)
            scale = (1e-4 + np.abs(result.gradients[column])) / (step / STEP)
            assert_close(hessian, found, scale, f"{name}, {column}")


@pytest.mark.parametrize("combination", harness.combinations(), ids=harness.name_of)
def test_fisher_information_is_never_negative(combination: Combination) -> None:
    """A Fisher diagonal is a second moment, or the curvature at a minimum."""
    rows = harness.random_rows(combination)
    for name, loss in combination.losses().items():
        for column, fisher in harness.scored(combination, loss, rows).fisher_diagonals.items():
            assert (fisher >= 0).all(), f"{name}, {column}"
