"""What the class families share in their targets: probabilities of exclusive outcomes, with weights."""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from distscore.core.families.classes.probabilities import Probabilities
from distscore.core.families.classes.top import Positions, Top, of_rows
from distscore.core.special.elementwise import Array, product, total

SMALLEST = 5e-324


@dataclass(frozen=True)
class Outcomes:
    """Target probabilities p of the outcomes of some rows."""

    probabilities: Probabilities
    weights: Array | None = None  # of the outcomes, where they differ: class weights, positive weight
    scale: Array | None = None  # of all outcomes of a row or label: equal weights, label weights, 0 where it is masked
    entries: Array | float = 1.0  # how many classes or labels a row counts, for means over them
    kept: Array | None = None  # 1 for the classes that a mask keeps
    is_distribution: bool = True

    @property
    def p(self) -> Array:
        """The probabilities as numbers: (K, rows), (2, rows) or (2, labels, rows)."""
        return self.probabilities.values

    def of_rows(self, rows: Positions) -> "Outcomes":
        """Those of some rows, for (K, rows); a lone row has to be asked for twice."""
        entries = self.entries[rows] if isinstance(self.entries, np.ndarray) else self.entries
        kept = None if self.kept is None else of_rows(self.kept, rows)
        return replace(self, probabilities=self.probabilities.of_rows(rows), entries=entries, kept=kept)

    def weigh(self, entries: Array) -> Array:
        """Entries times the weights of their outcomes; 0 times infinity is 0."""
        return self.scaled(entries if self.weights is None else product(self.weights, entries))

    def scaled(self, numbers: Array) -> Array:
        """Entries, or numbers per row or label, times the scale."""
        return numbers if self.scale is None else product(self.scale, numbers)

    @cached_property
    def mass(self) -> Array:
        """S, the sum of p over the outcomes: (rows,) or (labels, rows)."""
        return total(self.p)

    @cached_property
    def p_log_p(self) -> Array:
        """p log p, which is 0 at 0."""
        return self.p * np.log(self.p if self.p.all() else np.maximum(self.p, SMALLEST))

    @cached_property
    def top(self) -> Top:
        """The most probable class of each row, of (K, rows)."""
        return Top(self.p)

    @property
    def masses(self) -> "Outcomes":
        """The target with its weights, but not its scale, multiplied in: w p, which cross-entropy compares q with."""
        return self if self.weights is None else self._weighted

    @cached_property
    def _weighted(self) -> "Outcomes":
        assert self.weights is not None
        return Outcomes(Probabilities(self.weights * self.p))
