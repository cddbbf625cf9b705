"""What a batch must have for a diagnostic to exist. Each has a name, under which `advice` has words for it."""

from collections.abc import Callable
from dataclasses import dataclass

from distscore.core.engine.blocks import Batch

FEW = 64  # so many classes have bins of their own unasked, and in a state


@dataclass(frozen=True)
class Requirement:
    """A named condition on the family and the forms of a batch."""

    name: str
    met_by: Callable[[Batch], bool]


CLASSES = Requirement("classes", lambda batch: batch.family.has_classes)
OPTIMUM = Requirement("optimum", lambda batch: batch.family.has_classes or batch.family.parameter_is_not_mean)
EVENT = Requirement("event", lambda batch: batch.family.kind == "event")
LOGITS = Requirement("logits", lambda batch: batch.prediction_form.columns[0].name == "logits")
VOTES = Requirement("votes", lambda batch: batch.target_form.counts_votes)
VALUES = Requirement("values", lambda batch: "values" in batch.targets)
CUMULATIVE = Requirement("cumulative", lambda batch: batch.family.has_cumulative)
CROSS_ENTROPY = Requirement("cross_entropy", lambda batch: "cross_entropy" not in batch.target_form.unavailable)
CONCAVE = Requirement("concave", lambda batch: batch.family.may_be_concave)
STATISTICS = Requirement("statistics", lambda batch: batch.family.has_residuals)
FEW_CLASSES = Requirement("few_classes", lambda batch: batch.width <= FEW)


def predicts_every_parameter(batch: Batch) -> bool:
    """Whether values are observed of an exponential family all of whose parameters are predicted, none is held."""
    recipe = batch.family.exponential_family(batch.constants)
    if recipe is None or batch.targets.keys().isdisjoint({"values", "samples"}):
        return False
    columns = batch.prediction_form.columns
    return recipe.per_class or sum(max(1, len(column.entry_supports)) for column in columns) == len(recipe.natural)


FREE_STATISTICS = Requirement("free_statistics", predicts_every_parameter)
OF_CLASSES = CLASSES, FEW_CLASSES, EVENT, LOGITS, VOTES
OF_VALUES = VALUES, CUMULATIVE, CONCAVE, STATISTICS, FREE_STATISTICS
REQUIREMENTS = frozenset({OPTIMUM, CROSS_ENTROPY, *OF_CLASSES, *OF_VALUES})


def met_by(batch: Batch) -> frozenset[Requirement]:
    """All requirements that a batch meets."""
    return frozenset(need for need in REQUIREMENTS if need.met_by(batch))
