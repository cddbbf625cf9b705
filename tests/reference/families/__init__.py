"""Every family defined a second time, from its density, in mpmath: one file NAME.py for the family NAME.

`PARTS` is what a file says, `PARTS_OF_VALUES` what it says besides if its targets are observed values and not classes,
and `OPTIONAL` what it may say. Sides are mappings from the names of columns to a number or a list of numbers, as a row
of a request has them. Functions compute in the working precision of mpmath, whatever it is.
"""

import importlib
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from types import SimpleNamespace
from typing import Any, Protocol, cast

from distscore.core.families import FAMILIES
from distscore.core.theory.distributions import Family

Side = Mapping[str, Any]
Case = tuple[dict[str, Any], dict[str, Any], dict[str, float]]  # targets, predictions, constants

PARTS = {
    "cross_entropy": "minus the expected log density of a prediction, (target, prediction, constants) to a number",
    "floor": "the least cross-entropy of a target, or None: the entropy of a distribution; of an observation the loss "
    "where the mean is predicted right and the other parameters are as predicted",
    "DIGITS": "the decimal digits that the derivatives of the most extreme cases need",
    "CASES": "rows of every pair of forms: ordinary numbers, edges of the domain, near matches",
}
PARTS_OF_VALUES = {
    "density": "the distribution as SciPy has it; its arguments are named as columns or constants of a prediction form",
    "MOVES_MEAN": "names of the prediction columns that move the mean, each alone and with the others held",
}
PART_OF_UNBOUNDED = {"SHARP_FIT": "a case that fits exactly and as sharply as it gets, where the loss is below -15"}
PART_OF_CLASSES = {"events": "the probabilities of the outcomes of each independent event of a row"}
OPTIONAL: dict[str, Any] = {
    "divergence": None,  # cross-entropy minus floor, where that is not all of it
    "support": None,  # the ends of the values, from the constants, where they are not those of the column
    "mean": None,  # the mean of a target or prediction, (columns, constants), for losses of the mean
    "crps": None,  # continuous ranked probability score, (target, prediction, constants), where it is closed
    "CASES_OF_LOSSES": (),  # rows for the losses that are no cross-entropy, whose terms may overflow in CASES
    "KINKS": (),  # columns where the density has a kink: at their value it has no derivative in them
    "SCALES": (),  # columns beside which the others are locations, smooth on the scale of these only
    "WITHOUT_OPTIMUM": (),  # target columns whose optimum has no closed form
}


class Reference(Protocol):
    """What a file says, with the defaults of what it leaves out."""

    DIGITS: int
    CASES: Sequence[Case]
    CASES_OF_LOSSES: Sequence[Case]
    MOVES_MEAN: Sequence[str]
    SHARP_FIT: Case
    KINKS: Sequence[str]
    SCALES: Sequence[str]
    WITHOUT_OPTIMUM: Sequence[str]
    divergence: Callable[[Side, Side, Side], Any] | None
    support: Callable[[Side], tuple[Any, Any]] | None
    density: Callable[..., Any]

    def cross_entropy(self, target: Side, prediction: Side, constants: Side) -> Any: ...

    def floor(self, target: Side, prediction: Side, constants: Side) -> Any: ...

    def mean(self, columns: Side, constants: Side) -> Any: ...

    def crps(self, target: Side, prediction: Side, constants: Side) -> Any: ...

    def events(self, columns: Side, width: int) -> list[list[Any]]: ...


@cache
def reference_of(family: str) -> Reference:
    """The second definition of a family; what it lacks is told here, before any law asks for it."""
    path = f"tests/reference/families/{family}.py"
    if importlib.util.find_spec(f"{__name__}.{family}") is None:
        raise LookupError(f"{path} does not exist: a family is defined a second time there")
    parts = vars(importlib.import_module(f"{__name__}.{family}"))
    missing = {name: what for name, what in _required(FAMILIES[family]).items() if name not in parts}
    if missing:
        raise LookupError("\n".join(f"{path} has no `{name}`: {what}" for name, what in missing.items()))
    return cast(Reference, SimpleNamespace(**{**OPTIONAL, **parts}))


def _required(family: Family) -> dict[str, str]:
    """The parts that the reference of a family must have."""
    parts = {**PARTS, **(PART_OF_CLASSES if family.has_classes else PARTS_OF_VALUES)}
    return parts if family.formulas.bounded_below else {**parts, **PART_OF_UNBOUNDED}
