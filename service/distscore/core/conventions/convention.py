"""What a convention says of itself. A number is made in five stages, and a convention replaces one of them.

An *input* is what is taken for the probabilities of a row, a *guard* is what is done about log 0, a *loss* is that of a
row, a *reduction* is how rows become one number, and a *scale* in which unit or sign it is given. A combination has at
most one convention per stage; where it has none, that stage is as in POST /v1/score.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal

import numpy as np

from distscore.core.conventions.rows import Pair, Rows
from distscore.core.conventions.sums import Totals
from distscore.core.engine.blocks import Batch
from distscore.core.special.elementwise import Array
from distscore.core.theory.losses import AnyLoss

Library = Literal["pytorch", "keras", "tensorflow", "scikit-learn", "scipy", "xgboost", "lightgbm", "jax", "r", "spark"]


def always(_: Batch) -> bool:
    """The condition of a convention that every batch meets."""
    return True


@dataclass(frozen=True, kw_only=True, eq=False)
class Convention:
    """One way in which other code differs from POST /v1/score."""

    name: str
    says: str  # what is done, in a few words
    formula: str  # in LaTeX
    functions: Mapping[Library, str] = field(default_factory=dict)  # what does so; empty: any library, or a slip
    options: Mapping[str, Any] | None = None  # members of a request that do the same; None: no option does
    families: frozenset[str] = frozenset()  # the only ones that it is about; empty: all
    columns: frozenset[str] = frozenset()  # of targets, predictions or constants, without which it means nothing
    serves: Callable[[Batch], bool] = always  # what else a batch must have

    def is_for(self, batch: Batch) -> bool:
        """Whether the convention means something for a batch."""
        if self.families and batch.family.name not in self.families:
            return False
        columns = batch.targets.keys() | batch.predictions.keys() | batch.constants.keys()
        return self.columns <= columns and self.serves(batch)


@dataclass(frozen=True, kw_only=True, eq=False)
class Input(Convention):
    """Other probabilities of a row than those that were sent."""

    pair: Callable[[Rows], Pair]


Bounds = tuple[float, float]


@dataclass(frozen=True, kw_only=True, eq=False)
class Guard(Convention):
    """What becomes of log q and log(1 - q) where q or 1 - q is outside of some bounds; elsewhere they stay."""

    bounds: Bounds
    opposite: Bounds  # of 1 - q
    log: Callable[[Array, Bounds], Array]  # of probabilities

    def leaves(self, pair: Pair) -> bool:
        """Whether all probabilities of some rows are where the guard does nothing."""
        low, high = max(self.bounds[0], self.opposite[0]), min(self.bounds[1], self.opposite[1])
        return bool(pair.q.min() >= low and pair.q.max() <= high)

    def of(self, pair: Pair, exclusive: bool) -> Pair:
        """The probabilities with the logarithms that the guard makes; the second outcome of an event is 1 - q."""

        def log(x: Array, first: Bounds, second: Bounds) -> Array:
            """Of probabilities; the second bounds are those of the opposite."""
            return self.log(x, first) if exclusive else np.stack((self.log(x[0], first), self.log(x[1], second)))

        return replace(
            pair,
            to_log=lambda: log(pair.q, self.bounds, self.opposite),
            to_log_complement=lambda: log(pair.complement, self.opposite, self.bounds),
        )


@dataclass(frozen=True, kw_only=True, eq=False)
class LossConvention(Convention):
    """Another loss of a row."""

    units: str = "nats"


@dataclass(frozen=True, kw_only=True, eq=False)
class PairLoss(LossConvention):
    """A loss made of the probabilities p and q of a row and of their logarithms, which a guard may change."""

    loss: Callable[[Pair], Array]  # (rows,) or (labels, rows)
    same_as: type[AnyLoss]  # which of the losses of the service it is, by another formula


@dataclass(frozen=True, kw_only=True, eq=False)
class RowLoss(LossConvention):
    """A loss made of the target and the prediction of a row, whatever its family."""

    loss: Callable[[Rows], Array]  # (rows,)


@dataclass(frozen=True, kw_only=True, eq=False)
class Reduction(Convention):
    """How the losses of rows become one number."""

    reduce: Callable[[Totals], float]


@dataclass(frozen=True, kw_only=True, eq=False)
class Scale(Convention):
    """Another unit or sign, or a function of the number."""

    of_nats: bool = False  # of nothing else
    of: Callable[[float], float]


def libraries(combination: tuple[Convention, ...]) -> frozenset[Library] | None:
    """The libraries that have all of some conventions, None if any has."""
    known = [frozenset(each.functions) for each in combination if each.functions]
    return frozenset.intersection(*known) if known else None
