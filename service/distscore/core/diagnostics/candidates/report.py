"""What is reported of several candidates: each by itself, and its difference from the baseline."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, NotRequired, TypedDict

import numpy as np

from distscore.core.diagnostics.calibration import CalibrationInBins
from distscore.core.diagnostics.candidates import inference
from distscore.core.diagnostics.candidates.paired import Comparison
from distscore.core.diagnostics.candidates.units import Units
from distscore.core.diagnostics.records import Number, finite
from distscore.core.diagnostics.skill import d_squared
from distscore.core.diagnostics.sums.summary import Summary, Sums
from distscore.core.exact.sums import UNIT, as_double, quotient_root
from distscore.core.exact.weighted_means import FINE, Series, reduced

CALIBRATION = CalibrationInBins()
ROUNDING = 2.0**-40  # of the losses: a difference and a standard error that are no larger are rounding


@dataclass(frozen=True)
class Design:
    """What a comparison of candidates is to answer, beside the sums that it is made of."""

    names: tuple[str, ...]
    baseline: int  # which of them the others are compared with
    confidence: float
    margins: tuple[float | None, ...]  # of each loss: the largest difference that does not matter

    def of(self, loss: int) -> "Design":
        """The design of the comparison under one of the losses alone."""
        return replace(self, margins=(self.margins[loss],))


class CandidateFigures(TypedDict):
    """What one candidate loses by itself, before it is compared with the baseline."""

    name: Annotated[str, "Its name."]
    value: Annotated[Number, "The reduced loss; null where it is infinite."]
    value_standard_error: Annotated[Number, "Of the value, over clusters if there are any; null for fewer than two."]
    divergence: Annotated[Number, "Value minus floor and normalization term; null where the loss has no floor."]
    d_squared: Annotated[Number, "Share of the divergence of the best constant prediction that it saves, as in skill."]
    calibration_error: Annotated[Number, "Classes: the expected calibration error against soft targets; else null."]
    infinite_rows: Annotated[int, "How many rows that count have an infinite loss."]
    rank: Annotated[int, "1 for the least value; equal values have the same rank."]


class Top1(TypedDict):
    """Whose most probable class is that of the target: the weight of the rows, and McNemar's test."""

    both: Annotated[float, "That of both."]
    only_baseline: Annotated[float, "That of the baseline alone."]
    only_candidate: Annotated[float, "That of the candidate alone."]
    neither: Annotated[float, "That of neither."]
    p_value: Annotated[
        Number,
        "Two-sided, of the rows that only one of them has: exact where all weights are 1 and there are no clusters, "
        "else normal; null where there is no such row.",
    ]


class PairedDifference(TypedDict):
    """A candidate's loss minus that of the baseline, paired by row: below 0 the candidate is better."""

    name: Annotated[str, "The name of the candidate."]
    value: Annotated[Number, "The mean difference, or the sum with reduction sum; null where a loss is infinite."]
    standard_error: Annotated[Number, "Of the value, over clusters if there are any; null for fewer than two."]
    interval: Annotated[list[float] | None, "The ends of the interval of Student's t at this confidence."]
    anytime_interval: Annotated[
        list[float] | None,
        "The ends of an interval that holds however often one looks, for rows whose order has nothing to do with their "
        "losses; null for fewer than 400 rows, or clusters.",
    ]
    p_value: Annotated[
        Number, "Two-sided, of no difference; null where the standard error is 0, only rounding, or undefined."
    ]
    adjusted_p_value: Annotated[Number, "The p-value as one of several, by Holm's method."]
    equivalence_p_value: NotRequired[
        Annotated[Number, "With a margin: of a difference of at least the margin, by two one-sided tests."]
    ]
    better_rows: Annotated[float, "Weight of the rows where the candidate loses less."]
    worse_rows: Annotated[float, "Weight of the rows where it loses more."]
    equal_rows: Annotated[float, "Weight of the rows where both lose the same."]
    infinite_rows: Annotated[int, "How many rows have an infinite loss of either."]
    rows_to_settle: Annotated[
        Number,
        "How many rows in all, or clusters, would find a difference of this size in 8 of 10 samples; null at none.",
    ]
    top1: NotRequired[Annotated[Top1, "Classes and events: flips of the most probable class."]]


class ComparedCandidates(TypedDict):
    """What the rows say of several candidates under one loss."""

    loss: Annotated[str, "The loss."]
    candidates: Annotated[list[CandidateFigures], "All candidates, in the order of the request."]
    differences: Annotated[list[PairedDifference], "All candidates but the baseline, compared with it."]


def report(design: Design, comparison: Comparison) -> ComparedCandidates:
    """What the sums of a comparison under one loss say."""
    figures = [
        figures_of(name, summary, losses, comparison.units)
        for name, summary, losses in zip(design.names, comparison.summaries, comparison.losses, strict=True)
    ]
    means = [summary.loss.mean(summary.weights) for summary in comparison.summaries]
    values = [math.inf if math.isnan(mean) else mean for mean in means]  # NaN of infinities of both signs
    for each, value in zip(figures, values, strict=True):
        each["rank"] = 1 + sum(other < value for other in values)
    subject = comparison.summaries[0].subject
    others = [name for at, name in enumerate(design.names) if at != design.baseline]
    differences = [
        difference(name, sums, comparison, design) for name, sums in zip(others, comparison.differences, strict=True)
    ]
    adjust(differences)
    return {"loss": subject.loss.name, "candidates": figures, "differences": differences}


def figures_of(name: str, summary: Summary, losses: Series, units: Units) -> CandidateFigures:
    """The figures of one candidate; its rank is told by those of the others."""
    scale, has_calibration = scale_of(summary), CALIBRATION.exists_in(summary)
    error, divergence = units.standard_error(losses), summary.mean("divergence")
    return {
        "name": name,
        "value": finite(reduced(summary.loss, summary.weights, summary.subject.reduction)[0]),
        "value_standard_error": None if error is None else finite(error * scale),
        "divergence": None if divergence is None else finite(divergence * scale),
        "d_squared": d_squared(summary),
        "calibration_error": (
            CALIBRATION.report(summary, None)["expected_calibration_error"] if has_calibration else None
        ),
        "infinite_rows": summary.loss.above + summary.loss.below,
        "rank": 1,
    }


def scale_of(summary: Summary) -> float:
    """What a mean is multiplied by to be in the reduction of the value."""
    return as_double(summary.weights.total) if summary.subject.reduction == "sum" else 1.0


def difference(name: str, sums: Sums, comparison: Comparison, design: Design) -> PairedDifference:
    """The difference of one candidate from the baseline, before it is adjusted for the number of candidates."""
    units, summary, infinite = comparison.units, comparison.summaries[design.baseline], sums["infinite"][0]
    value = finite(reduced(Series(*sums["difference"]), summary.weights, summary.subject.reduction)[0])
    error = units.standard_error(Series(*sums["difference_of_clusters" if units.clustered else "difference"]))
    error = None if error is None else finite(error * scale_of(summary))
    better, worse, equal = map(as_double, sums["split"])
    found: PairedDifference = {
        "name": name,
        "value": value,
        "standard_error": error,
        "interval": None,
        "anytime_interval": None,
        "p_value": None,
        "adjusted_p_value": None,
        "better_rows": better,
        "worse_rows": worse,
        "equal_rows": equal,
        "infinite_rows": infinite,
        "rows_to_settle": None,
    }
    if design.margins != (None,):
        found["equivalence_p_value"] = None
    if value is not None and error is not None:
        add_intervals(found, value, error, units, design)
        if max(abs(value), error) > ROUNDING * root_mean_square(summary) * scale_of(summary):
            add_tests(found, value, error, units, design)
    if "hits" in sums:
        found["top1"] = top1(sums, units)
    return found


def root_mean_square(summary: Summary) -> float:
    """The size of the losses of a candidate, its rows weighing w^2; 0 where all are."""
    loss, weights = summary.loss, summary.weights
    return quotient_root(loss.squared, weights.squared) if loss.squared > 0 and weights.squared > 0 else 0.0


def add_intervals(found: PairedDifference, value: float, error: float, units: Units, design: Design) -> None:
    """Write the intervals around a finite difference with its standard error."""
    n, confidence = units.effective, design.confidence
    with np.errstate(all="ignore"):  # a figure that overflows is shown as null
        found["interval"] = around(value, inference.t_half_width(error, n, confidence))
        if n >= inference.FEWEST_ANYTIME:
            found["anytime_interval"] = around(value, inference.anytime_half_width(error, n, confidence))


def add_tests(found: PairedDifference, value: float, error: float, units: Units, design: Design) -> None:
    """Write what tells a difference from none, and from one that matters."""
    n, (margin,) = units.effective, design.margins
    with np.errstate(all="ignore"):
        if value:
            share = float(inference.share_to_settle(value, error, design.confidence))
            found["rows_to_settle"] = finite(units.count * share)
        if error > 0:
            found["p_value"] = finite(float(inference.t_p_value(value, error, n)))
            if margin is not None:
                found["equivalence_p_value"] = finite(float(inference.equivalence_p_value(value, error, n, margin)))


def around(value: float, half: inference.Real) -> list[float] | None:
    """The ends of an interval; None where its width is beyond the doubles."""
    ends = [value - float(half), value + float(half)]
    return ends if all(map(math.isfinite, ends)) else None


def adjust(differences: Sequence[PairedDifference]) -> None:
    """Write the p-values as several of which the smallest is looked at."""
    tested = [(each, each["p_value"]) for each in differences]
    known = [p for _, p in tested if p is not None]
    adjusted = iter(inference.holm(known))
    for each, p in tested:
        each["adjusted_p_value"] = None if p is None else next(adjusted)


def top1(sums: Sums, units: Units) -> Top1:
    """Flips of the most probable class, with McNemar's test of rows that only one of both has."""
    both, only_baseline, only_candidate, neither = map(as_double, sums["hits"])
    flips, p_value = Series(*sums["flips"]), None
    if flips.squared and not units.clustered and units.all_weigh_one():
        p_value = inference.binomial_p_value(only_baseline, only_candidate)
    elif flips.squared:
        z = quotient_root(flips.first**2, flips.squared << UNIT + FINE)
        p_value = float(inference.normal_p_value(z))
    return {
        "both": both,
        "only_baseline": only_baseline,
        "only_candidate": only_candidate,
        "neither": neither,
        "p_value": p_value,
    }
