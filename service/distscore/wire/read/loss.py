"""The loss that a request names, with its parameters, if the family has it for targets in this form."""

from functools import partial
from typing import Any

from distscore.core.losses import LOSSES, losses_of
from distscore.core.theory.losses import AnyLoss, reason_unavailable
from distscore.wire.errors.names import did_you_mean, listed
from distscore.wire.errors.place import Place
from distscore.wire.read.request import ParsedRequest

Request = ParsedRequest[Any]

NAMES = frozenset(loss.name for loss in LOSSES)
NORMALIZED = (
    "ask for normalization rescale, which divides every row by its sum; or for the loss generalized_kl_divergence, "
    "which is zero at a match whatever the sums are"
)


def loss_of(request: Request, name: str, parameters: Any, at: Place) -> AnyLoss | None:
    """The loss that stands at a place as `loss` and `loss_parameters`; None after noting why there is none."""
    loss = losses_of(request.family).get(name)
    if loss is None:
        _note_unknown(request, name, at.child("loss"))
        return None
    reason = reason_unavailable(request.family, request.target_form, loss)
    if reason is not None:
        at.child("loss").wrong("not_available", f"{name} is not available here: {reason}")
        return None
    if loss.needs_normalized and request.members.normalization == "none":
        at.child("loss").wrong("not_available", f"{name} is not available with normalization none", NORMALIZED)
        return None
    return loss() if parameters is None else _with_parameters(loss, parameters, at.child("loss_parameters"))


def _note_unknown(request: Request, name: str, at: Place) -> None:
    """Note a loss that the family does not have, with those that it has for these targets."""
    family, form = request.family, request.target_form
    available = [other for other, loss in losses_of(family).items() if reason_unavailable(family, form, loss) is None]
    detail = f"losses of {family.name} with these targets: {listed(available)}"
    at.wrong("not_available" if name in NAMES else "unknown_name", detail, partial(did_you_mean, name, available))


def _with_parameters(loss: type[AnyLoss], sent: Any, at: Place) -> AnyLoss | None:
    """The loss with what was sent for its parameters, which are those of any loss of the family."""
    given: dict[str, float] = sent.model_dump(exclude_none=True)
    for name, value in given.items():
        lowest = loss.lowest.get(name)
        if name not in loss.parameters:
            known = f"its parameters: {listed(loss.parameters)}" if loss.parameters else "it has no parameters"
            at.child(name).wrong("unknown_member", f"{loss.name} has no {name}; {known}")
        elif lowest is not None and value < lowest:
            at.child(name).wrong("out_of_range", f"{value:g} is not >= {lowest:g}")
    return loss(**given) if given.keys() <= loss.parameters.keys() else None
