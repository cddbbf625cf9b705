"""What a summary is about: the family, the loss, the options and the names that its rows have in common."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from distscore.core.engine.blocks import Batch
from distscore.core.theory.distributions import Family
from distscore.core.theory.losses import AnyLoss

LONGEST = 100  # characters of a class name in reports, so that a state stays small
REDUCTIONS = ("mean", "sum", "none")
NUMBERS = ("temperature", "label_smoothing", "clip")  # among the settings of every subject
TEXTS = ("normalization", "count_weighting")


@dataclass(frozen=True)
class Subject:
    """Summaries of equal subjects can be merged."""

    family: Family
    loss: type[AnyLoss]
    reduction: str
    width: int  # classes, labels, or 1
    counts_votes: bool  # whether a row of targets stands for several observations
    masked: bool
    class_weights: tuple[float, ...] = ()  # empty where there are none
    positive_weight: tuple[float, ...] = (1.0,)  # one for all labels, or one for each
    settings: Mapping[str, float | str] = field(default_factory=dict)  # constants, loss parameters, other options
    classes: tuple[str, ...] = ()  # empty where they have no names

    def name_of(self, index: int) -> str:
        """The name of a class or label; its position where it has none."""
        return self.classes[index] if self.classes else str(index)

    @property
    def outcomes(self) -> int:
        """How many outcomes a row is about: its classes, or two for each label; 1 of values."""
        if not self.family.has_classes:
            return 1
        return self.width if self.family.exclusive else 2 * self.width


def subject_of(batch: Batch, classes: Sequence[str]) -> Subject:
    """The subject of a batch and all that may be merged with it."""
    options = batch.options
    settings: dict[str, float | str] = {
        **batch.constants,
        **batch.loss.settings,
        "temperature": options.temperature,
        "label_smoothing": options.label_smoothing,
        "normalization": options.normalization,
        "clip": options.clip,
        "count_weighting": batch.count_weighting,
    }
    return Subject(
        family=batch.family,
        loss=type(batch.loss),
        reduction=batch.reduction,
        width=batch.width,
        counts_votes=batch.target_form.counts_votes,
        masked=options.mask is not None,
        class_weights=() if options.class_weights is None else tuple(options.class_weights.tolist()),
        positive_weight=tuple(np.ravel(options.positive_weight).tolist()),
        settings=settings,
        classes=tuple(name if len(name) <= LONGEST else name[: LONGEST - 1] + "…" for name in classes),
    )
