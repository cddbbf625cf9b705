"""POST /v1/summaries/merge as the OpenAPI document describes it."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from distscore.wire.describe.diagnostics import MergedDiagnostics, Model, Number


class MergeRequest(BaseModel):
    """The states, in any order."""

    model_config = ConfigDict(extra="forbid", strict=True)

    states: list[str] = Field(min_length=1, description="`state` of answers to /v1/score or of this route.")


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
