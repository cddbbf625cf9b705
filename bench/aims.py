"""What the figures should be, beside what they are."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from bench.report import Table

NOTE = "What was aimed at, and what was measured; of several lines the worst."


class Aim(NamedTuple):
    """A bound on a column of a table, in the lines whose first cells are these, or in all."""

    table: str
    column: str
    lines: tuple[tuple[str, ...], ...]
    bound: float
    more_is_better: bool = False


LARGE, LARGER = "1000 x 1000", "1000000 x 2"
AIMS = (
    Aim("Core", "ours / plain in blocks", (), 1.3),
    Aim(
        "Diagnostics", "diagnostics on top", (("300000 x 3",), ("100000 x 10",), ("20000 x 100",), ("2000 x 1000",)), 2
    ),
    Aim("HTTP", "plain / ours", ((LARGE, "JSON"),), 6, True),
    Aim("HTTP", "ours / echo", ((LARGE, "JSON"),), 3.5),
    Aim("HTTP", "plain / ours", ((LARGER, "JSON"),), 4, True),
    Aim("HTTP", "plain / ours", ((LARGE, "Arrow"), (LARGER, "Arrow")), 25, True),
    Aim("HTTP", "ours / echo", ((LARGE, "Arrow"), (LARGER, "Arrow")), 2.5),
    Aim("HTTP", "ours / empty", (("1 x 3", "JSON"),), 2),
    Aim("HTTP", "diagnosed / empty", (("1 x 3", "JSON"),), 5),
)


def aims(tables: Iterable[Table]) -> Table:
    """The aims whose figures were measured."""
    by_title = {table.title: table for table in tables}
    summary = Table("Aims", NOTE, ["figure", "lines", "aim", "measured", "reached"])
    for aim in AIMS:
        found = list(figures(aim, by_title[aim.table])) if aim.table in by_title else []
        if not found:
            continue
        worst = min(found) if aim.more_is_better else max(found)
        reached = worst >= aim.bound if aim.more_is_better else worst <= aim.bound
        lines = ", ".join(" ".join(line) for line in aim.lines) or "all"
        bound = f"at {'least' if aim.more_is_better else 'most'} {aim.bound:g}"
        summary.rows.append([f"{aim.table}: {aim.column}", lines, bound, worst, "yes" if reached else "no"])
    return summary


def figures(aim: Aim, table: Table) -> Iterator[float]:
    at = list(table.columns).index(aim.column)
    for row in table.rows:
        value = row[at]
        if isinstance(value, float) and (not aim.lines or any(tuple(row[: len(line)]) == line for line in aim.lines)):
            yield value
