"""What a batch must have for a diagnostic to exist. Each has a name, under which `advice` has words for it."""

from collections.abc import Callable
from dataclasses import dataclass

from distscore.core.diagnostics.sums.subject import Subject
from distscore.core.engine.blocks import Batch

FEW = 64  # so many classes have bins of their own unasked, and in a state


@dataclass(frozen=True, eq=False)
class Requirement:
    """A named condition on the family and the forms of a batch."""

    name: str
    met_by: Callable[[Batch], bool]


@dataclass(frozen=True, eq=False)
class SubjectRequirement(Requirement):
    """A condition on what a batch has in common with all that merge with it."""

    met_by: Callable[[Batch | Subject], bool]


CLASSES = SubjectRequirement("classes", lambda subject: subject.family.has_classes)
OPTIMUM = SubjectRequirement(
    "optimum", lambda subject: subject.family.has_classes or subject.family.parameter_is_not_mean
)
EVENT = SubjectRequirement("event", lambda subject: subject.family.kind == "event")
LOGITS = Requirement("logits", lambda batch: batch.prediction_form.columns[0].name == "logits")
VOTES = Requirement("votes", lambda batch: batch.target_form.counts_votes)
VALUES = Requirement("values", lambda batch: "values" in batch.targets)
CUMULATIVE = SubjectRequirement("cumulative", lambda subject: subject.family.has_cumulative)
CROSS_ENTROPY = Requirement("cross_entropy", lambda batch: "cross_entropy" not in batch.target_form.unavailable)
CONCAVE = SubjectRequirement("concave", lambda subject: subject.family.may_be_concave)
STATISTICS = SubjectRequirement("statistics", lambda subject: subject.family.has_residuals)
FEW_CLASSES = SubjectRequirement("few_classes", lambda subject: subject.width <= FEW)


def fits_by_statistics(batch: Batch) -> bool:
    """Whether values are observed of an exponential family all of whose parameters are predicted or held."""
    recipe = batch.family.exponential_family(batch.constants)
    if recipe is None or batch.targets.keys().isdisjoint({"values", "samples"}):
        return False
    columns = batch.prediction_form.columns
    return recipe.per_class or sum(max(1, len(column.entry_supports)) for column in columns) == recipe.dimension


FITTED_STATISTICS = Requirement("fitted_statistics", fits_by_statistics)
OF_CLASSES = CLASSES, FEW_CLASSES, EVENT, LOGITS, VOTES
OF_VALUES = VALUES, CUMULATIVE, CONCAVE, STATISTICS, FITTED_STATISTICS
REQUIREMENTS = frozenset({OPTIMUM, CROSS_ENTROPY, *OF_CLASSES, *OF_VALUES})
OF_SUBJECTS = CLASSES, OPTIMUM, EVENT, CUMULATIVE, CONCAVE, STATISTICS, FEW_CLASSES


def met_by(batch: Batch) -> frozenset[Requirement]:
    """All requirements that a batch meets."""
    return frozenset(need for need in REQUIREMENTS if need.met_by(batch))


def unmet_by(subject: Subject) -> frozenset[Requirement]:
    """All requirements that no batch of a subject meets."""
    return frozenset(need for need in OF_SUBJECTS if not need.met_by(subject))
