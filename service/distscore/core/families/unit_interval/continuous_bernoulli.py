"""Continuous Bernoulli: values in [0, 1], with a density proportional to lam^y (1 - lam)^(1 - y).

Its natural parameter is eta = logit lam, and its mean is not lam; see `continuous_bernoulli_target` for the formulas.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from distscore.core.families.unit_interval.continuous_bernoulli_target import (
    STATISTICS,
    ContinuousBernoulliTarget,
    expect,
    from_expectations,
    observe,
)
from distscore.core.special import log_exprel
from distscore.core.special.elementwise import EPSILON, Array, log_ratio_near_one, sigmoid
from distscore.core.theory.columns import Column, Options, Parameter
from distscore.core.theory.derivatives import Derivatives
from distscore.core.theory.distributions import Family, PredictionForm
from distscore.core.theory.forms import Distribution, Expectations, Natural, Parameters, Samples, Values
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.members import Member
from distscore.core.theory.supports import CLOSED_UNIT_INTERVAL, REAL, UNIT_INTERVAL


class ContinuousBernoulliPrediction(Member[ContinuousBernoulliTarget]):
    """A predicted continuous Bernoulli, sent as its natural parameter."""

    family = STATISTICS

    def __init__(self, logit: Array) -> None:
        self.logit = logit

    @property
    def natural_parameters(self) -> Array:
        return self.logit[None]

    def cross_entropy(self, target: ContinuousBernoulliTarget) -> Array:
        return log_exprel.cross_entropy_of(self.logit, target.mean)

    def floor(self, target: ContinuousBernoulliTarget) -> Array:
        return target.floor

    def divergence(self, target: ContinuousBernoulliTarget) -> Array:
        return log_exprel.bregman(self.logit, target.logit, target.mean, self.difference(target))

    def difference(self, target: ContinuousBernoulliTarget) -> Array:
        """Predicted minus target logit, (rows,)."""
        return self.logit - target.logit

    def residual(self, target: ContinuousBernoulliTarget) -> Array:
        if target.lam is None:
            return log_exprel.residual(self.logit, target.mean)[None]
        return log_exprel.mean_difference(self.logit, target.logit, target.mean, self.difference(target))[None]

    def optimum(self, target: ContinuousBernoulliTarget) -> Mapping[str, Array]:
        return {"natural": target.logit[None]}

    def cumulative(self, values: Array) -> Array:
        return cumulative(self.logit, values)


class ByLogit(ContinuousBernoulliPrediction):
    """A predicted continuous Bernoulli by the column `logits`, which is its logit times the temperature."""

    def __init__(self, logit: Array, temperature: float) -> None:
        super().__init__(logit)
        self.temperature = temperature

    def gradient(self, target: ContinuousBernoulliTarget) -> Derivatives:
        return {"logits": self.residual(target)[0] / self.temperature}

    def second_derivative(self, target: ContinuousBernoulliTarget) -> Derivatives:
        return {"logits": self.variance[0] / self.temperature**2}

    def fisher_information(self, target: ContinuousBernoulliTarget) -> Derivatives:
        return self.second_derivative(target)

    def optimum(self, target: ContinuousBernoulliTarget) -> Mapping[str, Array]:
        return {"logits": self.temperature * target.logit}


class ByLam(ContinuousBernoulliPrediction):
    """A predicted continuous Bernoulli by lam, which is not its mean; derivatives are in the logit of it."""

    def __init__(self, lam: Parameter) -> None:
        super().__init__(lam.coordinate)
        self.lam = lam.value

    def difference(self, target: ContinuousBernoulliTarget) -> Array:
        """Predicted minus target logit; of two lam from their difference, if they have the digits of their logits."""
        plain = super().difference(target)
        if target.lam is None:
            return plain
        step, rest, rest0 = self.lam - target.lam, 1 - self.lam, 1 - target.lam
        exact = log_ratio_near_one(self.lam, target.lam, step / target.lam)
        exact = exact - log_ratio_near_one(rest, rest0, -step / rest0)
        rounding = 2 * EPSILON * (1 + np.abs(self.logit) + np.abs(target.logit))
        return np.where(np.abs(exact - plain) <= rounding, exact, plain)

    def gradient(self, target: ContinuousBernoulliTarget) -> Derivatives:
        return {"lam": self.residual(target)[0]}

    def second_derivative(self, target: ContinuousBernoulliTarget) -> Derivatives:
        return {"lam": self.variance[0]}

    def fisher_information(self, target: ContinuousBernoulliTarget) -> Derivatives:
        return self.second_derivative(target)

    def optimum(self, target: ContinuousBernoulliTarget) -> Mapping[str, Array]:
        return {"lam": sigmoid(target.logit) if target.lam is None else target.lam}


def cumulative(eta: Array, y: Array) -> Array:
    """F(y) = expm1(eta y) / expm1(eta), by the mirror image for positive eta, and y for eta = 0."""
    steep = np.where(np.abs(eta) < 1e-12, -1e-12, -np.abs(eta))
    below = np.expm1(steep * np.where(eta > 0, 1 - y, y)) / np.expm1(steep)
    return np.asarray(np.where(eta > 0, 1 - below, below))


def by_natural(eta: Array) -> ContinuousBernoulliPrediction:
    """A prediction sent by its natural parameter, the logit of lam, (1, rows)."""
    return ContinuousBernoulliPrediction(eta[0])


class Logits(PredictionForm):
    """Real logits, divided by the temperature."""

    columns = (Column("logits", REAL, "log(lam / (1 - lam))"),)

    def read(self, columns: Mapping[str, Parameter], constants: Mapping[str, float], options: Options) -> ByLogit:
        return ByLogit(columns["logits"].value / options.temperature, options.temperature)


LAM = Column("lam", UNIT_INTERVAL, "lam: the density is proportional to lam^y (1 - lam)^(1 - y)")


class ContinuousBernoulli(Family):
    """Intensities between 0 and 1."""

    name = "continuous_bernoulli"
    kind = "unit_interval"
    has_cumulative = True
    has_residuals = True
    parameter_is_not_mean = True
    example: ClassVar[Mapping[str, Any]] = {
        "targets": {"values": [0.0, 0.35, 0.9]},
        "predictions": {"logits": [-2.0, -0.5, 1.5]},
    }
    formulas = FamilyFormulas(
        symbols={"logits": r"\eta"},
        formula=r"\log \frac{e^\eta - 1}{\eta} - \eta y",
        gradient={"logits": r"\frac{1}{1 - e^{-\eta}} - \frac{1}{\eta} - y"},
        hessian={"logits": r"\frac{1}{\eta^2} - \frac{1}{(e^{\eta / 2} - e^{-\eta / 2})^2}"},
        deviance=r"2 (\log \frac{e^\eta - 1}{\eta} - \eta y) - 2 \min_t (\log \frac{e^t - 1}{t} - t y)",
        log_normalizer=r"\log \frac{e^\eta - 1}{\eta}",
        carrier="0",
        bounded_below=False,
        notes=(
            "For observed intensities. For the probability of a binary event the Bernoulli cross-entropy is exact.",
            "The least loss is at A'(eta) = y, the mean of the distribution, and not at lam = y.",
            "At y = 0 and y = 1 the loss falls without bound as lam goes there.",
            "Its normalizer is often written as a part of the log-likelihood; the loss is the negative of that.",
        ),
        elsewhere={
            "PyTorch": "torch.distributions.ContinuousBernoulli, which clamps its probabilities",
            "TensorFlow": "tfp.distributions.ContinuousBernoulli",
        },
    )
    targets = (
        Values(CLOSED_UNIT_INTERVAL, observe),
        Samples(CLOSED_UNIT_INTERVAL, observe),
        Distribution((LAM,), expect),
        Expectations(STATISTICS, from_expectations),
    )
    predictions = (Logits(), Parameters((LAM,), ByLam), Natural(STATISTICS, by_natural))
    recipe = STATISTICS
    statistics = tuple(STATISTICS.expectations)
    natural = tuple(STATISTICS.natural)

    def parameters_at(self, eta: Array) -> Mapping[str, Array]:
        return {"logits": eta[0], "lam": sigmoid(eta[0])}
