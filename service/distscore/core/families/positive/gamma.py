"""Gamma: positive values, by shape k and rate (mean = k / rate).

T(y) = (y, log y), h = 0, eta = (-rate, k - 1), g = lgamma(k) - k log rate, chi = (E[y], E[log y]).
Its cross-entropy is k (t - 1 - log t), with t = E[y] / mean, and what the mean cannot change, see `amounts`.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from scipy import special

from distscore.core.exact.sums import product_error
from distscore.core.families.positive.amounts import Amounts, expect, observe, possible
from distscore.core.special import gamma_function as gammas
from distscore.core.special.elementwise import SMALL, Array, itakura_saito, phi
from distscore.core.theory.columns import Column, Constant, Parameter
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives
from distscore.core.theory.distributions import Family, Prediction
from distscore.core.theory.forms import Distribution, Expectations, Natural, Parameters, Samples, Values
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.supports import NEGATIVE, POSITIVE, REAL, above


class ByMean(Prediction[Amounts]):
    """A predicted gamma by its mean and shape."""

    def __init__(self, mean: Parameter, shape: Parameter) -> None:
        self.mean, self.log_mean = mean.value, mean.coordinate
        self.shape, self.log_shape = shape.value, shape.coordinate
        self.shape_minus_one = np.where(np.abs(shape.coordinate) < 0.5, np.expm1(shape.coordinate), shape.value - 1)

    def ratio(self, target: Amounts) -> Array:
        """t = E[y] / mean."""
        return target.mean / self.mean

    def excess(self, target: Amounts) -> Array:
        """t - 1."""
        return (target.mean - self.mean) / self.mean

    def compare(self, target: Amounts) -> tuple[Array, Array, Array]:
        """t - 1, log t and t - 1 - log t."""
        t, excess = self.ratio(target), self.excess(target)
        far = np.where((t > SMALL) & (t < 1 / SMALL), np.log(t), np.log(target.mean) - self.log_mean)
        close = np.abs(excess) < 0.5
        u = np.where(close, excess, 0.0)
        return excess, np.where(close, np.log1p(u), far), np.where(close, phi(u), excess - far)

    def cross_entropy(self, target: Amounts) -> Array:
        strain, log_rate = self.compare(target)[2], self.log_shape - self.log_mean
        return target.cross_entropy(self.shape, self.shape_minus_one, self.ratio(target), strain, log_rate)

    def floor(self, target: Amounts) -> Array:
        if target.shape is None:
            return target.level(self.shape, self.shape_minus_one)
        return target.level(target.shape, target.shape - 1)

    def divergence(self, target: Amounts) -> Array:
        means = self.shape * self.compare(target)[2]
        if target.shape is None:
            return means
        k, k0 = self.shape, target.shape
        return means + 0.5 * itakura_saito(k, k0, (k - k0) / k0) + gammas.stirling_error_bregman(k, k0)

    def gradient(self, target: Amounts) -> Derivatives:
        of_excess, k = self.divergence_gradient(target), self.shape
        return {**of_excess, "shape": of_excess["shape"] + k * target.gap - gammas.scaled_log_minus_digamma(k)}

    def second_derivative(self, target: Amounts) -> SecondDerivatives:
        k = self.shape
        of_shape = HessianParts(
            gammas.gamma_log_second_derivative(k), -gammas.scaled_log_minus_digamma(k), k * target.gap
        )
        return {**self.column_bend(target), "shape": of_shape + self.shape_bend(target)}

    def fisher_information(self, target: Amounts) -> Derivatives:
        return {"mean": self.shape, "shape": gammas.scaled_trigamma_minus_inverse(self.shape)}

    def optimum(self, target: Amounts) -> Mapping[str, Array]:
        return {"mean": target.mean, "shape": target.best_shape(self.shape)}

    def divergence_gradient(self, target: Amounts) -> Derivatives:
        excess, _, distance = self.compare(target)
        return {"mean": -self.shape * excess, "shape": self.shape * distance}

    def divergence_second_derivative(self, target: Amounts) -> SecondDerivatives:
        return {**self.column_bend(target), "shape": self.shape_bend(target)}

    def column_bend(self, target: Amounts) -> SecondDerivatives:
        """Second derivative of k (t - 1 - log t) in the column beside the shape."""
        return {"mean": self.shape * self.ratio(target)}

    def shape_bend(self, target: Amounts) -> HessianParts:
        """The same in the shape."""
        return HessianParts(second=0.0, coordinate_slope=0.0, parameter_slope=self.shape * self.compare(target)[2])

    def cumulative(self, values: Array) -> Array:
        return np.asarray(special.gammainc(self.shape, self.shape * (values / self.mean)))


class ByScale(ByMean):
    """A predicted gamma by its shape and scale = 1 / rate."""

    column, sign = "scale", -1.0

    def __init__(self, shape: Parameter, scale: Parameter) -> None:
        super().__init__(Parameter(shape.value * scale.value, shape.coordinate + scale.coordinate), shape)
        self.scale = scale.value

    def ratio(self, target: Amounts) -> Array:
        return target.mean / self.scale / self.shape

    def excess(self, target: Amounts) -> Array:
        return self.ratio(target) - 1

    def fisher_information(self, target: Amounts) -> Derivatives:
        return {"shape": self.shape + gammas.scaled_trigamma_minus_inverse(self.shape), self.column: self.shape}

    def optimum(self, target: Amounts) -> Mapping[str, Array]:
        scale = target.mean / self.shape if target.rate is None else 1 / target.rate
        return {"shape": target.best_shape(self.shape), "scale": scale}

    def divergence_gradient(self, target: Amounts) -> Derivatives:
        excess, log_t, _ = self.compare(target)
        return {"shape": -self.shape * log_t, self.column: self.sign * self.shape * excess}

    def column_bend(self, target: Amounts) -> SecondDerivatives:
        return {"scale": self.shape * self.ratio(target)}

    def shape_bend(self, target: Amounts) -> HessianParts:
        return HessianParts(
            second=self.shape, coordinate_slope=0.0, parameter_slope=-self.shape * self.compare(target)[1]
        )


class ByRate(ByScale):
    """A predicted gamma by its shape and rate: the loss is -shape log rate + shape t, as a function of the rate."""

    column, sign = "rate", 1.0

    def __init__(self, shape: Parameter, rate: Parameter) -> None:
        super().__init__(shape, Parameter(1 / rate.value, -rate.coordinate))
        self.rate = rate.value

    def ratio(self, target: Amounts) -> Array:
        more, less = self.rate / self.shape, self.shape / self.rate
        return np.where(more < 1, target.mean * more, target.mean / less)

    def excess(self, target: Amounts) -> Array:
        """t - 1, near a match by the differences of shapes and rates, which may cancel."""
        excess = super().excess(target)
        if target.shape is None or target.rate is None:
            return excess
        k, k0, rate, rate0 = self.shape, target.shape, self.rate, target.rate
        less, more = (k0 - k) * rate, (rate - rate0) * k0
        errors = product_error(k0 - k, rate, less) + product_error(rate - rate0, k0, more)
        near = k0 / k * (rate / rate0) * ((less + more + errors) / k0 / rate - (k0 - k) / k0 * ((rate - rate0) / rate))
        return np.where((np.abs(k0 - k) < 0.5 * k0) & (np.abs(rate - rate0) < 0.5 * rate), near, excess)

    def optimum(self, target: Amounts) -> Mapping[str, Array]:
        return {"shape": target.best_shape(self.shape), "rate": target.best_rate(self.shape)}

    def column_bend(self, target: Amounts) -> SecondDerivatives:
        return {
            "rate": HessianParts(
                second=0.0, coordinate_slope=-self.shape, parameter_slope=self.shape * self.ratio(target)
            )
        }


class NaturalGamma(ByRate):
    """A predicted gamma by its natural parameters: gradient g'(eta) - chi, Hessian g''(eta)."""

    def __init__(self, eta: Array) -> None:
        super().__init__(Parameter(1 + eta[1], np.log1p(eta[1])), Parameter(-eta[0], np.log(-eta[0])))
        self.shape_minus_one = eta[1]

    def gradient(self, target: Amounts) -> Derivatives:
        _, log_t, _ = self.compare(target)
        return {
            "natural": np.stack((self.mean - target.mean, target.gap - log_t - gammas.log_minus_digamma(self.shape)))
        }

    def second_derivative(self, target: Amounts) -> SecondDerivatives:
        return self.fisher_information(target)

    def fisher_information(self, target: Amounts) -> Derivatives:
        k = self.shape
        return {"natural": np.stack((self.mean * self.mean / k, 1 / k + gammas.trigamma_minus_inverse(k)))}

    def optimum(self, target: Amounts) -> Mapping[str, Array]:
        excess = self.shape_minus_one if target.shape is None else target.shape - 1
        return {"natural": np.stack((-target.best_rate(self.shape), excess))}

    def divergence_gradient(self, target: Amounts) -> Derivatives:
        return {"natural": np.stack((self.mean - target.mean, -self.compare(target)[1]))}

    def divergence_second_derivative(self, target: Amounts) -> SecondDerivatives:
        return {"natural": np.stack((self.mean * self.mean / self.shape, 1 / self.shape))}


class KnownShape(ByMean):
    """A predicted gamma by its mean, with a known shape."""

    def __init__(self, mean: Parameter, shape: Array | float) -> None:
        known = np.full_like(mean.value, shape)
        super().__init__(mean, Parameter(known, np.log(known)))

    def optimum(self, target: Amounts) -> Mapping[str, Array]:
        return {"mean": target.mean}


MEAN = Column("mean", POSITIVE, "mean")
SHAPE = Column("shape", POSITIVE, "shape")
RATE = Column("rate", POSITIVE, "rate: shape / mean")
SCALE = Column("scale", POSITIVE, "scale: mean / shape")


class Gamma(Family):
    """Positive amounts."""

    name = "gamma"
    kind = "positive"
    has_cumulative = True
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
        Expectations(
            {"y": POSITIVE, "log y": REAL},
            lambda chi: Amounts(chi[0], np.log(chi[0]) - chi[1]),
            "E[log y] <= log E[y]",
            possible,
        ),
    )
    predictions = (
        Parameters((SHAPE, RATE), ByRate),
        Parameters((SHAPE, SCALE), ByScale),
        Parameters((MEAN, SHAPE), ByMean),
        Parameters((MEAN,), KnownShape, (Constant("shape", "known shape", 1.0),)),
        Natural({"negative_rate": NEGATIVE, "shape_minus_one": above(-1)}, NaturalGamma),
    )
    statistics = ("y", "log y")
    natural = ("negative_rate", "shape_minus_one")
