"""CSV and TSV in parts: a file is cut at ends of lines that are outside quotes, and each part has the header again.

Cells are read by the code that reads them in bodies. DuckDB is not asked, because missing words, percent signs and
decimal commas mean other things to it; to read all cells as text by DuckDB takes longer than this (docs/scale.md).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa

from distscore.files.part import PARTS, Part, Source, Span, spans_of
from distscore.wire.errors.problems import MalformedTable
from distscore.wire.table.delimited import UTF8_MARK, CsvSheet, first_line
from distscore.wire.table.sheet import Columns, Sheet

BYTES = 1 << 23  # of a part, about
LONGEST = 1 << 27  # bytes of a line
BEGINNING = 1 << 20  # bytes from which columns are guessed
COMPRESSIONS = {".gz": "gzip", ".bz2": "bz2", ".zst": "zstd", ".lz4": "lz4"}
TABS = ".tsv", ".tab"


class CsvPart(Part):
    """Lines of a file from one place to another; those of a compressed file are read already."""

    has_lines = True

    def __init__(self, source: "CsvSource", line: int, start: int, size: int, text: bytes | None) -> None:
        self.names, self.decimal_comma = source.names, source.decimal_comma
        self._header, self._separator = source.line_of_names, source.separator
        self._first = line == source.first_line
        self._path, self._line, self._start, self._size, self._text = source.path, line, start, size, text

    @cached_property
    def _sheet(self) -> CsvSheet:
        return CsvSheet(self._header + b"\n" + self._lines(), self._separator)

    def _lines(self) -> bytes:
        if self._text is not None:
            return self._text
        with self._path.open("rb") as file:
            file.seek(self._start)
            return file.read(self._size)

    def read(self, numbers: Collection[str], texts: Collection[str]) -> Columns:
        return self._sheet.read(numbers, texts)

    def lines(self, rows: Sequence[int]) -> Mapping[int, int]:
        before = self._line - ends_in(self._header) - 2  # the part's own header is on its lines from 1 on
        return {row: line + before for row, line in self._sheet.lines(rows).items()}

    def whereabouts(self) -> str:
        return "" if self._first else f"in the part from line {self._line} on, with the header before it: "


class CsvSource(Source):
    """Lines of cells, the first one of names, compressed or not."""

    def __init__(self, path: Path) -> None:
        """Raises MalformedTable for what is no text in UTF-8, or has no header."""
        self.path = path
        self._compression = COMPRESSIONS.get(path.suffix.lower())
        with path.open("rb") as file:
            start = self._decoded(file).read(BEGINNING)
        whole = len(start) < BEGINNING
        sheet = CsvSheet(start if whole else start[: cut(start)] or start, "\t" if self._has_tabs() else "")
        self._beginning, self.names = sheet, sheet.names
        self.separator, self.decimal_comma = sheet.separator, sheet.decimal_comma
        self.line_of_names, self._data = split(start)
        self.first_line = ends_in(start[: self._data]) + 1

    def _has_tabs(self) -> bool:
        return any(suffix.lower() in TABS for suffix in self.path.suffixes[-2:])

    def _decoded(self, file: BinaryIO) -> pa.NativeFile | BinaryIO:
        return pa.CompressedInputStream(file, self._compression) if self._compression else file

    def header(self) -> Sheet:
        return self._beginning

    def beginning(self) -> Sheet:
        return self._beginning

    def spans(self, columns: Collection[str]) -> Iterator[Span]:
        """Parts of a compressed file are one by one, because they hold their text."""
        return spans_of(self.path, self._parts(), 1 if self._compression else PARTS)

    def _parts(self) -> Iterator[tuple[Part, int]]:
        line, start, carried, told = self.first_line, self._data, b"", 0
        with self.path.open("rb") as file:
            decoded = self._decoded(file)
            decoded.read(self._data)
            more = decoded.read(self._next(file.tell()))
            while more:
                text, more = carried + more, decoded.read(self._next(file.tell()))
                end = cut(text) if more else len(text)
                lines, carried = text[:end], text[end:]
                if lines.strip(b"\r\n"):
                    part = CsvPart(self, line, start, end, lines if self._compression else None)
                    yield part, file.tell() - told
                    told = file.tell()
                line, start = line + ends_in(lines), start + end
                if len(carried) > LONGEST:
                    raise MalformedTable(f"The line {line} does not end, or a quote in it is not closed.")

    def _next(self, at: int) -> int:
        """How many bytes to read next: the last part is no small remainder, of which little could be said."""
        rest = self.path.stat().st_size - at
        return rest if not self._compression and rest < 2 * BYTES else BYTES


def cut(text: bytes) -> int:
    """Where the last line that ends outside quotes has ended; 0 where none does. The text begins outside quotes."""
    end = text.rfind(b"\n") + 1
    quotes = text.count(b'"', 0, end)
    while end and quotes % 2:
        before = text.rfind(b"\n", 0, end - 1) + 1
        quotes -= text.count(b'"', before, end)
        end = before
    return end


def ends_in(text: bytes) -> int:
    """How many ends of lines a text has, each of which is a line feed, a carriage return, or both."""
    return text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n")


def split(start: bytes) -> tuple[bytes, int]:
    """The header without its end of line, and where the lines after it begin."""
    body = start.removeprefix(UTF8_MARK)
    blank = len(body) - len(body.lstrip(b"\r\n"))
    header = first_line(body).encode()
    at = len(start) - len(body) + blank + len(header)
    rest = start[at : at + 2]
    return header, at + (2 if rest == b"\r\n" else len(rest[:1]))
