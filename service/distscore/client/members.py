"""The members of requests, whatever the family: what the methods of clients take as keywords. None is not given.

`methods.pyi` has them for each family, with its columns and losses.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Protocol, Required, TypedDict, runtime_checkable

Values = Any  # an array, a list, a series, a frame, a tensor


@runtime_checkable
class Frame(Protocol):
    """A frame whose columns are those of a form, of pandas, polars or Arrow."""

    @property
    def columns(self) -> Any: ...

    def __getitem__(self, name: Any, /) -> Any: ...


Columns = Mapping[str, Values] | Frame


class BatchOptions(TypedDict, total=False):
    """What may stand beside targets and predictions."""

    classes: Sequence[str] | None
    tag: str | None
    sample_weights: Values
    class_weights: Values
    positive_weight: Values
    missing: Literal["refuse", "exclude"] | None
    ignore_label: int | None
    mask: Values
    count_weighting: Literal["votes", "rows"] | None
    normalization: Literal["strict", "rescale", "none"] | None
    label_smoothing: float | None
    temperature: float | None
    clip: float | None


class ScoreOptions(BatchOptions, total=False):
    """What may stand beside one loss."""

    reduction: Literal["mean", "sum", "none"] | None
    groups: Mapping[str, Values] | None


class ExplainOptions(BatchOptions, total=False):
    """What is known of a number that other code gave."""

    digits: int | None
    library: str | None
    reduction: Literal["mean", "sum"] | None


class CompareOptions(BatchOptions, total=False):
    """How losses or candidates are compared."""

    reduction: Literal["mean", "sum"] | None
    groups: Mapping[str, Values] | None
    clusters: Values
    baseline: str | None
    confidence: float | None
    margin: float | None


class ReportOptions(ScoreOptions, total=False):
    """What a page for people may be made with: the options of a score and of a comparison."""

    clusters: Values
    baseline: str | None
    confidence: float | None
    margin: float | None


class FamilyMembers(TypedDict, total=False):
    """A family, and what a batch of it has."""

    family: Required[str]
    targets: Required[Columns]
    activations: Mapping[str, str] | None
    family_parameters: Mapping[str, float] | None


class LossMembers(FamilyMembers, total=False):
    """Members of a request with one set of predictions and one loss of them."""

    predictions: Required[Columns]
    loss: str | None
    loss_parameters: Mapping[str, float] | None


class SeveralMembers(FamilyMembers, total=False):
    """Several losses, or several candidates for the predictions."""

    predictions: Columns | None
    losses: Sequence[Mapping[str, Any]] | None
    candidates: Sequence[Mapping[str, Any]] | None


class ScoreMembers(LossMembers, ScoreOptions, total=False):
    """The members of a score."""

    outputs: Sequence[str] | None


class CommonMembers(ScoreOptions, total=False):
    """What all batches of a summary have in common; targets and predictions are those of each."""

    family: Required[str]
    activations: Mapping[str, str] | None
    family_parameters: Mapping[str, float] | None
    loss: str | None
    loss_parameters: Mapping[str, float] | None
    outputs: Sequence[str] | None


class ExplainMembers(LossMembers, ExplainOptions, total=False):
    """The members of an explanation."""

    observed: Required[float]


class CompareMembers(SeveralMembers, CompareOptions, total=False):
    """The members of a comparison."""

    outputs: Sequence[str] | None


class ReportMembers(SeveralMembers, ReportOptions, total=False):
    """The members of a report."""

    loss: str | None
    loss_parameters: Mapping[str, float] | None


class AdviseMembers(TypedDict, total=False):
    """Targets as they would be scored, without a family."""

    targets: Required[Columns]
    predictions: Columns | None
    family: str | None
    meaning: str | None
    normalization: Literal["strict", "rescale", "none"] | None
    classes: Sequence[str] | None
    missing: Literal["refuse", "exclude"] | None
    mask: Values
