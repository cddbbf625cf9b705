"""POST /v1/summaries/merge as the OpenAPI document describes it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from distscore.wire.describe.diagnostics import (
    Agreement,
    Calibration,
    ClassRecord,
    Decomposition,
    Interval,
    Model,
    Number,
    Quantile,
    Residual,
    Skill,
    Verdict,
    WeightedLikelihood,
)


class MergeRequest(BaseModel):
    """The states, in any order."""

    model_config = ConfigDict(extra="forbid", strict=True)

    states: list[str] = Field(min_length=1, description="`state` of answers to /v1/score or of this route.")


class MergedDiagnostics(Model):
    """What one batch of all the rows would have answered, as far as sums over rows tell."""

    verdict: Verdict
    decomposition: Decomposition
    skill: Skill | None = None
    per_class: list[ClassRecord] | None = None
    per_class_omitted: int | None = None
    calibration: Calibration | None = None
    agreement: Agreement | None = None
    weighted_likelihood: WeightedLikelihood | None = None
    residuals: list[Residual] | None = None
    coverage: list[Interval] | None = None
    share_of_negative_curvature: Number = None
    quantiles_approximate: list[Quantile] = Field(description="Within 1 %; the extremes are exact.")


class MergeResponse(Model):
    """The merged state and its report."""

    family: str
    loss: str
    reduction: Literal["mean", "sum", "none"]
    units: str
    row_count: int
    total_weight: float
    value: Number = Field(None, description="Absent under reduction none.")
    value_standard_error: Number = None
    tags: list[str] = Field(description="Of the batches, in order, as many as there is room for.")
    tags_complete: bool
    state: str
    diagnostics: MergedDiagnostics
