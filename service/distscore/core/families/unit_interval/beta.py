"""Beta: values in (0, 1), by alpha and beta, or by mean m and precision f: alpha = m f, beta = (1 - m) f.

T(y) = (log y, log(1 - y)), h = 0, eta = (alpha - 1, beta - 1): the Dirichlet distribution of the shares (y, 1 - y).
In mean and precision, with d(k) = log k - psi(k) and e(k) = psi1(k) - 1/k, the derivatives of the cross-entropy are

d/d logit m = m (1 - m) f [logit m - E[logit y] - d(alpha) + d(beta)],    d2/dm2 = f^2 (psi1(alpha) + psi1(beta)),
d/d log f = f KL(m, y) + f d(f) - alpha d(alpha) - beta d(beta),
f^2 d2/df2 = alpha^2 e(alpha) + beta^2 e(beta) - f^2 e(f).
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from scipy import special

from distscore.core.families.unit_interval.compositions import (
    Draws,
    Known,
    Likelihood,
    LogMeans,
    Target,
    is_mean_of_logarithms,
)
from distscore.core.families.unit_interval.concentrations import Concentrations, log_curve_fall, only
from distscore.core.special.elementwise import SMALL, Array, inner, sigmoid, total
from distscore.core.special.gamma_function import (
    gamma_log_second_derivative,
    scaled_digamma_1p_minus_log,
    scaled_log_minus_digamma,
    scaled_trigamma_1p,
    scaled_trigamma_minus_inverse,
)
from distscore.core.theory.columns import Column, Parameter
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives
from distscore.core.theory.distributions import Family, FixedFloor
from distscore.core.theory.forms import Distribution, Expectations, Natural, Parameters, Samples, Values
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.supports import NEGATIVE, POSITIVE, UNIT_INTERVAL, above

STEPS = 10  # of Newton's method, to the last digit
FAR = 1e20  # from here on psi(1 + b) - psi(1 + a) is nothing beside the rest


def observe(draws: Array) -> Draws:
    """The empirical distribution of (draws, rows)."""
    return Draws(np.stack((draws, 1 - draws), axis=1), np.stack((np.log(draws), np.log1p(-draws)), axis=1))


def expect(alpha: Array, beta: Array) -> Known:
    """A beta target."""
    return Known(Concentrations(np.stack((alpha, beta))))


class ByShapes(Likelihood, FixedFloor[Target]):
    """A predicted beta distribution by alpha and beta."""

    def gradient(self, target: Target) -> Derivatives:
        return separate(self.a.value * self.residual(target))

    def second_derivative(self, target: Target) -> SecondDerivatives:
        direct, of_log = self.bending(target)
        return {name: HessianParts(0.0, -direct[at], of_log[at]) for at, name in enumerate(("alpha", "beta"))}

    def fisher_information(self, target: Target) -> Derivatives:
        return separate(self.a.information)

    def optimum(self, target: Target) -> Mapping[str, Array]:
        return {} if target.known is None else separate(target.known.value)

    def cumulative(self, values: Array) -> Array:
        return np.asarray(special.betainc(self.a.value[0], self.a.value[1], values))


class ByNatural(ByShapes):
    """A predicted beta distribution by eta: gradient g'(eta) - chi, Hessian g''(eta)."""

    def gradient(self, target: Target) -> Derivatives:
        return {"natural": self.residual(target)}

    def second_derivative(self, target: Target) -> SecondDerivatives:
        return self.fisher_information(target)

    def fisher_information(self, target: Target) -> Derivatives:
        return {"natural": self.a.information / self.a.value / self.a.value}

    def optimum(self, target: Target) -> Mapping[str, Array]:
        return {} if target.known is None else {"natural": target.known.value - 1}


class ByMean(ByShapes):
    """A predicted beta distribution by its mean and precision."""

    def gradient(self, target: Target) -> Derivatives:
        a, seen = self.a, target.compare(self.a)
        gap, pull = scaled_log_minus_digamma(a.value), seen.log_ratio + seen.blur
        push = a.rest[0] * gap[0] - a.rest[1] * gap[1]
        return {
            "mean": a.value[0] * a.rest[0] * (pull[0] - pull[1]) - push,
            "precision": a.whole * (seen.distance + inner(a.share, seen.blur))
            - (total(gap) - scaled_log_minus_digamma(a.whole)),
        }

    def second_derivative(self, target: Target) -> SecondDerivatives:
        """Of the mean beside log m + log(1 - m), whose first and second derivatives cancel where it is small."""
        a, seen = self.a, target.compare(self.a)
        pull, rise = seen.log_ratio + seen.blur, scaled_digamma_1p_minus_log(a.value)
        push = a.rest[0] * rise[0] - a.rest[1] * rise[1]
        own = 2 * a.share[0] * a.rest[0] + total(a.rest * a.rest * (scaled_trigamma_1p(a.value)))
        tops = only(a.value, a.top), only(a.others, a.top)
        of_log = a.whole * (seen.distance + inner(a.share, seen.blur)) + log_curve_fall(*tops)
        return {
            "mean": HessianParts(own, a.share[0] - a.rest[0], a.value[0] * a.rest[0] * (pull[0] - pull[1]) + push),
            "precision": HessianParts(
                0.0, -self.direct[1], of_log + gamma_log_second_derivative(only(a.value, ~a.top))
            ),
        }

    def fisher_information(self, target: Target) -> Derivatives:
        return {"mean": self.direct[0], "precision": self.direct[1]}

    def optimum(self, target: Target) -> Mapping[str, Array]:
        if target.known is not None:
            return {"mean": target.known.share[0], "precision": target.known.whole}
        log_y, log_rest = target.chi
        return {"mean": sigmoid(best_logit(log_y - log_rest, self.a.whole)), "precision": self.a.whole}

    @property
    def direct(self) -> tuple[Array, Array]:
        """m^2 (1 - m)^2 times the second derivative in m, and f^2 times that in f."""
        a, excess = self.a, scaled_trigamma_minus_inverse(self.a.value)
        return total(a.rest * a.rest * (a.value + excess)), total(excess) - scaled_trigamma_minus_inverse(a.whole)


def best_logit(chi: Array, f: Array) -> Array:
    """The v = logit m of psi(m f) - psi((1 - m) f) = chi, by Newton's method.

    By size the left side is 2 sinh(v) / f + psi(1 + b) - psi(1 + a) with b, a = f / (1 + exp(-+v)): convex, and between
    v + sinh(v) / f and v + 2 sinh(v) / f, so that Newton falls to the root from where it is at most three times chi.
    """
    size = np.abs(chi)
    far = size > FAR
    goal = np.where(far, 1.0, size)
    v = np.minimum(goal, asinh_product(f, goal))
    for _ in range(STEPS):
        large, small, sinh, cosh = sigmoid(v), sigmoid(-v), np.sinh(0.5 * v), np.cosh(0.5 * v)
        b, a = f * large, f * small
        rise = 4 * (sinh / f * cosh) + special.psi(1 + b) - special.psi(1 + a)
        slope = small * b * special.zeta(2, 1 + b) + large * a * special.zeta(2, 1 + a)  # of psi; zeta(2, k) is psi1(k)
        v = v - (rise - goal) / (slope + 2 * (cosh / f * cosh + sinh / f * sinh))
    return np.copysign(np.where(far, asinh_product(f, 0.5 * size), v), chi)


def asinh_product(a: Array, b: Array) -> Array:
    """asinh(a b), also where the product is beyond the doubles."""
    return np.where(a * b < 1 / SMALL, np.arcsinh(a * b), np.log(a) + np.log(b) + np.log(2))


def separate(pair: Array) -> Derivatives:
    """The two entries as columns."""
    return {"alpha": pair[0], "beta": pair[1]}


def by_shapes(alpha: Parameter, beta: Parameter) -> ByShapes:
    """Alpha and beta."""
    return ByShapes(Concentrations(np.stack((alpha.value, beta.value))))


def by_mean(mean: Parameter, precision: Parameter) -> ByMean:
    """Mean and precision."""
    m = mean.value
    is_sent = mean.coordinate == np.log(m) - np.log1p(
        -m
    )  # else by an activation, whose logit has more digits than m near 1
    share = np.stack((m, np.where(is_sent, 1 - m, sigmoid(-mean.coordinate))))
    return ByMean(Concentrations(share * precision.value, precision.value, share))


def by_natural(eta: Array) -> ByNatural:
    """Alpha and beta, each minus one."""
    return ByNatural(Concentrations(1 + eta), eta)


NO_DEVIANCE = {
    "deviance": "the likelihood of a single observation has no bound, so there is no least loss to take away"
}


class ObservedValue(Values):
    """One observed value per row."""

    unavailable: Mapping[str, str] = NO_DEVIANCE


class ObservedSamples(Samples):
    """Several draws per row: the target is their empirical distribution, its loss their mean loss."""

    unavailable: Mapping[str, str] = NO_DEVIANCE


class LogExpectations(Expectations):
    """Expectation parameters chi = (E[log y], E[log(1 - y)])."""

    unavailable: Mapping[str, str] = NO_DEVIANCE


ALPHA = Column("alpha", POSITIVE, "alpha: mean * precision")
BETA = Column("beta", POSITIVE, "beta: (1 - mean) * precision")
MEAN = Column("mean", UNIT_INTERVAL, "mean")
PRECISION = Column("precision", POSITIVE, "precision: alpha + beta")
REQUIREMENT = "exp(E[log y]) + exp(E[log(1 - y)]) < 1"


class Beta(Family):
    """Proportions strictly between 0 and 1."""

    name = "beta"
    kind = "unit_interval"
    has_cumulative = True
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
        Distribution((ALPHA, BETA), expect),
        LogExpectations({"log y": NEGATIVE, "log(1 - y)": NEGATIVE}, LogMeans, REQUIREMENT, is_mean_of_logarithms),
    )
    predictions = (
        Parameters((ALPHA, BETA), by_shapes),
        Parameters((MEAN, PRECISION), by_mean),
        Natural({"alpha_minus_one": above(-1), "beta_minus_one": above(-1)}, by_natural),
    )
    statistics = ("log y", "log(1 - y)")
    natural = ("alpha_minus_one", "beta_minus_one")
