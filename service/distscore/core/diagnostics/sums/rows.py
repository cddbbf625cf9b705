"""Sums over rows that reports of the whole batch start from: floor, divergence, entropy and their like."""

from collections.abc import Mapping

from distscore.core.diagnostics.requirements import CLASSES, CROSS_ENTROPY
from distscore.core.diagnostics.sums.class_view import ClassView
from distscore.core.diagnostics.sums.tally import SeriesTally
from distscore.core.diagnostics.sums.view import View
from distscore.core.special.elementwise import Array


class RowTally(SeriesTally[View]):
    """Floor, divergence and normalization term of each row, where the loss has them, and which targets are soft."""

    name = "rows"
    with_error = ("floor",)

    def series(self, view: View) -> Mapping[str, Array | None]:
        series = {"floor": view.floor, "divergence": view.divergence, "soft": view.soft}
        options = self.batch.options
        may_not_sum_to_one = options.normalization == "none" or options.clip > 0
        if self.batch.loss.has_normalization_term and may_not_sum_to_one:
            series["normalization_term"] = view.normalization_term
        return series


class EntropyTally(SeriesTally[ClassView]):
    """Entropy, KL divergence and squared target of each row, and what a uniform prediction would lose."""

    name = "entropies"
    requires = (CLASSES,)
    with_error = ("uniform",)

    def series(self, view: ClassView) -> Mapping[str, Array | None]:
        return {"uniform": view.uniform, "square": view.square, "entropy": view.entropy, "kl": view.kl}


class CrossEntropyTally(SeriesTally[View]):
    """The cross-entropy of each row, whatever the loss is."""

    name = "cross_entropy"
    requires = (CROSS_ENTROPY,)

    def series(self, view: View) -> Mapping[str, Array | None]:
        return {"cross_entropy": view.cross_entropy}
