"""R's binomial fit of Star98: 303 districts, counts of students above and below the median, 267 611 in all."""

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm

from distscore.use_cases.score import answer_score
from distscore.wire.read.limits import Limits
from distscore.wire.write.answer import Answer
from tests.laws.harness import Array

LIMITS = Limits(rows=1000, entries=100_000, classes=10)
DEVIANCE, LOG_LIKELIHOOD = 4078.76541772, -2998.61255899391


@pytest.fixture(scope="module")
def counts() -> Array:
    """Students above and below the median."""
    return np.asarray(sm.datasets.star98.load().endog, dtype=np.float64)


@pytest.fixture(scope="module")
def design() -> Array:
    """What R explains them by, standardized so that Newton's steps are well conditioned."""
    columns = np.asarray(sm.datasets.star98.load().exog, dtype=np.float64)
    return np.column_stack(((columns - columns.mean(axis=0)) / columns.std(axis=0), np.ones(len(columns))))


def answer(counts: Array, logits: Array, *outputs: str, **others: Any) -> Answer:
    document = {
        "family": "bernoulli",
        "targets": {"successes": counts[:, 0].tolist(), "trials": counts.sum(axis=1).tolist()},
        "predictions": {"logits": logits.tolist()},
        "outputs": ["value", *outputs],
        **others,
    }
    return answer_score(document, LIMITS, lambda: None)


@pytest.fixture(scope="module")
def fitted(counts: Array, design: Array) -> Array:
    """Logits at the optimum, found by Newton's method on the service's own gradients and Hessians."""
    coefficients = np.zeros(design.shape[1])
    for _ in range(8):
        found = answer(counts, design @ coefficients, "gradients", "hessian_diagonals", reduction="sum")
        gradient, second = found.rows["gradients.logits"], found.rows["hessian_diagonals.logits"]
        coefficients -= np.linalg.solve(
            design.T @ (np.asarray(second)[:, None] * design), design.T @ np.asarray(gradient)
        )
    return np.asarray(design @ coefficients)


def test_the_optimum_is_that_of_r(counts: Array, design: Array, fitted: Array) -> None:
    """Minimizing the cross-entropy of counts through its derivatives arrives at R's coefficients."""
    fit = sm.GLM(counts, design, family=sm.families.Binomial()).fit(tol=1e-14)
    np.testing.assert_allclose(fitted, design @ fit.params, rtol=1e-8)


def test_the_deviance_is_that_of_r(counts: Array, fitted: Array) -> None:
    """2 sum n KL is the binomial deviance."""
    found = answer(counts, fitted, reduction="sum", loss="kl_divergence")
    np.testing.assert_allclose(2 * found.members["value"], DEVIANCE, rtol=1e-11)
    twice = answer(counts, fitted, reduction="sum", loss="deviance")
    np.testing.assert_allclose(twice.members["value"], DEVIANCE, rtol=1e-11)


def test_the_likelihood_is_that_of_r(counts: Array, fitted: Array) -> None:
    """The mean cross-entropy and its floor, and with the binomial coefficients the log-likelihood."""
    found = answer(counts, fitted, "diagnostics.decomposition", "diagnostics.weighted_likelihood")
    np.testing.assert_allclose(found.members["value"], 0.6184884, rtol=1e-7)
    parts = found.members["diagnostics"]["decomposition"]
    np.testing.assert_allclose(parts["floor"], 0.6108677, rtol=1e-7)
    likelihood = found.members["diagnostics"]["weighted_likelihood"]["log_likelihood_with_coefficients"]
    np.testing.assert_allclose(likelihood, LOG_LIKELIHOOD, rtol=1e-11)
    assert found.members["total_weight"] == 267_611
