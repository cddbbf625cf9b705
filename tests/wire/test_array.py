"""Arrays of numbers as the border takes them, from lists and from arrays of any type."""

import numpy as np
import pytest

from distscore.wire.errors.place import Place
from distscore.wire.read.array import numbers, row_sums


@pytest.mark.parametrize("width", [1, 2, 3, 7, 8, 50])
def test_sums_of_rows_have_the_bits_of_numpy(width: int) -> None:
    """A narrow row is summed column by column, in the order in which NumPy would add its entries."""
    random = np.random.default_rng(width)
    values = random.normal(size=(500, width)) * 10.0 ** random.integers(-9, 9, (500, width))
    np.testing.assert_array_equal(row_sums(values), np.add.reduce(values, axis=1))


@pytest.mark.parametrize("dtype", ["f4", "f8", "i1", "i8", "u2", "u8"])
def test_a_list_and_an_array_are_the_same(dtype: str) -> None:
    """Numbers of any type become the doubles that a list of them becomes; doubles are not copied."""
    sent = np.array([[0, 1, 2], [3, 100, 5]], dtype)
    found, listed = numbers(sent, 2, Place()), numbers(sent.tolist(), 2, Place())
    assert found is not None
    assert listed is not None
    assert found.dtype == listed.dtype == np.float64
    np.testing.assert_array_equal(found, listed)
    assert np.shares_memory(found, sent) == (dtype == "f8")


@pytest.mark.parametrize("rank", [1, 2])
@pytest.mark.parametrize("shape", [(3,), (3, 2), (3, 2, 1), (0,), (2, 0)])
@pytest.mark.parametrize("dtype", ["f8", "i8", "?"])
def test_a_list_and_an_array_have_the_same_errors(rank: int, shape: tuple[int, ...], dtype: str) -> None:
    """An array of another rank, without entries or of booleans is told as the list of its entries would be."""
    sent, found = np.ones(shape, dtype), []
    for each in (sent, sent.tolist()):
        at = Place(("targets", "values"))
        numbers(each, rank, at)
        found.append((at.found.issues, at.found.count))
    assert found[0] == found[1]
    assert (found[0][1] == 0) == (len(shape) == rank and sent.size > 0 and dtype != "?")
