"""Cells mean the same in every part: decimals are rounded to the nearest double, and cuts lose no line."""

import csv
import io
from itertools import chain
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distscore.files import delimited
from distscore.files.delimited import CsvSource
from distscore.wire.table.cells import numbers_of
from distscore.wire.table.delimited import CsvSheet

HARD = (
    "9007199254740993",
    "9007199254740992.99999999999999999999999999",
    "0.1",
    "0.3333333333333333333333333333333333333",
    "1.7976931348623157e308",
    "2.2250738585072011e-308",
    "2.2250738585072014e-308",
    "4.9406564584124654e-324",
    "2.4703282292062328e-324",
    "6.631236846766476e-316",
    "1.00000000000000011102230246251565404236316680908203125",
    "1.00000000000000011102230246251565404236316680908203124",
    "1.00000000000000011102230246251565404236316680908203126",
    "-0.0",
    "8.41e21",
    "5e-20",
)


@pytest.mark.parametrize("beside", ["1", "1%"], ids=["numbers", "text"])
def test_decimals(tmp_path: Path, beside: str) -> None:
    """A decimal is the nearest double, ties to even, whether its column is read as numbers or, for a sign, as text."""
    path = tmp_path / "x.csv"
    path.write_text("y\n" + "\n".join([*HARD, beside]), encoding="utf-8")
    (span,) = CsvSource(path).spans(["y"])
    (part,) = span.parts()
    values = numbers_of(part.read(["y"], [])["y"], decimal_comma=False).values
    assert values[:-1].tobytes() == np.array([float(each) for each in HARD]).tobytes()


CELL = st.text(st.sampled_from('ab1"\n\r,;é '), max_size=6)
ROWS = st.lists(st.tuples(CELL, st.integers(0, 99).map(str)), min_size=1, max_size=12)


@settings(deadline=None, derandomize=True)
@given(rows=ROWS, size=st.integers(1, 60), end=st.sampled_from(["\n", "\r\n"]), start=st.sampled_from(["", "\n\n"]))
def test_cuts(rows: list[tuple[str, str]], size: int, end: str, start: str) -> None:
    """Parts of any size have the cells of the whole file, and its lines."""
    text = io.StringIO()
    csv.writer(text, lineterminator=end, quoting=csv.QUOTE_NONNUMERIC).writerows([("note", "y"), *rows])
    body = (start + text.getvalue()).encode()
    whole = CsvSheet(body)
    expected = whole.read([], ["note", "y"])["note"].to_pylist()
    lines = whole.lines(range(len(expected)))
    with TemporaryDirectory() as folder, patch.object(delimited, "BYTES", size):
        path = Path(folder) / "x.csv"
        path.write_bytes(body)
        found: list[str] = []
        found_lines: list[int] = []
        for part in chain.from_iterable(span.parts() for span in CsvSource(path).spans([])):
            cells = part.read([], ["note", "y"])["note"].to_pylist()
            found += cells
            found_lines += part.lines(range(len(cells))).values()
    assert found == expected
    assert found_lines == list(lines.values())
