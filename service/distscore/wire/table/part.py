"""Some rows of a large table that somebody else reads: columns that are in memory already."""

from collections.abc import Collection
from typing import ClassVar

import pyarrow as pa

from distscore.wire.table.parquet import plain
from distscore.wire.table.sheet import Columns, Sheet


class PartSheet(Sheet):
    """Rows of a table, with the columns that a Parquet file of it would have."""

    has_lines = False
    is_part: ClassVar[bool] = True

    def __init__(self, table: pa.Table) -> None:
        self._table = table
        self.names = table.schema.names

    def read(self, numbers: Collection[str], texts: Collection[str]) -> Columns:
        return {name: plain(self._table.column(name)) for name in dict.fromkeys((*numbers, *texts))}
