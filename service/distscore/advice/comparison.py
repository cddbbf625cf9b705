"""What can be said of readings once each has its best constant prediction: which fits best, and how sure that is."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from distscore.advice.of_values import TARGET_KINDS
from distscore.advice.reading import Reading, admits, density
from distscore.core.diagnostics.best_constant import BestConstant, Reason
from distscore.core.diagnostics.records import Figure
from distscore.core.families import FAMILIES
from distscore.core.special.elementwise import Array
from distscore.core.theory.distributions import Family

TELLABLE = 2.0  # standard errors from which a difference is one
MENTIONED = 3  # families that a sentence names
UNREADABLE_PREDICTIONS = "No family that fits these targets has predictions in these columns: they were not looked at."

FITS_BEST = "With one prediction for all rows it fits these values best, by Akaike's criterion."
OF_ANOTHER_KIND = "It is for values of another kind than these look like."
ROUNDING = 1e-9  # of a mean loss; a smaller difference is none

NO_CONSTANT: dict[Reason, str] = {
    "": "",
    "no_weight": "No row counts, so there is no best constant.",
    "degenerate_targets": "These targets single out no best constant: its likelihood grows without bound, or is "
    "highest at an end of its range.",
    "not_found": "Its best constant was not found.",
}


@dataclass(frozen=True)
class Fit:
    """A reading with its best constant prediction."""

    reading: Reading
    constant: BestConstant
    value: float | None  # its mean loss; None where there is no best constant, or where that is infinite
    row_count: int
    held: Mapping[str, float]  # constants of the family, which the values suggested

    @property
    def parameter_count(self) -> int:
        """How many numbers were fitted to the values."""
        return len(self.held) + sum(np.size(values) for values in self.constant.parameters.values())

    @property
    def criterion(self) -> float:
        """Half of Akaike's information criterion (1974) per row: the mean loss, and 1 / rows for each parameter."""
        return np.inf if self.value is None else self.value + self.parameter_count / self.row_count


def order(fits: Sequence[Fit], named: str) -> list[int]:
    """Which fits come first: of the family that was named, then as they are; densities change places by criterion."""
    densities = sorted(
        (index for index, fit in enumerate(fits) if fit.reading.is_density), key=lambda index: fits[index].criterion
    )
    best = iter(densities)
    found = [next(best) if fit.reading.is_density else index for index, fit in enumerate(fits)]
    return sorted(found, key=lambda index: fits[index].reading.family != named)


def loss_of_predictions(reading: Reading) -> str:
    """What the mean loss of the predictions that were sent is called among the evidence."""
    return f"mean {reading.loss} as {reading.family}, with your predictions"


def loss_of_constant(reading: Reading) -> str:
    """What the mean loss of the best constant prediction is called among the evidence."""
    return f"mean {reading.loss} as {reading.family}, with one constant prediction for all rows"


def why(fit: Fit, fits: Sequence[Fit]) -> str:
    """What speaks for a reading, and whether it is the density that fits best."""
    densities = [each.criterion for each in fits if each.reading.is_density and each.value is not None]
    best = fit.reading.is_density and len(densities) > 1 and fit.criterion == min(densities)
    return f"{fit.reading.why} {FITS_BEST}" if best else fit.reading.why


def caveat(fit: Fit, first: Fit, difference: Figure) -> str:
    """What to keep in mind of a reading, with what its best constant says beside that of the first one."""
    parts = [fit.reading.caveat, NO_CONSTANT[fit.constant.reason]]
    parts += [
        f"Its {name} is to be known; {value:.6g} was taken from these values." for name, value in fit.held.items()
    ]
    if fit.constant.becomes:
        parts.append(f"Here its best constant is {fit.constant.becomes}, which it becomes at an end of its range.")
    if fit.reading.is_density and first.reading.is_density and fit is not first:
        parts.append(_beside(fit, first, difference))
    return " ".join(filter(None, parts))


def _beside(fit: Fit, first: Fit, difference: Figure) -> str:
    """The difference of the mean losses of two constants in words."""
    value, error, other = difference["value"], difference["standard_error"], first.reading.family
    if value is None:
        return ""
    if abs(value) <= ROUNDING * abs(value - (fit.value or 0.0)):
        return f"With one constant prediction it loses as much as {other}."
    text = (
        f"With one constant prediction it loses {abs(value):.3g} {'more' if value > 0 else 'less'} per row than {other}"
    )
    if error is not None:
        text += f", with a standard error of {error:.2g}"
        if abs(value) <= TELLABLE * error:
            text += ": these rows do not tell the two apart"
    if value < 0 and fit.parameter_count > first.parameter_count:
        text += f"; it has {fit.parameter_count} parameters to fit, {other} {first.parameter_count}"
    return f"{text}."


def named(family: Family, kind: str) -> Reading:
    """A family that somebody has in mind, and that the numbers did not suggest."""
    reading = density(family)
    if TARGET_KINDS[family.kind] == kind:
        return reading
    return replace(reading, why=f"You named this family. {reading.why}", caveat=f"{OF_ANOTHER_KIND} {reading.caveat}")


def does_not_admit(family: Family, values: Array | None, detail: str) -> str:
    """Why a family that was named is not scored, and what would be."""
    text = f"{family.name} does not admit these targets: {detail}."
    if values is None:
        return text
    *others, last = admitting(family, values)[:MENTIONED] or [""]
    if last:
        text += f" {', '.join(others)} and {last} would." if others else f" {last} would."
    form = next(form for form in family.targets if form.columns[0].name == "values")
    outside = values[~form.columns[0].support.contains(values)]
    if (
        len(outside) < values.size
        and np.isin(outside, (form.columns[0].support.low, form.columns[0].support.high)).all()
    ):
        ends = " or ".join(f"{end:g}" for end in np.unique(outside))
        text += f" Or score two parts: bernoulli for whether a value is {ends}, and {family.name} for the others."
    return text


def admitting(family: Family, values: Array) -> list[str]:
    """Families that have values like these: first those of the same kind, then those of real values."""
    for kind in dict.fromkeys((family.kind, "unit_interval", "positive", "real")):
        found = [name for name, other in FAMILIES.items() if other.kind == kind and admits(other, values)]
        if found:
            return found
    return []
