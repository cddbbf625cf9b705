"""A refusal of a part of a batch, as one that speaks of the whole: rows have the numbers that they have there."""

from collections.abc import Mapping
from typing import Any

from distscore.client.errors import Refused

ROW: Mapping[str, int] = {  # where the row stands in a pointer, by its first part
    "sample_weights": 1,
    "mask": 1,
    "clusters": 1,
    "targets": 2,
    "predictions": 2,
    "groups": 2,
    "candidates": 4,
}


def located(refused: Refused, first_row: int, where: str) -> Refused:
    """The refusal of a part that begins at a row: its pointers are those of the whole, and its detail says where."""
    errors = [_moved(error, first_row) for error in refused.errors]
    detail = str(refused.problem.get("detail", ""))
    if errors:
        before, after = refused.errors[0]["pointer"], errors[0]["pointer"]
        detail = after + detail.removeprefix(before) if detail.startswith(before) else detail
    listed = {"errors": errors} if errors else {}
    return type(refused)(refused.status, {**refused.problem, "detail": f"{where}: {detail}", **listed})


def _moved(error: dict[str, Any], first_row: int) -> dict[str, Any]:
    """An entry of `errors` with its row counted from the first one of the whole."""
    parts = error["pointer"].split("/")
    at = 1 + ROW.get(parts[1], len(parts)) if len(parts) > 1 else len(parts)
    if at < len(parts) and parts[at].isdecimal():
        parts[at] = str(int(parts[at]) + first_row)
    moved = {"row": error["row"] + first_row} if "row" in error else {}
    return {**error, "pointer": "/".join(parts), **moved}
