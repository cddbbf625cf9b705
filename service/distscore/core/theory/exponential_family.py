"""The recipe: the cross-entropy of an exponential family and all that follows from it, written once.

The densities of an exponential family are

    p(y) = exp(<eta, T(y)> - g(eta) + h(y))

with natural parameters eta, sufficient statistics T, log-normalizer g and carrier h. A target X enters by its
expectation parameters chi = E_X[T] and by E_X[h] alone (Barndorff-Nielsen 1978; Wainwright and Jordan 2008):

    H(X; eta) = g(eta) - <chi, eta> - E_X[h]      cross-entropy, convex in eta
    H'        = g'(eta) - chi                     predicted minus target expectation of every statistic
    H''       = g''(eta)                          covariance of T: the Fisher information, whatever the target
    KL        = g(eta) - g(eta0) - <chi, eta - eta0>  with g'(eta0) = chi: the Bregman remainder of g

The cross-entropy is least where g'(eta) = chi. With chi the mean of T over many rows that is maximum likelihood: the
best prediction that is the same for all of them.

These formulas cancel where g and <chi, eta> are large beside their difference. Predictions then override a method of
`Member` by a careful form, which the suite holds to the formula here. Arrays are (statistics, rows), or (rows,).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from distscore.core.special.elementwise import Array, inner
from distscore.core.special.quadrature import unit_integral
from distscore.core.theory.supports import Support

NEAR = 0.5  # steps up to this part of the way to the edge of the natural parameters are integrated
UNBOUNDED = 2.0  # stands for that way where there is no edge


class ExponentialFamily(ABC):
    """g with two derivatives, T and h of one exponential family, and the recipe on top of them."""

    expectations: ClassVar[Mapping[str, Support]]  # name of every statistic -> where its expectation lies
    natural: ClassVar[Mapping[str, Support]]  # name of every natural parameter -> where it lies
    per_class: ClassVar[bool] = False  # one statistic for each class, for which `expectations` and `natural` name one
    held: ClassVar[int] = 0  # how many natural parameters are the same for all members: constants that are known
    requirement: ClassVar[str] = ""  # what expectations must fulfil beside their supports, in words
    rounding: ClassVar[float] = 1e-15  # a `slack` up to this may be what rounding of expectations left of 0
    rounding_of_means: ClassVar[float] = 1e-15  # the same, of means over rows that are known with their error

    @property
    def dimension(self) -> int:
        """The number of parameters that are free; with statistics per class, for each class."""
        return len(self.natural) - self.held

    @abstractmethod
    def log_normalizer(self, eta: Array) -> Array:
        """The log-normalizer g(eta), (rows,), in nats."""

    @abstractmethod
    def mean(self, eta: Array) -> Array:
        """g'(eta), the expectation of every statistic, (statistics, rows)."""

    @abstractmethod
    def variance(self, eta: Array) -> Array:
        """The diagonal of g''(eta): the variance of every statistic, (statistics, rows)."""

    @abstractmethod
    def quadratic_form(self, eta: Array, step: Array) -> Array:
        """<D, g''(eta) D>, the variance of <D, T>, (rows,), as a sum of parts that are not negative."""

    @abstractmethod
    def sufficient_statistics(self, values: Array) -> Array:
        """T(y) of values, (rows,) to (statistics, rows), or of draws, (draws, rows) to (statistics, draws, rows).

        Compositions have an axis of classes before the last.
        """

    def mean_statistics(self, draws: Array) -> tuple[Array, Array | None]:
        """The mean of T over the draws of each row, (statistics, rows), and what rounding cut off it, where known.

        Sums of both have the digits that means over many rows need, which are differences of such sums.
        """
        statistics = self.sufficient_statistics(draws)
        return np.asarray(np.add.reduce(statistics, axis=1) / len(draws)), None

    def carrier(self, values: Array) -> Array:
        """h(y) of values or draws, (rows,) or (draws, rows); where it is 0 it may be (rows,) for all of them."""
        return np.zeros(values.shape[-1:])

    def mean_carrier(self, draws: Array) -> tuple[Array, Array | None]:
        """The mean of h over the draws of each row, (rows,), and what rounding cut off it, where known."""
        return np.asarray(np.add.reduce(np.atleast_2d(self.carrier(draws)), axis=0) / len(draws)), None

    @abstractmethod
    def natural_parameters(self, chi: Array) -> Array:
        """The eta with g'(eta) = chi, (statistics, rows), for expectations inside their domain."""

    def slack(self, chi: Array, error: Array | None = None) -> Array:
        """How far expectations are inside their domain, relative to the numbers that were sent, (rows,).

        It is 0 on the boundary, where an observation lies, and negative where no distribution has such expectations.
        `error` is what rounding cut off chi and, in a last row, E[h], if that is known, here and in `is_inside` and
        `entropy`.
        """
        return np.ones(chi.shape[1:])

    def is_inside(self, chi: Array, error: Array | None = None) -> NDArray[np.bool_]:
        """Which rows of expectations belong to a member of the family, (rows,)."""
        rounding = self.rounding if error is None else self.rounding_of_means
        return np.asarray(self.slack(chi, error) > rounding)

    def cross_entropy(self, eta: Array, chi: Array, carrier: Array | float = 0.0) -> Array:
        """g(eta) - <chi, eta> - E[h], (rows,)."""
        return self.log_normalizer(eta) - inner(chi, eta) - carrier

    def entropy(self, chi: Array, carrier: Array | float = 0.0, error: Array | None = None) -> Array:
        """The least cross-entropy, at g'(eta0) = chi, (rows,).

        Of the means of T and h over rows it is the loss of the best constant prediction.
        """
        return self.cross_entropy(self.natural_parameters(chi), chi, carrier)

    def divergence(self, eta0: Array, eta: Array) -> Array:
        """KL of the member at eta from that at eta0, g(eta) - g(eta0) - <g'(eta0), D> with D = eta - eta0, (rows,).

        Near a match that cancels, and is the integral of (1 - t) <D, g''(eta0 + t D) D> over 0 < t < 1: never
        negative, 0 only at the match, and with all its digits.
        """
        step = eta - eta0
        near = np.all(np.abs(step) <= NEAR * self._room(eta0), axis=0)
        short = np.where(near, step, 0.0)
        integral = unit_integral(lambda t: (1 - t) * self.quadratic_form(eta0 + t * short, short))
        difference = self.log_normalizer(eta) - self.log_normalizer(eta0) - inner(self.mean(eta0), step)
        return np.where(near, integral, difference)

    def _room(self, eta: Array) -> Array:
        """The distance of natural parameters to the edge of their domain, `UNBOUNDED` where there is none."""
        low = np.array([support.low for support in self.natural.values()])[:, None]
        high = np.array([support.high for support in self.natural.values()])[:, None]
        distance = np.minimum(eta - low, high - eta)
        return np.where(np.isfinite(distance), distance, UNBOUNDED)
