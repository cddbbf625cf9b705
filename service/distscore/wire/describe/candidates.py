"""Answers about candidates, of POST /v1/compare and of merged states, as the OpenAPI document describes them."""

from typing import Any

from pydantic import Field, create_model

from distscore.core.diagnostics.candidates.report import ComparedCandidates
from distscore.core.diagnostics.candidates.segments import ComparedSegmentRecord
from distscore.wire.describe.compare import LossProperties
from distscore.wire.describe.diagnostics import Model, model_of, record_model
from distscore.wire.describe.responses import CHARTS, BatchWarning

OF_LOSS: dict[str, Any] = {
    "text": (str, Field(description="Who is better, by how much, and how sure that is, in plain sentences.")),
    "units": (str, Field(description="Of the losses: nats, or those of the values.")),
    "properties": (LossProperties, Field(description="What is known of the loss.")),
    "groups": (
        list[model_of(ComparedSegmentRecord)] | None,  # type: ignore[misc]
        Field(None, description="The rows of each value of `groups`."),
    ),
}
CandidatesOfLoss = create_model(
    "CandidatesOfLoss", __base__=record_model(ComparedCandidates), __doc__=ComparedCandidates.__doc__, **OF_LOSS
)


class CandidatesAnswer(Model):
    """What the rows say of several candidates, a result for each loss."""

    family: str = Field(description="The family of the batch.")
    row_count: int = Field(description="How many rows were sent.")
    total_weight: float = Field(description="Sum of the weights of the rows, votes included.")
    baseline: str = Field(description="The candidate that the others are compared with.")
    confidence: float = Field(description="Of the intervals.")
    results: list[CandidatesOfLoss] = Field(description="A comparison for each loss, in the order of the request.")


class ComparedCandidatesResponse(CandidatesAnswer):
    """Several predictions of the same rows, paired row by row."""

    tag: str | None = Field(None, description="The tag of the request.")
    warnings: list[BatchWarning] = Field(description="What was changed on request.")
    charts: dict[str, Any] | None = CHARTS
    state: str | None = Field(None, description="What POST /v1/summaries/merge needs to know of these rows.")


class MergedCandidatesResponse(CandidatesAnswer):
    """The merged state of comparisons and its report, to the last bit those of one request."""

    tags: list[str] = Field(description="Of the requests, in order, as many as there is room for.")
    tags_complete: bool = Field(description="Whether there was room for all tags.")
    warnings: list[BatchWarning] = Field(description="Charts that were asked for by name and that there are not.")
    charts: dict[str, Any] | None = CHARTS
    state: str = Field(description="The merged state, which merges further.")
