"""What losses of outcomes do beside their definitions: weights, infinities, kinks, sums that are not 1."""

from typing import Any

import numpy as np
import pytest
from mpmath import mp
from numpy.typing import NDArray

from distscore.core.engine.blocks import blocks_of
from distscore.core.engine.engine import Scored, score
from distscore.core.families import FAMILIES
from distscore.core.losses import LOSSES, losses_of
from distscore.core.theory.losses import AnyLoss
from tests.laws import engine
from tests.reference.rows import Row

Array = NDArray[np.float64]


def scored(family: str, name: str, parameters: dict[str, float], rows: list[Row], **options: Any) -> Scored:
    """Rows of one form through the engine."""
    return engine.scored(family, rows, losses_of(FAMILIES[family])[name](**parameters), **options)


KINKED = ("total_variation", "mean_absolute_error", "earth_mover_distance")


P, Q, Z = [0.5, 0.2, 0.05, 0.25], [0.1, 0.3, 0.45, 0.15], [0.3, -1.0, 2.0, 0.4]


def of_row(
    name: str, p: list[float], predicted: dict[str, Any], alpha: float | None = None, **options: Any
) -> list[Array]:
    """Loss, gradient and Hessian of one row of classes."""
    row = Row.of(({"probabilities": p}, predicted, {}))
    result = scored("categorical", name, {} if alpha is None else {"alpha": alpha}, [row], **options)
    assert result.losses is not None
    return [result.losses, *(part for by in (result.gradients, result.hessian_diagonals) for part in by.values())]


@pytest.mark.parametrize(("alpha", "named"), [(1.0, "generalized_kl_divergence"), (0.0, "reverse_kl_divergence")])
@pytest.mark.parametrize("step", [0.0, 1e-13, -1e-13])
def test_members_of_the_alpha_family_meet(alpha: float, named: str, step: float) -> None:
    """The alpha divergence is continuous where it is KL and reverse KL."""
    found = of_row("alpha_divergence", P, {"logits": Z}, alpha + step)
    for ours, theirs in zip(found, of_row(named, P, {"logits": Z}), strict=True):
        np.testing.assert_allclose(ours, theirs, rtol=1e-11)


@pytest.mark.parametrize("name", ["generalized_kl_divergence", "mean_absolute_error"])
def test_class_weights_do_not_move_the_optimum(name: str) -> None:
    """Weights multiply the terms of their classes, and a match stays a match."""
    weights = np.array([1.0, 20.0, 0.0, 3.0])
    loss, gradient, _ = of_row(name, P, {"probabilities": P}, class_weights=weights)
    assert not loss.any()
    assert not gradient.any()
    each = [of_row(name, P, {"probabilities": Q}, class_weights=one) for one in np.eye(4)]
    for at, found in enumerate(of_row(name, P, {"probabilities": Q}, class_weights=weights)):
        expected = sum(w * one[at] for w, one in zip(weights, each, strict=True))
        np.testing.assert_allclose(found, expected, rtol=1e-14)


@pytest.mark.parametrize("alpha", [0.0, -1.0, -50.0])
def test_infinite_divergences_still_point_away(alpha: float) -> None:
    """Mass where the target has none costs infinitely much, and the gradient says where it is."""
    loss, gradient, _ = of_row("alpha_divergence", [0.6, 0.0, 0.4], {"logits": [0.1, 0.2, 0.3]}, alpha)
    assert loss == np.inf
    assert gradient.tolist() == [[-np.inf, np.inf, -np.inf]]


@pytest.mark.parametrize("name", KINKED)
def test_a_kink_has_subgradient_zero(name: str) -> None:
    """Where both sides are the same an absolute error has no derivative but 0, and it has no information."""
    for form, sent in (("logits", Z), ("probabilities", Q)):
        result = scored("categorical", name, {}, [Row.of(({form: sent}, {form: sent}, {}))])
        assert not result.gradients[form].any()
        assert not result.fisher_diagonals


@pytest.mark.parametrize("form", ["probabilities", "log_probabilities"])
@pytest.mark.parametrize("weights", [None, np.array([3.0, 0.5, 2.0])])
@pytest.mark.parametrize("q", [[0.3, 0.3, 0.1], [0.5, 0.4, 0.9], [0.2, 0.3, 0.5]])
def test_loss_is_floor_plus_divergence_plus_normalization_term(
    form: str, weights: Array | None, q: list[float]
) -> None:
    """What a prediction that does not sum to 1 adds to a cross-entropy is -W log(sum q), W = sum w p."""
    p = [0.2, 0.7, 0.1]
    sent = q if form == "probabilities" else [float(np.log(x)) for x in q]
    rows = [Row.of(({"probabilities": p}, {form: sent}, {}))]
    batch = engine.batch_of("categorical", rows, normalization="none", class_weights=weights)
    (block,) = blocks_of(batch, np.ones(1), np.ones(1))
    term = np.broadcast_to(batch.loss.normalization_term(block.target, block.prediction), 2)[0]
    mass = float(np.dot(p, np.ones(3) if weights is None else weights))
    assert term == pytest.approx(-mass * float(mp.log(mp.fsum(q))), rel=1e-15, abs=1e-15)
    result = score(batch, frozenset({"floors", "divergences"}))
    assert result.losses is not None
    assert result.floors is not None
    assert result.divergences is not None
    np.testing.assert_allclose(result.losses, result.floors + result.divergences + term, rtol=1e-14)


@pytest.mark.parametrize("loss", LOSSES, ids=lambda loss: loss.__name__)
def test_losses_say_what_they_need_of_a_sum(loss: type[AnyLoss]) -> None:
    """KL and deviance need predictions that sum to 1; what takes 1 - q bears no probability above 1."""
    assert loss.needs_normalized == (loss.name in ("kl_divergence", "deviance"))
    assert loss.needs_complements == (loss.name in ("one_vs_rest_cross_entropy", "focal"))
