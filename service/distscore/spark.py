"""Summaries of Spark data frames: partitions are scored where they are, and only their states travel.

from distscore.spark import summarize

report = summarize(frame, "family=categorical&targets.probabilities=t_*&predictions.logits=z_*&groups=country")
print(report.value, report.diagnostics["verdict"]["text"])
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Any

import pyarrow as pa
from pyspark import TaskContext
from pyspark.sql import DataFrame

from distscore.client import Summary
from distscore.local import tables

STATES = "of string, group string, state string"


def summarize(frame: DataFrame, query: str = "", **members: Any) -> Summary:
    """The report of all rows, and in `groups` one of each value of each group.

    The columns are said as for files, in a query or as members of a request: `family="gamma",
    targets={"values": "y"}, predictions={"mean": "m", "shape": "k"}, groups=["country"]`. Rows are not shuffled: each
    partition becomes one state for each group, and the states of a group are merged by the executors. The bits do not
    depend on the partitions or on their order.
    """
    return tables.report(merged(frame, tables.query_of(query, members)).toArrow())


def merged(frame: DataFrame, query: str) -> DataFrame:
    """A state for all rows, and one for each value of each group; nothing is computed yet."""
    names = tables.columns_of(query, frame.columns)
    plain = frame.toDF(*map(str, range(len(frame.columns))))  # mapInArrow knows no names with dots
    rows = plain.select(*(str(frame.columns.index(name)) for name in names))
    states = rows.mapInArrow(partial(_states, names=names, query=query), STATES)
    return states.groupBy("of", "group").applyInArrow(tables.merged, STATES)


def _states(batches: Iterable[pa.RecordBatch], names: Sequence[str], query: str) -> Iterator[pa.RecordBatch]:
    where = f"partition {TaskContext.get().partitionId()}"
    named = (batch.rename_columns(names) for batch in batches)
    yield from tables.states_of_batches(named, query, where).to_batches()
