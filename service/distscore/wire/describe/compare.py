"""Answers of POST /v1/compare, as the OpenAPI document describes them."""

from typing import Any

from pydantic import Field, create_model

from distscore.core.diagnostics.comparison import ComparedLoss
from distscore.wire.describe.diagnostics import Model, record_model
from distscore.wire.describe.responses import CHARTS, BatchWarning


class LossProperties(Model):
    """What is known of a loss, as in GET /v1/losses/{name}."""

    zero_at_match: bool = Field(description="Whether it is 0 when the prediction is the target.")
    proper: bool = Field(description="Whether it is least, over sampled outcomes, at their distribution.")
    convex_in_logits: bool | None = Field(None, description="Absent where there are no logits.")
    bounded_below: bool = Field(description="Whether it is bounded below over predictions, whatever the target.")


LossOfTable = create_model(
    "ComparedLoss",
    __base__=record_model(ComparedLoss),
    __doc__=ComparedLoss.__doc__,
    units=(str, Field(description="Of the loss: nats, or those of the values.")),
    properties=(LossProperties, Field(description="What is known of the loss.")),
)


class ComparedLossesResponse(Model):
    """The table of several losses of one batch: a line per loss, no arrays of rows."""

    family: str = Field(description="The family of the batch.")
    row_count: int = Field(description="How many rows were sent.")
    results: list[LossOfTable] = Field(description="A line per loss, in the order of the request.")
    warnings: list[BatchWarning] = Field(description="What was changed on request, and usual losses that are left out.")
    charts: dict[str, Any] | None = CHARTS
