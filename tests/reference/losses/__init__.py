"""Every loss defined a second time, from its definition, in mpmath: one file NAME.py for the losses called NAME.

`PARTS` is what a file says, `OPTIONAL` what it may say besides. Functions take a `Row`, which knows its family, and
compute in the working precision of mpmath.
"""

import importlib
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any, Protocol, cast

from tests.reference.rows import Place, Row

PARTS = {
    "loss": "the loss of a row",
    "floor": "the least loss of a target over all predictions, or None where there is none",
}
OPTIONAL: dict[str, Any] = {
    "divergence": None,  # loss minus floor, where that is not all of it
    "normalization_term": None,  # loss minus floor minus divergence, where a prediction need not sum to 1
    "antiderivative": None,  # what gradient and Hessian are the derivatives of, where it is not the loss
    "fisher": None,  # the Fisher information of a number of the prediction; None where the loss has none
    "PARAMETERS": ({},),  # loss_parameters that the laws meet, the defaults first
}


class Reference(Protocol):
    """What a file says, with the defaults of what it leaves out."""

    divergence: Callable[[Row], Any] | None
    normalization_term: Callable[[Row], Any] | None
    antiderivative: Callable[[Row], Any] | None
    fisher: Callable[[Row, Place], Any] | None
    PARAMETERS: Sequence[Mapping[str, float]]

    def loss(self, row: Row) -> Any: ...

    def floor(self, row: Row) -> Any: ...


@cache
def reference_of(loss: str) -> Reference:
    """The second definition of the losses of a name; what it lacks is told here, before any law asks for it."""
    path = f"tests/reference/losses/{loss}.py"
    if importlib.util.find_spec(f"{__name__}.{loss}") is None:
        raise LookupError(f"{path} does not exist: a loss is defined a second time there")
    parts = vars(importlib.import_module(f"{__name__}.{loss}"))
    missing = {name: what for name, what in PARTS.items() if name not in parts}
    if missing:
        raise LookupError("\n".join(f"{path} has no `{name}`: {what}" for name, what in missing.items()))
    return cast(Reference, SimpleNamespace(**{**OPTIONAL, **parts}))
