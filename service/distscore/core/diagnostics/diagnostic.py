"""A diagnostic that needs the rows of a batch, and not only sums over them."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import Scored


class Diagnostic(ABC):
    """One member of `diagnostics`."""

    name: ClassVar[str]
    on_request: ClassVar[bool] = False  # too costly to be computed unasked
    needs: ClassVar[frozenset[str]] = frozenset()  # rows that a recorder keeps: divergences

    def __init__(self, batch: Batch, classes: Sequence[str]) -> None:
        self.batch, self.classes = batch, classes

    @classmethod
    def applies(cls, batch: Batch) -> bool:  # noqa: ARG003
        """Whether the batch has this diagnostic."""
        return True

    @abstractmethod
    def report(self, scored: Scored) -> Any:
        """The member, as plain lists, dicts, numbers and None for what is undefined."""
