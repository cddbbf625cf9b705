"""What a library of boosted trees is to this package: the objective and the metric that it is given."""

from dataclasses import dataclass

from distscore.boosting.base import Metric, Objective


@dataclass(frozen=True)
class Library:
    """The classes of a library, whose instances it calls."""

    objective: type[Objective]
    metric: type[Metric]
