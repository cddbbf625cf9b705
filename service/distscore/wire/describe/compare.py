"""Answers of POST /v1/compare, as the OpenAPI document describes them."""

from pydantic import Field

from distscore.wire.describe.diagnostics import Model, Number, Optimum


class LossProperties(Model):
    """What is known of a loss, as in GET /v1/losses/{name}."""

    zero_at_match: bool = Field(description="Whether it is 0 when the prediction is the target.")
    proper: bool = Field(description="Whether it is least, over sampled outcomes, at their distribution.")
    convex_in_logits: bool | None = Field(None, description="Absent where there are no logits.")
    bounded_below: bool


class ComparedLoss(Model):
    """One loss of the batch. Values of different losses do not compare; each compares with its floor and marginal."""

    loss: str
    value: Number
    value_standard_error: Number
    floor: Number = Field(description="The least value over predictions; null where it is not defined.")
    divergence: Number
    gradient_norm: Number = Field(description="Euclidean norm of the gradient in all columns as sent.")
    per_class_gradient_share: list[Number] | None = Field(
        None, description="Share of the absolute gradient by class or label; 0 where there is none."
    )
    value_at_marginal: Number = Field(None, description="The value of predicting the mean target for every row.")
    optimum: Optimum | None = Field(None, description="What the loss likes best for the mean target.")
    properties: LossProperties


class CompareResponse(Model):
    """Several losses of one batch."""

    family: str
    row_count: int
    results: list[ComparedLoss]
