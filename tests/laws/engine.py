"""Rows of references on their way through the engine."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

import mpmath
import numpy as np
from mpmath import mp

from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import Scored, score
from distscore.core.families import FAMILIES
from distscore.core.losses import losses_of
from distscore.core.theory.activations import ACTIVATIONS, Activation
from distscore.core.theory.columns import Column, Options
from distscore.core.theory.distributions import PredictionForm, TargetForm
from distscore.core.theory.losses import AnyLoss
from tests.reference.rows import INVERT, Row

STATED = frozenset({"floors", "divergences", "gradients", "hessian_diagonals", "fisher_diagonals"})


def activated(sent: Row, columns: tuple[Column, ...], turn: int) -> Row:
    """The row with raw numbers for other activations, where the parameters lie in their range."""
    numbers, chosen = dict(sent.numbers), {}
    for at, column in enumerate(columns):
        name = column.activations[(turn + at if turn else 0) % len(column.activations)]
        key = ("predictions", column.name)
        with mpmath.workdps(50):
            values = [mp.mpf(value) for value in sent.numbers[key]]
            legal = all(0 < value < (1 if name == "sigmoid" else mp.inf) for value in values)
            if name == "identity" or not legal:
                continue
            raw = [float(INVERT[name](value)) for value in values]
            after = ACTIVATIONS[name].value(np.array(raw))
            if np.isfinite(raw).all() and column.support.contains(after).all():
                numbers[key], chosen[column.name] = raw, name
    return replace(sent, numbers=numbers, activations=chosen)


def forms_of(family: str, sent: Row) -> tuple[TargetForm, PredictionForm]:
    """The forms whose columns were sent."""
    sides = {side: {name for where, name in sent.numbers if where == side} for side in ("targets", "predictions")}
    (target,) = (f for f in FAMILIES[family].targets if {c.name for c in f.columns} == sides["targets"])
    (prediction,) = (f for f in FAMILIES[family].predictions if {c.name for c in f.columns} == sides["predictions"])
    return target, prediction


def loss_of(family: str, sent: Row) -> str:
    """Cross-entropy, or what is left of it where the target's entropy has no closed form."""
    return "kl_divergence" if "cross_entropy" in forms_of(family, sent)[0].unavailable else "cross_entropy"


def batch_of(family: str, rows: list[Row], loss: AnyLoss | None = None, **options: Any) -> Batch:
    """Rows of one shape and one set of constants, and the cross-entropy if no other loss is named."""
    first = rows[0]
    target, prediction = forms_of(family, first)

    def columns(side: str) -> dict[str, Any]:
        names = [name for where, name in first.numbers if where == side]
        arrays = {name: np.array([row.numbers[side, name] for row in rows], dtype=np.float64) for name in names}
        return {name: array[:, 0] if name in first.scalars else array for name, array in arrays.items()}

    activations: dict[str, Activation] = {
        column.name: ACTIVATIONS[first.activations.get(column.name, "identity")] for column in prediction.columns
    }
    constants = {name: entries[0] for (side, name), entries in first.numbers.items() if side == "constants"}
    chosen = loss or losses_of(FAMILIES[family])[loss_of(family, first)]()
    forms, sides = (FAMILIES[family], target, prediction), (columns("targets"), columns("predictions"))
    return Batch(*forms, chosen, *sides, activations, constants, Options(**options), reduction="none")


def scored(family: str, rows: list[Row], loss: AnyLoss | None = None, **options: Any) -> Scored:
    """Rows of one shape and one set of constants, through the engine."""
    return score(batch_of(family, rows, loss, **options), STATED)


def grouped(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows that can stand in one batch."""
    groups: dict[Any, list[Row]] = defaultdict(list)
    for sent in rows:
        shape = tuple((key, len(entries)) for key, entries in sent.numbers.items())
        constants = tuple(entries[0] for (side, _), entries in sent.numbers.items() if side == "constants")
        groups[shape, constants, tuple(sent.activations.items())].append(sent)
    yield from groups.values()
