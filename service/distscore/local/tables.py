"""Rows of a large table, in parts: the state of each part, and of each group in it; merged, the report of all rows.

States merge exactly: the report has the same bits however rows were cut and in whatever order states were merged.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import Any

import pyarrow as pa

from distscore.client import Refused, Summary
from distscore.client.parts.collected import ALL_ROWS, TOGETHER, Key
from distscore.client.parts.located import located
from distscore.local.answers import answered, answered_of_sheet, refusing
from distscore.wire.errors.place import Place
from distscore.wire.table.document import names_in
from distscore.wire.table.part import PartSheet
from distscore.wire.table.query import read_query, with_request

SCHEMA = pa.schema([(name, pa.string()) for name in ("of", "group", "state")])
ROWS, BYTES = 1 << 17, 1 << 23  # that are scored at a time, at most


def query_of(query: str, members: Mapping[str, Any]) -> str:
    """A query with members of a request, in which names of columns of the table stand where a request has arrays."""
    return with_request(query, json.dumps(members) if members else "")


def columns_of(query: str, names: Sequence[str]) -> list[str]:
    """Which columns of a table of these names a query asks for; raises `Refused` where they do not fit."""
    empty = pa.table({name: pa.array([], pa.float64()) for name in names})
    with refusing():
        return names_in(PartSheet(empty), read_query(query, Place()))


def states_of_batches(batches: Iterable[pa.RecordBatch], query: str, where: str) -> pa.Table:
    """The states of many rows, of which so many are scored at a time as fit in a cache; without any there are none.

    A refusal names the row, counted from the first one of all batches, and says `where` these are.
    """
    first_row, parts = 0, []
    for table in _tables(batches):
        try:
            parts.append(states_of(table, query))
        except Refused as refused:
            raise located(refused, partial(_of_all, first_row), where) from None
        first_row += len(table)
    return merged(pa.concat_tables(parts)) if parts else SCHEMA.empty_table()


def states_of(table: pa.Table, query: str) -> pa.Table:
    """The states of some rows: one of all of them, and one for each value of each group; raises `Refused`."""
    answer = answered_of_sheet("score", PartSheet(table), query, ["state"])
    groups = [((each["of"], json.dumps(each["group"])), each["state"]) for each in answer.get("groups", [])]
    return _table([(ALL_ROWS, answer["state"]), *groups])


def merged(states: pa.Table) -> pa.Table:
    """The same with one state for each key, that of all its rows."""
    return _table((key, merged_state(each)) for key, each in _by_key(states).items())


def report(states: pa.Table) -> Summary:
    """The report of all rows as POST /v1/summaries/merge gives it, and in `groups` one of each value of each group."""
    by_key = _with_texts(_by_key(states))
    whole = answered("merge", {"states": by_key.pop(ALL_ROWS, [])})
    groups = [
        {"of": of, "group": json.loads(group), **answered("merge", {"states": each})}
        for (of, group), each in sorted(by_key.items())
    ]
    return Summary({**whole, "groups": groups} if groups else whole)


def merged_state(states: Sequence[str]) -> str:
    """One state of the rows of all."""
    while len(states) > 1:
        parts = [states[at : at + TOGETHER] for at in range(0, len(states), TOGETHER)]
        states = [answered("merge", {"states": part})["state"] for part in parts]
    return states[0]


def _of_all(first_row: int, row: int) -> tuple[None, int]:
    """The number among all rows of one after so many."""
    return None, first_row + row


def _tables(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Rows in tables of about the same size, whatever that of the batches is; none without rows."""
    waiting: list[pa.RecordBatch] = []
    rows = size = 0
    for batch in chain.from_iterable(map(_slices, batches)):
        if waiting and (rows + len(batch) > ROWS or size + batch.nbytes > BYTES):
            yield pa.Table.from_batches(waiting)
            waiting, rows, size = [], 0, 0
        waiting.append(batch)
        rows, size = rows + len(batch), size + batch.nbytes
    if waiting:
        yield pa.Table.from_batches(waiting)


def _slices(batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    rows = max(1, min(ROWS, BYTES * len(batch) // max(1, batch.nbytes)))
    return (batch.slice(at, rows) for at in range(0, len(batch), rows))


def _table(states: Iterable[tuple[Key, str]]) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(SCHEMA.names, (*key, state), strict=True)) for key, state in states], SCHEMA)


def _by_key(states: pa.Table) -> dict[Key, list[str]]:
    found: dict[Key, list[str]] = {}
    for of, group, state in zip(*(states.column(name).to_pylist() for name in SCHEMA.names), strict=True):
        found.setdefault((of, group), []).append(state)
    return found


def _with_texts(by_key: Mapping[Key, list[str]]) -> dict[Key, list[str]]:
    """The same with values that are text in all parts if they are in one: 12 is then the word "12"."""
    with_text = {of for of, group in by_key if group.startswith('"')}
    found: dict[Key, list[str]] = {}
    for (of, group), states in by_key.items():
        key = of, json.dumps(group) if of in with_text and not group.startswith('"') else group
        found[key] = [*found.get(key, []), *states]
    return found
