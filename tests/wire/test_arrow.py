"""The reader and the writer of Arrow streams by themselves."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from distscore.wire.errors.problems import MalformedArrow, TooManyEntries, TooManyRows
from distscore.wire.read.arrow import read
from distscore.wire.read.arrow_messages import count_rows
from distscore.wire.read.limits import Limits
from distscore.wire.write.answer import Answer
from distscore.wire.write.arrow import BATCH_ROWS, write
from tests.wire.streams import stream, table_of, written

LIMITS = Limits(1000, 5000, 200)
NUMBERS = np.arange(12.0)
PLAIN = stream({"targets.a": NUMBERS, "targets.b": NUMBERS.reshape(12, 1)}, {"family": "x"})


def test_numbers_are_not_copied() -> None:
    """The arrays of one record batch are views of the body, which may itself be a view of shared memory."""
    body = np.frombuffer(PLAIN, np.uint8)
    for content in (PLAIN, memoryview(PLAIN)):
        document = read(content, LIMITS)
        assert document["family"] == "x"
        for array, shape in zip(document["targets"].values(), [(12,), (12, 1)], strict=True):
            assert np.shares_memory(array, body)
            assert array.shape == shape
            np.testing.assert_array_equal(array.ravel(), NUMBERS)


@pytest.mark.parametrize("rows", [1, 5, 11])
def test_record_batches_are_put_together(rows: int) -> None:
    """Columns of several record batches, of every type, are those of one."""
    kinds = ["f4", "f8", "?", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"]
    columns = {kind: (NUMBERS % 5).astype(kind) for kind in kinds} | {
        "m": NUMBERS.reshape(6, 2)[[0, 1, 2, 3, 4, 5] * 2]
    }
    found = read(stream(columns, {}, rows), LIMITS)
    for name, array in columns.items():
        assert found[name].dtype == array.dtype
        np.testing.assert_array_equal(found[name], array)


def test_a_bit_that_is_not_aligned() -> None:
    """Slices of a table, whose first boolean stands inside a byte, are read from where they begin."""
    table = pa.table({"m": pa.FixedSizeListArray.from_arrays(pa.array(NUMBERS > 4), 3), "v": NUMBERS[:4]})
    found = read(written(table.slice(1, 2)), LIMITS)
    np.testing.assert_array_equal(found["m"], (NUMBERS > 4).reshape(4, 3)[1:3])
    np.testing.assert_array_equal(found["v"], NUMBERS[1:3])


def column(array: Any) -> bytes:
    return written(pa.table({"a": array}))


def twice() -> bytes:
    table = pa.Table.from_arrays([pa.array([1.0]), pa.array([2.0])], ["a", "a"])
    return written(table)


def file() -> bytes:
    sink = pa.BufferOutputStream()
    with pa.ipc.new_file(sink, pa.schema([("a", pa.float64())])) as writer:
        writer.write_table(pa.table({"a": [1.0]}))
    content: bytes = sink.getvalue().to_pybytes()
    return content


HIDDEN = pa.FixedSizeListArray.from_arrays(pa.array([1.0, None]), 2)
MALFORMED = {
    "nothing": b"",
    "no_end": PLAIN[:-8],
    "half_an_end": PLAIN[:-4],
    "only_an_end": PLAIN[-8:],
    "more_after_the_end": PLAIN + b"\0" * 8,
    "two_streams": PLAIN * 2,
    "a_file": file(),
    "compressed": written(pa.table({"a": NUMBERS}), compression="zstd"),
    "dictionary": column(pa.array([1.0, 2.0]).dictionary_encode()),
    "nulls": column(pa.array([1.0, None])),
    "nulls_inside": column(HIDDEN),
    "null_type": column(pa.nulls(3)),
    "text": column(pa.array(["a"])),
    "list": column(pa.array([[1.0]])),
    "list_in_list": column(pa.FixedSizeListArray.from_arrays(pa.FixedSizeListArray.from_arrays(NUMBERS, 2), 3)),
    "half": column(pa.array(NUMBERS.astype(np.float16))),
    "decimal": column(pa.array(NUMBERS).cast(pa.decimal128(20, 2))),
    "struct": column(pa.array([{"a": 1.0}])),
    "extension": column(pa.array([1, 0], pa.bool8())),
    "one_name_twice": twice(),
    "many_columns": written(pa.table({str(index): [1.0] for index in range(101)})),
}


@pytest.mark.parametrize("content", MALFORMED.values(), ids=MALFORMED)
def test_what_is_not_read(content: bytes) -> None:
    """Anything but whole streams of plain columns is refused."""
    with pytest.raises(MalformedArrow):
        read(content, LIMITS)


def test_rows_are_counted_before_anything_is_decoded() -> None:
    """A length without the bytes for it is refused, by the limit or because the buffers are too short."""
    length = len(NUMBERS).to_bytes(8, "little")
    claimed = [PLAIN.replace(length, rows.to_bytes(8, "little")) for rows in (13, 1001, 1 << 62)]
    assert count_rows(PLAIN) == 12
    assert count_rows(claimed[1]) == 1001
    for content, problem in zip(claimed, (MalformedArrow, TooManyRows, TooManyRows), strict=True):
        with pytest.raises(problem):
            read(content, LIMITS)
    with pytest.raises(TooManyEntries):
        read(PLAIN, Limits(1000, 23, 200))


def test_an_answer_of_many_rows() -> None:
    """Record batches of an answer have at most 65 536 rows; numbers keep their bits, and what is undefined is null."""
    numbers = np.random.default_rng(0).normal(size=(BATCH_ROWS + 1, 2))
    numbers[0] = np.inf, -np.inf
    answer = Answer({"value": 1.5}, {"losses": numbers[:, 0], "gradients.a": numbers, "floors": [None] * len(numbers)})
    content = write(answer)
    with pa.ipc.open_stream(content) as reader:
        assert [len(batch) for batch in reader] == [BATCH_ROWS, 1]
    table = table_of(bytes(content))
    assert table.schema.metadata == {b"response": b'{"value":1.5}'}
    np.testing.assert_array_equal(table["losses"].to_numpy(), numbers[:, 0])
    np.testing.assert_array_equal(table["gradients.a"].combine_chunks().flatten().to_numpy(), numbers.ravel())
    assert table["floors"].null_count == len(numbers)
