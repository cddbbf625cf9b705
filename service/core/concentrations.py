"""Shares y_k of sum 1 by concentrations a_k > 0 of sum A: the Dirichlet distribution, and beta for two classes.

For a target with center c and E[log y_k] = log c_k - e_k, with m = a / A, d(t) = log t - psi(t) and E(a) =
lgamma(1 + a) - a log a + a, the cross-entropy is (Loader's saddle-point form)

A sum m log(m / c) + sum (a_k - 1) e_k + log c_1 + sum_{k > 1} [log(c_k / a_k) + E(a_k)] + integral of d from a_1 to A,

where class 1 is the largest, whose lgamma cancels with that of A. KL of two such distributions is the same with Bregman
remainders, or the integral of the second derivative where they are close.
"""

import math
from abc import ABC, abstractmethod
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from service.core.counts import digamma_gap_drop, digamma_gap_integral, log_factorial_excess, trigamma_gap_drop
from service.core.gammas import lgamma_1p, log_minus_digamma, stirling_bregman, trigamma_difference, trigamma_excess
from service.core.numerics import Array, inner, log_ratio, ratio_excess, sample_mean

NODES, WEIGHTS = np.polynomial.legendre.leggauss(10)
FLATNESS = 0.25  # |a - 1| up to here: by lgamma(1 + eta) itself, for 1 + eta may have lost digits of eta
NEARNESS = 0.5  # relative differences up to here are integrated; the nearest pole is then 2 steps behind


class Concentrations:
    """Of (classes, rows). The mean m may be given with digits that the concentrations do not have."""

    def __init__(self, value: Array, whole: Array | None = None, share: Array | None = None) -> None:
        self.value = value
        self.whole = total(value) if whole is None else whole
        self.top = np.zeros_like(value, dtype=np.bool_)
        np.put_along_axis(self.top, np.argmax(value, axis=0)[None], True, axis=0)
        self.others = others(value, self.top)
        self.share = value / self.whole if share is None else share
        self.rest = self.others / self.whole if share is None else others(share, self.top)

    @cached_property
    def log_share(self) -> Array:
        """log m."""
        return np.where(self.top, np.log1p(-np.where(self.top, self.rest, 0.0)), np.log(self.share))

    @cached_property
    def scale(self) -> Array:
        """a, but 1 for the largest."""
        return np.where(self.top, 1.0, self.value)

    @cached_property
    def drop(self) -> Array:
        """What psi(a_k) - psi(A) is below log m_k."""
        return digamma_gap_drop(self.value, self.others)

    @cached_property
    def information(self) -> Array:
        """a_k^2 (psi1(a_k) - psi1(A)), by psi1(a) = 1 / a^2 + psi1(1 + a)."""
        return self.rest * (1 + self.share) + self.value * (
            self.value * trigamma_difference(1 + self.value, self.others)
        )

    @cached_property
    def remainder(self) -> Array:
        """sum_{k > 1} E(a_k) + the integral of d from a_1 to A."""
        small = total(np.where(self.top, 0.0, log_factorial_excess(self.value)))
        return small + digamma_gap_integral(only(self.value, self.top), only(self.others, self.top))

    def gap(self, known: "Concentrations") -> Array:
        """The mean of `known` minus this one, by the differences of concentrations where they are close."""
        step = self.value - known.value
        away = others(step, known.top)
        close = (np.abs(step) < self.value) & (np.abs(away) < self.others)
        near = known.share * (away / self.whole) - known.rest * (step / self.whole)
        return np.where(close, near, known.share * self.rest - self.share * known.rest)


class Comparison(NamedTuple):
    """How a prediction of mean m lies to a target of center c and E[log y_k] = log c_k - e_k."""

    distance: Array  # sum m log(m / c), per row
    log_ratio: Array  # log(m_k / c_k)
    blur: Array  # e_k
    level: Array  # sum log c_k - sum_{k > 1} log a_k, per row


class Target(ABC):
    """What a Dirichlet prediction needs to know of its target."""

    known: "Concentrations | None" = None  # the target, where it is a Dirichlet distribution itself

    @property
    def is_distribution(self) -> bool:
        """Whether the target is a Dirichlet distribution."""
        return self.known is not None

    @abstractmethod
    def compare(self, predicted: "Concentrations") -> Comparison:
        """The target as a prediction sees it."""


class Draws(Target):
    """Observed shares, (draws, classes, rows), and by how much each draw falls short of the sum 1."""

    def __init__(self, shares: Array, shortfall: Array | float = 0.0) -> None:
        self.shares, self.shortfall = shares, shortfall

    def compare(self, predicted: "Concentrations") -> Comparison:
        gap = self.shares - predicted.share
        opposite = np.add.reduce(np.where(predicted.top, 0.0, gap), axis=1, keepdims=True) + self.shortfall
        distances, log_ratios = closeness(predicted.share, self.shares, np.where(predicted.top, -opposite, gap))
        levels = log_ratio(self.shares, predicted.scale)
        distance = total(sample_mean(distances)) + self.shortfall
        return Comparison(distance, sample_mean(log_ratios), np.zeros_like(predicted.share), total(sample_mean(levels)))


class LogMeans(Target):
    """E[log y_k] alone: any center does, and the prediction's own mean makes the most of it."""

    def __init__(self, chi: Array) -> None:
        self.chi = chi

    def compare(self, predicted: "Concentrations") -> Comparison:
        nothing = np.zeros_like(predicted.share)
        blur = predicted.log_share - self.chi
        return Comparison(nothing[0], nothing, blur, total(log_ratio(predicted.share, predicted.scale)))


class Known(Target):
    """A Dirichlet target: E[log y_k] = psi(a_k) - psi(A), its center its mean."""

    def __init__(self, known: "Concentrations") -> None:
        self.known: Concentrations = known

    @cached_property
    def blur(self) -> Array:
        """What psi(a_k) - psi(A) is below log(a_k / A)."""
        return self.known.drop

    def compare(self, predicted: "Concentrations") -> Comparison:
        distances, log_ratios = closeness(predicted.share, self.known.share, predicted.gap(self.known))
        level = total(log_ratio(self.known.share, predicted.scale))
        return Comparison(total(distances), log_ratios, self.blur, level)


class Likelihood:
    """The cross-entropy of predicted concentrations, with eta = a - 1, and what it consists of."""

    def __init__(self, concentrations: Concentrations, eta: Array | None = None) -> None:
        self.a = concentrations
        self.eta = concentrations.value - 1 if eta is None else eta

    def cross_entropy(self, target: Target) -> Array:
        """g(eta) - <eta, chi>."""
        seen = target.compare(self.a)
        apart = self.a.whole * seen.distance + inner(self.eta, seen.blur) + seen.level + self.a.remainder
        flat = np.max(np.abs(self.eta), axis=0) < FLATNESS
        if not flat.any():
            return apart
        chi = self.a.log_share - seen.log_ratio - seen.blur
        rise = total(self.eta) + (len(self.eta) - 2)
        near = total(lgamma_1p(self.eta)) - np.log1p(rise) - lgamma_1p(rise) - inner(self.eta, chi)
        return np.where(flat, near, apart)

    def floor(self, target: Target) -> Array | None:
        """The entropy is that of the uniform distribution, less the divergence from it."""
        if target.known is None:
            return None
        uniform = Concentrations(np.ones_like(target.known.value))
        return -math.lgamma(len(uniform.value)) - kl_divergence(target.known, uniform)

    def divergence(self, target: Target) -> Array | None:
        """KL, of targets that are distributions."""
        return None if target.known is None else kl_divergence(target.known, self.a)

    def residual(self, target: Target) -> Array:
        """psi(a_k) - psi(A) - E[log y_k]."""
        seen = target.compare(self.a)
        return seen.log_ratio + (seen.blur - self.a.drop)


def is_mean_of_logarithms(chi: Array) -> NDArray[np.bool_]:
    """Whether shares of sum 1 may have these E[log y], by Jensen's inequality, but for rounding."""
    possible: NDArray[np.bool_] = total(np.exp(chi)) <= 1 + 1e-14
    return possible


def total(x: Array) -> Array:
    """Sum over the first axis."""
    summed: Array = np.add.reduce(x, axis=0)
    return summed


def only(x: Array, top: NDArray[np.bool_]) -> Array:
    """The one entry of each row that `top` marks."""
    return total(np.where(top, x, 0.0))


def others(x: Array, top: NDArray[np.bool_]) -> Array:
    """For each entry the sum of the others of its row, added up for the one that `top` marks."""
    return np.where(top, total(np.where(top, 0.0, x)), total(x) - x)


def closeness(share: Array, center: Array, gap: Array) -> tuple[Array, Array]:
    """m log(m / c) - m + c >= 0 and log(m / c), with gap = c - m."""
    relative = gap / share
    near = np.abs(relative) < 0.5
    relative = np.where(near, relative, 0.0)
    logarithm = np.where(near, -np.log1p(relative), log_ratio(share, center))
    return np.where(near, share * ratio_excess(center, share, relative), gap + share * logarithm), logarithm


def kl_divergence(known: Concentrations, predicted: Concentrations) -> Array:
    """KL(known, predicted)."""
    step = predicted.value - known.value
    near = np.all(np.abs(step) <= NEARNESS * np.minimum(known.value, predicted.value), axis=0)
    if near.all():
        return integrated(known, step)
    far = by_remainders(known, predicted, step)
    return np.where(near, integrated(known, np.where(near, step, 0.0)), far) if near.any() else far


def by_remainders(known: Concentrations, predicted: Concentrations, step: Array) -> Array:
    """A KL(m, m0), the remainders of lgamma without x log x of all classes but one, and those of the integral of d."""
    a, a0, top = predicted.value, known.value, known.top
    distances, _ = closeness(predicted.share, known.share, predicted.gap(known))
    small = np.where(top, 0.0, 0.5 * ratio_excess(a, a0, step / a0) + stirling_bregman(a, a0))
    first, rest, first0, rest0 = only(a, top), only(others(a, top), top), only(a0, top), only(known.others, top)
    fall = digamma_gap_integral(first, rest) - digamma_gap_integral(first0, rest0)
    tangent = only(step, top) * digamma_gap_drop(first0, rest0)
    tangent -= only(others(step, top), top) * log_minus_digamma(known.whole)
    return predicted.whole * total(distances) + total(small) + (fall + tangent)


def integrated(known: Concentrations, step: Array) -> Array:
    """The integral over 0 < t < 1 of (1 - t) <s, g''(a0 + t s) s>."""
    nodes = zip(NODES, WEIGHTS, strict=True)
    parts = [w * (1 - node) * bending(known.value + 0.5 * (1 + node) * step, step, known.top) for node, w in nodes]
    integral: Array = 0.25 * np.add.reduce(parts, axis=0)
    return integral


def bending(a: Array, step: Array, top: NDArray[np.bool_]) -> Array:
    """sum s_k^2 psi1(a_k) - (sum s)^2 psi1(A): the spread of s / a, and what psi1 exceeds 1 / a by."""
    whole, rest, away = total(a), others(a, top), others(step, top)
    drift = step / a * (rest / whole) - away / whole
    small = total(np.where(top, 0.0, step * (step * trigamma_excess(a))))
    first, first_rest, first_step, first_away = (only(x, top) for x in (a, rest, step, away))
    fall = first_step * (first_step * trigamma_gap_drop(first, first_rest))
    return total(a * drift * drift) + small + fall - first_away * (2 * first_step + first_away) * trigamma_excess(whole)
