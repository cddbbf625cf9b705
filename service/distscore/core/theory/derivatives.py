"""Derivatives of a loss by prediction column, in the coordinate of the column's support (identity, log or logit)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self, TypeVar

import numpy as np
from numpy.typing import NDArray

from distscore.core.special.elementwise import Array

Derivatives = Mapping[str, Array]  # by prediction column; arrays have the shape of the column, coordinates first
SecondDerivatives = Mapping[str, "Array | HessianParts"]
Values = TypeVar("Values", Array, "Array | HessianParts")


@dataclass(frozen=True)
class HessianParts:
    """A second derivative whose parts cancel or overflow if they are added up before the activation is known.

    Write the loss as L = A(u) + b u + c p, in the coordinate u(r) and the parameter p(r) of a column sent as r. Then
    d2L/dr2 = A'' u'^2 + b u'' + c p''. A plain second derivative in u has b = dL/du and c = 0. Where u = log p, the
    second derivative D in p, times p^2, and E in u determine it: A'' = 0, b = -D and c dp/du = E.

    `unit` scales the coordinate and the parameter: the parts are then derivatives in unit u and unit p, as in
    z = u / scale, so that no 1 / scale^2 overflows before it meets a small u'. Parts that are added have the same unit.
    """

    second: Array | float  # A''
    coordinate_slope: Array | float  # b
    parameter_slope: Array | float = 0.0  # c dp/du
    log_second: Array | float = 0.0  # of a real column: coefficient of p p'' - p'^2, which is 0 where p = exp(r)
    unit: Array | float = 1.0
    infinite: NDArray[np.bool_] | bool = False  # where the second derivative is this infinitely many times

    def sized(self, derivative: Array) -> Array:
        """What an activation made of the parts, infinite where they only give its direction."""
        if not np.any(self.infinite):
            return derivative
        return np.where(self.infinite, np.where(derivative == 0, 0.0, np.inf * derivative), derivative)

    @property
    def vanishes(self) -> NDArray[np.bool_]:
        """Where all parts are 0."""
        in_coordinate = np.equal(self.second, 0) & np.equal(self.coordinate_slope, 0)
        return np.asarray(in_coordinate & np.equal(self.parameter_slope, 0) & np.equal(self.log_second, 0))

    def growing_as(self, direction: Self, where: NDArray[np.bool_]) -> "HessianParts":
        """These parts, but where the loss is infinite those that it has but for an infinite factor."""
        return replace(direction.where(where, self), infinite=where)

    def __add__(self, other: Self) -> "HessianParts":
        return HessianParts(
            self.second + other.second,
            self.coordinate_slope + other.coordinate_slope,
            self.parameter_slope + other.parameter_slope,
            self.log_second + other.log_second,
            self.unit,
            np.logical_or(self.infinite, other.infinite),
        )

    def __rmul__(self, factor: float) -> "HessianParts":
        return HessianParts(
            factor * self.second,
            factor * self.coordinate_slope,
            factor * self.parameter_slope,
            factor * self.log_second,
            self.unit,
            self.infinite,
        )

    def where(self, rows: NDArray[np.bool_], other: Self) -> "HessianParts":
        """These parts in some rows, and in the rest those of another, of the same unit."""
        return HessianParts(
            np.where(rows, self.second, other.second),
            np.where(rows, self.coordinate_slope, other.coordinate_slope),
            np.where(rows, self.parameter_slope, other.parameter_slope),
            np.where(rows, self.log_second, other.log_second),
            self.unit,
            np.where(rows, self.infinite, other.infinite),
        )


def parts_of(second: "Array | HessianParts", gradient: Array) -> HessianParts:
    """A second derivative in parts, from that in the coordinate and the first where it has none of its own."""
    return second if isinstance(second, HessianParts) else HessianParts(second, gradient)


def choose(rows: NDArray[np.bool_], yes: Mapping[str, Values], no: Mapping[str, Values]) -> dict[str, Values]:
    """Derivatives that are one thing in some rows and another in the rest; both are of the same kind."""
    chosen: dict[str, Values] = {}
    for column, parts in yes.items():
        other = no[column]
        if isinstance(parts, HessianParts):
            assert isinstance(other, HessianParts)
            chosen[column] = parts.where(rows, other)
        else:
            assert not isinstance(other, HessianParts)
            chosen[column] = np.where(rows, parts, other)
    return chosen
