"""What maps a column as sent ("raw") to its parameter, with two derivatives of the parameter's free coordinate.

A family differentiates in the free coordinate u of a column (identity, log or logit); here g1 = dL/du and g2 = d2L/du2
become derivatives with respect to the raw column: g1 u' and g2 u'^2 + g1 u''. Where even that cancels, the family
brings a `HessianParts` of the second derivative instead.
"""

from abc import ABC, abstractmethod

import numpy as np

from distscore.core.special.elementwise import (
    Array,
    log_sigmoid,
    log_softplus_derivative,
    log_softplus_second_derivative,
    product,
    sigmoid,
    softplus,
)
from distscore.core.theory.columns import Parameter
from distscore.core.theory.derivatives import HessianParts
from distscore.core.theory.supports import Coordinate


class Activation(ABC):
    """A smooth increasing map of raw numbers into a support."""

    name: str
    formula: str

    @abstractmethod
    def value(self, raw: Array) -> Array:
        """The parameter; it may round to the edge of the support or overflow, which the border refuses."""

    @abstractmethod
    def to_coordinate(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        """The parameter's free coordinate, from the raw value where that keeps more digits."""

    @abstractmethod
    def slopes(self, raw: Array, value: Array, coordinate: Coordinate) -> tuple[Array, Array]:
        """u' and u'': first and second derivative of the free coordinate at `raw`."""

    def parameter(self, raw: Array, coordinate: Coordinate) -> Parameter:
        """The column after the activation."""
        value = self.value(raw)
        return Parameter(value, self.to_coordinate(raw, value, coordinate))

    def gradient(self, g1: Array, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        """dL/d raw."""
        return product(g1, self.slopes(raw, value, coordinate)[0])

    @abstractmethod
    def bend(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        """Second derivative of the parameter at `raw`, over its first derivative in the free coordinate."""

    def hessian(self, parts: HessianParts, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        """d2L/d raw2."""
        first, second = self.slopes(raw, value, coordinate)
        own = product(product(parts.second, first), first)
        return (
            own
            + product(parts.coordinate_slope, second)
            + product(parts.parameter_slope, self.bend(raw, value, coordinate))
        )

    def fisher_information(self, information: Array, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        """The Fisher information of the raw column, from that of its free coordinate."""
        first = self.slopes(raw, value, coordinate)[0]
        return product(product(information, first), first)


class Identity(Activation):
    """The column is the parameter."""

    name = "identity"
    formula = "r"

    def value(self, raw: Array) -> Array:
        return raw

    def to_coordinate(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        if coordinate == "log":
            return np.log(raw)
        return raw if coordinate == "identity" else np.log(raw) - np.log1p(-raw)

    def slopes(self, raw: Array, value: Array, coordinate: Coordinate) -> tuple[Array, Array]:
        if coordinate == "log":
            return 1 / raw, -1 / raw / raw
        if coordinate == "identity":
            return np.ones_like(raw), np.zeros_like(raw)
        slope = 1 / raw / (1 - raw)
        return slope, (2 * raw - 1) * slope * slope

    def gradient(self, g1: Array, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        return g1 if coordinate == "identity" else super().gradient(g1, raw, value, coordinate)

    def hessian(self, parts: HessianParts, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        if coordinate == "identity":
            return np.asarray(parts.second)
        if coordinate == "log":  # one difference where both parts may overflow
            gap = np.subtract(parts.second, parts.coordinate_slope)
            return np.where(
                np.equal(parts.second, parts.coordinate_slope), 0.0, gap / raw / raw
            )  # a masked entry may be 0
        slope = self.slopes(raw, value, coordinate)[0]
        return product(product(parts.second + (2 * raw - 1) * parts.coordinate_slope, slope), slope)

    def bend(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        return np.zeros_like(raw)


class Exp(Activation):
    """exp: any real number to a positive one."""

    name = "exp"
    formula = r"e^{r}"

    def value(self, raw: Array) -> Array:
        with np.errstate(over="ignore", under="ignore"):
            return np.exp(raw)

    def to_coordinate(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        return raw if coordinate == "log" else value

    def slopes(self, raw: Array, value: Array, coordinate: Coordinate) -> tuple[Array, Array]:
        return (np.ones_like(raw), np.zeros_like(raw)) if coordinate == "log" else (value, value)

    def bend(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        return np.ones_like(raw) if coordinate == "log" else value


class Softplus(Activation):
    """log(1 + exp): any real number to a positive one, almost the identity above 1."""

    name = "softplus"
    formula = r"\log(1 + e^{r})"

    def value(self, raw: Array) -> Array:
        return softplus(raw)

    def to_coordinate(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        return np.log(value) if coordinate == "log" else value

    def slopes(self, raw: Array, value: Array, coordinate: Coordinate) -> tuple[Array, Array]:
        if coordinate == "log":
            return log_softplus_derivative(raw), log_softplus_second_derivative(raw)
        return sigmoid(raw), sigmoid(raw) * sigmoid(-raw)

    def bend(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        return (log_softplus_derivative(raw) if coordinate == "log" else sigmoid(raw)) * sigmoid(-raw)


class Sigmoid(Activation):
    """1/(1 + exp(-r)): any real number to one between 0 and 1."""

    name = "sigmoid"
    formula = r"\frac{1}{1 + e^{-r}}"

    def value(self, raw: Array) -> Array:
        return sigmoid(raw)

    def to_coordinate(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        if coordinate == "log":
            return log_sigmoid(raw)
        return value if coordinate == "identity" else raw

    def slopes(self, raw: Array, value: Array, coordinate: Coordinate) -> tuple[Array, Array]:
        complement = sigmoid(-raw)
        if coordinate == "log":
            return complement, -value * complement
        if coordinate == "logit":
            return np.ones_like(raw), np.zeros_like(raw)
        return value * complement, -value * complement * np.tanh(raw / 2)

    def bend(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        complement = sigmoid(-raw)
        scale = {"log": complement, "logit": np.ones_like(raw), "identity": value * complement}[coordinate]
        return -scale * np.tanh(raw / 2)


ACTIVATIONS: dict[str, Activation] = {a.name: a for a in (Identity(), Exp(), Softplus(), Sigmoid())}
