"""Predicted gamma distributions: natural parameters, shape and rate, shape and scale, mean and shape.

With t = E[y] / mean every one is Loader's form of `gamma_target`, and its derivatives those of k (t - 1 - log t) beside
what the mean cannot change. KL is k (t - 1 - log t) plus the Bregman remainder of lgamma(k) - k log k + k.
"""

from abc import abstractmethod
from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
from scipy import special

from distscore.core.exact.products import product_error
from distscore.core.families.positive.gamma_target import STATISTICS, GammaTarget
from distscore.core.special import gamma_function as gammas
from distscore.core.special.elementwise import SMALL, Array, itakura_saito, phi, product
from distscore.core.theory.columns import Parameter
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives
from distscore.core.theory.members import Member


class Comparison(NamedTuple):
    """How the mean of a target lies to that of a prediction, with t = E[y] / mean, (rows,) each."""

    difference: Array  # k (t - 1)
    log_ratio: Array  # log t
    half_deviance: Array  # k (t - 1 - log t) >= 0


class GammaPrediction(Member[GammaTarget]):
    """A predicted gamma, sent as its natural parameters -rate and k - 1.

    An observation has no best shape: its floor and divergence are those of its mean at the shape predicted.
    """

    family = STATISTICS

    def __init__(self, shape: Parameter, rate: Parameter, shape_minus_one: Array | None = None) -> None:
        (self.shape, self.log_shape), (self.rate, self.log_rate) = shape, rate
        self.mean, self.log_mean = self.shape / self.rate, self.log_shape - self.log_rate
        self.shape_minus_one = minus_one(shape) if shape_minus_one is None else shape_minus_one

    @property
    def natural_parameters(self) -> Array:
        return np.stack((-self.rate, self.shape_minus_one))

    def scaled_ratio(self, target: GammaTarget) -> Array:
        """k t = rate E[y], which is a double where t itself is none."""
        return target.mean * self.rate

    def relative_error(self, target: GammaTarget) -> Array:
        """t - 1; of two distributions that are close by the differences of their shapes and rates, which may cancel."""
        plain = self.scaled_ratio(target) / self.shape - 1
        if target.parameters is None:
            return plain
        k, rate, (k0, rate0) = self.shape, self.rate, target.parameters
        less, more = (k0 - k) * rate, (rate - rate0) * k0
        errors = product_error(k0 - k, rate) + product_error(rate - rate0, k0)
        near = k0 / k * (rate / rate0) * ((less + more + errors) / k0 / rate - (k0 - k) / k0 * ((rate - rate0) / rate))
        return np.where((np.abs(k0 - k) < 0.5 * k0) & (np.abs(rate - rate0) < 0.5 * rate), near, plain)

    def compare(self, target: GammaTarget) -> Comparison:
        """Near t = 1 by t - 1, and elsewhere by k t and log t."""
        k, error, scaled = self.shape, self.relative_error(target), self.scaled_ratio(target)
        near = np.abs(error) < 0.5
        u = np.where(near, error, 0.0)
        t = scaled / k
        log_t = np.where((t > SMALL) & (t < 1 / SMALL), np.log(t), np.log(target.mean) - self.log_mean)
        far = scaled - k
        return Comparison(
            np.where(near, k * u, far),
            np.where(near, np.log1p(u), log_t),
            np.where(near, k * phi(u), far - k * log_t),
        )

    def cross_entropy(self, target: GammaTarget) -> Array:
        """Loader's form; near k = 1, where log E[y] and the logarithm of a small t cancel in it, the recipe itself."""
        k, k_minus_one, scaled = self.shape, self.shape_minus_one, self.scaled_ratio(target)
        by_parts = target.least_loss(k, k_minus_one) + self.compare(target).half_deviance
        plain = (np.abs(k_minus_one) < 0.5) & (scaled < k)
        eta = np.where(plain, k_minus_one, 0.0)
        rest = scaled - k * self.log_rate - product(eta, np.log(target.mean) - target.log_means_ratio)
        return np.where(plain, gammas.lgamma_1p(eta) + rest, by_parts)

    def floor(self, target: GammaTarget) -> Array:
        if target.is_distribution is False:
            return target.least_loss(self.shape, self.shape_minus_one)
        best = target.best_shape(self.shape)
        return target.least_loss(best, best - 1)

    def divergence(self, target: GammaTarget) -> Array:
        of_mean = self.compare(target).half_deviance
        if target.is_distribution is False:
            return of_mean
        k, best = self.shape, target.best_shape(self.shape)
        return of_mean + 0.5 * itakura_saito(k, best, (k - best) / best) + gammas.stirling_error_bregman(k, best)

    def residual(self, target: GammaTarget) -> Array:
        of_logarithm = target.log_means_ratio - self.compare(target).log_ratio - gammas.log_minus_digamma(self.shape)
        return np.stack((self.mean - target.mean, of_logarithm))

    @property
    def variance(self) -> Array:
        k = self.shape
        return np.stack((self.mean * self.mean / k, 1 / k + gammas.trigamma_minus_inverse(k)))

    def optimum(self, target: GammaTarget) -> Mapping[str, Array]:
        held = target.is_distribution is False
        shape_minus_one = self.shape_minus_one if held else target.best_shape(self.shape) - 1
        return {"natural": np.stack((-target.best_rate(self.shape), shape_minus_one))}

    def divergence_gradient(self, target: GammaTarget) -> Derivatives:
        return {"natural": np.stack((self.mean - target.mean, -self.compare(target).log_ratio))}

    def divergence_second_derivative(self, target: GammaTarget) -> SecondDerivatives:
        return {"natural": np.stack((self.mean * self.mean / self.shape, 1 / self.shape))}

    def cumulative(self, values: Array) -> Array:
        return np.asarray(special.gammainc(self.shape, self.rate * values))


def minus_one(shape: Parameter) -> Array:
    """k - 1, near 0 from log k."""
    return np.where(np.abs(shape.coordinate) < 0.5, np.expm1(shape.coordinate), shape.value - 1)


class InColumns(GammaPrediction):
    """A predicted gamma by its shape and another column, in the logarithms of both.

    The cross-entropy is k (t - 1 - log t) plus the terms of the shape alone that `gradient` and `second_derivative`
    add to those of the divergence from an observation.
    """

    def gradient(self, target: GammaTarget) -> Derivatives:
        of_mean, k = self.divergence_gradient(target), self.shape
        of_shape = k * target.log_means_ratio - gammas.scaled_log_minus_digamma(k)
        return {**of_mean, "shape": of_mean["shape"] + of_shape}

    def second_derivative(self, target: GammaTarget) -> SecondDerivatives:
        k = self.shape
        of_shape = HessianParts(
            second=gammas.gamma_log_second_derivative(k),
            coordinate_slope=-gammas.scaled_log_minus_digamma(k),
            parameter_slope=k * target.log_means_ratio,
        )
        return {**self.second_in_column(target), "shape": of_shape + self.second_in_shape(target)}

    def divergence_second_derivative(self, target: GammaTarget) -> SecondDerivatives:
        return {**self.second_in_column(target), "shape": self.second_in_shape(target)}

    @abstractmethod
    def second_in_column(self, target: GammaTarget) -> SecondDerivatives:
        """Second derivative of k (t - 1 - log t) in the column beside the shape."""

    @abstractmethod
    def second_in_shape(self, target: GammaTarget) -> HessianParts:
        """Second derivative of k (t - 1 - log t) in the shape."""


class ByMean(InColumns):
    """A predicted gamma by its mean and shape."""

    def __init__(self, mean: Parameter, shape: Parameter) -> None:
        super().__init__(shape, Parameter(shape.value / mean.value, shape.coordinate - mean.coordinate))
        self.mean, self.log_mean = mean

    def scaled_ratio(self, target: GammaTarget) -> Array:
        return self.shape * (target.mean / self.mean)

    def relative_error(self, target: GammaTarget) -> Array:
        return (target.mean - self.mean) / self.mean

    def fisher_information(self, target: GammaTarget) -> Derivatives:
        return {"mean": self.shape, "shape": gammas.scaled_trigamma_minus_inverse(self.shape)}

    def optimum(self, target: GammaTarget) -> Mapping[str, Array]:
        return {"mean": target.mean, "shape": target.best_shape(self.shape)}

    def divergence_gradient(self, target: GammaTarget) -> Derivatives:
        comparison = self.compare(target)
        return {"mean": -comparison.difference, "shape": comparison.half_deviance}

    def second_in_column(self, target: GammaTarget) -> SecondDerivatives:
        return {"mean": self.scaled_ratio(target)}

    def second_in_shape(self, target: GammaTarget) -> HessianParts:
        return HessianParts(second=0.0, coordinate_slope=0.0, parameter_slope=self.compare(target).half_deviance)


class ByMeanAlone(ByMean):
    """A predicted gamma by its mean, with a known shape."""

    def __init__(self, mean: Parameter, shape: float) -> None:
        known = np.full_like(mean.value, shape)
        super().__init__(mean, Parameter(known, np.log(known)))

    def optimum(self, target: GammaTarget) -> Mapping[str, Array]:
        return {"mean": target.mean}


class ByRate(InColumns):
    """A predicted gamma by its shape and rate: the loss is rate E[y] - k log rate, as a function of the rate."""

    def fisher_information(self, target: GammaTarget) -> Derivatives:
        return {"shape": self.shape + gammas.scaled_trigamma_minus_inverse(self.shape), "rate": self.shape}

    def optimum(self, target: GammaTarget) -> Mapping[str, Array]:
        return {"shape": target.best_shape(self.shape), "rate": target.best_rate(self.shape)}

    def divergence_gradient(self, target: GammaTarget) -> Derivatives:
        comparison = self.compare(target)
        return {"shape": -self.shape * comparison.log_ratio, "rate": comparison.difference}

    def second_in_column(self, target: GammaTarget) -> SecondDerivatives:
        parts = HessianParts(second=0.0, coordinate_slope=-self.shape, parameter_slope=self.scaled_ratio(target))
        return {"rate": parts}

    def second_in_shape(self, target: GammaTarget) -> HessianParts:
        of_logarithm = -self.shape * self.compare(target).log_ratio
        return HessianParts(second=self.shape, coordinate_slope=0.0, parameter_slope=of_logarithm)


class ByScale(ByRate):
    """A predicted gamma by its shape and scale = 1 / rate."""

    def __init__(self, shape: Parameter, scale: Parameter) -> None:
        super().__init__(shape, Parameter(1 / scale.value, -scale.coordinate))
        self.scale, self.mean = scale.value, shape.value * scale.value

    def scaled_ratio(self, target: GammaTarget) -> Array:
        return target.mean / self.scale

    def relative_error(self, target: GammaTarget) -> Array:
        return self.scaled_ratio(target) / self.shape - 1

    def fisher_information(self, target: GammaTarget) -> Derivatives:
        of_rate = super().fisher_information(target)
        return {"shape": of_rate["shape"], "scale": of_rate["rate"]}

    def optimum(self, target: GammaTarget) -> Mapping[str, Array]:
        return {"shape": target.best_shape(self.shape), "scale": 1 / target.best_rate(self.shape)}

    def divergence_gradient(self, target: GammaTarget) -> Derivatives:
        of_rate = super().divergence_gradient(target)
        return {"shape": of_rate["shape"], "scale": -of_rate["rate"]}

    def second_in_column(self, target: GammaTarget) -> SecondDerivatives:
        return {"scale": self.scaled_ratio(target)}
