"""Parquet: DuckDB streams the columns that are asked for, of some rows, and skips groups that have none of them."""

from collections import Counter
from collections.abc import Collection, Iterator
from functools import cache
from glob import escape
from pathlib import Path

import duckdb
import pyarrow as pa
from pyarrow import parquet

from distscore.files.batch import BatchPart, empty
from distscore.files.part import PARTS, Part, Source, Span, even, rows_of_part
from distscore.wire.errors.problems import MalformedTable
from distscore.wire.table.sheet import Sheet

ROW = "file_row_number"  # what DuckDB calls the number of a row
BEGINNING = 10_000  # rows from which columns are guessed
MEMORY = "1GB"  # of DuckDB in one process


class ParquetSpan(Span):
    """Rows of a file from one number to another, as parts of so many rows."""

    def __init__(self, path: Path, columns: pa.Schema, start: int, stop: int, rows: int, size: int) -> None:
        self.path, self.size = path, size
        self._columns, self._start, self._stop, self._rows = columns, start, stop, rows

    def parts(self) -> Iterator[Part]:
        query = (
            f"SELECT {', '.join(map(quoted, self._columns.names))} "  # noqa: S608  names are quoted, all else are numbers
            f"FROM read_parquet(?, hive_partitioning = false) WHERE {ROW} >= {self._start} AND {ROW} < {self._stop}"
        )
        row = self._start
        try:
            for batch in connection().sql(query, params=[escape(str(self.path))]).to_arrow_reader(self._rows):
                yield BatchPart(with_times(batch, self._columns), row)
                row += len(batch)
        except duckdb.OutOfMemoryException:
            raise MalformedTable(
                f"Its groups of rows take more than {MEMORY}: write it with fewer rows in a group."
            ) from None
        except (duckdb.Error, pa.ArrowException):
            raise MalformedTable("The columns cannot be read: the file is damaged.") from None
        if row != self._stop:
            raise MalformedTable("The file has fewer rows than it says: it is damaged.")


class ParquetSource(Source):
    """Columns of numbers, text, booleans, or lists of numbers."""

    def __init__(self, path: Path) -> None:
        """Raises MalformedTable for what is no Parquet, or has names that DuckDB takes for one another."""
        self._path = path
        try:
            with parquet.ParquetFile(path) as file:
                self._schema, self._metadata = file.schema_arrow, file.metadata
        except (pa.ArrowException, OSError):
            raise MalformedTable("The file is not Parquet, or ends too early.") from None
        self.names, self._row_count = self._schema.names, self._metadata.num_rows
        folded = Counter(name.casefold() for name in (*self.names, ROW))
        for name in self.names:
            if folded[name.casefold()] > 1:
                raise MalformedTable(f"The column {name!r} cannot be told from another one: rename it.")

    def header(self) -> Sheet:
        return BatchPart(empty(self._schema), 0)

    def beginning(self) -> Sheet:
        rows = min(BEGINNING, self._row_count)
        return next(ParquetSpan(self._path, self._schema, 0, rows, BEGINNING, 0).parts(), self.header())

    def spans(self, columns: Collection[str]) -> Iterator[Span]:
        asked, count = pa.schema([self._schema.field(name) for name in sorted(columns)]), self._row_count
        numbers = sum(chunk.num_values for chunk in self._chunks() if chunk.path_in_schema.split(".")[0] in columns)
        rows, size = rows_of_part(count, numbers), self._path.stat().st_size
        for start, stop in even(count, PARTS * rows):
            yield ParquetSpan(self._path, asked, start, stop, rows, size * (stop - start) // count)

    def _chunks(self) -> Iterator[parquet.ColumnChunkMetaData]:
        for group in map(self._metadata.row_group, range(self._metadata.num_row_groups)):
            yield from map(group.column, range(self._metadata.num_columns))


def with_times(batch: pa.RecordBatch, schema: pa.Schema) -> pa.RecordBatch:
    """The same with points in time as the file has them, which DuckDB has in units and zones of its own."""
    for at, kind in enumerate(schema.types):
        if pa.types.is_temporal(kind):
            batch = batch.set_column(at, schema.field(at), batch.column(at).cast(kind))
    return batch


def quoted(name: str) -> str:
    """A name of a column as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


@cache
def connection() -> duckdb.DuckDBPyConnection:
    """The one connection of this process, which works on one processor: the others have processes of their own."""
    made = duckdb.connect(config={"threads": 1, "memory_limit": MEMORY, "autoinstall_known_extensions": False})
    made.execute("SET enable_progress_bar = false")  # which would be of this process alone, and among the answer
    return made.execute("SET parquet_metadata_cache = true")  # spans of a file follow one another
