"""From a document to a request whose members have their types: the family, its forms, then the model of the family."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from distscore.core.families import FAMILIES
from distscore.core.theory.distributions import Family, PredictionForm, TargetForm
from distscore.wire.describe.members import BatchMembers
from distscore.wire.errors import validation
from distscore.wire.errors.names import did_you_mean, listed, of_request
from distscore.wire.errors.place import Place, shown
from distscore.wire.read.bounds import check_bounds
from distscore.wire.read.document import without_empty
from distscore.wire.read.form import choose, names

SIDES: dict[str, Any] = {"targets": {}, "predictions": {}}
OBJECTS = ("family_parameters", "loss_parameters", "activations")  # members of which null is not given either

Members = TypeVar("Members", bound=BatchMembers)


@dataclass(frozen=True)
class ParsedRequest(Generic[Members]):
    """A request whose members have their types; its columns are still as they came."""

    members: Members
    family: Family
    target_form: TargetForm
    prediction_form: PredictionForm
    targets: Mapping[str, Any]
    predictions: Mapping[str, Any]
    activations: Mapping[str, str]
    constants: Mapping[str, float]  # of `family_parameters`, as sent


def parse(document: dict[str, Any], models: Mapping[str, type[Members]], at: Place) -> ParsedRequest[Members]:
    """Raises InvalidRequest with all that is wrong with the members; `models` are those of the route, by family."""
    check_bounds(document, at)
    check_required(document, next(iter(models.values())).model_fields, at)
    family, targets, predictions = FAMILIES[document["family"]], document["targets"], document["predictions"]
    target_form = choose(family.targets, targets, at.child("targets"))
    prediction_form = choose(family.predictions, predictions, at.child("predictions"))
    members = validated({**given_of(document), **SIDES}, models[family.name], at)
    at.refuse(complete=False)
    assert members is not None
    assert target_form is not None
    assert prediction_form is not None
    activations, constants = dumped(members.activations), dumped(members.family_parameters)
    return ParsedRequest(members, family, target_form, prediction_form, targets, predictions, activations, constants)


def dumped(sent: BaseModel | None) -> dict[str, Any]:
    """The members of an object of a request that were given, by name."""
    return {} if sent is None else sent.model_dump(exclude_none=True)


def check_required(
    document: dict[str, Any], known: Collection[str], at: Place, sides: Collection[str] = tuple(SIDES)
) -> None:
    """Raises InvalidRequest, naming unknown members too, unless there is a family and an object on these sides."""
    if not isinstance(document.get("family"), str) or document["family"] not in FAMILIES:
        _note_family(document, at.child("family"))
    for side in sides:
        if not isinstance(document.get(side), dict):
            note_side(document, side, document.get("family"), at.child(side))
    if at.found.count:
        for name in [name for name in document if name not in known]:
            hint = partial(of_request, name, known)
            at.child(name).wrong("unknown_member", "this member is not known here", hint)
    at.refuse(complete=False)


def _note_family(document: dict[str, Any], at: Place) -> None:
    """Note why there is no family."""
    family = document.get("family")
    if "family" not in document:
        at.wrong("missing", f"there are: {listed(FAMILIES)}", _fitting(document))
    elif not isinstance(family, str):
        at.wrong("wrong_type", f"expected a string, got {shown(family)}")
    else:
        at.wrong("unknown_name", f"there are: {listed(FAMILIES)}", partial(did_you_mean, family, FAMILIES))


def note_side(document: Mapping[str, Any], side: str, name: Any, at: Place) -> None:
    """Note why there are no columns on a side; the column that is named is the first of the family, if there is one."""
    if side not in document:
        at.wrong("missing", "this member is required")
        return
    family = FAMILIES[name] if isinstance(name, str) and name in FAMILIES else next(iter(FAMILIES.values()))
    columns = family.targets[0].columns if side == "targets" else family.predictions[0].columns
    hint = f'name the column, as in {{"{columns[0].name}": [...]}}'
    at.wrong("wrong_type", f"expected an object, got {shown(document[side])}", hint)


def _fitting(document: dict[str, Any]) -> str | None:
    """The families that have forms of the columns that were sent."""
    targets, predictions = (document.get(side) for side in SIDES)
    if not isinstance(targets, dict) or not isinstance(predictions, dict):
        return None
    fitting = [
        family.name
        for family in FAMILIES.values()
        if any(names(form) == targets.keys() for form in family.targets)
        and any(names(form) == predictions.keys() for form in family.predictions)
    ]
    return f"these columns fit {listed(fitting)}" if fitting else None


def given_of(document: Mapping[str, Any]) -> dict[str, Any]:
    """The members that were given: null, [] and {} are not, of optional ones."""
    members = without_empty(document)
    for name in OBJECTS:
        if isinstance(members.get(name), dict):
            members[name] = without_empty(members[name])
    return members


def validated(given: dict[str, Any], model: type[Members], at: Place) -> Members | None:
    """The members of a request; None after noting what is wrong with them."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        validation.note(error, model, at)
        return None
