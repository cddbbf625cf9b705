"""CSV and TSV: the separator is looked up in the header, cells are read by pyarrow."""

import csv
import io
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

import pyarrow as pa
from pyarrow import csv as arrow_csv

from distscore.wire.errors.problems import MalformedTable
from distscore.wire.table.sheet import Columns, Sheet

if TYPE_CHECKING:
    from _csv import Reader

SEPARATORS = ",;\t"
MISSING = ("", "NA", "N/A", "n/a", "na", "NaN", "nan", "NAN", "null", "NULL", "Null", "None", "none", "NONE", "#N/A")
UTF8_MARK = b"\xef\xbb\xbf"
UTF16_MARKS = b"\xff\xfe", b"\xfe\xff"
LONGEST_HEADER = 1 << 20
MOST_COLUMNS = 20_000
QUOTED = re.compile(r'"[^"]*(?:"|$)')


class CsvSheet(Sheet):
    """Lines of cells, the first one of names. Empty lines count for nothing."""

    has_lines = True

    def __init__(self, body: bytes, separator: str = "") -> None:
        """Raises MalformedTable for what is no text in UTF-8, or has no header."""
        self._body = body.removeprefix(UTF8_MARK)
        check_encoding(self._body)
        header = first_line(self._body)
        self.separator = separator or separator_of(header)
        self.decimal_comma = self.separator != ","
        self.names = names_in(header, self.separator)

    def beginning(self) -> Sheet:
        return CsvSheet(self._body[: self._body.rfind(b"\n") + 1] or self._body, self.separator)

    def read(self, numbers: Collection[str], texts: Collection[str]) -> Columns:
        try:
            return self._read(dict.fromkeys(numbers, pa.float64()) | dict.fromkeys(texts, pa.string()))
        except pa.ArrowInvalid as error:
            if "conversion error" not in str(error):
                raise MalformedTable(described(error)) from None
        return self._read(dict.fromkeys((*numbers, *texts), pa.string()))

    def _read(self, types: Mapping[str, pa.DataType]) -> Columns:
        wrong: list[arrow_csv.InvalidRow] = []

        def note(row: arrow_csv.InvalidRow) -> str:
            wrong.append(row)
            return "error"

        try:
            table = arrow_csv.read_csv(
                pa.BufferReader(self._body),
                read_options=arrow_csv.ReadOptions(use_threads=False, skip_rows=self._blank_lines()),
                parse_options=arrow_csv.ParseOptions(
                    delimiter=self.separator, newlines_in_values=b'"' in self._body, invalid_row_handler=note
                ),
                convert_options=arrow_csv.ConvertOptions(
                    column_types=types,
                    include_columns=list(types),
                    null_values=list(MISSING),
                    strings_can_be_null=False,
                    check_utf8=True,
                ),
            )
        except pa.ArrowInvalid:
            if wrong:
                row = wrong[0]
                line = f" (row {row.number})" if row.number is not None else ""
                raise MalformedTable(
                    f"A line{line} has {row.actual_columns} cells, the header has {row.expected_columns}."
                ) from None
            raise
        return {name: table.column(name) for name in types}

    def _blank_lines(self) -> int:
        """How many lines are empty before the header."""
        start = self._body[:LONGEST_HEADER]
        return start[: len(start) - len(start.lstrip(b"\r\n"))].count(b"\n")

    def lines(self, rows: Sequence[int]) -> Mapping[int, int]:
        """The cells are read again, for quotes may hold ends of lines; only where something is wrong with a row."""
        wanted = set(rows)
        reader = csv.reader(io.StringIO(self._body.decode(), newline=""), delimiter=self.separator)
        begins = (line for line, _ in with_lines(reader))
        next(begins, None)  # the header
        numbered = enumerate(islice(begins, max(wanted, default=-1) + 1))
        return {row: line for row, line in numbered if row in wanted}


def with_lines(reader: "Reader") -> Iterator[tuple[int, list[str]]]:
    """Records that are not empty, each with the line on which it begins."""
    line = 1
    for record in reader:
        if record:
            yield line, record
        line = reader.line_num + 1


def check_encoding(body: bytes) -> None:
    """Raises MalformedTable for other encodings than UTF-8."""
    if body[:2] in UTF16_MARKS or b"\0" in body[:1000]:
        raise MalformedTable("The file is UTF-16, or no text; save it as CSV in UTF-8.")
    try:
        body.decode()
    except UnicodeDecodeError as error:
        line = body.count(b"\n", 0, error.start) + 1
        hint = "save it as CSV in UTF-8, it looks like Windows-1252 or Latin-1"
        raise MalformedTable(f"Line {line} is not UTF-8; {hint}.") from None


def first_line(body: bytes) -> str:
    """The first line that is not empty; quotes may hold ends of lines."""
    text = body[:LONGEST_HEADER].decode(errors="ignore").lstrip("\r\n")
    if not text.strip():
        raise MalformedTable("The file is empty; its first line has the names of the columns.")
    at = 0
    for part in re.finditer(r'"[^"]*"|[\r\n]', text):
        if part[0] in "\r\n":
            at = part.start()
            break
    return text[:at] if at else text


def separator_of(header: str) -> str:
    """The separator that is there most often outside quotes: comma, semicolon or tab."""
    bare = QUOTED.sub("", header)
    return max(SEPARATORS, key=bare.count)


def names_in(header: str, separator: str) -> Sequence[str]:
    """The names of the columns."""
    names = next(csv.reader(io.StringIO(header, newline=""), delimiter=separator))
    if len(names) > MOST_COLUMNS:
        raise MalformedTable(f"The file has {len(names)} columns, at most {MOST_COLUMNS} are read.")
    return names


def described(error: Exception) -> str:
    """What pyarrow says, without the cells."""
    return re.split(r": |\n", str(error))[0][:200]
