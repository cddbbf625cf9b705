"""Columns of numbers that belong together: their names differ in one part, which a star stands for."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from distscore.core.special.elementwise import Array
from distscore.wire.table.profile import Profile

EXACT = 1e-5  # how far the sum of probabilities may be from 1
MOST_CLASSES = 1000
PARTS = re.compile(r"(?P<before>.*?)(?P<separator>[_.:\- ]|(?<=[A-Za-z])(?=[0-9]))(?P<after>[^_]+|.+)$")


@dataclass(frozen=True)
class Block:
    """Columns of numbers that a pattern with one star stands for: a number per class or label in each row."""

    pattern: str
    stars: Sequence[str]
    profiles: Sequence[Profile]

    @cached_property
    def values(self) -> Array:
        """(rows, classes), the rows without a missing number."""
        whole = np.stack([profile.numbers for profile in self.profiles if profile.numbers is not None], axis=1)
        return whole[~np.isnan(whole).any(axis=1)]

    @cached_property
    def sum_error(self) -> float:
        """How far from 1 the sum of a row is at most; infinite where a number is outside [0, 1]."""
        inside = len(self.values) and (self.values >= 0).all() and (self.values <= 1).all()
        return float(np.abs(self.values.sum(axis=1) - 1).max()) if inside else np.inf

    @property
    def rounding(self) -> float:
        """What rounding to as many decimals as the numbers have may change in a sum."""
        digits = next((d for d in range(1, 5) if np.array_equal(np.round(self.values, d), self.values)), None)
        return 0.0 if digits is None else 0.5 * 10.0**-digits * self.values.shape[1]

    @property
    def is_exact(self) -> bool:
        """Whether every row sums to 1, to the tolerance of what probabilities are checked by."""
        return self.sum_error <= EXACT

    @property
    def is_rounded(self) -> bool:
        """Whether rows are probabilities, but for rounding."""
        return not self.is_exact and self.sum_error <= self.rounding + EXACT

    @property
    def are_votes(self) -> bool:
        """Whether rows are whole numbers of votes."""
        whole = (self.values >= 0).all() and (self.values == np.floor(self.values)).all()
        return bool(len(self.values) and whole and (self.values.sum(axis=1) >= 1).all() and self.values.max() > 1)

    @property
    def are_log_probabilities(self) -> bool:
        """Whether rows are logarithms of probabilities."""
        if not len(self.values) or (self.values > 0).any():
            return False
        return bool(np.abs(np.exp(self.values).sum(axis=1) - 1).max() <= EXACT)


def blocks(found: Sequence[Profile]) -> list[Block]:
    """Columns of numbers whose names differ in one part only, at the end or at the beginning."""
    grouped: dict[str, dict[str, Profile]] = {}
    for profile in found:
        if profile.kind not in ("integer", "number") or (parts := PARTS.match(profile.name)) is None:
            continue
        before, separator, after = parts["before"], parts["separator"], parts["after"]
        grouped.setdefault(f"{before}{separator}*", {})[after] = profile
        grouped.setdefault(f"*{separator}{after}", {})[before] = profile
    several = [
        Block(pattern, list(group), list(group.values()))
        for pattern, group in grouped.items()
        if 2 <= len(group) <= MOST_CLASSES and "*" not in pattern.replace("*", "", 1) and len(pattern) > 1
    ]
    return [block for block in several if len(block.values)]
