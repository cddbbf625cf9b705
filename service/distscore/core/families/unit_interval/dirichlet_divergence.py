"""KL of two Dirichlet distributions: near a match the integral of the second derivative, else Bregman remainders.

Far from a match it is A KL(m, m0), the remainders of lgamma(a) - a log a + a of all classes but the dominant one, and
that of the integral of d(t) = log t - psi(t) between the dominant class and A.
"""

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.unit_interval.concentrations import Concentrations, largest, select
from distscore.core.special.count_sums import (
    log_minus_digamma_difference,
    log_minus_digamma_integral,
    trigamma_minus_inverse_difference,
)
from distscore.core.special.elementwise import Array, itakura_saito, total, total_of_others
from distscore.core.special.gamma_function import (
    log_minus_digamma,
    scaled_trigamma_minus_inverse,
    stirling_error_bregman,
)
from distscore.core.special.quadrature import unit_integral

NEAR = 0.5  # relative differences up to here are integrated; the nearest pole is then two steps behind


def kl_divergence(known: Concentrations, predicted: Concentrations) -> Array:
    """KL(known, predicted) >= 0, (rows,)."""
    step = predicted.value - known.value
    near = np.all(np.abs(step) <= NEAR * np.minimum(known.value, predicted.value), axis=0)
    if near.all():
        return integrated(known, step)
    far = by_remainders(known, predicted, step)
    return np.where(near, integrated(known, np.where(near, step, 0.0)), far) if near.any() else far


def integrated(known: Concentrations, step: Array) -> Array:
    """The integral over 0 < t < 1 of (1 - t) <s, g''(a0 + t s) s>."""
    return unit_integral(lambda t: (1 - t) * quadratic_form(known.value + t * step, step, known.dominant))


def quadratic_form(a: Array, step: Array, dominant: NDArray[np.bool_] | None = None) -> Array:
    """<s, g''(a) s> = sum s_k^2 psi1(a_k) - (sum s)^2 psi1(A), (rows,).

    With psi1(t) = 1/t + e(t) the inverses are the variance of s / a under m, times A, and of the e only that of the
    dominant class and that of A have opposite signs.
    """
    dominant = largest(a) if dominant is None else dominant
    whole, others, away, relative = total(a), total_of_others(a, dominant), total_of_others(step, dominant), step / a
    centered = relative * (others / whole) - away / whole
    small = total(np.where(dominant, 0.0, relative * relative * scaled_trigamma_minus_inverse(a)))
    first, first_others, first_step, first_away = (select(x, dominant) for x in (a, others, step, away))
    of_dominant = select(relative, dominant) ** 2 * scaled_difference(first, first_others)
    of_others = first_away / whole * ((2 * first_step + first_away) / whole) * scaled_trigamma_minus_inverse(whole)
    return total(a * centered * centered) + small + of_dominant - of_others


def scaled_difference(k: Array, rest: Array) -> Array:
    """k^2 (e(k) - e(k + rest)) for e(t) = psi1(t) - 1/t; below k = 1e-100 it depends on rest / k alone."""
    large = np.maximum(k, 1e-100)
    return large * (large * trigamma_minus_inverse_difference(large, rest * (large / k)))


def by_remainders(known: Concentrations, predicted: Concentrations, step: Array) -> Array:
    """The divergence of the means, times A, and the Bregman remainders of what the means leave of g."""
    a, a0, dominant = predicted.value, known.value, known.dominant
    of_means, _ = predicted.compare_means(known.mean, known.log_mean, predicted.mean_difference(known))
    of_others = total(np.where(dominant, 0.0, 0.5 * itakura_saito(a, a0, step / a0) + stirling_error_bregman(a, a0)))
    others, away = total_of_others(a, dominant), total_of_others(step, dominant)
    first, rest, first0, rest0 = (select(x, dominant) for x in (a, others, a0, known.others))
    difference = log_minus_digamma_integral(first, rest) - log_minus_digamma_integral(first0, rest0)
    tangent = select(step, dominant) * log_minus_digamma_difference(first0, rest0)
    tangent -= select(away, dominant) * log_minus_digamma(known.precision)
    divergence = predicted.precision * total(of_means) + of_others + (difference + tangent)
    return np.where(np.isinf(of_others), np.inf, divergence)  # no class but the dominant is more than half of A
