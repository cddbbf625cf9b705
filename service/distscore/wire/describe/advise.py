"""POST /v1/advise as the OpenAPI document describes it."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from distscore.core.families import FAMILIES
from distscore.wire.describe.diagnostics import Model, Number
from distscore.wire.describe.members import Mask, Missing
from distscore.wire.describe.responses import BatchWarning

Meaning = Literal["probabilities", "fractions", "votes", "multilabel", "intensities", "amounts", "counts", "ranks"]
OPEN_COLUMNS = {"type": "object", "additionalProperties": {"type": "array", "items": {}}}
Columns = Annotated[dict[str, Any], WithJsonSchema(OPEN_COLUMNS)]
FamilyName = Annotated[str, WithJsonSchema({"type": "string", "enum": list(FAMILIES)})]


class AdviseRequest(BaseModel):
    """Targets as they would be sent to /v1/score, without a family."""

    model_config = ConfigDict(extra="forbid", strict=True)

    targets: Columns = Field(description="The columns of one form of some family.")
    predictions: Columns = Field({}, description="The columns of a prediction, if there is one.")
    family: FamilyName = Field("", description="The family that you have in mind.")
    meaning: Meaning | None = Field(None, description="What the numbers are, if you know.")
    normalization: Literal["strict", "rescale", "none"] | None = Field(
        None,
        description="What to do about rows of probabilities that do not sum to 1; if not given, rescale where they are "
        "read as shares.",
    )
    classes: list[str] = Field([], description="Names of the classes or labels; distinct.")
    missing: Missing = Field("refuse", description="Whether rows with a null are refused or left out.")
    mask: Mask = Field(None, description="[n, classes] or [n, labels]: true where an entry counts.")


class Evidence(Model):
    """Something measured on the data."""

    fact: str = Field(description="What was measured.")
    number: Number = Field(description="null where it is infinite or undefined.")


class Baseline(Model):
    """The best prediction that is the same for all rows, by maximum likelihood."""

    value: Number = Field(description="Its mean loss; null where it is infinite, or there is no best one.")
    parameters: dict[str, Any] = Field(
        description="Its columns after their activations, a number or one per class; empty where there is no best one."
    )


class Difference(Model):
    """A mean difference over rows."""

    value: Number = Field(description="null where the losses have different units, or one of them is infinite.")
    standard_error: Number = Field(description="Of the differences, paired by row; null for fewer than two rows.")


class Recommendation(Model):
    """A family and loss that fit."""

    family: str = Field(description="The family that fits.")
    loss: str = Field(description="The loss that fits.")
    why: str = Field(description="What speaks for it.")
    caveat: str = Field(description="What to keep in mind; empty if nothing.")
    baseline: Baseline
    difference_from_first: Difference = Field(
        description="Mean loss of this baseline minus that of the first recommendation."
    )
    request: dict[str, Any] = Field(description="Ready for /v1/score, with at most the first 20 rows.")
    request_is_complete: bool = Field(description="Whether the request holds all rows.")


class AdviseResponse(Model):
    """What the targets look like and what fits, best first."""

    target_kind: str = Field(description="What the targets look like, such as `one_hot` or `counts`.")
    evidence: list[Evidence] = Field(description="What was measured on the targets.")
    recommendations: list[Recommendation] = Field(description="What fits, best first.")
    warnings: list[BatchWarning] = Field(description="What looks like a slip, and whether a named family does not fit.")
