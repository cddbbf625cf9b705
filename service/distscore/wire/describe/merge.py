"""POST /v1/summaries/merge as the OpenAPI document describes it."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from distscore.wire.describe import schemas
from distscore.wire.describe.diagnostics import MergedDiagnostics, Model, Number
from distscore.wire.describe.members import Reduction
from distscore.wire.describe.outputs import CHARTS_OF_MERGED
from distscore.wire.describe.responses import CHARTS, BatchWarning


class MergeRequest(BaseModel):
    """The states of several batches, in any order."""

    model_config = ConfigDict(extra="forbid", strict=True)

    states: list[str] = Field(
        min_length=1,
        description="`state` of answers to /v1/score, or to /v1/compare with candidates, or of this route.",
    )
    outputs: Annotated[list[str], WithJsonSchema(schemas.choices(CHARTS_OF_MERGED))] = Field(
        [], description="Charts of the report: `charts` are all that there are, `charts.<name>` is one."
    )


class MergedSummaryResponse(Model):
    """The merged state and its report, to the last bit those of one batch."""

    family: str = Field(description="The family of the batches.")
    loss: str = Field(description="The loss that they were scored with.")
    reduction: Reduction = Field(description="What the value is.")
    units: str = Field(description="Of the losses: nats, or those of the values.")
    row_count: int = Field(description="How many rows were sent, in all batches.")
    total_weight: float = Field(description="Sum of the weights of the rows, votes included.")
    value: Number = Field(None, description="The reduced loss; absent with reduction none, null where infinite.")
    value_standard_error: Number = Field(None, description="Of the value; null where fewer than two rows count.")
    tags: list[str] = Field(description="Of the batches, in order, as many as there is room for.")
    tags_complete: bool = Field(description="Whether there was room for all tags.")
    warnings: list[BatchWarning] = Field(description="Charts that were asked for by name and that there are not.")
    state: str = Field(description="The merged state, which merges further.")
    diagnostics: MergedDiagnostics = Field(description="What explains the value.")
    charts: dict[str, Any] | None = CHARTS
