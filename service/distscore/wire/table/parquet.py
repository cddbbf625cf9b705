"""Parquet: sizes are looked up in the file's own account of itself before anything is read."""

from collections.abc import Collection

import pyarrow as pa
from pyarrow import parquet

from distscore.wire.errors.problems import MalformedTable, TooManyEntries, TooManyRows
from distscore.wire.read.limits import Limits
from distscore.wire.table.sheet import Columns, Sheet

BYTES_PER_ENTRY = 64  # of the columns that are read, unpacked: more are no numbers


class ParquetSheet(Sheet):
    """Columns of numbers, text, booleans, or lists of numbers."""

    has_lines = False

    def __init__(self, body: bytes, limits: Limits) -> None:
        """Raises MalformedTable for what is no Parquet, or is encrypted."""
        self._limits = limits
        try:
            self._file = parquet.ParquetFile(pa.BufferReader(body), thrift_string_size_limit=1 << 20)
            schema = self._file.schema_arrow
        except (pa.ArrowException, OSError):
            raise MalformedTable("The file is not Parquet, or ends too early.") from None
        self.names = schema.names
        if self._file.metadata.num_rows > limits.rows:
            raise TooManyRows(f"The file has {self._file.metadata.num_rows} rows; the limit is {limits.rows}.")

    def read(self, numbers: Collection[str], texts: Collection[str]) -> Columns:
        names = list(dict.fromkeys((*numbers, *texts)))
        self._check_size(set(names))
        try:
            table = self._file.read(names, use_threads=False)
        except (pa.ArrowException, OSError):
            raise MalformedTable("The columns cannot be read: the file is damaged.") from None
        return {name: plain(table.column(name)) for name in names}

    def _check_size(self, names: set[str]) -> None:
        """Raises TooManyEntries where the columns that are read have too many numbers, or too many bytes."""
        entries = size = 0
        metadata = self._file.metadata
        for group in range(metadata.num_row_groups):
            for index in range(metadata.num_columns):
                chunk = metadata.row_group(group).column(index)
                if chunk.path_in_schema.split(".")[0] in names:
                    entries += chunk.num_values
                    size += chunk.total_uncompressed_size
        if entries > self._limits.entries or size > BYTES_PER_ENTRY * self._limits.entries:
            raise TooManyEntries(f"The columns have more than {self._limits.entries} numbers; send them in parts.")


def plain(column: pa.ChunkedArray) -> pa.ChunkedArray:
    """Dictionaries as the values that they stand for, decimals as doubles, times as text."""
    kind = column.type
    if pa.types.is_dictionary(kind):
        return plain(column.cast(kind.value_type))
    if pa.types.is_decimal(kind) or pa.types.is_floating(kind):
        return column.cast(pa.float64())
    if pa.types.is_temporal(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind):
        return column.cast(pa.string())
    return column
