"""Request models, derived from the registries of families and losses: one model per family and route.

Arrays stay as they came: `wire.read` makes columns of them. null, [] and {} mean "not given" for what is optional.
"""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, create_model

from distscore.core.families import FAMILIES
from distscore.core.losses import losses_of
from distscore.core.theory.columns import Column
from distscore.core.theory.distributions import Family
from distscore.core.theory.supports import NONNEGATIVE, SMALLEST_NORMAL
from distscore.wire.describe import schemas

SUMMARY_OUTPUTS = ("value", "diagnostics", "diagnostics.all", "state")
ROW_OUTPUTS = (
    "losses",
    "floors",
    "divergences",
    "normalization_terms",
    "gradients",
    "hessian_diagonals",
    "fisher_diagonals",
    "parameters",
    "optima",
)
DEFAULT_OUTPUTS = ("losses", "gradients", "diagnostics")

Weights = Annotated[Any, WithJsonSchema(schemas.array_of(schemas.number(NONNEGATIVE), 1))]
PerLabel = Annotated[Any, WithJsonSchema({"anyOf": [schemas.number(), schemas.array_of(schemas.number(), 1)]})]
Mask = Annotated[Any, WithJsonSchema(schemas.array_of({"type": "boolean"}, 2))]


def _without_default(schema: dict[str, Any]) -> None:
    del schema["default"]


class BatchMembers(BaseModel):
    """What may stand beside targets and predictions, whatever the family."""

    model_config = ConfigDict(extra="forbid", strict=True, arbitrary_types_allowed=True, allow_inf_nan=False)

    family: str
    family_parameters: Any = None
    targets: Any
    predictions: Any
    activations: dict[str, str] = {}
    classes: list[str] = Field([], description="Names of the classes or labels, used in reports; distinct.")
    tag: str = Field("", max_length=200, description="Echoed, and kept in the state.")
    sample_weights: Weights = Field(None, description="[n]: the weight of each row, >= 0; ones if not given.")
    class_weights: Weights = Field(None, description="The weight of each class or label, >= 0; ones if not given.")
    positive_weight: float = Field(
        1.0, gt=0, le=1e150, description="Multiplies the y log q term of the cross-entropy of binary events."
    )
    missing: Literal["refuse", "exclude"] = Field(
        "refuse",
        description="Whether a null among targets or predictions is refused, or excludes its row; a null among the "
        "targets of several labels excludes its entry.",
    )
    ignore_label: int | None = Field(
        None, description="Rows with this label are excluded, as PyTorch's -100 or a segmentation's 255."
    )
    mask: Mask = Field(None, description="[n, classes] or [n, labels]: true where an entry counts.")
    count_weighting: Literal["votes", "rows"] = Field(
        "votes", description="Whether a row of counts weighs as many votes as it has, or once."
    )
    normalization: Literal["strict", "rescale", "none"] = Field(
        "strict", description="What to do about rows of probabilities that do not sum to 1."
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
    """One loss, and what to answer."""

    loss: str = "cross_entropy"
    loss_parameters: Any = None
    reduction: Literal["mean", "sum", "none"] = Field(
        "mean", description="mean: sum(w l) / sum(w). none: no value; derivatives are those of each row's own loss."
    )
    outputs: list[str] = Field(list(DEFAULT_OUTPUTS), description="What to answer beside the value.")


class ChosenLoss(BaseModel):
    """A loss to compare."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)

    loss: str
    loss_parameters: Any = None


class CompareMembers(BatchMembers):
    """Several losses of one batch."""

    reduction: Literal["mean", "sum"] = Field("mean", description="mean: sum(w l) / sum(w).")
    losses: list[ChosenLoss] = Field(
        [], description="The losses to compare; the usual ones of the family if not given."
    )


def _typed(kind: Any, schema: dict[str, Any], default: Any) -> tuple[Any, Any]:
    """A field whose schema says more than its type."""
    return Annotated[kind, WithJsonSchema(schema)], default


Members = TypeVar("Members", bound=BatchMembers)


def _columns(forms: tuple[Any, ...], raw: bool) -> dict[str, Any]:
    """Every column of some forms once, optional, in the order of the forms."""
    columns: dict[str, Column] = {column.name: column for form in forms for column in form.columns}
    return {name: _typed(Any, schemas.column(column, raw), None) for name, column in columns.items()}


def _flat(name: str, description: str, fields: dict[str, Any]) -> type[BaseModel]:
    config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
    return create_model(name, __config__=config, __doc__=description, **fields)


def _constants(family: Family) -> dict[str, Any]:
    constants = {constant.name: constant for form in family.predictions for constant in form.constants}
    return {
        name: (
            float,
            Field(None, ge=SMALLEST_NORMAL, description=constant.description),
        )
        for name, constant in constants.items()
    }


def _activations(family: Family) -> dict[str, Any]:
    columns = {column.name: column for form in family.predictions for column in form.columns}
    legal = {name: list(column.activations) for name, column in columns.items()}
    properties = {name: {"type": "string", "enum": enum, "default": "identity"} for name, enum in legal.items()}
    return {"type": "object", "properties": properties, "additionalProperties": False}


def title_of(family: str) -> str:
    """A family's name as a class writes it."""
    return "".join(word.capitalize() for word in family.split("_"))


def _model(family: Family, base: type[Members], suffix: str) -> type[Members]:
    title = title_of(family.name)
    losses = losses_of(family)
    parameters = {name: default for loss in losses.values() for name, default in loss.parameters.items()}
    loss_parameters = _flat(
        f"{title}LossParameters",
        f"Parameters of the losses of {family.name}.",
        {name: (float, Field(None, description=f"{value:g} if not given")) for name, value in parameters.items()},
    )
    fields: dict[str, Any] = {
        "family": (Literal[family.name], ...),
        "targets": (
            _flat(f"{title}Targets", f"Targets of {family.name}: exactly one form.", _columns(family.targets, False)),
            ...,
        ),
        "predictions": (
            _flat(
                f"{title}Predictions",
                f"Predictions of {family.name}: exactly one form.",
                _columns(family.predictions, True),
            ),
            ...,
        ),
        "activations": _typed(dict[str, str], _activations(family), {}),
        "family_parameters": (
            _flat(f"{title}Parameters", f"Constants of {family.name}.", _constants(family)),
            None,
        ),
    }
    if family.kind == "labels":
        description = "Multiplies the y log q term of the cross-entropy of every label, or of each its own."
        fields["positive_weight"] = (PerLabel, Field(1.0, description=description))
    if base is ScoreMembers:
        known = {"type": "string", "enum": list(losses), "default": "cross_entropy"}
        names = {"type": "string", "enum": [*ROW_OUTPUTS, *SUMMARY_OUTPUTS]}
        fields["loss"] = _typed(str, known, "cross_entropy")
        fields["loss_parameters"] = (loss_parameters, None)
        fields["outputs"] = _typed(
            list[str], {"type": "array", "items": names, "default": list(DEFAULT_OUTPUTS)}, list(DEFAULT_OUTPUTS)
        )
    else:
        chosen = create_model(
            f"{title}ChosenLoss",
            __base__=ChosenLoss,
            __doc__=f"A loss of {family.name} to compare.",
            loss=_typed(str, {"type": "string", "enum": list(losses)}, ...),
            loss_parameters=(loss_parameters, None),
        )
        fields["losses"] = (list.__class_getitem__(chosen), [])
    return create_model(f"{title}{suffix}", __base__=base, __doc__=family.__doc__, **fields)


SCORE_REQUESTS = {name: _model(family, ScoreMembers, "ScoreRequest") for name, family in FAMILIES.items()}
COMPARE_REQUESTS = {name: _model(family, CompareMembers, "CompareRequest") for name, family in FAMILIES.items()}
