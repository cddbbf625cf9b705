"""What is kept of a scored batch so that parts scored anywhere can be merged exactly."""

from dataclasses import dataclass, fields, replace

from distscore.core.diagnostics.diagnosis import kept_tallies
from distscore.core.diagnostics.requirements import met_by
from distscore.core.diagnostics.sums.subject import Subject
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.engine.blocks import Batch
from distscore.core.special.elementwise import Array
from distscore.core.state.sketch import Sketch, sketch
from distscore.core.state.tags import Tags, first_tags


@dataclass(frozen=True)
class State:
    """A summary, with what does not merge by addition alone."""

    summary: Summary
    sketch: Sketch
    tags: Tags

    def merge(self, other: "State") -> "State":
        """The state of the rows of both, which are of equal subjects."""
        return State(self.summary.merge(other.summary), self.sketch.merge(other.sketch), self.tags.merge(other.tags))


def state_of(batch: Batch, summary: Summary, losses: Array, tag: str) -> State:
    """The state of a scored batch: of its summary what reports need that are made unasked."""
    kept = kept_tallies(met_by(batch))
    tallies = {name: sums for name, sums in summary.tallies.items() if name in kept}
    return State(replace(summary, tallies=tallies), sketch(losses), first_tags([tag] if tag else []))


def difference(mine: Subject, theirs: Subject) -> str | None:
    """The name of the first thing that two subjects do not share; None where their states can be merged."""
    if mine == theirs:
        return None
    names = [each.name for each in fields(Subject) if each.name != "settings"]
    differing = [name for name in names if vars(mine)[name] != vars(theirs)[name]]
    settings = [name for name in mine.settings if mine.settings[name] != theirs.settings.get(name)]
    return [*differing, *settings, "settings"][0]
