"""What a mean difference D of paired losses says, given its standard error SE and the number n of independent units.

Units are rows, or clusters of rows that depend on one another. All functions are elementwise.
"""

from collections.abc import Sequence

import numpy as np
from scipy import special

from distscore.core.special.elementwise import Array

Real = Array | float
POWER = 0.8  # with which as many units as are said to settle a difference would find it
FEWEST_ANYTIME = 400  # units, below which the interval that always holds does not hold well enough
TUNED = 1000  # units at which that interval is narrowest


def t_half_width(error: Real, n: Real, confidence: float) -> Array:
    """Half the width of the interval of Student's t with n - 1 degrees of freedom."""
    return np.asarray(special.stdtrit(n - 1, (1 + confidence) / 2) * error)


def t_p_value(value: Real, error: Real, n: Real) -> Array:
    """Two-sided p-value of D / SE by Student's t with n - 1 degrees of freedom; NaN where both are 0."""
    return np.asarray(2 * special.stdtr(n - 1, -np.abs(np.divide(value, error))))


def equivalence_p_value(value: Real, error: Real, n: Real, margin: float) -> Array:
    """The larger p-value of two one-sided tests, that D is below -margin or above it (Schuirmann 1987)."""
    return np.asarray(special.stdtr(n - 1, np.divide(np.abs(value) - margin, error)))


def anytime_half_width(error: Real, n: Real, confidence: float) -> Array:
    """Half the width of an interval that holds for all n from 400 on at once, however often it is looked at.

    SE sqrt(2 (n r + 1) / (n r) log(sqrt(n r + 1) / a)) with a = 1 - confidence and the r at which it is narrowest for
    1000 units (Waudby-Smith, Arbour, Sinha, Kennedy, Ramdas 2024). Rows must come in an order that has nothing to do
    with their losses.
    """
    a = 1 - confidence
    size = -2 * np.log(a)
    nr = n * ((size + np.log(size) + 1) / TUNED)
    return np.asarray(error * np.sqrt(2 * (nr + 1) / nr * (0.5 * np.log1p(nr) - np.log(a))))


def share_to_settle(value: Real, error: Real, confidence: float) -> Array:
    """How many times as many units would find a difference of this size in 8 of 10 samples."""
    quantiles = special.ndtri((1 + confidence) / 2) + special.ndtri(POWER)
    return np.asarray((quantiles * np.divide(error, np.abs(value))) ** 2)


def holm(p: Sequence[float]) -> list[float]:
    """P-values adjusted so that the smallest of several is right as the smallest of several (Holm 1979)."""
    order = np.argsort(p, kind="stable")
    factors = len(order) - np.arange(len(order))
    adjusted = np.empty(len(order))
    adjusted[order] = np.minimum(1, np.maximum.accumulate(factors * np.array(p)[order]))
    return [float(each) for each in adjusted]


def binomial_p_value(fewer: float, more: float) -> float:
    """Two-sided p-value of so many flips one way and the other, which are alike by chance (McNemar's exact test)."""
    least = min(fewer, more)
    return min(1.0, 2 * float(special.betainc(fewer + more - least, least + 1, 0.5)))


def normal_p_value(z: Real) -> Array:
    """Two-sided p-value of a standard normal number."""
    return np.asarray(2 * special.ndtr(-np.abs(z)))
