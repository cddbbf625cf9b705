"""A table, and what must be said of it wherever its rows are."""

import os
import sys
from pathlib import Path

import pyarrow as pa

from distscore.client import Summary
from distscore.local import tables
from tests.api.test_local_tables import QUERY, table

PARTITIONS = [1, 2, 7, 64]
ROOT = Path(__file__).parents[2]
WORKERS = {  # the environment of processes that others start
    "PYTHONPATH": os.pathsep.join([str(ROOT / "service"), str(ROOT)]),
    "PYSPARK_PYTHON": sys.executable,
    "RAY_USAGE_STATS_ENABLED": "0",
}
PLAIN = QUERY.partition("&groups")[0]


def whole(query: str) -> Summary:
    """The report of the table as one batch in this process, which the contract tests hold to the service's."""
    return tables.report(tables.states_of(table(), query))


def wrong() -> pa.Table:
    """The table with a negative probability in row 100."""
    columns = table()
    values = columns["t_a"].to_pylist()
    values[100] = -0.5
    return columns.set_column(columns.schema.get_field_index("t_a"), "t_a", pa.array(values))
