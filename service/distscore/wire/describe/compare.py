"""Answers of POST /v1/compare, as the OpenAPI document describes them."""

from pydantic import Field, create_model

from distscore.core.diagnostics.comparison import ComparedLoss
from distscore.wire.describe.diagnostics import Model, record_model
from distscore.wire.describe.responses import BatchWarning


class LossProperties(Model):
    """What is known of a loss, as in GET /v1/losses/{name}."""

    zero_at_match: bool = Field(description="Whether it is 0 when the prediction is the target.")
    proper: bool = Field(description="Whether it is least, over sampled outcomes, at their distribution.")
    convex_in_logits: bool | None = Field(None, description="Absent where there are no logits.")
    bounded_below: bool


LossOfTable = create_model(
    "ComparedLoss",
    __base__=record_model(ComparedLoss),
    __doc__=ComparedLoss.__doc__,
    properties=(LossProperties, Field(description="What is known of the loss.")),
)


class CompareResponse(Model):
    """Several losses of one batch."""

    family: str
    row_count: int
    results: list[LossOfTable]
    warnings: list[BatchWarning]
