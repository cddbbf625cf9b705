"""Gamma: positive values, by shape k and rate (mean = k / rate).

T(y) = (y, log y), h = 0, eta = (-rate, k - 1), g = lgamma(k) - k log rate, chi = (E[y], E[log y]).
With t = E[y] / mean and the gap log E[y] - E[log y] >= 0 the cross-entropy is (Loader's saddle-point form)
s(k) + k (t - 1 - log t) + (k - 1) gap + log E[y] + log(2 pi / k) / 2, s the error of Stirling's formula for lgamma.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy import special

from service.core.exact import product_error
from service.core.families.forms import Distribution, Expectations, Natural, Parameters, Samples, Values
from service.core.formulas import FamilyFormulas
from service.core.gammas import (
    log_minus_digamma,
    stirling_bregman,
    stirling_error,
    stirling_error_curve,
    stirling_error_slope,
    trigamma_excess,
)
from service.core.numerics import HALF_LOG_TAU, Array, log_ratio, ratio_excess, sample_mean
from service.core.spine import Column, Constant, Derivatives, Family, Prediction
from service.core.supports import NEGATIVE, POSITIVE, REAL, Parameter, above


class Amounts(NamedTuple):
    """What a gamma prediction needs to know of its target."""

    mean: Array
    gap: Array  # log E[y] - E[log y]
    shape: Array | None = None  # of a target that is a gamma itself
    rate: Array | None = None

    @property
    def is_distribution(self) -> bool:
        """Whether the target is a gamma distribution."""
        return self.shape is not None


def observe(draws: Array) -> Amounts:
    """The empirical distribution of (draws, rows)."""
    mean = sample_mean(draws)
    return Amounts(mean, sample_mean(ratio_excess(draws, mean, (draws - mean) / mean)))


def expect(shape: Array, rate: Array) -> Amounts:
    """A gamma target."""
    return Amounts(shape / rate, log_minus_digamma(shape), shape, rate)


def from_expectations(chi: Array) -> Amounts:
    """E[y] and E[log y]."""
    return Amounts(chi[0], np.log(chi[0]) - chi[1])


def possible(chi: Array) -> NDArray[np.bool_]:
    """Jensen's inequality, but for rounding."""
    return np.asarray(np.log(chi[0]) - chi[1] >= -1e-15 * (1 + np.abs(chi[1])))


def below_one(shape: Parameter) -> Array:
    """shape - 1, by the logarithm where that has more digits."""
    return np.where(np.abs(shape.free) < 0.5, np.expm1(shape.free), shape.value - 1)


def shape_bend(k: Array) -> Array:
    """k s'(k) + k^2 s''(k) = k (psi(k) + k psi1(k) - log k - 1); by psi(1 + k) for small k, where they cancel."""
    small = k < 0.5
    j = np.where(small, k, 1.0)
    near = j * (special.psi(1 + j) + j * special.polygamma(1, 1 + j) - np.log(j) - 1)
    return np.where(small, near, k * stirling_error_slope(k) + k * k * stirling_error_curve(k))


class ByMean(Prediction):
    """A predicted gamma by its mean and shape."""

    def __init__(self, mean: Array, shape: Array, excess: Array) -> None:
        self.mean, self.shape, self.shape_minus_one = mean, shape, excess

    def excess(self, target: Amounts) -> Array:
        """t - 1 for t = E[y] / mean."""
        return (target.mean - self.mean) / self.mean

    def compare(self, target: Amounts) -> tuple[Array, Array, Array]:
        """t - 1, log t and t - 1 - log t."""
        excess = self.excess(target)
        close = np.abs(excess) < 0.5
        log_t = np.where(close, np.log1p(np.where(close, excess, 0.0)), log_ratio(target.mean, self.mean))
        return excess, log_t, ratio_excess(target.mean, self.mean, excess)

    def cross_entropy(self, target: Amounts) -> Array:
        return self.level(target) + self.shape * self.compare(target)[2]

    def level(self, target: Amounts) -> Array:
        """What the mean cannot change: s(k) + (k - 1) gap + log E[y] + log(2 pi / k) / 2."""
        around = self.shape_minus_one * target.gap + np.log(target.mean)
        return stirling_error(self.shape) + around + HALF_LOG_TAU - 0.5 * np.log(self.shape)

    def floor(self, target: Amounts) -> Array:
        if target.shape is None:
            return self.level(target)
        return by_mean(Parameter(target.mean, target.mean), target.shape).level(target)

    def divergence(self, target: Amounts) -> Array:
        means = self.shape * self.compare(target)[2]
        if target.shape is None:
            return means
        k, k0 = self.shape, target.shape
        return means + 0.5 * ratio_excess(k, k0, (k - k0) / k0) + stirling_bregman(k, k0)

    def gradient(self, target: Amounts) -> Derivatives:
        of_excess, k = self.excess_gradient(target), self.shape
        return {**of_excess, "shape": of_excess["shape"] + k * (stirling_error_slope(k) + target.gap) - 0.5}

    def curvature(self, target: Amounts) -> Derivatives:
        of_excess, k = self.excess_curvature(target), self.shape
        return {**of_excess, "shape": of_excess["shape"] + shape_bend(k) + k * target.gap}

    def fisher(self, target: Amounts) -> Derivatives:
        k = self.shape
        return {"mean": k, "shape": k * k * trigamma_excess(k)}

    def excess_gradient(self, target: Amounts) -> Derivatives:
        excess, _, distance = self.compare(target)
        return {"mean": -self.shape * excess, "shape": self.shape * distance}

    def excess_curvature(self, target: Amounts) -> Derivatives:
        distance = self.compare(target)[2]
        return {"mean": self.shape * (target.mean / self.mean), "shape": self.shape * distance}


class ByRate(ByMean):
    """A predicted gamma by its shape and rate, or by its shape and scale = 1 / rate."""

    def __init__(self, shape: Parameter, mean: Array, column: str, sign: float, rate: Array | None = None) -> None:
        super().__init__(mean, shape.value, below_one(shape))
        self.column, self.sign, self.rate = column, sign, rate

    def excess(self, target: Amounts) -> Array:
        """t - 1, near a match by the differences of shapes and rates, which may cancel."""
        excess = super().excess(target)
        if self.rate is None or target.rate is None or target.shape is None:
            return excess
        k, k0, rate, rate0 = self.shape, target.shape, self.rate, target.rate
        less, more = (k0 - k) * rate, (rate - rate0) * k0
        errors = product_error(k0 - k, rate, less) + product_error(rate - rate0, k0, more)
        near = k0 / k * (rate / rate0) * ((less + more + errors) / k0 / rate - (k0 - k) / k0 * ((rate - rate0) / rate))
        return np.where((np.abs(k0 - k) < 0.5 * k0) & (np.abs(rate - rate0) < 0.5 * rate), near, excess)

    def bend(self, free: Array) -> Array:
        """Of the scale in its logarithm; of the rate, where the loss is -k log rate + k t."""
        return free if self.rate is None else np.stack((-self.shape, free))

    def fisher(self, target: Amounts) -> Derivatives:
        k = self.shape
        return {"shape": k + k * k * trigamma_excess(k), self.column: k}

    def excess_gradient(self, target: Amounts) -> Derivatives:
        excess, log_t, _ = self.compare(target)
        return {"shape": -self.shape * log_t, self.column: self.sign * self.shape * excess}

    def excess_curvature(self, target: Amounts) -> Derivatives:
        log_t, t = self.compare(target)[1], target.mean / self.mean
        return {"shape": self.shape * (1 - log_t), self.column: self.bend(self.shape * t)}


class NaturalGamma(ByMean):
    """A predicted gamma by its natural parameters: gradient g'(eta) - chi, Hessian g''(eta)."""

    def __init__(self, eta: Array) -> None:
        shape = 1 + eta[1]
        super().__init__(shape / -eta[0], shape, eta[1])

    def gradient(self, target: Amounts) -> Derivatives:
        _, log_t, _ = self.compare(target)
        return {"natural": np.stack((self.mean - target.mean, target.gap - log_t - log_minus_digamma(self.shape)))}

    def curvature(self, target: Amounts) -> Derivatives:
        k = self.shape
        return {"natural": np.stack((self.mean * self.mean / k, 1 / k + trigamma_excess(k)))}

    def fisher(self, target: Amounts) -> Derivatives:
        return self.curvature(target)

    def excess_gradient(self, target: Amounts) -> Derivatives:
        return {"natural": np.stack((self.mean - target.mean, -self.compare(target)[1]))}

    def excess_curvature(self, target: Amounts) -> Derivatives:
        return {"natural": np.stack((self.mean * self.mean / self.shape, 1 / self.shape))}


def by_rate(shape: Parameter, rate: Parameter) -> ByRate:
    """Shape and rate."""
    return ByRate(shape, shape.value / rate.value, "rate", 1.0, rate.value)


def by_scale(shape: Parameter, scale: Parameter) -> ByRate:
    """Shape and scale."""
    return ByRate(shape, shape.value * scale.value, "scale", -1.0)


def by_mean_and_shape(mean: Parameter, shape: Parameter) -> ByMean:
    """Mean and shape."""
    return ByMean(mean.value, shape.value, below_one(shape))


def by_mean(mean: Parameter, shape: Array | float) -> ByMean:
    """Mean alone, with a known shape."""
    known = np.full_like(mean.value, shape)
    return ByMean(mean.value, known, known - 1)


MEAN = Column("mean", POSITIVE, "mean")
SHAPE = Column("shape", POSITIVE, "shape")
RATE = Column("rate", POSITIVE, "rate: shape / mean", linear_parts=True)
SCALE = Column("scale", POSITIVE, "scale: mean / shape")


class Gamma(Family):
    """Positive amounts."""

    name = "gamma"
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
        Expectations({"y": POSITIVE, "log y": REAL}, from_expectations, "E[log y] <= log E[y]", possible),
    )
    predictions = (
        Parameters((SHAPE, RATE), by_rate),
        Parameters((SHAPE, SCALE), by_scale),
        Parameters((MEAN, SHAPE), by_mean_and_shape),
        Parameters((MEAN,), by_mean, (Constant("shape", "known shape", 1.0),)),
        Natural({"negative_rate": NEGATIVE, "shape_minus_one": above(-1)}, NaturalGamma),
    )
    statistics = ("y", "log y")
    natural = ("negative_rate", "shape_minus_one")
