"""Fieller's confidence interval of a ratio of two means, from sums that merge.

Fieller (1954): the ratios m that the data do not contradict are those with |A - m B| <= t SE(A - m B), A and B the
means of numerator and denominator, t the quantile of Student's distribution. Where B may be 0 they have no upper end.
The ratio plus or minus its standard error is no such interval: a ratio is skewed.
"""

import math
from typing import NamedTuple

import numpy as np

from distscore.core.diagnostics.candidates.inference import t_half_width
from distscore.core.exact.sums import UNIT, quotient
from distscore.core.exact.weighted_means import FINE, Series, Weights

CONFIDENCE = 0.95
UNKNOWN = 1e100  # half of an interval that excludes nothing


class Ends(NamedTuple):
    """The ends of an interval of numbers >= 0; `high` is None where it is unbounded, both where it is empty."""

    low: float | None
    high: float | None


EMPTY = Ends(None, None)


def interval_of_ratio(numerator: Series, denominator: Series, both: Series, weights: Weights) -> Ends:
    """The ratios >= 0 of two means that the data do not contradict; EMPTY where fewer than two rows count.

    `both` is the series of numerator + denominator, whose variance tells their covariance.
    """
    errors = [series.standard_error(weights) for series in (numerator, denominator, both)]
    known = [error for error in errors if error is not None and math.isfinite(error)]
    if len(known) < len(errors):
        return EMPTY
    widths = t_half_width(np.array(known), effective_rows(weights), CONFIDENCE).tolist()
    if not all(width < UNKNOWN for width in widths):  # hardly more than one row counts, and t has no bound
        return Ends(0.0, None)
    of_a, of_b, of_both = (width * width for width in widths)
    a, b = numerator.mean(weights), denominator.mean(weights)
    return at_most_zero(b * b - of_b, a * b - (of_both - of_a - of_b) / 2, a * a - of_a)


def effective_rows(weights: Weights) -> float:
    """n = W^2 / sum w^2, of weights of several rows."""
    return quotient(weights.total**2 << FINE, weights.squared << UNIT)


def at_most_zero(square: float, slope: float, constant: float) -> Ends:
    """The numbers m >= 0 where square m^2 - 2 slope m + constant <= 0; without a gap between two parts of them."""
    discriminant = slope * slope - square * constant
    if square <= 0 and (constant <= 0 or discriminant < 0):
        return Ends(0.0, None)
    if discriminant < 0:
        return EMPTY
    larger = slope + math.copysign(math.sqrt(discriminant), slope)  # no cancellation: square times one of the roots
    roots = sorted(each for each in (larger / square if square else -math.inf, constant / larger if larger else 0.0))
    if roots[-1] < 0:
        return EMPTY
    return Ends(max(0.0, roots[0]), roots[-1]) if square > 0 else Ends(roots[-1], None)
