"""Parquet in parts: DuckDB reads the columns that are asked for of some rows, and skips what has none of them."""

from collections.abc import Collection, Iterator, Sequence
from functools import cache
from glob import escape
from pathlib import Path

import duckdb
import pyarrow as pa
from pyarrow import parquet

from distscore.files.part import Part, Source, even
from distscore.wire.errors.problems import MalformedTable
from distscore.wire.table.parquet import plain
from distscore.wire.table.sheet import Columns, Sheet

ROW = "file_row_number"  # what DuckDB calls the number of a row
BEGINNING = 10_000  # rows from which columns are guessed
MEMORY = "1GB"  # of DuckDB in one process


class ParquetPart(Part):
    """Rows of a file from one number to another."""

    has_lines = False

    def __init__(self, path: Path, names: Sequence[str], start: int, stop: int, size: int) -> None:
        self.path, self.names, self.first_row, self.size = path, names, start, size
        self._stop = stop

    def read(self, numbers: Collection[str], texts: Collection[str]) -> Columns:
        names = list(dict.fromkeys((*numbers, *texts)))
        query = (
            f"SELECT {', '.join(map(quoted, names))} "  # noqa: S608  names are quoted, all else are numbers
            f"FROM read_parquet(?, hive_partitioning = false) WHERE {ROW} >= {self.first_row} AND {ROW} < {self._stop}"
        )
        try:
            table = connection().sql(query, params=[escape(str(self.path))]).to_arrow_table()
        except duckdb.Error:
            raise MalformedTable("The columns cannot be read: the file is damaged.") from None
        if len(table) != self._stop - self.first_row:
            raise MalformedTable("The file has fewer rows than it says: it is damaged.")
        return {name: plain(table.column(at)) for at, name in enumerate(names)}


class ParquetSource(Source):
    """Columns of numbers, text, booleans, or lists of numbers."""

    def __init__(self, path: Path) -> None:
        """Raises MalformedTable for what is no Parquet, or has names that DuckDB takes for one another."""
        self.path = path
        try:
            with parquet.ParquetFile(path) as file:
                self.names, self._metadata = file.schema_arrow.names, file.metadata
        except (pa.ArrowException, OSError):
            raise MalformedTable("The file is not Parquet, or ends too early.") from None
        folded = [name.casefold() for name in self.names]
        for name in self.names:
            if folded.count(name.casefold()) > 1 or name.casefold() == ROW:
                raise MalformedTable(f"The column {name!r} cannot be told from another one: rename it.")

    def beginning(self) -> Sheet:
        return self._part(0, min(BEGINNING, self._metadata.num_rows))

    def parts(self, columns: Collection[str]) -> Iterator[Part]:
        numbers = sum(
            chunk.num_values for chunk in self._chunks() if chunk.path_in_schema.split(".")[0] in set(columns)
        )
        return (self._part(*rows) for rows in even(self._metadata.num_rows, numbers))

    def _chunks(self) -> Iterator[parquet.ColumnChunkMetaData]:
        for group in map(self._metadata.row_group, range(self._metadata.num_row_groups)):
            yield from map(group.column, range(self._metadata.num_columns))

    def _part(self, start: int, stop: int) -> ParquetPart:
        size = self.path.stat().st_size * (stop - start) // max(self._metadata.num_rows, 1)
        return ParquetPart(self.path, self.names, start, stop, size)


def quoted(name: str) -> str:
    """A name of a column as SQL has it."""
    return '"' + name.replace('"', '""') + '"'


@cache
def connection() -> duckdb.DuckDBPyConnection:
    """The one connection of this process, which works on one processor: the others have processes of their own."""
    made = duckdb.connect(config={"threads": 1, "memory_limit": MEMORY, "autoinstall_known_extensions": False})
    return made.execute("SET parquet_metadata_cache = true")  # parts of a file follow one another
