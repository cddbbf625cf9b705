"""What a request asks to be answered: per-row arrays, the value, diagnostics by name, a state."""

from collections.abc import Sequence

from distscore.core.diagnostics import DIAGNOSTICS
from distscore.wire.describe.requests import ROW_OUTPUTS, SUMMARY_OUTPUTS
from distscore.wire.errors.place import Place

OUTPUTS = (*ROW_OUTPUTS, *SUMMARY_OUTPUTS, *(f"diagnostics.{name}" for name in DIAGNOSTICS))
KNOWN = frozenset(OUTPUTS)


def check_outputs(asked: Sequence[str], at: Place) -> None:
    """Note outputs that there are not."""
    if KNOWN.issuperset(asked):
        return
    for index, name in enumerate(asked):
        if name not in KNOWN:
            at.child("outputs", index).wrong("unknown_name", f"there are: {', '.join(OUTPUTS)}")


def diagnostics_of(asked: frozenset[str]) -> list[str]:
    """The names of the diagnostics that were asked for, by name or together."""
    return [
        name
        for name, diagnostic in DIAGNOSTICS.items()
        if f"diagnostics.{name}" in asked
        or "diagnostics.all" in asked
        or ("diagnostics" in asked and not diagnostic.on_request)
    ]
