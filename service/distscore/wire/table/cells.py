"""Cells as a person means them: percent signs, true and false, missing words, a decimal comma."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from distscore.wire.table.delimited import MISSING

NUMBER = r"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$|^[+-]?(inf|infinity)$"
LIST = r"^\[.*\]$"


@dataclass(frozen=True)
class Cells:
    """The numbers of a column, NaN where a cell is missing or is none, and what was done to read them."""

    values: NDArray[np.float64]  # (rows,) or (rows, width)
    missing: NDArray[np.bool_]  # (rows,)
    wrong: NDArray[np.bool_]  # (rows,): cells that are no numbers
    done: Counter[str] = field(default_factory=Counter)  # cells by code of a notice


def numbers_of(column: pa.ChunkedArray, decimal_comma: bool) -> Cells:
    """A column of any type as numbers."""
    kind = column.type
    if pa.types.is_boolean(kind):
        return _of_numbers(column.cast(pa.int8()), Counter(words_as_numbers=len(column) - column.null_count))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind):
        return _of_numbers(column, Counter())
    if pa.types.is_string(kind):
        return _of_text(column, decimal_comma)
    nothing = np.zeros(len(column), np.bool_)
    return Cells(np.full(len(column), np.nan), nothing, ~nothing)


def _of_numbers(column: pa.ChunkedArray, done: Counter[str]) -> Cells:
    values = _array(column)
    return Cells(values, _flags(column.is_null()), np.zeros(len(values), np.bool_), done)


def _array(column: pa.ChunkedArray) -> NDArray[np.float64]:
    """A column of numbers as doubles, NaN where a cell is null."""
    doubles = column.cast(pa.float64(), safe=False)
    return np.asarray(doubles.fill_null(np.nan).to_numpy(), dtype=np.float64)


def _of_text(column: pa.ChunkedArray, decimal_comma: bool) -> Cells:
    text = pc.utf8_trim_whitespace(column.fill_null(""))
    missing = pc.is_in(text, value_set=pa.array(MISSING))
    lower = pc.utf8_lower(text)
    words = pc.is_in(lower, value_set=pa.array(["true", "false"]))
    percent = pc.ends_with(text, "%")
    commas = pc.match_substring(text, ",") if decimal_comma else pa.scalar(False)
    plain = pc.if_else(words, pc.if_else(pc.equal(lower, "true"), "1", "0"), lower)
    if decimal_comma:
        plain = pc.replace_substring(plain, ",", ".")
    plain = pc.if_else(percent, pc.binary_join_element_wise(pc.utf8_rtrim(plain, " %"), "", "e-2"), plain)
    is_number = pc.match_substring_regex(plain, NUMBER)
    signless = pc.utf8_ltrim(plain, "+")
    numbers = pc.if_else(is_number, signless, None).cast(pa.float64())
    return Cells(
        np.asarray(numbers.fill_null(np.nan).to_numpy(), dtype=np.float64),
        _flags(missing),
        ~_flags(is_number) & ~_flags(missing),
        Counter(
            percent_signs=_count(pc.and_(percent, is_number)),
            words_as_numbers=_count(words),
            decimal_commas=_count(pc.and_(commas, is_number)) if decimal_comma else 0,
        ),
    )


def _flags(column: pa.ChunkedArray) -> NDArray[np.bool_]:
    return np.asarray(column.to_numpy(), dtype=np.bool_)


def _count(column: pa.ChunkedArray) -> int:
    return int(pc.sum(column).as_py() or 0)


def lists_of(column: pa.ChunkedArray) -> NDArray[np.float64] | None:
    """A column of lists of one length, or of text like `[0.1, 0.9]`, as (rows, width); None where it is none."""
    if pa.types.is_string(column.type):
        return _lists_of_text(column)
    if not (
        pa.types.is_list(column.type) or pa.types.is_large_list(column.type) or pa.types.is_fixed_size_list(column.type)
    ):
        return None
    whole = column.combine_chunks()
    widths = pc.unique(pc.list_value_length(whole)).to_pylist()
    if column.null_count or len(widths) != 1 or not widths[0]:
        return None
    flat = whole.flatten()
    if not (pa.types.is_integer(flat.type) or pa.types.is_floating(flat.type)):
        return None
    return _array(pa.chunked_array([flat])).reshape(len(column), widths[0])


def _lists_of_text(column: pa.ChunkedArray) -> NDArray[np.float64] | None:
    text = pc.utf8_trim_whitespace(column.fill_null(""))
    if not len(text) or not pc.all(pc.match_substring_regex(text, LIST)).as_py():
        return None
    parts = pc.split_pattern(pc.utf8_trim(text, "[]"), ",").combine_chunks()
    widths = pc.unique(pc.list_value_length(parts)).to_pylist()
    if len(widths) != 1:
        return None
    cells = _of_text(pa.chunked_array([parts.flatten()]), decimal_comma=False)
    return None if (cells.wrong | cells.missing).any() else cells.values.reshape(len(column), widths[0])


def is_list(column: pa.ChunkedArray) -> bool:
    """Whether the cells of a column are lists, or text that looks like one."""
    if pa.types.is_string(column.type):
        first = next((cell.as_py() for cell in column if cell.as_py() not in (None, "")), "")
        return bool(first.strip().startswith("["))
    return bool(pa.types.is_nested(column.type))


def texts_of(column: pa.ChunkedArray) -> list[str] | list[int]:
    """A column as what tells rows apart: integers where all cells are, else text; empty where a cell is missing."""
    if pa.types.is_integer(column.type) and not column.null_count:
        whole: list[int] = column.to_pylist()
        return whole
    text = [("" if cell is None else str(cell)) for cell in column.to_pylist()]
    if all(cell.isascii() and cell.isdecimal() and str(int(cell[:19])) == cell for cell in text):
        return [int(cell) for cell in text]
    return text
