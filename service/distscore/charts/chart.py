"""What a chart says of itself: one file, and one line in the registry."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any, ClassVar

from distscore.charts.grammar import Specification

Answer = Mapping[str, Any]  # the members of an answer, as its JSON has them


class Chart(ABC):
    """One picture of an answer. It shows the numbers of the answer and computes none of its own."""

    name: ClassVar[str]
    shows: ClassVar[str]  # what there is to be seen, for the documentation
    needs: ClassVar[str]  # what a batch without it lacks, as in "needs ..."
    diagnostics: ClassVar[tuple[str, ...]] = ()  # the members of `diagnostics` that it is made of
    members: ClassVar[tuple[str, ...]] = ()  # and other members of the answer
    merges: ClassVar[bool] = True  # whether merged batches may have it

    @abstractmethod
    def draw(self, answer: Answer) -> Specification | None:
        """The specification, complete with its data; None where the answer has nothing to show."""
