"""The members of requests, whatever the family: what the methods of clients take as keywords.

`methods.pyi` has the same for each family, with its columns and losses. Members that are None are not given.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal, Required, TypedDict

Columns = Mapping[str, Any]  # arrays by name, or a frame with these columns
Normalization = Literal["strict", "rescale", "none"]


class BatchMembers(TypedDict, total=False):
    """What stands beside targets and predictions."""

    family: Required[str]
    targets: Required[Columns]
    activations: Mapping[str, str] | None
    family_parameters: Mapping[str, float] | None
    classes: Sequence[str] | None
    tag: str | None
    sample_weights: Any
    class_weights: Any
    positive_weight: Any
    missing: Literal["refuse", "exclude"] | None
    ignore_label: int | None
    mask: Any
    count_weighting: Literal["votes", "rows"] | None
    normalization: Normalization | None
    label_smoothing: float | None
    temperature: float | None
    clip: float | None


class ScoreMembers(BatchMembers, total=False):
    """One loss, and what to answer."""

    predictions: Required[Columns]
    loss: str | None
    loss_parameters: Mapping[str, float] | None
    reduction: Literal["mean", "sum", "none"] | None
    groups: Mapping[str, Any] | None
    outputs: Sequence[str] | None


class ExplainMembers(BatchMembers, total=False):
    """One loss, and the number that other code gave for it."""

    predictions: Required[Columns]
    observed: Required[float]
    loss: str | None
    loss_parameters: Mapping[str, float] | None
    reduction: Literal["mean", "sum"] | None
    digits: int | None
    library: str | None


class CompareMembers(BatchMembers, total=False):
    """Several losses, or several candidates for the predictions."""

    predictions: Columns | None
    losses: Sequence[Mapping[str, Any]] | None
    candidates: Sequence[Mapping[str, Any]] | None
    baseline: str | None
    confidence: float | None
    margin: float | None
    clusters: Any
    reduction: Literal["mean", "sum"] | None
    groups: Mapping[str, Any] | None
    outputs: Sequence[str] | None


class AdviseMembers(TypedDict, total=False):
    """Targets as they would be scored, without a family."""

    targets: Required[Columns]
    predictions: Columns | None
    family: str | None
    meaning: str | None
    normalization: Normalization | None
    classes: Sequence[str] | None
    missing: Literal["refuse", "exclude"] | None
    mask: Any


class ReportMembers(BatchMembers, total=False):
    """What a page for people is made of: the members of a score or of a comparison."""

    predictions: Columns | None
    loss: str | None
    loss_parameters: Mapping[str, float] | None
    reduction: Literal["mean", "sum", "none"] | None
    groups: Mapping[str, Any] | None
    losses: Sequence[Mapping[str, Any]] | None
    candidates: Sequence[Mapping[str, Any]] | None
    baseline: str | None
    confidence: float | None
    margin: float | None
    clusters: Any
