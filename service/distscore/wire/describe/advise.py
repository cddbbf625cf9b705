"""POST /v1/advise as the OpenAPI document describes it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from distscore.wire.describe.diagnostics import Model, Number
from distscore.wire.describe.responses import BatchWarning

Meaning = Literal["probabilities", "fractions", "votes", "multilabel", "intensities", "amounts", "counts", "ranks"]
OPEN_COLUMNS = {"type": "object", "additionalProperties": {"type": "array", "items": {}}}
Columns = Annotated[dict[str, Any], WithJsonSchema(OPEN_COLUMNS)]


class AdviseRequest(BaseModel):
    """Targets as they would be sent to /v1/score, without a family."""

    model_config = ConfigDict(extra="forbid")

    targets: Columns = Field(description="The columns of one form of some family.")
    predictions: Columns = Field({}, description="The columns of a prediction, if there is one.")
    family: str = Field("", description="The family that you have in mind.")
    meaning: Meaning | None = Field(None, description="What the numbers are, if you know.")


class Evidence(Model):
    """Something measured on the data."""

    fact: str = Field(description="What was measured.")
    number: Number = Field(description="null where it is infinite or undefined.")


class Recommendation(Model):
    """A family and loss that fit."""

    family: str = Field(description="The family that fits.")
    loss: str = Field(description="The loss that fits.")
    why: str = Field(description="What speaks for it.")
    caveat: str = Field(description="What to keep in mind; empty if nothing.")
    request: dict[str, Any] = Field(description="Ready for /v1/score; of many rows the first 1000.")


class AdviseResponse(Model):
    """What the targets look like and what fits, best first."""

    target_kind: str = Field(description="What the targets look like, such as `one_hot` or `counts`.")
    evidence: list[Evidence] = Field(description="What was measured on the targets.")
    recommendations: list[Recommendation] = Field(description="What fits, best first.")
    warnings: list[BatchWarning] = Field(description="What looks like a slip.")
