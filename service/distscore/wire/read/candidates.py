"""POST /v1/compare with `candidates`: several predictions of the same rows, read and checked together.

Their columns are those of one batch: what excludes a row excludes it for all, so that all pairs have the same rows.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, pairwise
from typing import Any

from distscore.core.diagnostics.candidates.report import Design
from distscore.core.diagnostics.segments import Key
from distscore.core.engine.blocks import Batch
from distscore.core.families import FAMILIES
from distscore.core.theory.losses import AnyLoss
from distscore.wire.describe.members import FEWEST_CANDIDATES, CompareMembers
from distscore.wire.describe.outputs import COMPARED_OUTPUTS
from distscore.wire.describe.requests import COMPARE_REQUESTS
from distscore.wire.errors.names import did_you_mean, listed
from distscore.wire.errors.place import Place, shown
from distscore.wire.read import options, rows
from distscore.wire.read.batch import batch_of, check_content, counted, read_columns
from distscore.wire.read.bounds import check_bounds
from distscore.wire.read.column import Deviation
from distscore.wire.read.content import Content
from distscore.wire.read.form import choose, names
from distscore.wire.read.groups import read_groups, read_key
from distscore.wire.read.limits import Limits
from distscore.wire.read.loss import loss_of
from distscore.wire.read.outputs import check_names
from distscore.wire.read.request import SIDES, ParsedRequest, check_required, dumped, given_of, note_side, validated
from distscore.wire.read.weights import check_total

Request = ParsedRequest[CompareMembers]
OF_CANDIDATES = ("baseline", "confidence", "margin", "clusters", "groups")
DEFAULT_LOSS = "cross_entropy"


@dataclass(frozen=True)
class CandidateBatches:
    """A valid request: for each loss the batches of the candidates, which have the same rows and targets."""

    members: CompareMembers
    design: Design
    batches: Sequence[Sequence[Batch]]
    content: Content
    deviations: list[Deviation]
    clusters: Key | None
    keys: list[Key]


def read_candidates(document: dict[str, Any], limits: Limits) -> CandidateBatches:
    """The batches of a document; raises InvalidRequest with all that is wrong, or a 413 if there is too much of it."""
    at = Place()
    requests = parse_candidates(document, at)
    members = requests[0].members
    losses = read_losses(requests[0], at)
    design = Design(
        names=tuple(candidate.name for candidate in members.candidates),
        baseline=_baseline(members, at.child("baseline")),
        confidence=members.confidence,
        margins=tuple(_margins(members)),
    )
    check_names(members.outputs, COMPARED_OUTPUTS, at.child("outputs"))
    contents = _contents(requests, losses, limits, at)
    deviations = check_content(requests[0], losses, replace(contents[0], predictions=_columns(contents)), at)
    _check_requirements(requests, contents, at)
    batches = [
        [
            batch_of(request, content, loss, members.reduction)
            for request, content in zip(requests, contents, strict=True)
        ]
        for loss in losses
    ]
    check_total(batches[0][0], at)
    count, clusters = contents[0].sent_row_count, None
    if members.clusters is not None:
        clusters = read_key("clusters", members.clusters, count, at.child("clusters"), most=count)
    keys = read_groups(members.groups, count, at.child("groups"))
    at.refuse()
    return CandidateBatches(members, design, batches, contents[0], deviations, clusters, keys)


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
    model = next(iter(COMPARE_REQUESTS.values()))
    check_required(document, model.model_fields, at, sides=["targets"])
    family, targets, sent = FAMILIES[document["family"]], document["targets"], document["candidates"]
    _check_candidates(document, sent, at)
    target_form = choose(family.targets, targets, at.child("targets"))
    forms = [
        choose(family.predictions, each["predictions"], at.child("candidates", index, "predictions"))
        for index, each in enumerate(sent)
    ]
    stripped = [{**given_of(each), "predictions": {}} for each in sent]
    members = validated({**given_of(document), "candidates": stripped, **SIDES}, COMPARE_REQUESTS[family.name], at)
    at.refuse(complete=False)
    assert members is not None
    assert target_form is not None
    _check_names(members, at.child("candidates"))
    requests = [
        ParsedRequest(
            members,
            family,
            target_form,
            form,
            targets,
            each["predictions"],
            dumped(candidate.activations),
            dumped(candidate.family_parameters),
        )
        for form, each, candidate in zip(forms, sent, members.candidates, strict=True)
        if form is not None
    ]
    found = [_with_shared(request, members) for request in requests]
    _check_shared(requests, members, at)
    at.refuse(complete=False)
    return found


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


def _check_names(members: CompareMembers, at: Place) -> None:
    """Note names of candidates that are empty, or that an earlier one has."""
    seen: set[str] = set()
    for index, candidate in enumerate(members.candidates):
        if not candidate.name:
            at.child(index, "name").wrong("out_of_range", "a name has at least one character")
        elif candidate.name in seen:
            at.child(index, "name").wrong("duplicate_name", "names of candidates are distinct")
        seen.add(candidate.name)


def _with_shared(request: Request, members: CompareMembers) -> Request:
    """A candidate with the activations and constants beside `candidates` that it does not have itself."""
    columns, known = names(request.prediction_form), {each.name for each in request.prediction_form.constants}
    activations = {name: each for name, each in dumped(members.activations).items() if name in columns}
    constants = {name: each for name, each in dumped(members.family_parameters).items() if name in known}
    return replace(
        request, activations={**activations, **request.activations}, constants={**constants, **request.constants}
    )


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


def read_losses(request: Request, at: Place) -> list[AnyLoss]:
    """The losses that were named, or the cross-entropy; notes those that the rows do not have."""
    if not request.members.losses:
        found = [loss_of(request, DEFAULT_LOSS, None, at.child("losses"))]
    else:
        found = [
            loss_of(request, named.loss, named.loss_parameters, at.child("losses", index))
            for index, named in enumerate(request.members.losses)
        ]
    return [loss for loss in found if loss is not None]


def _margins(members: CompareMembers) -> Iterator[float | None]:
    """The margin of each loss, its own or that of all."""
    for own in [named.margin for named in members.losses] or [None]:
        yield members.margin if own is None else own


def _baseline(members: CompareMembers, at: Place) -> int:
    """The position of the candidate that the others are compared with."""
    known = [candidate.name for candidate in members.candidates]
    if members.baseline is None:
        return 0
    if members.baseline in known:
        return known.index(members.baseline)
    at.wrong("unknown_name", f"candidates: {listed(known)}", partial(did_you_mean, members.baseline, known))
    return 0


def _contents(requests: Sequence[Request], losses: Sequence[AnyLoss], limits: Limits, at: Place) -> list[Content]:
    """The numbers that count, for each candidate; raises InvalidRequest, or a 413 for all of them together."""
    first, places = requests[0], [at.child("candidates", index) for index in range(len(requests))]
    constants = []
    for request, place in zip(requests, places, strict=True):
        if not at.found.count:  # what one candidate does not have is said once
            options.check_options(request, losses, at)
        options.check_activations(request, place)
        constants.append(options.constants_of(request, place))
    at.refuse(complete=False)
    targets = read_columns("targets", first.target_form.columns, first, at)
    predictions = [
        read_columns("predictions", request.prediction_form.columns, request, place)
        for request, place in zip(requests, places, strict=True)
    ]
    whole = counted(first, targets, [sent for columns in predictions for sent in columns], constants[0], limits, at)
    ends = accumulate(map(len, predictions), initial=0)
    return [
        replace(whole, predictions=whole.predictions[start:stop], constants=of_form)
        for (start, stop), of_form in zip(pairwise(ends), constants, strict=True)
    ]


def _columns(contents: Sequence[Content]) -> list[Any]:
    """The prediction columns of all candidates."""
    return [sent for content in contents for sent in content.predictions]


def _check_requirements(requests: Sequence[Request], contents: Sequence[Content], at: Place) -> None:
    """Raises InvalidRequest where a target contradicts a constant of a candidate."""
    form = requests[0].target_form
    for content in contents[1:] if form.requirement else ():
        rows.check_requirement(form, content.targets, content.constants)
        at.refuse()
