"""The Dirichlet distribution of given expectations: psi(a_k) - psi(A) = chi_k solved for a.

The solution exists and is unique where sum exp(chi_k) < 1 (Wainwright and Jordan 2008). Newton's method is done in the
logarithms of both sides, log a and log(-chi), in which the equations are nearly linear for small and for large a. Its
matrix is a diagonal of rank-one change, so that a step is a few sums (Minka 2000). The start is within a factor of 2:
a bisection for A with an approximation of psi that has the right asymptotes on both sides.

Large concentrations depend on 1 - sum exp(chi_k), about (K - 1) / (2 A), which cancels unless chi has more digits than
a double. With e_k = log m_k - chi_k = d(a_k) - d(A), d(t) = log t - psi(t), it is sum m_k (1 - exp(-e_k)): A goes with
its inverse, and m_k = exp(chi_k + e_k) hardly moves.
"""

import numpy as np

from distscore.core.exact.logarithms import exponential
from distscore.core.exact.products import sum_of_all
from distscore.core.families.unit_interval.concentrations import Concentrations, largest, select
from distscore.core.special.elementwise import Array, total, total_of_others
from distscore.core.special.gamma_function import (
    EULER,
    digamma_difference,
    scaled_trigamma_minus_inverse,
    trigamma_difference,
)

STEPS = 6  # five leave 1e-14 for concentrations from 1e-150 to 1e12; the last one holds A
BISECTIONS = 14
JOINT = -2.22  # psi(t) is about log(t - 1/2) above, -1/t - EULER below
LONGEST = 3.0  # step of log a
LARGE = 5.0  # least concentrations above which m_k and A are improved in turn
SMALL_STEPS = 16  # each of which leaves a tenth of the error at most
CLOSE = 1e-6  # 1 - sum exp(chi_k) from which on doubles are enough to start from


def concentrations_of(chi: Array) -> Array:
    """The a > 0 with psi(a_k) - psi(A) = chi_k < 0, (classes, rows)."""
    a = start(-chi)
    for _ in range(STEPS):
        a = step(a, -chi, fixed_sum=False)
    return step(a, -chi, fixed_sum=True)


def one_minus_sum(chi: Array, error: Array) -> tuple[Array, Array]:
    """exp(chi_k), (classes, rows), and 1 - sum exp(chi_k), (rows,), of chi and what rounding cut off it."""
    rounded, cut_off = exponential(chi, error[: len(chi)])
    whole, rest = sum_of_all(np.ones_like(chi[0]), *-rounded)
    return rounded, whole + (rest - total(cut_off))


def concentrations_near_one(chi: Array, error: Array) -> Array:
    """The same a, where they are large by 1 - sum exp(chi_k) with the digits that the error of chi gives it."""
    powers, rest = one_minus_sum(chi, error)
    a = np.where(rest > CLOSE, concentrations_of(chi), 0.5 * (len(chi) - 1) / rest * powers)
    for _ in range(SMALL_STEPS):
        ratio = Concentrations(a).log_means_ratio
        mean = powers * np.exp(ratio)
        mean = mean / total(mean)
        closer = total(a) * (-total(mean * np.expm1(-ratio)) / rest) * mean
        a = np.where(np.min(a, axis=0) > LARGE, closer, a)
    return a


def step(a: Array, distance: Array, fixed_sum: bool) -> Array:
    """One step of Newton's method for log(psi(A) - psi(a_k)) = log(distance_k) as equations in log a.

    With r_k = d_k log(d_k / distance_k), d_k = psi(A) - psi(a_k), the linear equations
    psi1(a_k) s_k - psi1(A) sum s = r_k for the step s of a have sum s (1 - psi1(A) sum 1/psi1(a)) = sum r / psi1(a).
    For large a what rounding leaves of sum s moves A alone: a last step with A fixed gives the small ones their digits.
    """
    dominant, whole = largest(a), total(a)
    others = total_of_others(a, dominant)
    distance_now = digamma_difference(a, others)
    error = distance_now * np.log(distance_now / distance)
    remainder, whole_remainder = scaled_trigamma_minus_inverse(a), scaled_trigamma_minus_inverse(whole)
    square, whole_square = remainder + a, whole_remainder + whole  # a^2 psi1(a)
    common: Array | float = 0.0
    if not fixed_sum:
        inverse = a * (a / square)  # 1 / psi1(a)
        # (1 - psi1(A) sum 1/psi1(a)) / psi1(A), by a - 1/psi1(a) for large a, else by what the dominant class adds
        large = total(a * (remainder / square)) - whole * (whole_remainder / whole_square)
        of_dominant = select(trigamma_difference(a, others) * inverse, dominant) * (whole * (whole / whole_square))
        small = of_dominant - total(np.where(dominant, 0.0, inverse))
        common = total(error * inverse) / np.where(select(others, dominant) < 1, small, large)
    logarithmic = np.nan_to_num((error + common) * (a / square))
    return np.asarray(a * np.exp(np.clip(logarithmic, -LONGEST, LONGEST)))


def start(distance: Array) -> Array:
    """Concentrations within a factor of 2 of the solution."""
    nearest = largest(-distance)
    least, largest_distance = np.min(distance, axis=0), np.max(distance, axis=0)
    slack = -np.expm1(-least) - total(np.where(nearest, 0.0, np.exp(-distance)))
    low = np.log(0.05 * (len(distance) - 1) / (1 + largest_distance))
    high = np.log(0.5 + 0.5 * (len(distance) - 1) / slack)
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        digamma = approximate_digamma(np.exp(middle))
        others = total(np.where(nearest, 0.0, approximate_inverse(digamma - distance)))
        too_small = others > approximate_difference(digamma, least)
        low, high = np.where(too_small, middle, low), np.where(too_small, high, middle)
    return approximate_inverse(approximate_digamma(np.exp(0.5 * (low + high))) - distance)


def approximate_digamma(t: Array) -> Array:
    """psi(t), to 25 % of t."""
    bound = 0.5 + np.exp(JOINT)
    return np.where(t >= bound, np.log(np.maximum(t, bound) - 0.5), -1 / t - EULER)


def approximate_inverse(s: Array) -> Array:
    """The t that `approximate_digamma` takes to s (Minka 2000)."""
    return np.where(s >= JOINT, np.exp(s) + 0.5, -1 / (np.minimum(s, JOINT) + EULER))


def approximate_difference(s: Array, distance: Array) -> Array:
    """approximate_inverse(s) - approximate_inverse(s - distance), without cancellation on either branch."""
    below = s - distance
    low, lower = np.minimum(s, JOINT) + EULER, np.minimum(below, JOINT) + EULER
    mixed = np.exp(s) + 0.5 + 1 / lower
    high = np.exp(s) * -np.expm1(-distance)
    return np.where(below >= JOINT, high, np.where(s < JOINT, distance / low / lower, mixed))
