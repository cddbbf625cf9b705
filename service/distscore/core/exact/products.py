"""Products of doubles with what rounding cuts off them, of single numbers and of arrays alike.

They are exact while numbers are within 2^-200 .. 2^200, so that no part of a product of four of them leaves the normal
doubles; others are divided by a power of 2 before, which is exact.
"""

import math
from collections.abc import Iterator
from typing import Generic, TypeVar

import numpy as np

from distscore.core.special.elementwise import Array

SCALE = 400  # exponents of 2 that numbers are divided by are multiples of it

Number = TypeVar("Number", float, Array)


class Factor(Generic[Number]):
    """A number as the sum of two of 26 bits, so that products are known exactly (Dekker 1971)."""

    def __init__(self, value: Number) -> None:
        scaled = 134_217_729.0 * value
        self.value: Number = value
        self.high: Number = scaled - (scaled - value)
        self.low: Number = value - self.high

    def times(self, other: "Factor[Number]") -> tuple[Number, Number]:
        """The product rounded to doubles, and what rounding cut off it."""
        product = self.value * other.value
        error = self.high * other.high - product
        error += self.high * other.low
        error += self.low * other.high
        error += self.low * other.low
        return product, error


def product_error(a: Array, b: Array) -> Array:
    """a b - fl(a b) exactly; 0 where it is out of reach of the doubles."""
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        error = Factor(a).times(Factor(b))[1]
        return np.where(np.isfinite(error), error, 0.0)


def sum_of(a: Array, b: Array) -> tuple[Array, Array]:
    """The sum rounded to doubles, and what rounding cut off it, exactly (Knuth 1969)."""
    rounded = a + b
    of_b = rounded - a
    return rounded, (a - (rounded - of_b)) + (b - of_b)


def sum_of_all(*numbers: Array) -> tuple[Array, Array]:
    """The sum rounded to doubles, and what rounding cut off it, to 2^-104 of the largest number."""
    whole, cut_off = numbers[0], np.zeros_like(numbers[0])
    for each in numbers[1:]:
        whole, error = sum_of(whole, each)
        cut_off = cut_off + error
    return sum_of(whole, cut_off)


def mean_of_parts(numbers: Array, cut_off: Array | None = None) -> tuple[Array, Array]:
    """The mean over the first axis of numbers that are sums of two doubles, rounded, and what rounding cut off it."""
    rest = np.zeros_like(numbers) if cut_off is None else cut_off
    count = len(numbers)
    if count == 1:
        return numbers[0], rest[0]
    while len(numbers) > 1:  # pairs are added, so that the order depends on their number alone
        half = len(numbers) // 2
        odd, odd_rest = numbers[2 * half :], rest[2 * half :]
        numbers, error = sum_of(numbers[:half], numbers[half : 2 * half])
        rest = rest[:half] + rest[half : 2 * half] + error
        numbers, rest = np.concatenate((numbers, odd)), np.concatenate((rest, odd_rest))
    mean = numbers[0] / count
    back, back_cut_off = Factor(mean).times(Factor(np.full_like(mean, count)))
    return sum_of(mean, (numbers[0] - back - back_cut_off + rest[0]) / count)


Parts = tuple[Number, Number]  # a number, and what rounding cut off it


def squares(weight: Factor[Number], product: Number, error: Number) -> tuple[Parts[Number], Parts[Number]]:
    """w^2 x and w^2 x^2 from w and the parts of w x, to 2^-100 of themselves."""
    factor = Factor(product)
    again, again_cut_off = weight.times(factor)
    square, square_cut_off = factor.times(factor)
    return (again, again_cut_off + weight.value * error), (square, square_cut_off + 2 * product * error)


def scale_of(x: float) -> int:
    """The multiple of 400 by whose power of 2 a number is divided to fit in 2^-200 .. 2^200; 0 of 0."""
    return (math.frexp(x)[1] - 1 + SCALE // 2) // SCALE * SCALE if x else 0


def by_scale(x: Array) -> Iterator[tuple[Array, int]]:
    """Entries that fit in 2^-200 .. 2^200 after a division by 2^shift, 0 for the others, and the shift."""
    size = np.abs(x)
    low, high = 2.0 ** (-SCALE // 2), 2.0 ** (SCALE // 2)
    if size.max(initial=0.0) < high and (size.min(initial=1.0) >= low or not ((size > 0) & (size < low)).any()):
        yield x, 0
        return
    scales = (np.frexp(size)[1] - 1 + SCALE // 2) // SCALE * SCALE
    for shift in np.unique(scales[size > 0]).tolist():
        yield np.ldexp(np.where(scales == shift, x, 0.0), -shift), shift
