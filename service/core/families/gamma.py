"""Gamma: positive values, by shape k and rate (mean = k / rate).

T(y) = (y, log y), h = 0, eta = (-rate, k - 1), g = lgamma(k) - k log rate, chi = (E[y], E[log y]).
With t = E[y] / mean and the gap log E[y] - E[log y] >= 0 the cross-entropy is (Loader's saddle-point form)
s(k) + k (t - 1 - log t + gap) + E[log y] + log(2 pi / k) / 2, s the error of Stirling's formula for lgamma.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from service.core.families.forms import Distribution, Expectations, Natural, Parameters, Samples, Values
from service.core.gammas import (
    log_minus_digamma,
    stirling_bregman,
    stirling_error,
    stirling_error_curve,
    stirling_error_slope,
    trigamma_excess,
)
from service.core.numerics import HALF_LOG_TAU, Array, phi, sample_mean
from service.core.spine import Column, Constant, Derivatives, Family, Prediction
from service.core.supports import NEGATIVE, POSITIVE, REAL, Parameter, above


class Amounts(NamedTuple):
    """What a gamma prediction needs to know of its target."""

    mean: Array
    gap: Array  # log E[y] - E[log y]
    shape: Array | None = None  # of a target that is a gamma itself

    @property
    def is_distribution(self) -> bool:
        """Whether the target is a gamma distribution."""
        return self.shape is not None


def observe(draws: Array) -> Amounts:
    """The empirical distribution of (draws, rows)."""
    mean = sample_mean(draws)
    return Amounts(mean, sample_mean(phi((draws - mean) / mean)))


def expect(shape: Array, rate: Array) -> Amounts:
    """A gamma target."""
    return Amounts(shape / rate, log_minus_digamma(shape), shape)


def from_expectations(chi: Array) -> Amounts:
    """E[y] and E[log y]."""
    return Amounts(chi[0], np.log(chi[0]) - chi[1])


def possible(chi: Array) -> NDArray[np.bool_]:
    """Jensen's inequality, but for rounding."""
    consistent: NDArray[np.bool_] = np.log(chi[0]) - chi[1] >= -1e-15 * (1 + np.abs(chi[1]))
    return consistent


class ByMean(Prediction):
    """A predicted gamma by its mean and shape."""

    def __init__(self, mean: Array, shape: Array) -> None:
        self.mean, self.shape = mean, shape

    def compare(self, target: Amounts) -> tuple[Array, Array, Array]:
        """t - 1, log t and t - 1 - log t for t = E[y] / mean."""
        excess = (target.mean - self.mean) / self.mean
        close = np.abs(excess) < 0.5
        log_t = np.where(close, np.log1p(np.where(close, excess, 0.0)), np.log(target.mean) - np.log(self.mean))
        return excess, log_t, np.where(close, phi(np.where(close, excess, 0.0)), excess - log_t)

    def cross_entropy(self, target: Amounts) -> Array:
        return self.level(target) + self.shape * (self.compare(target)[2] + target.gap)

    def level(self, target: Amounts) -> Array:
        """What the mean cannot change, for targets without a gap: s(k) + E[log y] + log(2 pi / k) / 2."""
        log_y = np.log(target.mean) - target.gap
        return stirling_error(self.shape) + log_y + HALF_LOG_TAU - 0.5 * np.log(self.shape)

    def floor(self, target: Amounts) -> Array:
        if target.shape is None:
            return self.level(target) + self.shape * target.gap
        return ByMean(target.mean, target.shape).cross_entropy(target)

    def divergence(self, target: Amounts) -> Array:
        means = self.shape * self.compare(target)[2]
        if target.shape is None:
            return means
        k, k0 = self.shape, target.shape
        return means + 0.5 * phi((k - k0) / k0) + stirling_bregman(k, k0)

    def gradient(self, target: Amounts) -> Derivatives:
        excess, _, distance = self.compare(target)
        k = self.shape
        return {"mean": -k * excess, "shape": k * (stirling_error_slope(k) + distance + target.gap) - 0.5}

    def curvature(self, target: Amounts) -> Derivatives:
        excess, _, distance = self.compare(target)
        k = self.shape
        bend = k * (stirling_error_slope(k) + distance + target.gap) + k * k * stirling_error_curve(k)
        return {"mean": k * (1 + excess), "shape": bend}

    def fisher(self, target: Amounts) -> Derivatives:
        k = self.shape
        return {"mean": k, "shape": k * k * trigamma_excess(k)}

    def excess_gradient(self, target: Amounts) -> Derivatives:
        excess, _, distance = self.compare(target)
        return {"mean": -self.shape * excess, "shape": self.shape * distance}

    def excess_curvature(self, target: Amounts) -> Derivatives:
        excess, _, distance = self.compare(target)
        return {"mean": self.shape * (1 + excess), "shape": self.shape * distance}


class ByRate(ByMean):
    """A predicted gamma by its shape and rate, or by its shape and scale = 1 / rate."""

    def __init__(self, shape: Array, mean: Array, column: str, sign: float) -> None:
        super().__init__(mean, shape)
        self.column, self.sign = column, sign

    def gradient(self, target: Amounts) -> Derivatives:
        excess, log_t, _ = self.compare(target)
        k = self.shape
        return {
            "shape": k * (stirling_error_slope(k) + target.gap - log_t) - 0.5,
            self.column: self.sign * k * excess,
        }

    def curvature(self, target: Amounts) -> Derivatives:
        excess, log_t, _ = self.compare(target)
        k = self.shape
        bend = k * (stirling_error_slope(k) + target.gap - log_t) + k * k * stirling_error_curve(k) + k
        return {"shape": bend, self.column: k * (1 + excess)}

    def fisher(self, target: Amounts) -> Derivatives:
        k = self.shape
        return {"shape": k + k * k * trigamma_excess(k), self.column: k}

    def excess_gradient(self, target: Amounts) -> Derivatives:
        excess, log_t, _ = self.compare(target)
        return {"shape": -self.shape * log_t, self.column: self.sign * self.shape * excess}

    def excess_curvature(self, target: Amounts) -> Derivatives:
        excess, log_t, _ = self.compare(target)
        return {"shape": self.shape * (1 - log_t), self.column: self.shape * (1 + excess)}


class NaturalGamma(ByMean):
    """A predicted gamma by its natural parameters: gradient g'(eta) - chi, Hessian g''(eta)."""

    def __init__(self, eta: Array) -> None:
        shape = 1 + eta[1]
        super().__init__(shape / -eta[0], shape)

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
    return ByRate(shape.value, shape.value / rate.value, "rate", 1.0)


def by_scale(shape: Parameter, scale: Parameter) -> ByRate:
    """Shape and scale."""
    return ByRate(shape.value, shape.value * scale.value, "scale", -1.0)


def by_mean_and_shape(mean: Parameter, shape: Parameter) -> ByMean:
    """Mean and shape."""
    return ByMean(mean.value, shape.value)


def by_mean(mean: Parameter, shape: float) -> ByMean:
    """Mean alone, with a known shape."""
    return ByMean(mean.value, np.full_like(mean.value, shape))


MEAN = Column("mean", POSITIVE, "mean")
SHAPE = Column("shape", POSITIVE, "shape")
RATE = Column("rate", POSITIVE, "rate: shape / mean")
SCALE = Column("scale", POSITIVE, "scale: mean / shape")


class Gamma(Family):
    """Positive amounts."""

    name = "gamma"
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
