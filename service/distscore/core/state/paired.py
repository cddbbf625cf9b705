"""What is kept of compared candidates so that parts compared anywhere can be merged exactly."""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from distscore.core.diagnostics.candidates.paired import Comparison
from distscore.core.diagnostics.candidates.report import Design
from distscore.core.state import state
from distscore.core.state.tags import Tags


@dataclass(frozen=True)
class PairedState:
    """The sums of several candidates, a comparison for each loss."""

    design: Design
    comparisons: Sequence[Comparison]
    tags: Tags

    def merge(self, other: "PairedState") -> "PairedState":
        """The state of the rows of both, between which no cluster is split; `difference` of them is None."""
        pairs = zip(self.comparisons, other.comparisons, strict=True)
        return PairedState(self.design, [mine.merge(theirs) for mine, theirs in pairs], self.tags.merge(other.tags))


def difference(mine: PairedState, theirs: PairedState) -> str | None:
    """The name of the first thing that two comparisons do not share; None where their states can be merged."""
    for each in fields(Design):
        if vars(mine.design)[each.name] != vars(theirs.design)[each.name]:
            return each.name
    if mine.comparisons[0].units.clustered != theirs.comparisons[0].units.clustered:
        return "clusters"
    for one, other in zip(mine.comparisons, theirs.comparisons, strict=True):
        for first, second in zip(one.summaries, other.summaries, strict=True):
            differing = state.difference(first.subject, second.subject)
            if differing is not None:
                return differing
    return None
