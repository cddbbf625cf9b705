"""A refusal of a part, as one that speaks of the batch: rows have the numbers that they have there."""

from collections.abc import Callable, Mapping
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
Place = Callable[
    [int], tuple[int | None, int]
]  # from a row of a part to its batch, if there are some, and its row there


def located(refused: Refused, place: Place, where: str) -> Refused:
    """The refusal of a part: pointers count rows in their batch, whose number is the `batch` of an error."""
    errors = [_moved(error, place) for error in refused.errors]
    detail = str(refused.problem.get("detail", ""))
    if errors:
        before, after = refused.errors[0]["pointer"], errors[0]["pointer"]
        detail = after + detail.removeprefix(before) if detail.startswith(before) else detail
        where = f"batch {errors[0]['batch']} of {where}" if "batch" in errors[0] and "batches" in where else where
    listed = {"errors": errors} if errors else {}
    return type(refused)(refused.status, {**refused.problem, "detail": f"{where}: {detail}", **listed})


def _moved(error: dict[str, Any], place: Place) -> dict[str, Any]:
    """An entry of `errors` with its row counted in its batch."""
    parts = error["pointer"].split("/")
    at = 1 + ROW.get(parts[1], len(parts)) if len(parts) > 1 else len(parts)
    if at >= len(parts) or not parts[at].isdecimal():
        return error
    batch, row = place(int(parts[at]))
    parts[at] = str(row)
    moved = {"row": row} if "row" in error else {}
    of_batch = {} if batch is None else {"batch": batch}
    return {**error, "pointer": "/".join(parts), **of_batch, **moved}
