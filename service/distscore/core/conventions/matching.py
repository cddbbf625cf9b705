"""Which candidates are the number that other code gave, as far as the digits tell that it has."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from itertools import chain, combinations

from distscore.core.conventions.convention import libraries
from distscore.core.conventions.search import Candidate, Combination

SINGLE_PRECISION = 1e-6  # relative: what sums in float32 may be off
SAME = 1e-12  # relative: two candidates that differ by less are the same number
NEAR = 3  # candidates that are told where none matches
AROUND = 0.1  # relative: how far the numbers are off that tell how dense candidates are


@dataclass(frozen=True)
class Observed:
    """A number as it was written, with so many significant digits, of 0 after the point; None: those that it has."""

    value: float
    digits: int | None = None

    @cached_property
    def last_digit(self) -> float:
        """The value of 1 in the last digit; of whole numbers 1, of 0 without digits that of float32's noise."""
        if not self.value:
            return SINGLE_PRECISION if self.digits is None else 10.0**-self.digits
        if self.digits is not None:
            return 10.0 ** (math.floor(math.log10(abs(self.value))) + 1 - self.digits)
        exponent = Decimal(repr(self.value)).normalize().as_tuple().exponent
        return 10.0 ** min(0, int(exponent))

    @cached_property
    def tolerance(self) -> float:
        """Half of the last digit, and the noise of float32."""
        return 0.5 * self.last_digit + SINGLE_PRECISION * abs(self.value)

    def is_met_by(self, value: float) -> bool:
        """Whether a number may have been written so."""
        return abs(value - self.value) <= self.tolerance

    def distance(self, value: float) -> float:
        """The difference of a number, relative to what was observed; infinite from 0."""
        difference = abs(value - self.value)
        return difference / abs(self.value) if self.value else math.inf if difference else 0.0


@dataclass(frozen=True)
class Findings:
    """The candidates that match, fewest conventions first and then closest; the closest others where none does."""

    matches: Sequence[Candidate]
    near: Sequence[Candidate]
    tried: int  # different numbers that were compared
    by_chance: float  # how many of them a number of so many digits is expected to match that none of them explains


def compare(candidates: Sequence[Candidate], observed: Observed) -> Findings:
    """Candidates beside an observed number."""

    def away(candidate: Candidate) -> float:
        """How far a number is from the observed one, as far as rounding tells."""
        return max(SAME, observed.distance(candidate.value))

    values = {each.combination: each.value for each in candidates}
    different = [each for each in candidates if not is_idle(each, values)]
    matching = sorted((each for each in different if observed.is_met_by(each.value)), key=length)
    explaining = {each.combination: each.value for each in matching}
    shortest = {rounded(each.value): length(each) for each in reversed(matching)}
    found = [
        each
        for each in matching
        if length(each) == shortest[rounded(each.value)] and not is_told(each, explaining, observed)
    ]
    matches = sorted(found, key=lambda each: (length(each), away(each), is_vague(each)))
    near = sorted(different, key=lambda each: (away(each), length(each)))
    return Findings(matches, [] if matches else near[:NEAR], len(different), by_chance(different, observed))


def is_vague(candidate: Candidate) -> tuple[bool, bool]:
    """Whether no library in particular does so, and whether no option of the service does: of equals the last."""
    combination = candidate.combination
    return libraries(combination) is None, any(convention.options is None for convention in combination)


def length(candidate: Candidate) -> int:
    """How many conventions are combined."""
    return len(candidate.combination)


def rounded(value: float) -> str:
    """A number in so many digits that the same numbers agree in them."""
    return f"{value:.11e}"


def is_idle(candidate: Candidate, values: Mapping[Combination, float]) -> bool:
    """Whether one of the conventions could be left out and the number would be the same."""
    combination, value = candidate
    without_one = (values.get(combination[:at] + combination[at + 1 :]) for at in range(len(combination)))
    return any(math.isclose(value, each, rel_tol=SAME) for each in without_one if each is not None)


def is_told(candidate: Candidate, explaining: Mapping[Combination, float], observed: Observed) -> bool:
    """Whether fewer of its conventions explain the number as well, as far as digits tell."""
    combination, value = candidate
    away = abs(value - observed.value) + 0.5 * observed.last_digit
    parts = chain.from_iterable(combinations(combination, size) for size in range(len(combination)))
    return any(part in explaining and abs(explaining[part] - observed.value) <= away for part in parts)


def by_chance(candidates: Sequence[Candidate], observed: Observed) -> float:
    """Expected from how many candidates lie around the observed number, but for the one that explains it."""
    if not observed.value:
        return 0.0
    tolerance = observed.tolerance / abs(observed.value)
    reach = max(AROUND, 2 * tolerance)
    return max(0, sum(observed.distance(each.value) <= reach for each in candidates) - 1) * tolerance / reach
