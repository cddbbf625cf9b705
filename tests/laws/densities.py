"""Every family's distribution as SciPy has it, by the columns that a target of the family may have.

SciPy has no continuous Bernoulli: it is an exponential distribution cut off at 1, or its mirror image.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy import stats

from tests.laws.harness import Array

DENSITIES: dict[str, tuple[tuple[str, ...], Callable[..., Any]]] = {
    "gaussian": (("mean", "standard_deviation"), stats.norm),
    "gamma": (("shape", "rate"), lambda shape, rate: stats.gamma(shape, scale=1 / rate)),
    "continuous_bernoulli": (("lam",), lambda lam: continuous_bernoulli(np.log(lam) - np.log1p(-lam))),
    "beta": (("alpha", "beta"), stats.beta),
    "dirichlet": (("concentration",), stats.dirichlet),
    "poisson": (("rate",), stats.poisson),
    "exponential": (("rate",), lambda rate: stats.expon(scale=1 / rate)),
    "negative_binomial": (("mean", "dispersion"), lambda m, a: stats.nbinom(1 / a, 1 / (1 + a * m))),
    "log_normal": (("location", "scale"), lambda location, scale: stats.lognorm(scale, scale=np.exp(location))),
    "inverse_gaussian": (("mean", "shape"), lambda mean, shape: stats.invgauss(mean / shape, scale=shape)),
    "pareto": (("shape", "minimum"), lambda shape, minimum: stats.pareto(shape, scale=minimum)),
    "laplace": (("location", "scale"), stats.laplace),
    "student_t": (("location", "scale", "degrees_of_freedom"), lambda m, s, nu: stats.t(nu, m, s)),
}
COUNTS = {"poisson", "negative_binomial"}
NODES = 2000


@dataclass(frozen=True)
class Mirrored:
    """A distribution of 1 - y."""

    base: Any

    def logpdf(self, value: Array) -> Any:
        return self.base.logpdf(1 - value)

    def ppf(self, below: Array) -> Any:
        return 1 - self.base.isf(below)

    def isf(self, above: Array) -> Any:
        return 1 - self.base.ppf(above)


def continuous_bernoulli(logit: float) -> Any:
    """Its density is proportional to e^(logit y)."""
    cut = stats.truncexpon(b=abs(logit), scale=1 / abs(logit))
    return cut if logit < 0 else Mirrored(cut)


def density(family: str, columns: Mapping[str, float], constants: Mapping[str, float]) -> Any:
    """The distribution that a row describes; constants only where it has no column for them."""
    wanted, of = DENSITIES[family]
    return of(*({**constants, **columns}[name] for name in wanted))


def describes(family: str, names: set[str]) -> bool:
    """Whether columns and constants of these names are what SciPy is asked with."""
    return set(DENSITIES[family][0]) <= names


def nodes(family: str, distribution: Any) -> tuple[Array, Array]:
    """Values and weights whose sums are expectations, by the tanh-sinh rule of the distribution's quantiles."""
    if family in COUNTS:
        counts = np.arange(200.0)
        return counts, distribution.pmf(counts)
    t = np.linspace(-3.2, 3.2, NODES)
    u = np.pi / 2 * np.sinh(t)
    weights = np.cosh(t) / np.cosh(u) ** 2
    below = 1 / (1 + np.exp(-2 * u))
    values = np.where(below < 0.5, distribution.ppf(below), distribution.isf(1 / (1 + np.exp(2 * u))))
    return values, weights / weights.sum()
