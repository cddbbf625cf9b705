"""What advice is made of: facts that were measured on the targets, and readings of them, each a family and a loss."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from distscore.core.families import FAMILIES
from distscore.core.special.elementwise import Array
from distscore.core.theory.distributions import Family, TargetForm, ValueKind

CROSS_ENTROPY = "cross_entropy"


@dataclass(frozen=True)
class Fact:
    """Something measured on the data."""

    fact: str
    number: float | None


@dataclass(frozen=True)
class Reading:
    """One way to read the targets: as a family, under a loss, and why."""

    family: str
    loss: str
    why: str
    caveat: str = ""
    is_density: bool = False  # its loss is minus the log-density of the same numbers: likelihoods order such readings


@dataclass(frozen=True)
class Assessment:
    """What the targets are, what says so, and what fits, best first."""

    kind: str
    facts: list[Fact]
    readings: list[Reading]


def form_of(family: Family, columns: Iterable[str]) -> TargetForm | None:
    """The target form of a family with these columns; numbers in [0, 1] are values to one, probabilities to another."""
    names = set(columns)
    other = {"values": "probabilities", "probabilities": "values"}
    for wanted in (names, {other.get(name, name) for name in names}):
        for form in family.targets:
            if {column.name for column in form.columns} == wanted:
                return form
    return None


def admits(family: Family, values: Array) -> bool:
    """Whether a family has observed values like these, as far as their range tells."""
    form = form_of(family, ("values",))
    extremes = np.array([values.min(), values.max()])
    return form is not None and bool(form.columns[0].support.contains(extremes).all())


def densities(kind: ValueKind, values: Array) -> Iterator[Reading]:
    """A reading for each family of a kind that admits the values and can be predicted without a known constant."""
    for family in FAMILIES.values():
        if family.kind == kind and admits(family, values) and any(not form.constants for form in family.predictions):
            yield density(family)


def density(family: Family) -> Reading:
    """Observed values under a family of densities, in the family's own words."""
    notes = family.formulas.notes
    caveat = notes[0] if notes else ""
    return Reading(family.name, CROSS_ENTROPY, str(family.__doc__), caveat, is_density=not family.has_classes)
