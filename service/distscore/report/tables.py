"""Members of an answer as tables: what a chart shows, to be read as numbers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

ROWS = 200
DIGITS = 6


class Table(NamedTuple):
    """Rows of cells under their headings."""

    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    omitted: int = 0  # rows beyond those that are shown


def tables_of(value: Any) -> Iterator[Table]:
    """A member of an answer: a list of records is a table, an object its numbers and then its lists.

    Sentences are left out: they stand above.
    """
    if isinstance(value, list):
        yield of_records(value)
    elif isinstance(value, Mapping):
        lists = {name: part for name, part in value.items() if isinstance(part, list)}
        records = {name: part for name, part in value.items() if isinstance(part, Mapping)}
        plain = [(words(name), cell(part)) for name, part in value.items() if name not in (*lists, *records, "text")]
        if plain:
            yield Table(("", ""), plain)
        if records:
            yield of_records([{"": words(name), **part} for name, part in records.items()])
        for part in lists.values():
            yield of_records(part)
    else:
        yield Table(("", ""), [("", cell(value))])


def of_records(records: Sequence[Any]) -> Table:
    """A row per record; members of a record in a record have a heading of both names."""
    flat = [dict(flattened(each)) if isinstance(each, Mapping) else {"": each} for each in records[:ROWS]]
    names = list(dict.fromkeys(name for each in flat for name in each))
    rows = [[cell(each.get(name)) for name in names] for each in flat]
    return Table([words(name) for name in names], rows, len(records) - len(flat))


def flattened(record: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, Any]]:
    """The members of a record and of the records in it; lists of numbers are left out, and states."""
    for name, value in record.items():
        if isinstance(value, Mapping):
            yield from flattened(value, f"{within}{name} ")
        elif not isinstance(value, list) and name != "state":
            yield within + name, value


def words(name: str) -> str:
    """The name of a member as people write it."""
    return name.replace("_", " ")


def cell(value: Any) -> str:
    """A number, a name or nothing as a cell shows it."""
    if value is None:
        return "–"
    return f"{value:.{DIGITS}g}" if isinstance(value, float) else str(value)
