"""Members of a request that do not depend on its family: their types, bounds and descriptions.

Arrays stay as they came: `wire.read` makes columns of them. null, [] and {} mean "not given" for what is optional.
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from distscore.core.conventions.convention import Library
from distscore.core.theory.supports import NONNEGATIVE
from distscore.wire.describe import schemas
from distscore.wire.describe.outputs import DEFAULT_OUTPUTS

Missing = Literal["refuse", "exclude"]
CountWeighting = Literal["votes", "rows"]
Reduction = Literal["mean", "sum", "none"]

PER_LABEL = {"oneOf": [schemas.DOUBLE, schemas.array_of(schemas.DOUBLE, 1)]}
IDENTIFIER = {"oneOf": [schemas.STRING, schemas.INTEGER]}

Weights = Annotated[Any, WithJsonSchema(schemas.array_of(schemas.bounded(NONNEGATIVE), 1))]
PerLabel = Annotated[Any, WithJsonSchema(PER_LABEL)]
Groups = Annotated[
    Any, WithJsonSchema({"type": "object", "additionalProperties": {"type": "array", "items": IDENTIFIER}})
]
PerRow = Annotated[Any, WithJsonSchema(schemas.array_of(IDENTIFIER, 1))]
Mask = Annotated[Any, WithJsonSchema(schemas.array_of({"type": "boolean"}, 2))]
Margin = Annotated[float | None, Field(ge=0), WithJsonSchema(schemas.bounded(NONNEGATIVE))]


MOST_LOSSES = 50  # of a comparison
FEWEST_CANDIDATES, MOST_CANDIDATES = 2, 20
LONGEST_NAME = 100  # characters of a candidate's name
WHOLE = 1 << 53  # up to which every whole number is a double


def _without_default(schema: dict[str, Any]) -> None:
    del schema["default"]


class BatchMembers(BaseModel):
    """What may stand beside targets and predictions, whatever the family."""

    model_config = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True, allow_inf_nan=False)

    family: str
    family_parameters: Any = None
    targets: Any
    predictions: Any
    activations: Any = None
    classes: list[str] = Field([], description="Names of the classes or labels, used in reports; distinct.")
    tag: str = Field("", max_length=200, description="Echoed, and kept in the state.")
    sample_weights: Weights = Field(
        None, description="[n]: the weight of each row, >= 0; ones if not given. A row of weight 0 is excluded."
    )
    class_weights: Weights = Field(None, description="The weight of each class or label, >= 0; ones if not given.")
    positive_weight: float = Field(
        1.0, gt=0, le=1e150, description="Multiplies the y log q term of the cross-entropy of binary events."
    )
    missing: Missing = Field(
        "refuse",
        description="Whether a null among targets or predictions is refused, or excludes its row; a null among the "
        "targets of several labels excludes its entry.",
    )
    ignore_label: int | None = Field(
        None,
        ge=-WHOLE,
        le=WHOLE,
        description="Rows with this label are excluded, as PyTorch's -100 or a segmentation's 255.",
    )
    mask: Mask = Field(None, description="[n, classes] or [n, labels]: true where an entry counts.")
    count_weighting: CountWeighting = Field(
        "votes", description="Whether a row of counts weighs as many votes as it has, or once."
    )
    normalization: Literal["strict", "rescale", "none"] = Field(
        "strict",
        description="What to do about rows of probabilities that do not sum to 1: refuse them, divide them by their "
        "sum, or use them as they are.",
    )
    label_smoothing: float = Field(0.0, ge=0, lt=1, description="Targets become (1 - e) p + e S / K.")
    temperature: float = Field(1.0, ge=1e-3, le=1e3, description="Every column of logits is divided by it.")
    clip: float = Field(
        0.0,
        gt=0,
        le=0.01,
        description="Predicted probabilities below it are raised to it; reported. Off if not given.",
        json_schema_extra=_without_default,
    )


class ScoreMembers(BatchMembers):
    """The members of a score: one loss, and what to answer."""

    loss: str = "cross_entropy"
    loss_parameters: Any = None
    reduction: Reduction = Field(
        "mean", description="mean: sum(w l) / sum(w). none: no value; derivatives are those of each row's own loss."
    )
    outputs: list[str] = list(DEFAULT_OUTPUTS)
    groups: Groups = Field(
        None,
        description="{name: [n]}: strings or integers that tell rows apart, at most 200 different ones each; the "
        "answer reports on the rows of each.",
    )


class ExplainMembers(ScoreMembers):
    """The members of a score, and a number that other code gave for it."""

    reduction: Literal["mean", "sum"] = Field("mean", description="mean: sum(w l) / sum(w).")
    outputs: list[str] = Field([], description="Not looked at.")
    groups: Groups = Field(None, description="Not looked at.")
    observed: float = Field(description="The number that other code gave for this batch.")
    digits: int | None = Field(
        None, ge=1, le=17, description="How many digits it has, where zeros at its end were lost; else those it has."
    )
    library: Library | None = Field(
        None, description="Whose code it was, if you know: conventions of others are left out."
    )


class ChosenLoss(BaseModel):
    """One of the losses that are compared, with its parameters."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    loss: str
    loss_parameters: Any = None
    margin: Margin = Field(None, description="Of candidates: as `margin`, for this loss.")


class SentCandidate(BaseModel):
    """One of the predictions that are compared."""

    model_config = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True, allow_inf_nan=False)

    name: str = Field(max_length=LONGEST_NAME, description="What reports call it; distinct.")
    predictions: Any
    activations: Any = None
    family_parameters: Any = None


class CompareMembers(BatchMembers):
    """The members of a comparison: several losses of one batch, or several candidates for its predictions."""

    reduction: Literal["mean", "sum"] = Field("mean", description="mean: sum(w l) / sum(w).")
    losses: list[ChosenLoss] = []
    candidates: list[SentCandidate] = []
    baseline: str | None = Field(
        None, description="The name of the candidate that the others are compared with; the first one if not given."
    )
    confidence: float = Field(0.95, ge=0.5, lt=1, description="Of the intervals for differences of candidates.")
    margin: Margin = Field(
        None, description="The largest difference of candidates that does not matter, for tests of equivalence."
    )
    clusters: PerRow = Field(
        None,
        description="[n]: strings or integers, the same for rows that are not independent of one another, such as all "
        "rows of a patient.",
    )
    groups: Groups = Field(
        None,
        description="{name: [n]}: strings or integers that tell rows apart, at most 200 different ones each; "
        "candidates are also compared on the rows of each.",
    )
    outputs: list[str] = []
