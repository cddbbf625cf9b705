"""What a request asks to be answered: per-row arrays, the value, diagnostics by name, a state."""

from collections.abc import Sequence
from functools import lru_cache, partial

from distscore.core.diagnostics import DIAGNOSTICS
from distscore.wire.describe.outputs import OUTPUTS
from distscore.wire.errors.names import did_you_mean, listed
from distscore.wire.errors.place import Place

KNOWN = frozenset(OUTPUTS)


def check_outputs(asked: Sequence[str], reduction: str, at: Place) -> None:
    """Note outputs that there are not, and the value where rows are not reduced to one."""
    if reduction == "none" and "value" in asked:
        hint = "ask for reduction mean or sum; or for the output losses"
        place = at.child("outputs", asked.index("value"))
        place.wrong("not_available", "there is no value with reduction none", hint)
    if not KNOWN.issuperset(asked):
        check_names(asked, OUTPUTS, at.child("outputs"))


def check_names(asked: Sequence[str], known: Sequence[str], at: Place) -> None:
    """Note the names that are not known."""
    for index, name in enumerate(asked):
        if name not in known:
            at.child(index).wrong("unknown_name", f"there are: {listed(known)}", partial(did_you_mean, name, known))


@lru_cache(256)
def diagnostics_of(asked: frozenset[str]) -> tuple[str, ...]:
    """The names of the diagnostics that were asked for, by name or together."""
    return tuple(
        name
        for name, diagnostic in DIAGNOSTICS.items()
        if f"diagnostics.{name}" in asked
        or "diagnostics.all" in asked
        or ("diagnostics" in asked and not diagnostic.on_request)
    )
