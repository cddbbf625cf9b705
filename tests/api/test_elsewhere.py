"""What other libraries are said to call the same thing is the same thing there, where they are installed."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy import special, stats
from scipy.spatial import distance
from sklearn import metrics

from distscore.core.families import FAMILIES
from distscore.core.losses import LOSSES
from distscore.core.theory.losses import AnyLoss
from tests.api.test_formulas import plain
from tests.laws import harness
from tests.laws.harness import Array

CLASSES = np.arange(harness.WIDTHS["classes"])
OF_A_ROW: dict[str, Callable[[Array, Array], Any]] = {
    "kl_divergence": stats.entropy,
    "generalized_kl_divergence": lambda p, q: special.kl_div(p, q).sum(),
    "reverse_kl_divergence": lambda p, q: stats.entropy(q, p),
    "jensen_shannon_divergence": lambda p, q: distance.jensenshannon(p, q) ** 2,
    "total_variation": lambda p, q: distance.cityblock(p, q) / 2,
    "earth_mover_distance": lambda p, q: stats.wasserstein_distance(CLASSES, CLASSES, p, q),
    "mean_squared_error": metrics.mean_squared_error,
    "mean_absolute_error": metrics.mean_absolute_error,
}
OF_LABELS: dict[str, Callable[[Array, Array], Any]] = {
    "cross_entropy": lambda y, q: metrics.log_loss(y, q, labels=CLASSES),
    "brier": lambda y, q: metrics.brier_score_loss(y, q, labels=CLASSES, scale_by_half=False),
}
DEVIANCES: dict[str, Callable[[Array, Array], Any]] = {
    "poisson": metrics.mean_poisson_deviance,
    "exponential": metrics.mean_gamma_deviance,
    "gaussian": metrics.mean_squared_error,
}


def loss_named(name: str) -> AnyLoss:
    return next(loss for loss in LOSSES if loss.name == name)()


@pytest.mark.parametrize("name", OF_A_ROW)
def test_rows(name: str) -> None:
    """Losses of two distributions."""
    combination = plain(FAMILIES["categorical"], "probabilities", "probabilities")
    rows = harness.random_rows(combination)
    expected = [
        OF_A_ROW[name](rows.targets["probabilities"][i], q) for i, q in enumerate(rows.predictions["probabilities"])
    ]
    np.testing.assert_allclose(harness.losses_at(combination, loss_named(name), rows), expected, rtol=1e-9)


@pytest.mark.parametrize("name", OF_LABELS)
def test_labels(name: str) -> None:
    """Losses of labels."""
    combination = plain(FAMILIES["categorical"], "labels", "probabilities")
    rows = harness.random_rows(combination)
    expected = OF_LABELS[name](rows.targets["labels"], rows.predictions["probabilities"])
    assert harness.losses_at(combination, loss_named(name), rows).mean() == pytest.approx(expected, rel=1e-9)


@pytest.mark.parametrize("name", DEVIANCES)
def test_deviances(name: str) -> None:
    """Deviances of predicted means."""
    combination = plain(FAMILIES[name], "values", "rate" if name == "poisson" else "mean")
    rows = harness.random_rows(combination)
    rows.predictions.update({column: np.ones(harness.ROWS) for column in rows.predictions if column != "rate"})
    rows.predictions[combination.columns[0].name] = np.linspace(0.5, 2.0, harness.ROWS)
    expected = DEVIANCES[name](rows.targets["values"], rows.predictions[combination.columns[0].name])
    found = harness.losses_at(combination, loss_named("deviance"), rows).mean()
    assert found == pytest.approx(expected, rel=1e-9)
