"""Members of a request to POST /v1/compare with `candidates`: a request for each, which share all but predictions."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from distscore.core.families import FAMILIES
from distscore.core.theory.distributions import Family, PredictionForm, TargetForm
from distscore.wire.describe.members import FEWEST_CANDIDATES, CompareMembers, SentCandidate
from distscore.wire.describe.outputs import COMPARED_OUTPUTS
from distscore.wire.describe.requests import COMPARE_REQUESTS
from distscore.wire.errors.place import Place, shown
from distscore.wire.read import options
from distscore.wire.read.bounds import check_bounds
from distscore.wire.read.form import choose, names
from distscore.wire.read.outputs import check_names
from distscore.wire.read.request import SIDES, ParsedRequest, check_required, dumped, given_of, note_side, validated

Request = ParsedRequest[CompareMembers]
OF_CANDIDATES = ("baseline", "confidence", "margin", "clusters", "groups")


def check_without_candidates(members: CompareMembers, at: Place) -> None:
    """Note members that only candidates have, where there are none."""
    for name in OF_CANDIDATES:
        if name in members.model_fields_set:
            at.child(name).wrong("not_available", "it needs candidates")
    check_names(members.outputs, COMPARED_OUTPUTS, at.child("outputs"))
    if "state" in members.outputs:
        place = at.child("outputs", members.outputs.index("state"))
        place.wrong("not_available", "it needs candidates, or ask /v1/score for it")
    for index, named in enumerate(members.losses):
        if named.margin is not None:
            at.child("losses", index, "margin").wrong("not_available", "it needs candidates")


def parse_candidates(document: dict[str, Any], at: Place) -> list[Request]:
    """A request for each candidate, which share everything but their predictions; raises InvalidRequest."""
    check_bounds(document, at)
    check_required(document, next(iter(COMPARE_REQUESTS.values())).model_fields, at, sides=["targets"])
    family, targets, sent = FAMILIES[document["family"]], document["targets"], document["candidates"]
    _check_candidates(document, sent, at)
    target_form = choose(family.targets, targets, at.child("targets"))
    forms = [
        choose(family.predictions, each["predictions"], at.child("candidates", index, "predictions"))
        for index, each in enumerate(sent)
    ]
    members = _members(document, at)
    found = [form for form in forms if form is not None]
    at.refuse(complete=False)
    assert members is not None
    assert target_form is not None
    requests = [
        _request(members, family, target_form, form, targets, each["predictions"], candidate)
        for form, each, candidate in zip(found, sent, members.candidates, strict=True)
    ]
    _check_distinct(members, at.child("candidates"))
    _check_shared(requests, members, at)
    at.refuse(complete=False)
    return requests


def _members(document: dict[str, Any], at: Place) -> CompareMembers | None:
    """The members that were given, without the columns; None after noting what is wrong with them."""
    candidates = [{**given_of(each), "predictions": {}} for each in document["candidates"]]
    given = {**given_of(document), "candidates": candidates, **SIDES}
    return validated(given, COMPARE_REQUESTS[document["family"]], at)


def _request(
    members: CompareMembers,
    family: Family,
    target_form: TargetForm,
    form: PredictionForm,
    targets: Mapping[str, Any],
    predictions: Mapping[str, Any],
    candidate: SentCandidate,
) -> Request:
    """A candidate with the activations and constants beside `candidates` that it does not have itself."""
    known = {each.name for each in form.constants}
    activations = {name: each for name, each in dumped(members.activations).items() if name in names(form)}
    constants = {name: each for name, each in dumped(members.family_parameters).items() if name in known}
    return ParsedRequest(
        members,
        family,
        target_form,
        form,
        targets,
        predictions,
        {**activations, **dumped(candidate.activations)},
        {**constants, **dumped(candidate.family_parameters)},
    )


def _check_candidates(document: Mapping[str, Any], sent: Any, at: Place) -> None:
    """Raises InvalidRequest unless there are several objects with predictions each, and no predictions beside them."""
    if not isinstance(sent, list):
        at.child("candidates").wrong("wrong_type", f"expected an array, got {shown(sent)}")
        at.refuse(complete=False)
    if len(sent) < FEWEST_CANDIDATES:
        at.child("candidates").wrong("out_of_range", f"one candidate, at least {FEWEST_CANDIDATES}")
    if document.get("predictions"):
        detail = "candidates have predictions of their own: send one or the other"
        at.child("predictions").wrong("not_available", detail)
    for index, each in enumerate(sent):
        place = at.child("candidates", index)
        if not isinstance(each, dict):
            place.wrong("wrong_type", f"expected an object, got {shown(each)}")
        elif not isinstance(each.get("predictions"), dict):
            note_side(each, "predictions", document["family"], place.child("predictions"))
    at.refuse(complete=False)


def _check_distinct(members: CompareMembers, at: Place) -> None:
    """Note names of candidates that are empty, or that an earlier one has."""
    seen: set[str] = set()
    for index, candidate in enumerate(members.candidates):
        if not candidate.name:
            at.child(index, "name").wrong("out_of_range", "a name has at least one character")
        elif candidate.name in seen:
            at.child(index, "name").wrong("duplicate_name", "names of candidates are distinct")
        seen.add(candidate.name)


def _check_shared(requests: Sequence[Request], members: CompareMembers, at: Place) -> None:
    """Note activations and constants beside `candidates` that none of them has, and what is wrong with others."""
    for name, activation in dumped(members.activations).items():
        having = [request for request in requests if name in names(request.prediction_form)]
        if having:
            options.check_activations(replace(having[0], activations={name: activation}), at)
        else:
            at.child("activations", name).wrong("unknown_member", "no candidate has this column")
    for name in dumped(members.family_parameters):
        if not any(name in {each.name for each in request.prediction_form.constants} for request in requests):
            at.child("family_parameters", name).wrong("unknown_member", "no candidate has this constant")
