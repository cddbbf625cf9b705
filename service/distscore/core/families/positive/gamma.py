"""Gamma: positive values, by shape k and rate (mean = k / rate); see `gamma_target` for the formulas."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from distscore.core.families.positive.gamma_prediction import ByMean, ByMeanAlone, ByRate, ByScale, GammaPrediction
from distscore.core.families.positive.gamma_target import (
    STATISTICS,
    KnownShape,
    expect,
    from_expectations,
    observe,
    shape_of,
)
from distscore.core.special.elementwise import Array, itakura_saito
from distscore.core.theory.columns import Column, Constant, Parameter
from distscore.core.theory.distributions import Family
from distscore.core.theory.estimates import Estimate, mean_and_variance, observations
from distscore.core.theory.exponential_family import ExponentialFamily
from distscore.core.theory.forms import Distribution, Expectations, Natural, Parameters, Samples, Values
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.supports import POSITIVE


def by_natural(eta: Array) -> GammaPrediction:
    """Minus the rate, and the shape minus one."""
    shape, rate = Parameter(1 + eta[1], np.log1p(eta[1])), Parameter(-eta[0], np.log(-eta[0]))
    return GammaPrediction(shape, rate, eta[1])


MEAN = Column("mean", POSITIVE, "mean")
SHAPE = Column("shape", POSITIVE, "shape")
RATE = Column("rate", POSITIVE, "rate: shape / mean")
SCALE = Column("scale", POSITIVE, "scale: mean / shape")


class Gamma(Family):
    """Positive amounts whose standard deviation grows with their mean, by mean and shape."""

    name = "gamma"
    kind = "positive"
    has_cumulative = True
    has_residuals = True
    example: ClassVar[Mapping[str, Any]] = {
        "targets": {"values": [0.7, 2.4, 11.0]},
        "predictions": {"mean": [-0.2, 1.0, 2.0]},
        "activations": {"mean": "exp"},
        "family_parameters": {"shape": 2.0},
    }
    formulas = FamilyFormulas(
        symbols={"shape": r"\alpha", "rate": r"\beta"},
        formula=r"\log \Gamma(\alpha) - \alpha \log \beta - (\alpha - 1) \log y + \beta y",
        gradient={"shape": r"\psi(\alpha) - \log(\beta y)", "rate": r"y - \frac{\alpha}{\beta}"},
        hessian={"shape": r"\psi_1(\alpha)", "rate": r"\frac{\alpha}{\beta^2}"},
        deviance=r"2 \alpha (\frac{\beta y}{\alpha} - 1 - \log \frac{\beta y}{\alpha})",
        log_normalizer=r"\log \Gamma(\eta_2 + 1) - (\eta_2 + 1) \log(-\eta_1)",
        carrier="0",
        bounded_below=False,
        notes=("The mean is shape / rate; rate is 1 / scale: mind which of the two another program means.",),
        elsewhere={
            "PyTorch": "torch.distributions.Gamma",
            "scikit-learn": "sklearn.metrics.mean_gamma_deviance is the deviance at shape 1",
            "SciPy": "scipy.stats.gamma with a = shape, scale = 1 / rate",
            "R": "dgamma; scoringRules::logs_gamma",
        },
    )
    targets = (
        Values(POSITIVE, observe),
        Samples(POSITIVE, observe),
        Distribution((SHAPE, RATE), expect),
        Expectations(STATISTICS, from_expectations),
    )
    predictions = (
        Parameters((SHAPE, RATE), ByRate),
        Parameters((SHAPE, SCALE), ByScale),
        Parameters((MEAN, SHAPE), ByMean),
        Parameters((MEAN,), ByMeanAlone, (Constant("shape", "known shape", 1.0),)),
        Natural(STATISTICS, by_natural),
    )
    recipe = STATISTICS
    statistics = tuple(STATISTICS.expectations)
    natural = tuple(STATISTICS.natural)

    def exponential_family(self, constants: Mapping[str, float]) -> ExponentialFamily:
        return KnownShape(constants["shape"]) if "shape" in constants else self.recipe

    def parameters_at(self, eta: Array) -> Mapping[str, Array]:
        rate, shape = -eta[0], 1 + eta[1]
        return {"shape": shape, "rate": rate, "scale": 1 / rate, "mean": shape / rate}

    def estimate(self, targets: Mapping[str, Array], weights: Array) -> Estimate:
        """Of observed values by their mean and log E[y] - E[log y], which are maximum likelihood."""
        if not targets.keys() <= {"values", "samples"}:
            return Estimate({})
        values, weights = observations(targets, weights)
        mean, _ = mean_and_variance(values, weights)
        ratios = itakura_saito(values, np.asarray(mean), (values - mean) / mean)
        shape = shape_of(np.add.reduce(weights / weights.sum() * ratios))
        natural = np.stack((-shape / mean, shape - 1))
        return Estimate({"mean": mean, "natural": natural, **self.parameters_at(natural)}, exact=True)
