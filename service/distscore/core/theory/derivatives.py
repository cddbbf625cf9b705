"""Derivatives of a loss by prediction column, in the coordinate of the column's support (identity, log or logit)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

from distscore.core.special.elementwise import Array

Derivatives = Mapping[str, Array]  # by prediction column; arrays have the shape of the column, coordinates first
SecondDerivatives = Mapping[str, "Array | HessianParts"]


@dataclass(frozen=True)
class HessianParts:
    """A second derivative whose parts cancel if they are added up before the activation is known.

    Write the loss as L = A(u) + b u + c p, in the coordinate u(r) and the parameter p(r) of a column sent as r. Then
    d2L/dr2 = A'' u'^2 + b u'' + c p''. A plain second derivative in u has b = dL/du and c = 0. Where u = log p, the
    second derivative D in p, times p^2, and E in u determine it: A'' = 0, b = -D and c dp/du = E.
    """

    second: Array | float  # A''
    coordinate_slope: Array | float  # b
    parameter_slope: Array | float  # c dp/du

    def __add__(self, other: Self) -> "HessianParts":
        return HessianParts(
            self.second + other.second,
            self.coordinate_slope + other.coordinate_slope,
            self.parameter_slope + other.parameter_slope,
        )

    def __rmul__(self, factor: float) -> "HessianParts":
        return HessianParts(factor * self.second, factor * self.coordinate_slope, factor * self.parameter_slope)
