"""What is answered to a request, before it is bytes: arrays with an entry per row, and everything else."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from distscore.core.special.elementwise import Array

RowArrays = Mapping[str, Array | list[None]]  # by dotted name, as in `gradients.logits`; None where undefined


@dataclass(frozen=True)
class Answer:
    """The members of an answer, in the order of the contract; per-row arrays stand before `nonfinite`."""

    members: dict[str, Any]
    rows: RowArrays = field(default_factory=dict)
    single: Collection[str] = ()  # names of arrays that a format with types writes as float32
    ids: Sequence[str | int] | None = None  # what the rows are called in the file that they came from
    written: bytes | None = None  # all of it, in a format that only one use case has
    head: int = 0  # how many bytes of it are JSON, where tensors stand behind them
