"""Gaussian: real values with a known or a predicted standard deviation; see `gaussian_target` for the formulas."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from distscore.core.families.real.gaussian_prediction import ByMean, GaussianPrediction
from distscore.core.families.real.gaussian_target import (
    STATISTICS,
    KnownDeviation,
    expect,
    from_expectations,
    observe,
)
from distscore.core.special.elementwise import Array
from distscore.core.theory.columns import Column, Constant, Parameter
from distscore.core.theory.distributions import Family
from distscore.core.theory.estimates import Estimate, mean_and_variance, observations
from distscore.core.theory.exponential_family import ExponentialFamily
from distscore.core.theory.forms import Distribution, Expectations, Natural, Parameters, Samples, Values
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.supports import POSITIVE, REAL


def by_deviation(mean: Parameter, deviation: Parameter) -> ByMean:
    """A prediction sent by its mean and its standard deviation."""
    return ByMean(mean, deviation, deviation.value, "standard_deviation")


def by_variance(mean: Parameter, variance: Parameter) -> ByMean:
    """A prediction sent by its mean and its variance."""
    deviation = Parameter(np.sqrt(variance.value), 0.5 * variance.coordinate)
    return ByMean(mean, deviation, variance.value, "variance", 0.5)


def by_mean(mean: Parameter, deviation: float) -> ByMean:
    """Mean alone, with a known standard deviation."""
    known = np.full_like(mean.value, deviation)
    return ByMean(mean, Parameter(known, np.log(known)), known)


def by_natural(eta: Array) -> GaussianPrediction:
    """Mean over variance, and minus half the precision."""
    mean, variance = STATISTICS.moments(eta)
    return GaussianPrediction(mean, Parameter(np.sqrt(variance), 0.5 * np.log(variance)), eta)


MEAN = Column("mean", REAL, "mean")
DEVIATION = Column("standard_deviation", POSITIVE, "standard deviation")
VARIANCE = Column("variance", POSITIVE, "variance")


class Gaussian(Family):
    """Real values around a predicted mean."""

    name = "gaussian"
    kind = "real"
    has_cumulative = True
    has_residuals = True
    example: ClassVar[Mapping[str, Any]] = {
        "targets": {"values": [1.2, -0.4, 3.1]},
        "predictions": {"mean": [1.0, 0.0, 2.5], "standard_deviation": [-0.5, 0.1, 0.3]},
        "activations": {"standard_deviation": "softplus"},
    }
    formulas = FamilyFormulas(
        symbols={"mean": r"\mu", "standard_deviation": r"\sigma"},
        formula=r"\frac{1}{2} \log(2 \pi) + \log \sigma + \frac{(y - \mu)^2}{2 \sigma^2}",
        gradient={
            "mean": r"\frac{\mu - y}{\sigma^2}",
            "standard_deviation": r"\frac{1}{\sigma} - \frac{(y - \mu)^2}{\sigma^3}",
        },
        hessian={
            "mean": r"\frac{1}{\sigma^2}",
            "standard_deviation": r"\frac{3 (y - \mu)^2}{\sigma^4} - \frac{1}{\sigma^2}",
        },
        deviance=r"\frac{(y - \mu)^2}{\sigma^2}",
        log_normalizer=r"-\frac{\eta_1^2}{4 \eta_2} - \frac{1}{2} \log(-2 \eta_2) + \frac{1}{2} \log(2 \pi)",
        carrier="0",
        bounded_below=False,
        notes=(
            "With one known standard deviation for all rows it is the mean squared error, but for the factor "
            "1 / (2 sigma^2) and a constant; where it differs between rows or models, both matter.",
            "A predicted standard deviation lets the loss fall without bound as it goes to 0 on an exact fit.",
        ),
        elsewhere={
            "PyTorch": "torch.nn.GaussianNLLLoss(full=True), which clamps the variance; torch.distributions.Normal",
            "scikit-learn": "sklearn.metrics.mean_squared_error is the deviance at standard deviation 1",
            "SciPy": "scipy.stats.norm",
            "R": "dnorm; scoringRules::logs_norm",
        },
    )
    targets = (
        Values(REAL, observe),
        Samples(REAL, observe),
        Distribution((MEAN, DEVIATION), expect),
        Expectations(STATISTICS, from_expectations),
    )
    predictions = (
        Parameters((MEAN, DEVIATION), by_deviation),
        Parameters((MEAN, VARIANCE), by_variance),
        Parameters((MEAN,), by_mean, (Constant("standard_deviation", "known standard deviation", 1.0),)),
        Natural(STATISTICS, by_natural),
    )
    recipe = STATISTICS
    statistics = tuple(STATISTICS.expectations)
    natural = tuple(STATISTICS.natural)

    def exponential_family(self, constants: Mapping[str, float]) -> ExponentialFamily:
        return KnownDeviation(constants["standard_deviation"]) if "standard_deviation" in constants else self.recipe

    def parameters_at(self, eta: Array) -> Mapping[str, Array]:
        mean, variance = STATISTICS.moments(eta)
        return {"mean": mean, "standard_deviation": np.sqrt(variance), "variance": variance}

    def estimate(self, targets: Mapping[str, Array], weights: Array) -> Estimate:
        """Of observed values mean and variance, centered first, which are maximum likelihood."""
        if not targets.keys() <= {"values", "samples"}:
            return Estimate({})
        mean, variance = mean_and_variance(*observations(targets, weights))
        natural = np.array([mean, -0.5]) / variance
        known = {"mean": mean, "variance": variance, "standard_deviation": np.sqrt(variance), "natural": natural}
        return Estimate(known, exact=True)
