"""What a diagnostic is: it looks at the blocks of a batch as they are scored, and reports on the whole at the end."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any, ClassVar

from service.core.engine import Batch, Block, Scored


class Diagnostic(ABC):
    """One member of `diagnostics`."""

    name: ClassVar[str]
    on_request: ClassVar[bool] = False  # too costly to be computed unasked
    needs: ClassVar[frozenset[str]] = frozenset()  # row outputs of the engine

    def __init__(self, batch: Batch, classes: Sequence[str]) -> None:
        self.batch, self.classes = batch, classes

    @classmethod
    def applies(cls, batch: Batch) -> bool:  # noqa: ARG003
        """Whether the batch has this diagnostic."""
        return True

    def observe(self, block: Block) -> None:  # noqa: B027
        """Look at some rows."""

    @abstractmethod
    def report(self, scored: Scored) -> Any:
        """The member, as plain lists, dicts, numbers and None for what is undefined."""
