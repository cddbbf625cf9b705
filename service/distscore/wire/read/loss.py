"""The loss that a request names, with its parameters, if the family has it for targets in this form."""

from typing import Any

from distscore.core.losses import LOSSES, losses_of
from distscore.core.theory.losses import AnyLoss, reason_unavailable
from distscore.wire.errors.place import Place
from distscore.wire.read.request import ParsedRequest

NORMALIZED = (
    "ask for normalization rescale, which divides every row by its sum; or for the loss generalized_kl_divergence, "
    "which is zero at a match whatever the sums are"
)
NAMES = frozenset(loss.name for loss in LOSSES)


def loss_of(request: ParsedRequest[Any], name: str, parameters: Any, at: Place) -> AnyLoss | None:
    """The loss that stands at a place as `loss` and `loss_parameters`; None after noting why there is none."""
    losses = losses_of(request.family)
    if name not in losses:
        code = "not_available" if name in NAMES else "unknown_name"
        at.child("loss").wrong(code, f"losses of {request.family.name}: {', '.join(losses)}")
        return None
    loss = losses[name]
    reason = reason_unavailable(request.family, request.target_form, loss)
    if reason is not None:
        at.child("loss").wrong("not_available", f"{name} is not available here: {reason}")
        return None
    if loss.needs_normalized and request.members.normalization == "none":
        at.child("loss").wrong("not_available", f"{name} is not available with normalization none", NORMALIZED)
        return None
    return loss() if parameters is None else _with_parameters(loss, parameters, at.child("loss_parameters"))


def _with_parameters(loss: type[AnyLoss], sent: Any, at: Place) -> AnyLoss | None:
    given: dict[str, float] = sent.model_dump(exclude_none=True)
    for name, value in given.items():
        lowest = loss.lowest.get(name)
        if name not in loss.parameters:
            at.child(name).wrong("not_available", f"{loss.name} has no {name}")
        elif lowest is not None and value < lowest:
            at.child(name).wrong("out_of_range", f"{value:g} is not >= {lowest:g}")
    return loss(**given) if given.keys() <= loss.parameters.keys() else None
