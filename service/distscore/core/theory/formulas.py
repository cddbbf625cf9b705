"""What the catalog says of families and losses: formulas in LaTeX, properties, caveats, and names elsewhere.

The suite evaluates the formulas beside the engine and looks for counterexamples of the properties.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, kw_only=True)
class Formulas:
    """A loss of one row and its derivatives by column; of p_k or q_k where the column has several entries."""

    formula: str
    gradient: Mapping[str, str]
    hessian: Mapping[str, str]  # the diagonal
    where: Mapping[str, str] = field(default_factory=dict)  # what else the formulas name, each from those before it
    notes: tuple[str, ...] = ()
    elsewhere: Mapping[str, str] = field(default_factory=dict)  # library -> names of the same thing


@dataclass(frozen=True, kw_only=True)
class FamilyFormulas(Formulas):
    """The cross-entropy of a family's first target form and first prediction form."""

    symbols: Mapping[str, str]  # of prediction columns and constants
    bounded_below: bool  # over predictions, whatever the target
    deviance: str = ""
    log_normalizer: str = ""  # g(eta)
    carrier: str = ""  # h(y)


@dataclass(frozen=True, kw_only=True)
class LossFormulas(Formulas):
    """A loss of probabilities p and q = softmax(z), or of what the formula names."""

    floor: str  # empty where there is none
    zero_at_match: bool
    proper: bool  # expected over sampled outcomes it is least at their distribution
    convex_in_logits: bool | None  # None without logits
    bounded_below: bool | None  # None: it depends on the family
    example: Mapping[str, float] = field(default_factory=dict)  # options that its example needs, to be finite

    @property
    def properties(self) -> dict[str, bool]:
        """What is known of the loss whatever the family."""
        found = {
            "zero_at_match": self.zero_at_match,
            "proper": self.proper,
            "convex_in_logits": self.convex_in_logits,
            "bounded_below": self.bounded_below,
        }
        return {name: holds for name, holds in found.items() if holds is not None}
