"""Continuous Bernoulli: values in [0, 1], with a density proportional to lam^y (1 - lam)^(1 - y).

T(y) = y, h = 0, eta = logit lam, g = A(eta) = log((e^eta - 1) / eta), chi = E[y] = A'(eta), which is not lam.
Cross-entropy A(eta) - eta E[y]; its least is at A'(eta) = E[y] and has no bound as E[y] goes to 0 or 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from distscore.core.special.elementwise import EPSILON, Array, log_ratio_near_one, sample_mean, sigmoid
from distscore.core.special.log_exprel import (
    Proportion,
    bregman,
    cross_entropy_of,
    inverse_mean,
    least_cross_entropy,
    mean,
    mean_difference,
    proportion,
    residual,
    variance,
)
from distscore.core.theory.columns import Column, Options, Parameter
from distscore.core.theory.derivatives import Derivatives
from distscore.core.theory.distributions import Family, FixedFloor, PredictionForm
from distscore.core.theory.forms import Distribution, Expectations, Natural, Parameters, Samples, Values
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.supports import CLOSED_UNIT_INTERVAL, REAL, UNIT_INTERVAL


@dataclass(frozen=True)
class Shade:
    """What a continuous Bernoulli prediction needs to know of its target."""

    mean: Proportion
    lam: Array | None = None  # of a target that is a continuous Bernoulli itself

    @property
    def is_distribution(self) -> bool:
        """Whether the target is a continuous Bernoulli distribution."""
        return self.lam is not None

    @cached_property
    def logit(self) -> Array:
        """The natural parameter of the distribution with this mean."""
        return inverse_mean(self.mean) if self.lam is None else logit_of(self.lam)

    @cached_property
    def floor(self) -> Array:
        """The least cross-entropy."""
        return least_cross_entropy(self.mean, self.logit)


def logit_of(lam: Array) -> Array:
    """log(lam / (1 - lam))."""
    return np.log(lam) - np.log1p(-lam)


def observe(draws: Array) -> Shade:
    """The empirical distribution of (draws, rows)."""
    return Shade(proportion(sample_mean(draws)))


def expect(lam: Array) -> Shade:
    """A continuous Bernoulli target."""
    return Shade(mean(logit_of(lam)), lam)


class Tilted(FixedFloor[Shade]):
    """A predicted continuous Bernoulli, sent as a column whose free coordinate is temperature times its logit."""

    def __init__(self, logit: Array, column: str, temperature: float = 1.0, lam: Array | None = None) -> None:
        self.logit, self.column, self.temperature, self.lam = logit / temperature, column, temperature, lam

    def cross_entropy(self, target: Shade) -> Array:
        return cross_entropy_of(self.logit, target.mean)

    def floor(self, target: Shade) -> Array:
        return target.floor

    def divergence(self, target: Shade) -> Array:
        return bregman(self.logit, target.logit, target.mean, self.gap(target))

    def gap(self, target: Shade) -> Array:
        """Predicted minus target logit, of two lam as they were sent."""
        gap = self.logit - target.logit
        if self.lam is None or target.lam is None:
            return gap
        step, rest, rest0 = self.lam - target.lam, 1 - self.lam, 1 - target.lam
        of_lam = log_ratio_near_one(self.lam, target.lam, step / target.lam)
        exact = of_lam - log_ratio_near_one(rest, rest0, -step / rest0)
        rounding = 2 * EPSILON * (1 + np.abs(self.logit) + np.abs(target.logit))
        return np.where(np.abs(exact - gap) <= rounding, exact, gap)  # lam from a large logit has lost its digits

    def residual(self, target: Shade) -> Array:
        """Predicted minus target mean."""
        if target.lam is None:
            return residual(self.logit, target.mean)
        return mean_difference(self.logit, target.logit, target.mean, self.gap(target))

    def gradient(self, target: Shade) -> Derivatives:
        return {self.column: self.residual(target) / self.temperature}

    def second_derivative(self, target: Shade) -> Derivatives:
        return {self.column: variance(self.logit) / self.temperature**2}

    def fisher_information(self, target: Shade) -> Derivatives:
        return self.second_derivative(target)

    def optimum(self, target: Shade) -> Mapping[str, Array]:
        if self.lam is None:
            return {self.column: self.temperature * target.logit}
        return {self.column: sigmoid(target.logit) if target.lam is None else target.lam}

    def cumulative(self, values: Array) -> Array:
        return cumulative(self.logit, values)


def cumulative(eta: Array, y: Array) -> Array:
    """F(y) = expm1(eta y) / expm1(eta), by the mirror image for positive eta, and y for eta = 0."""
    steep = np.where(np.abs(eta) < 1e-12, -1e-12, -np.abs(eta))
    below = np.expm1(steep * np.where(eta > 0, 1 - y, y)) / np.expm1(steep)
    return np.asarray(np.where(eta > 0, 1 - below, below))


class NaturalTilted(Tilted):
    """A predicted continuous Bernoulli by its natural parameter."""

    def __init__(self, eta: Array) -> None:
        super().__init__(eta[0], "natural")

    def gradient(self, target: Shade) -> Derivatives:
        return {"natural": self.residual(target)[None]}

    def second_derivative(self, target: Shade) -> Derivatives:
        return {"natural": variance(self.logit)[None]}

    def optimum(self, target: Shade) -> Mapping[str, Array]:
        return {"natural": target.logit[None]}


class Logits(PredictionForm):
    """Real logits, divided by the temperature."""

    columns = (Column("logits", REAL, "log(lam / (1 - lam))"),)

    def read(self, columns: Mapping[str, Parameter], constants: Mapping[str, float], options: Options) -> Tilted:
        return Tilted(columns["logits"].value, "logits", options.temperature)


def by_lam(lam: Parameter) -> Tilted:
    """The parameter lam, which is not the mean."""
    return Tilted(lam.coordinate, "lam", lam=lam.value)


LAM = Column("lam", UNIT_INTERVAL, "lam: the density is proportional to lam^y (1 - lam)^(1 - y)")


class ContinuousBernoulli(Family):
    """Intensities between 0 and 1."""

    name = "continuous_bernoulli"
    kind = "unit_interval"
    has_cumulative = True
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
        Expectations({"y": UNIT_INTERVAL}, observe),
    )
    predictions = (Logits(), Parameters((LAM,), by_lam), Natural({"logit": REAL}, NaturalTilted))
    statistics = ("y",)
    natural = ("logit",)
