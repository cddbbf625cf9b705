"""Sums of the targets of each class or label: all that the mean target depends on, as a prediction of every row."""

from distscore.core.diagnostics.requirements import CLASSES
from distscore.core.diagnostics.sums.class_view import ClassView
from distscore.core.diagnostics.sums.classes import ClassTally, Entries
from distscore.core.diagnostics.sums.summary import Sums
from distscore.core.diagnostics.sums.tally import has_signs

WEIGHTS = ("weight", "squared_weight")  # of rows where a label counts, if labels are masked


class TargetTally(ClassTally):
    """Weighted sums of p per class, under the name and to the bits of those of all that is summed per class."""

    requires = (CLASSES,)

    @classmethod
    def accepts(cls, sums: Sums) -> bool:
        masked = ("weight" in sums) == ("squared_weight" in sums)
        return masked and has_signs(sums, ("target",)) and sums.keys() <= {"target", *WEIGHTS}

    def observe(self, view: ClassView) -> None:
        self._add([Entries.positive("target", view.p)], view.weighing, view)
        if self._weights is not None and view.kept is not None:
            self._weights.add(view.weights, view.kept)

    def sums(self) -> Sums:
        return {name: column for name, column in super().sums().items() if name in ("target", *WEIGHTS)}
