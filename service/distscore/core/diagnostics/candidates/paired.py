"""What is summed over rows to compare candidates: the losses of each, and their differences from those of a baseline.

All sums are exact, so that they merge by addition, whatever the order and the split of the rows; only a cluster must
not be split.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from distscore.core.diagnostics.calibration import CalibrationTally
from distscore.core.diagnostics.candidates.targets import TargetTally
from distscore.core.diagnostics.candidates.units import Clusters, Units, units_of
from distscore.core.diagnostics.requirements import met_by
from distscore.core.diagnostics.sums.class_view import outcomes_of
from distscore.core.diagnostics.sums.recorder import Recorder
from distscore.core.diagnostics.sums.rows import EntropyTally, RowTally
from distscore.core.diagnostics.sums.statistics import StatisticsTally
from distscore.core.diagnostics.sums.summary import Summary, Sums, added
from distscore.core.diagnostics.sums.tally import AnyTally
from distscore.core.engine.blocks import Batch, Block
from distscore.core.engine.engine import score
from distscore.core.exact.sums import ExactSums
from distscore.core.exact.weighted_means import Series, Weights, series_of
from distscore.core.families.classes.top import Top
from distscore.core.special.elementwise import Array
from distscore.core.theory.distributions import Family

TALLIES: tuple[type[AnyTally], ...] = (RowTally, EntropyTally, TargetTally, CalibrationTally, StatisticsTally)


@dataclass(frozen=True)
class Candidate:
    """One prediction of the rows, scored with one loss."""

    losses: Array  # (rows,)
    weights: Array
    summary: Summary
    hits: NDArray[np.bool_] | None  # where its most probable class is that of the target; None without such classes


@dataclass(frozen=True)
class Comparison:
    """Exact sums over rows of one loss of several candidates, which are in the order of the request."""

    units: Units
    summaries: Sequence[Summary]
    losses: Sequence[Series]  # over units
    differences: Sequence[Sums]  # from the baseline, of the other candidates

    def merge(self, other: "Comparison") -> "Comparison":
        """The comparison over the rows of both, of equal subjects; no cluster is in both."""
        units = Units(
            self.units.count + other.units.count,
            Weights(*added(self.units.weights, other.units.weights)),
            self.units.clustered,
        )
        return Comparison(
            units,
            [mine.merge(theirs) for mine, theirs in zip(self.summaries, other.summaries, strict=True)],
            [Series(*added(mine, theirs)) for mine, theirs in zip(self.losses, other.losses, strict=True)],
            [
                {name: added(column, theirs[name]) for name, column in mine.items()}
                for mine, theirs in zip(self.differences, other.differences, strict=True)
            ],
        )


class Hits:
    """Where the most probable class of prediction and target is the same, of the rows that it observes."""

    def __init__(self, rows: int) -> None:
        self.found = np.zeros(rows, np.bool_)

    def observe(self, block: Block) -> None:
        """See the rows of a block."""
        target, prediction = outcomes_of(block)
        self.found[block.rows] = (target.top.index == Top(prediction.q).index)[: block.count]


def has_top_class(family: Family) -> bool:
    """Whether one of the outcomes of a row is its most probable: of exclusive classes, or an event and its opposite."""
    return family.has_classes and family.kind != "labels"


def scored(batch: Batch, classes: Sequence[str], check: Callable[[], None]) -> Candidate:
    """A candidate's batch, scored; `check` is called between blocks."""
    met = met_by(batch)
    recorder = Recorder(batch, [tally for tally in TALLIES if met.issuperset(tally.requires)])
    hits = Hits(batch.row_count) if has_top_class(batch.family) else None
    found = score(batch, frozenset(), check, [recorder] if hits is None else [recorder, hits])
    assert found.losses is not None
    summary = recorder.summary(found, classes)
    return Candidate(found.losses, found.weights, summary, None if hits is None else hits.found)


def comparison(candidates: Sequence[Candidate], baseline: int, codes: NDArray[np.intp] | None) -> Comparison:
    """The sums of candidates over the same rows; `codes` tell clusters apart, (rows,), if there are any."""
    weights = candidates[baseline].weights
    clusters = None if codes is None else Clusters(codes, weights)
    units = units_of(weights, clusters)
    return Comparison(
        units,
        [candidate.summary for candidate in candidates],
        [candidate.summary.loss if clusters is None else clusters.series(candidate.losses) for candidate in candidates],
        [
            difference(candidate, candidates[baseline], clusters)
            for at, candidate in enumerate(candidates)
            if at != baseline
        ],
    )


def difference(candidate: Candidate, baseline: Candidate, clusters: Clusters | None) -> Sums:
    """The sums of a candidate's losses minus those of the baseline, by name; where both are infinite they are equal.

    `split` has the weights of the rows where it loses less, more and the same, `hits` those of the rows where both,
    only the baseline, only the candidate, and neither have the most probable class.
    """
    one, other, weights = candidate.losses, baseline.losses, candidate.weights
    with np.errstate(invalid="ignore", over="ignore"):
        less = one - other
    infinite = int(np.count_nonzero(~(np.isfinite(one) & np.isfinite(other))))
    sums: dict[str, Sequence[int]] = {
        "difference": series_of(less, weights),
        "split": weights_where([one < other, one > other, one == other], weights),
        "infinite": [infinite],
    }
    if clusters is not None:
        sums["difference_of_clusters"] = clusters.series(less)
    if candidate.hits is not None and baseline.hits is not None:
        mine, theirs = candidate.hits, baseline.hits
        sums["hits"] = weights_where([mine & theirs, ~mine & theirs, mine & ~theirs, ~mine & ~theirs], weights)
        flips = mine.astype(np.float64) - theirs
        sums["flips"] = series_of(flips, weights) if clusters is None else clusters.series(flips)
    return sums


def weights_where(kinds: Sequence[NDArray[np.bool_]], weights: Array) -> list[int]:
    """The sum of the weights of the rows of each kind."""
    sums = ExactSums(len(kinds))
    sums.add(np.where(kinds, weights, 0.0))
    return sums.totals()
