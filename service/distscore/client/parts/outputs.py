"""What can be asked of parts: per-row outputs, and what merges."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from distscore.client.answers.rows import DERIVATIVES, OF_COLUMNS, OF_ROWS
from distscore.client.errors import InvalidInput
from distscore.client.sending.request import Document

MERGED = ("value", "state", "diagnostics")  # which every answer in parts has
CHARTS = (
    *("charts", "charts.verdict", "charts.calibration", "charts.per_class", "charts.coverage", "charts.residuals"),
    *("charts.losses", "charts.differences"),
)
OF_A_MEAN = (
    "{} of a mean need the weight of all rows, which no part knows: ask for reduction='sum' and divide by "
    "total_weight, or for reduction='none'"
)


class Asked(NamedTuple):
    """What is asked of each part, and of all together; the members of a request without `outputs`."""

    rows: tuple[str, ...]
    charts: tuple[str, ...]
    members: Document


def of_summary(members: Mapping[str, Any]) -> Asked:
    """What a summary is asked for; raises InvalidInput for what does not merge."""
    return _asked(members, members.get("outputs") or (), per_row=())


def of_score(members: Mapping[str, Any]) -> Asked:
    """What a score is asked for, by default its losses; raises InvalidInput for what parts cannot tell."""
    outputs = members.get("outputs") or ("losses",)
    if members.get("reduction") in (None, "mean"):
        for index, name in enumerate(outputs):
            if name in DERIVATIVES:
                raise InvalidInput(f"/outputs/{index}", OF_A_MEAN.format(name))
    return _asked(members, outputs, per_row=(*OF_ROWS, *OF_COLUMNS))


def _asked(members: Mapping[str, Any], outputs: Sequence[str], per_row: Sequence[str]) -> Asked:
    known = (*per_row, *CHARTS, *MERGED)
    for index, name in enumerate(outputs):
        if name not in known:
            detail = (
                f"{name} cannot be asked for in parts: there are {', '.join(known)}; diagnostics are those that merge"
            )
            raise InvalidInput(f"/outputs/{index}", detail)
    rest = {name: value for name, value in members.items() if name != "outputs"}
    charts = tuple(name for name in outputs if name in CHARTS)
    return Asked(tuple(name for name in outputs if name in per_row), charts, rest)
