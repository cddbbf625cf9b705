"""Likelihoods of real values as others write them: constants left out, variances clamped or taken for deviations."""

import numpy as np

from distscore.core.conventions.convention import RowLoss
from distscore.core.conventions.rows import Rows
from distscore.core.special.elementwise import Array

LEAST_VARIANCE = 1e-6  # of PyTorch
HALF_LOG_2_PI = 0.5 * np.log(2 * np.pi)
GAUSSIAN = frozenset({"gaussian"})
VALUES_AND_MEANS = frozenset({"values", "mean"})


def variance(rows: Rows) -> Array:
    """Predicted, sent or known, (rows,)."""
    if "variance" in rows.block.parameters:
        return rows.parameter("variance")
    return rows.parameter("standard_deviation") ** 2


def likelihood(rows: Rows, variance: Array) -> Array:
    """Minus the log-density of a gaussian of another variance, without (1/2) log(2 pi)."""
    return 0.5 * (np.log(variance) + (rows.values - rows.parameter("mean")) ** 2 / variance)


def clamped(rows: Rows) -> Array:
    """With a variance of 1e-6 at least."""
    return likelihood(rows, np.maximum(variance(rows), LEAST_VARIANCE))


REAL: tuple[RowLoss, ...] = (
    RowLoss(
        name="without_constant",
        says="the gaussian likelihood without (1/2) log(2 pi), variances 1e-6 at least",
        formula=r"\tfrac{1}{2} \left( \log v + \frac{(y - m)^2}{v} \right), \quad v \to \max(v, 10^{-6})",
        functions={"pytorch": "GaussianNLLLoss"},
        families=GAUSSIAN,
        columns=VALUES_AND_MEANS,
        loss=clamped,
    ),
    RowLoss(
        name="variance_above_1e-6",
        says="the gaussian likelihood with variances of 1e-6 at least",
        formula=r"\tfrac{1}{2} \left( \log(2 \pi v) + \frac{(y - m)^2}{v} \right), \quad v \to \max(v, 10^{-6})",
        functions={"pytorch": "GaussianNLLLoss(full=True)"},
        families=GAUSSIAN,
        columns=VALUES_AND_MEANS,
        loss=lambda rows: clamped(rows) + HALF_LOG_2_PI,
    ),
    RowLoss(
        name="deviation_as_variance",
        says="standard deviations where variances are expected, without (1/2) log(2 pi)",
        formula=r"\tfrac{1}{2} \left( \log s + \frac{(y - m)^2}{s} \right)",
        functions={"pytorch": "GaussianNLLLoss(var=standard_deviation)"},
        families=GAUSSIAN,
        columns=VALUES_AND_MEANS,
        loss=lambda rows: likelihood(rows, np.sqrt(variance(rows))),
    ),
    RowLoss(
        name="variance_as_deviation",
        says="variances where standard deviations are expected",
        formula=r"\tfrac{1}{2} \left( \log(2 \pi v^2) + \frac{(y - m)^2}{v^2} \right)",
        functions={
            "scipy": "scipy.stats.norm(scale=variance)",
            "pytorch": "torch.distributions.Normal(mean, variance)",
            "r": "dnorm(sd=variance)",
        },
        families=GAUSSIAN,
        columns=VALUES_AND_MEANS,
        loss=lambda rows: likelihood(rows, variance(rows) ** 2) + HALF_LOG_2_PI,
    ),
    RowLoss(
        name="absolute_error",
        says="the absolute error",
        formula=r"|y - m|",
        units="values",
        families=frozenset({"laplace"}),
        columns=frozenset({"values", "location"}),
        loss=lambda rows: np.abs(rows.values - rows.parameter("location")),
    ),
)
