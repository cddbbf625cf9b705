"""Beta: values in (0, 1), by alpha and beta, or by mean m and precision f: alpha = m f, beta = (1 - m) f.

It is the Dirichlet distribution of the shares (y, 1 - y): see `dirichlet_target`, and `beta_prediction`.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from distscore.core.families.unit_interval.beta_prediction import BetaPrediction, by_mean, by_shapes
from distscore.core.families.unit_interval.concentrations import Concentrations
from distscore.core.families.unit_interval.dirichlet_statistics import BETA
from distscore.core.families.unit_interval.dirichlet_target import Draws, Expected, Known
from distscore.core.special.elementwise import Array
from distscore.core.theory.columns import Column
from distscore.core.theory.distributions import Family
from distscore.core.theory.estimates import Estimate, mean_and_variance, observations
from distscore.core.theory.forms import Distribution, Expectations, Natural, Parameters, Samples, Values
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.supports import POSITIVE, UNIT_INTERVAL


def observe(draws: Array) -> Draws:
    """The empirical distribution of (draws, rows)."""
    return Draws(np.stack((draws, 1 - draws), axis=1), np.stack((np.log(draws), np.log1p(-draws)), axis=1))


def expect(alpha: Array, beta: Array) -> Known:
    """The target that is a beta distribution of these alpha and beta, (rows,) each."""
    return Known(Concentrations(np.stack((alpha, beta))))


def by_natural(eta: Array) -> BetaPrediction:
    """Alpha and beta, each minus one."""
    return BetaPrediction(Concentrations(1 + eta), eta)


NEAR = 1e-6  # variances below this part of m (1 - m), the largest that there is

NO_DEVIANCE = {
    "deviance": "the likelihood of a single observation has no bound, so there is no least loss to take away"
}


class ObservedValue(Values):
    """One observed value per row."""

    unavailable: Mapping[str, str] = NO_DEVIANCE


class ObservedSamples(Samples):
    """Several draws per row: the target is their empirical distribution, its loss their mean loss."""

    unavailable: Mapping[str, str] = NO_DEVIANCE


ALPHA = Column("alpha", POSITIVE, "alpha: mean * precision")
BETA_COLUMN = Column("beta", POSITIVE, "beta: (1 - mean) * precision")
MEAN = Column("mean", UNIT_INTERVAL, "mean")
PRECISION = Column("precision", POSITIVE, "precision: alpha + beta")


class Beta(Family):
    """Proportions strictly between 0 and 1."""

    name = "beta"
    kind = "unit_interval"
    has_cumulative = True
    has_residuals = True
    example: ClassVar[Mapping[str, Any]] = {
        "targets": {"values": [0.2, 0.65, 0.97]},
        "predictions": {"mean": [0.3, 0.6, 0.9], "precision": [5.0, 10.0, 20.0]},
    }
    formulas = FamilyFormulas(
        symbols={"alpha": r"\alpha", "beta": r"\beta"},
        formula=r"\log \Gamma(\alpha) + \log \Gamma(\beta) - \log \Gamma(\alpha + \beta) "
        r"- (\alpha - 1) \log y - (\beta - 1) \log(1 - y)",
        gradient={
            "alpha": r"\psi(\alpha) - \psi(\alpha + \beta) - \log y",
            "beta": r"\psi(\beta) - \psi(\alpha + \beta) - \log(1 - y)",
        },
        hessian={
            "alpha": r"\psi_1(\alpha) - \psi_1(\alpha + \beta)",
            "beta": r"\psi_1(\beta) - \psi_1(\alpha + \beta)",
        },
        log_normalizer=r"\log \Gamma(\eta_1 + 1) + \log \Gamma(\eta_2 + 1) - \log \Gamma(\eta_1 + \eta_2 + 2)",
        carrier="0",
        bounded_below=False,
        notes=(
            "Values are strictly between 0 and 1. What to do about exact 0 and 1 is the sender's choice: "
            "continuous_bernoulli takes them.",
        ),
        elsewhere={
            "PyTorch": "torch.distributions.Beta",
            "SciPy": "scipy.stats.beta",
            "statsmodels": "statsmodels.othermod.betareg.BetaModel, by mean and precision",
            "R": "dbeta; scoringRules::logs_beta; betareg::betareg",
        },
    )
    targets = (
        ObservedValue(UNIT_INTERVAL, observe),
        ObservedSamples(UNIT_INTERVAL, observe),
        Distribution((ALPHA, BETA_COLUMN), expect),
        Expectations(BETA, Expected),
    )
    predictions = (
        Parameters((ALPHA, BETA_COLUMN), by_shapes),
        Parameters((MEAN, PRECISION), by_mean),
        Natural(BETA, by_natural),
    )
    recipe = BETA
    statistics = tuple(BETA.expectations)
    natural = tuple(BETA.natural)

    def estimate(self, targets: Mapping[str, Array], weights: Array) -> Estimate:
        """Of values that nearly agree by their mean and variance, for the means of T tell too few digits of them."""
        if not targets.keys() <= {"values", "samples"}:
            return Estimate({})
        mean, variance = mean_and_variance(*observations(targets, weights))
        whole = mean * (1 - mean)
        if variance > NEAR * whole:
            return Estimate({})
        alpha, beta = np.array([mean, 1 - mean]) * (whole / variance - 1)
        natural = np.stack((alpha - 1, beta - 1))
        return Estimate({"alpha": alpha, "beta": beta, "mean": mean, "precision": alpha + beta, "natural": natural})

    def parameters_at(self, eta: Array) -> Mapping[str, Array]:
        alpha, beta = 1 + eta
        return {"alpha": alpha, "beta": beta, "mean": alpha / (alpha + beta), "precision": alpha + beta}
