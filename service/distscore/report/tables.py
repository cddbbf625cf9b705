"""Members of an answer as tables: what a chart shows, to be read as numbers."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

ROWS = 200
NESTED = 20  # records whose lists have tables of their own
LISTED = 12  # numbers of a list in one cell
DIGITS, CHARACTERS = 6, 200
SENTENCES = "text"  # the member that stands above the tables


class Table(NamedTuple):
    """Rows of cells under their headings."""

    caption: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]
    omitted: int = 0  # rows beyond those that are shown


def tables_of(value: list[Any] | Mapping[str, Any], caption: str = "") -> Iterator[Table]:
    """A member of an answer: a list of records is a table, an object one of its numbers; lists in them come after."""
    if isinstance(value, list):
        yield of_records(caption, value)
        for record in value[:NESTED]:
            for name, part in lists_of(record).items():
                yield from tables_of(part, f"{caption} {title_of(record)}: {words(name)}".strip())
    else:
        lists, records = lists_of(value), {name: part for name, part in value.items() if isinstance(part, Mapping)}
        plain = {name: part for name, part in value.items() if name not in (*lists, *records, SENTENCES)}
        if plain:
            yield Table(caption, (), [(words(name), cell(part)) for name, part in plain.items()])
        if records:
            yield of_records(caption, [{"": words(name), **part} for name, part in records.items()])
        for name, part in lists.items():
            yield from tables_of(part, words(name))


def lists_of(record: Any) -> dict[str, Any]:
    """The members of a record that are lists of records."""
    members = record.items() if isinstance(record, Mapping) else ()
    return {name: part for name, part in members if isinstance(part, list) and part and isinstance(part[0], Mapping)}


def title_of(record: Mapping[str, Any]) -> str:
    """What tells a record from its neighbors: its first member that is a name, or two of them."""
    return " ".join(part for part in list(record.values())[:2] if isinstance(part, str))


def of_records(caption: str, records: Sequence[Any]) -> Table:
    """A row per record; members of a record in a record have a heading of both names."""
    flat = [dict(flattened(each)) if isinstance(each, Mapping) else {"": each} for each in records[:ROWS]]
    names = list(dict.fromkeys(name for each in flat for name in each))
    rows = [[cell(each.get(name)) for name in names] for each in flat]
    return Table(caption, [words(name) for name in names], rows, len(records) - len(flat))


def flattened(record: Mapping[str, Any], within: str = "") -> Iterator[tuple[str, Any]]:
    """The members of a record and of the records in it, without lists of records, sentences, and states."""
    nested = lists_of(record)
    for name, value in record.items():
        if isinstance(value, Mapping):
            yield from flattened(value, f"{within}{name} ")
        elif name not in (*nested, SENTENCES, "state"):
            yield within + name, value


def words(name: str) -> str:
    """The name of a member as people write it."""
    return name.replace("_", " ")


def cell(value: Any) -> str:
    """A number, a name, a list of numbers or nothing as a cell shows it."""
    if value is None:
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(cell, value[:LISTED])) + (", …" if len(value) > LISTED else "")
    return f"{value:.{DIGITS}g}" if isinstance(value, float) else str(value)[:CHARACTERS]
