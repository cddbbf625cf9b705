"""A file is opened as what its first bytes say that it is."""

from pathlib import Path

from distscore.files.arrow import FILE_MARK, STREAM_MARK, ArrowSource
from distscore.files.delimited import CsvSource
from distscore.files.parquet import ParquetSource
from distscore.files.part import Source
from distscore.wire.table.reading import PARQUET_MARK


def opened(path: Path) -> Source:
    """Parquet and Arrow have their marks; anything else is text."""
    with path.open("rb") as file:
        start = file.read(len(FILE_MARK))
    if start.startswith(PARQUET_MARK):
        return ParquetSource(path)
    if start.startswith((FILE_MARK, STREAM_MARK)):
        return ArrowSource(path)
    return CsvSource(path)
