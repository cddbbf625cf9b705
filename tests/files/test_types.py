"""Whatever type a column of Parquet has, DuckDB reads what the reader of bodies reads."""

import datetime as dt
import decimal
import io
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from distscore.files.parquet import ParquetSource
from distscore.local.answers import UNLIMITED
from distscore.wire.table.cells import lists_of, numbers_of, texts_of
from distscore.wire.table.parquet import ParquetSheet

MOMENT = dt.datetime(2024, 2, 29, 23, 59, 58, 123456)
DECIMALS = ("0.1", None, "1", "2", "3", "-0.7")
NUMBERS: dict[str, Any] = {
    "double": pa.array([0.1, None, -0.0, np.nan, np.inf, 5e-324]),
    "float": pa.array([0.1, None, -0.0, np.nan, np.inf, 1e-45], pa.float32()),
    "half": pa.array(np.array([0.1, 2, -0.0, np.nan, np.inf, 6e-8], np.float16)),
    "unsigned": pa.array([2**64 - 1, None, 0, 1, 2, 2**53 + 1], pa.uint64()),
    "long": pa.array([2**63 - 1, None, 0, 1, -(2**63), 2**53 + 1], pa.int64()),
    "byte": pa.array([-128, None, 0, 1, 2, 127], pa.int8()),
    "boolean": pa.array([True, None, False, True, True, False]),
    "decimal": pa.array([None if each is None else decimal.Decimal(each) for each in DECIMALS], pa.decimal128(38, 10)),
    "text": pa.array(["50%", None, " 1 ", "true", "NA", "1e-3"]),
    "list": pa.array([[0.1, 0.9]] * 6),
    "pair": pa.FixedSizeListArray.from_arrays(pa.array([0.1, 0.9] * 6, pa.float32()), 2),
}
TEXTS: dict[str, Any] = {
    "text": pa.array(["é", None, "", "01", "2", " x "]),
    "large": pa.array(["é", None, "", "01", "2", " x "], pa.large_string()),
    "view": pa.array(["é", None, "", "01", "2", " x "], pa.string_view()),
    "dictionary": pa.array(["a", None, "b", "a", "a", "b"]).dictionary_encode(),
    "long": pa.array([1, 2, 3, 1, 2, 2**53 + 1]),
    "day": pa.array([MOMENT.date(), None] * 3),
    "seconds": pa.array([MOMENT, None] * 3, pa.timestamp("ms")),
    "moment": pa.array([MOMENT, None] * 3, pa.timestamp("us")),
    "fine": pa.array([MOMENT, None] * 3, pa.timestamp("ns")),
    "zone": pa.array([MOMENT, None] * 3, pa.timestamp("us", "UTC")),
    "other": pa.array([MOMENT, None] * 3, pa.timestamp("us", "Asia/Tokyo")),
    "time": pa.array([MOMENT.time(), None] * 3, pa.time64("us")),
}


def both(tmp_path: Path, column: Any) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """A column as the reader of bodies has it, and as a span of a file has it."""
    body = io.BytesIO()
    parquet.write_table(pa.table({"x": column}), body)
    path = tmp_path / "x.parquet"
    path.write_bytes(body.getvalue())
    (span,) = ParquetSource(path).spans({"x"})
    (part,) = span.parts()
    return ParquetSheet(body.getvalue(), UNLIMITED).read([], ["x"])["x"], part.read([], ["x"])["x"]


@pytest.mark.parametrize("name", NUMBERS)
def test_numbers(tmp_path: Path, name: str) -> None:
    """Numbers have the same bits."""
    expected, found = both(tmp_path, NUMBERS[name])
    if name in ("list", "pair"):
        lists = lists_of(expected), lists_of(found)
        assert lists[0] is not None
        assert lists[1] is not None
        assert lists[0].tobytes() == lists[1].tobytes()
    else:
        cells = numbers_of(expected, False), numbers_of(found, False)
        assert cells[0].values.tobytes() == cells[1].values.tobytes()
        assert cells[0].done == cells[1].done


@pytest.mark.parametrize("name", TEXTS)
def test_texts(tmp_path: Path, name: str) -> None:
    """Names of groups and rows have the same letters."""
    expected, found = both(tmp_path, TEXTS[name])
    assert texts_of(found) == texts_of(expected)
