"""Response models of the diagnostics, derived from what each says of its answer: for the OpenAPI document only."""

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, NotRequired, get_args, get_origin, get_type_hints, is_typeddict

from pydantic import BaseModel, ConfigDict, Field, create_model

from distscore.advice.reports import TEXTS
from distscore.core.diagnostics import DIAGNOSTICS
from distscore.core.diagnostics.diagnostic import Diagnostic
from distscore.core.diagnostics.quantiles import Quantile

Number = float | None


class Model(BaseModel):
    """Members that a client does not know are to be ignored."""

    model_config = ConfigDict(extra="ignore")


def model_of(answer: Any) -> Any:
    """A type of records as one that Pydantic describes: TypedDicts become models, wherever they stand in it."""
    if is_typeddict(answer):
        return record_model(answer)
    origin, parts = get_origin(answer), get_args(answer)
    return origin[tuple(map(model_of, parts))] if origin is list else answer


@cache
def record_model(record: Any, text: str = "") -> type[BaseModel]:
    """The model of a TypedDict; with the description of a member `text`, if its answer has words."""
    members = get_type_hints(record, include_extras=True)
    fields: dict[str, Any] = {name: field_of(hint) for name, hint in members.items()}
    if text:
        fields["text"] = (str, Field(description=text))
    model: type[BaseModel] = create_model(record.__name__, __base__=Model, __doc__=record.__doc__, **fields)
    return model


def field_of(hint: Any) -> tuple[Any, Any]:
    """A member as Pydantic has it: its type, and its description; None is the default of one that may be absent."""
    absent = get_origin(hint) is NotRequired
    described = get_args(hint)[0] if absent else hint
    kind, description = get_args(described)
    kind = model_of(kind)
    return (kind | None, Field(None, description=description)) if absent else (kind, Field(description=description))


def member_of(diagnostic: Diagnostic, always: bool) -> tuple[Any, Any]:
    """A diagnostic as a member of `diagnostics`."""
    text = TEXTS.get(diagnostic.name)
    kind = model_of(diagnostic.answer) if text is None else record_model(diagnostic.answer, text.description)
    description = diagnostic.description or diagnostic.answer.__doc__
    return (kind, Field(description=description)) if always else (kind | None, Field(None, description=description))


def members(diagnostics: Iterable[Diagnostic], always: Callable[[Diagnostic], bool]) -> dict[str, Any]:
    """Diagnostics by name; those that are always there are required."""
    return {diagnostic.name: member_of(diagnostic, always(diagnostic)) for diagnostic in diagnostics}


Diagnostics = create_model(
    "Diagnostics",
    __base__=Model,
    __doc__="The members that were asked for and that the batch has.",
    **members(DIAGNOSTICS.values(), always=lambda _: False),
)
MergedDiagnostics = create_model(
    "MergedDiagnostics",
    __base__=Model,
    __doc__="What one batch of all the rows would have answered, as far as sums over rows tell.",
    **members(
        (each for each in DIAGNOSTICS.values() if each.merges and not each.on_request),
        always=lambda each: not any(tally.requires for tally in each.sums),
    ),
    quantiles_approximate=(
        model_of(list[Quantile]),
        Field(description="Quantiles of the rows' losses within 1 %; the extremes are exact."),
    ),
)
