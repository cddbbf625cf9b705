"""POST /v1/compare with `candidates`: several predictions of the same rows, read and checked together.

Their columns are those of one batch: what excludes a row excludes it for all, so that all pairs have the same rows.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import accumulate, pairwise
from typing import Any

from distscore.core.diagnostics.candidates.report import Design
from distscore.core.diagnostics.segments import Key
from distscore.core.engine.blocks import Batch
from distscore.core.theory.losses import AnyLoss
from distscore.wire.describe.members import CompareMembers
from distscore.wire.describe.outputs import COMPARED_OUTPUTS
from distscore.wire.errors.names import did_you_mean, listed
from distscore.wire.errors.place import Place
from distscore.wire.read import options, rows
from distscore.wire.read.batch import batch_of, check_content, counted, read_columns
from distscore.wire.read.candidate_requests import Request, parse_candidates
from distscore.wire.read.column import Deviation
from distscore.wire.read.content import Content
from distscore.wire.read.groups import read_groups, read_key
from distscore.wire.read.limits import Limits
from distscore.wire.read.loss import loss_of
from distscore.wire.read.outputs import check_names
from distscore.wire.read.weights import check_total

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
    design = _design(members, at)
    check_names(members.outputs, COMPARED_OUTPUTS, at.child("outputs"))
    contents = _contents(requests, losses, limits, at)
    deviations = _check(requests, losses, contents, at)
    pairs = list(zip(requests, contents, strict=True))
    batches = [[batch_of(*pair, loss, members.reduction) for pair in pairs] for loss in losses]
    check_total(batches[0][0], at)
    clusters, keys = _keys(members, contents[0].sent_row_count, at)
    return CandidateBatches(members, design, batches, contents[0], deviations, clusters, keys)


def _design(members: CompareMembers, at: Place) -> Design:
    """What the comparison is to answer."""
    return Design(
        names=tuple(candidate.name for candidate in members.candidates),
        baseline=_baseline(members, at.child("baseline")),
        confidence=members.confidence,
        margins=tuple(_margins(members)),
    )


def _keys(members: CompareMembers, row_count: int, at: Place) -> tuple[Key | None, list[Key]]:
    """The clusters of rows, and what else tells them apart; raises InvalidRequest."""
    clusters, place = None, at.child("clusters")
    if members.clusters is not None:
        clusters = read_key("clusters", members.clusters, row_count, place, most=row_count)
    keys = read_groups(members.groups, row_count, at.child("groups"))
    at.refuse()
    return clusters, keys


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


def _check(
    requests: Sequence[Request], losses: Sequence[AnyLoss], contents: Sequence[Content], at: Place
) -> list[Deviation]:
    """Raises InvalidRequest if a number is outside its domain, or a target contradicts a constant of a candidate."""
    columns = [sent for content in contents for sent in content.predictions]
    deviations = check_content(requests[0], losses, replace(contents[0], predictions=columns), at)
    form = requests[0].target_form
    for content in contents[1:] if form.requirement else ():
        rows.check_requirement(form, content.targets, content.constants)
        at.refuse()
    return deviations
