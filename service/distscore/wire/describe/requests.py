"""Request models, derived from the registries of families and losses: one model per family and route."""

from typing import Annotated, Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema, create_model

from distscore.core.families import FAMILIES
from distscore.core.losses import losses_of
from distscore.core.special.elementwise import SMALLEST_NORMAL
from distscore.core.theory.columns import Column
from distscore.core.theory.distributions import Family
from distscore.wire.describe import schemas
from distscore.wire.describe.members import (
    MOST_CANDIDATES,
    MOST_LOSSES,
    BatchMembers,
    ChosenLoss,
    CompareMembers,
    ExplainMembers,
    PerLabel,
    ScoreMembers,
    SentCandidate,
)
from distscore.wire.describe.outputs import COMPARED_OUTPUTS, DEFAULT_OUTPUTS, OUTPUTS

Members = TypeVar("Members", bound=BatchMembers)
Fields = dict[str, Any]

STRICT = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)
CHOICE = {"type": "string", "description": "Which loss."}


def title_of(family: str) -> str:
    """A family's name as a class writes it."""
    return "".join(word.capitalize() for word in family.split("_"))


def _flat(name: str, description: str, fields: Fields) -> type[BaseModel]:
    """The model of an object inside a request."""
    return create_model(name, __config__=STRICT, __doc__=description, **fields)


def _described(kind: Any, schema: dict[str, Any], default: Any) -> tuple[Any, Any]:
    """A field whose schema says more than its type."""
    return Annotated[kind, WithJsonSchema(schema)], default


def _columns(forms: tuple[Any, ...], raw: bool) -> Fields:
    """Every column of some forms once, optional, in the order of the forms."""
    columns: dict[str, Column] = {column.name: column for form in forms for column in form.columns}
    return {name: _described(Any, schemas.column(column, raw), None) for name, column in columns.items()}


def _constants(family: Family) -> Fields:
    """The constants of the prediction forms."""
    constants = {constant.name: constant for form in family.predictions for constant in form.constants}
    return {
        name: (float, Field(None, ge=SMALLEST_NORMAL, description=constant.description))
        for name, constant in constants.items()
    }


def _activations(family: Family) -> Fields:
    """What each prediction column may have for an activation."""
    columns = {column.name: column for form in family.predictions for column in form.columns}
    description = "Of `predictions.{name}`. Default: identity."
    return {
        name: _described(
            str,
            {"type": "string", "enum": list(column.activations), "description": description.format(name=name)},
            None,
        )
        for name, column in columns.items()
    }


def _loss_parameters(family: Family) -> Fields:
    """The parameters of all losses of a family."""
    parameters = {name: value for loss in losses_of(family).values() for name, value in loss.parameters.items()}
    return {name: (float, Field(None, description=f"{value:g} if not given.")) for name, value in parameters.items()}


def _of_family(family: Family) -> Fields:
    """The members whose types depend on the family, whatever the route."""
    name, title = family.name, title_of(family.name)
    targets = _flat(f"{title}Targets", f"Targets of {name}: exactly one form.", _columns(family.targets, False))
    predictions = _flat(
        f"{title}Predictions", f"Predictions of {name}: exactly one form.", _columns(family.predictions, True)
    )
    activations = _flat(
        f"{title}Activations",
        f"What stands between a prediction column of {name} as sent and its parameter.",
        _activations(family),
    )
    constants = _flat(f"{title}Parameters", f"Constants of {name}.", _constants(family))
    fields: Fields = {
        "family": (Literal[name], Field(description="The assumed distribution of the targets.")),
        "targets": (targets, Field(description="What was observed, or the distribution that is to be met.")),
        "predictions": (predictions, Field(description="The predicted distributions.")),
        "activations": (activations, Field(None, description="What makes parameters of raw columns.")),
        "family_parameters": (constants, Field(None, description="Constants that are no columns.")),
    }
    if family.kind == "labels":
        description = "Multiplies the y log q term of the cross-entropy of every label, or of each its own."
        fields["positive_weight"] = (PerLabel, Field(1.0, description=description))
    return fields


def _one_loss(family: Family) -> Fields:
    """The members that depend on the family where one loss is scored."""
    title, losses = title_of(family.name), list(losses_of(family))
    parameters = _flat(f"{title}LossParameters", f"Parameters of losses of {family.name}.", _loss_parameters(family))
    return {
        **_of_family(family),
        "loss": _described(str, {**CHOICE, "enum": losses, "default": "cross_entropy"}, "cross_entropy"),
        "loss_parameters": (parameters, Field(None, description="Parameters of the loss.")),
    }


def _score(family: Family) -> type[ScoreMembers]:
    """The model of a request to POST /v1/score."""
    outputs = {**schemas.choices(OUTPUTS), "default": list(DEFAULT_OUTPUTS)}
    outputs["description"] = "What to answer beside the value."
    fields = {**_one_loss(family), "outputs": _described(list[str], outputs, list(DEFAULT_OUTPUTS))}
    name = f"{title_of(family.name)}ScoreRequest"
    return create_model(name, __base__=ScoreMembers, __doc__=family.__doc__, **fields)


def _explain(family: Family) -> type[ExplainMembers]:
    """The model of a request to POST /v1/explain."""
    name, fields = f"{title_of(family.name)}ExplainRequest", _one_loss(family)
    return create_model(name, __base__=ExplainMembers, __doc__=family.__doc__, **fields)


def _compare(family: Family) -> type[CompareMembers]:
    """The model of a request to POST /v1/compare."""
    name, title, losses = family.name, title_of(family.name), list(losses_of(family))
    parameters = _flat(f"{title}LossParameters", f"Parameters of losses of {family.name}.", _loss_parameters(family))
    chosen: Any = create_model(
        f"{title}ChosenLoss",
        __base__=ChosenLoss,
        __doc__=f"A loss of {family.name} to compare.",
        loss=_described(str, {**CHOICE, "enum": losses}, ...),
        loss_parameters=(parameters, Field(None, description="Parameters of the loss.")),
    )
    several: Any = Field(
        [],
        max_length=MOST_LOSSES,
        description="The losses to compare; if not given the usual ones of the family, of candidates cross_entropy.",
    )
    of_family = _of_family(family)
    (predictions, of_predictions), (activations, _), (constants, _) = (
        of_family[name] for name in ("predictions", "activations", "family_parameters")
    )
    candidate: Any = create_model(
        f"{title}Candidate",
        __base__=SentCandidate,
        __doc__=f"One of several predictions of {name} that are compared.",
        predictions=(predictions, of_predictions),
        activations=(activations, Field(None, description="What makes parameters of its raw columns.")),
        family_parameters=(constants, Field(None, description="Constants of its form that are no columns.")),
    )
    candidates: Any = Field(
        [],
        max_length=MOST_CANDIDATES,
        description="Instead of `predictions`: two or more predictions of the same rows, compared pair by pair.",
    )
    outputs = {
        **schemas.choices(COMPARED_OUTPUTS),
        "description": "What to answer beside the table; a state is there of candidates.",
    }
    fields: Fields = {
        **of_family,
        "predictions": (predictions, Field(None, description="The predicted distributions, of one model.")),
        "losses": (list[chosen], several),
        "candidates": (list[candidate], candidates),
        "outputs": _described(list[str], outputs, []),
    }
    return create_model(f"{title}CompareRequest", __base__=CompareMembers, __doc__=family.__doc__, **fields)


SCORE_REQUESTS = {name: _score(family) for name, family in FAMILIES.items()}
COMPARE_REQUESTS = {name: _compare(family) for name, family in FAMILIES.items()}
EXPLAIN_REQUESTS = {name: _explain(family) for name, family in FAMILIES.items()}
