"""What maps a column as sent ("raw") to its parameter, and how derivatives pass through it.

A family differentiates in the coordinate u of a column's support (identity, log or logit). With g1 = dL/du and
g2 = d2L/du2 the derivatives with respect to the raw number r are g1 u' and g2 u'^2 + g1 u'' = u' (g2 u' + g1 u''/u').
An activation states u' and u''/u', each without cancellation: the factor u' is taken out, so that two parts that
overflow with opposite signs are added before. Where even that sum cancels, the family brings `HessianParts`.
"""

from abc import ABC, abstractmethod

import numpy as np

from distscore.core.special.elementwise import (
    Array,
    log_sigmoid,
    log_softplus_derivative,
    log_softplus_second_over_first,
    product,
    sigmoid,
    softplus,
)
from distscore.core.theory.columns import Parameter
from distscore.core.theory.derivatives import HessianParts
from distscore.core.theory.supports import Coordinate


class Activation(ABC):
    """A smooth increasing map of raw numbers into a support; arrays have the shape of the column."""

    name: str
    formula: str

    @abstractmethod
    def value(self, raw: Array) -> Array:
        """The parameter; it may round to the edge of the support or overflow, which the border refuses."""

    @abstractmethod
    def raw(self, value: Array) -> Array:
        """The raw number that gives a parameter: the inverse of `value`."""

    @abstractmethod
    def to_coordinate(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        """The parameter's coordinate u, from the raw number where that keeps more digits."""

    @abstractmethod
    def derivative(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        """u', the derivative of a coordinate of the parameter with respect to the raw number."""

    @abstractmethod
    def second_over_first(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        """u''/u', the second derivative of a coordinate of the parameter over the first."""

    def parameter(self, raw: Array, coordinate: Coordinate) -> Parameter:
        """The column after the activation."""
        value = self.value(raw)
        return Parameter(value, self.to_coordinate(raw, value, coordinate))

    def gradient(self, g1: Array, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        """Derivative of the loss with respect to the raw number, from that in the coordinate."""
        return product(g1, self.derivative(raw, value, coordinate))

    def hessian(self, parts: HessianParts, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        """Second derivative of the loss with respect to the raw number."""
        first = product(parts.unit, self.derivative(raw, value, coordinate))
        total = product(parts.second, first)
        total = total + product(parts.coordinate_slope, self.second_over_first(raw, value, coordinate))
        total = total + product(parts.parameter_slope, self.second_over_first(raw, value, "identity"))
        if np.any(parts.log_second):  # (p p'' - p'^2) / p' = p (log p)'' / (log p)'
            relative = value * self.second_over_first(raw, value, "log")
            total = total + product(parts.log_second, product(parts.unit, relative))
        return product(first, total)

    def fisher_information(self, information: Array, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        """The Fisher information of the raw column, from that of its coordinate."""
        first = self.derivative(raw, value, coordinate)
        return product(product(information, first), first)


class Identity(Activation):
    """The column is the parameter."""

    name = "identity"
    formula = "r"

    def value(self, raw: Array) -> Array:
        return raw

    def raw(self, value: Array) -> Array:
        return value

    def to_coordinate(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        if coordinate == "log":
            return np.log(raw)
        return raw if coordinate == "identity" else np.log(raw) - np.log1p(-raw)

    def derivative(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        if coordinate == "log":
            return 1 / raw
        return np.ones_like(raw) if coordinate == "identity" else 1 / raw / (1 - raw)

    def second_over_first(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        if coordinate == "log":
            return -1 / raw
        return np.zeros_like(raw) if coordinate == "identity" else (2 * raw - 1) / raw / (1 - raw)

    def gradient(self, g1: Array, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        return g1 if coordinate == "identity" else super().gradient(g1, raw, value, coordinate)

    def hessian(self, parts: HessianParts, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        if coordinate == "identity":
            return np.asarray(parts.unit * (parts.unit * np.subtract(parts.second, parts.log_second)))
        if coordinate == "log":  # one difference where both parts may overflow
            difference = np.subtract(parts.unit * parts.second, parts.coordinate_slope)
            return np.where(difference == 0, 0.0, difference / (raw / parts.unit) / raw)  # a masked entry may be 0
        slope = self.derivative(raw, value, coordinate)
        return product(product(parts.second + (2 * raw - 1) * parts.coordinate_slope, slope), slope)


class Exp(Activation):
    """exp: any real number to a positive one."""

    name = "exp"
    formula = r"e^{r}"

    def value(self, raw: Array) -> Array:
        with np.errstate(over="ignore", under="ignore"):
            return np.exp(raw)

    def raw(self, value: Array) -> Array:
        return np.asarray(np.log(value))

    def to_coordinate(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        return raw if coordinate == "log" else value

    def derivative(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        return np.ones_like(raw) if coordinate == "log" else value

    def second_over_first(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        return np.zeros_like(raw) if coordinate == "log" else np.ones_like(raw)


class Softplus(Activation):
    """log(1 + exp): any real number to a positive one, almost the identity above 1."""

    name = "softplus"
    formula = r"\log(1 + e^{r})"

    def value(self, raw: Array) -> Array:
        return softplus(raw)

    def raw(self, value: Array) -> Array:
        return np.asarray(value + np.log(-np.expm1(-value)))

    def to_coordinate(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        return np.log(value) if coordinate == "log" else value

    def derivative(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        return log_softplus_derivative(raw) if coordinate == "log" else sigmoid(raw)

    def second_over_first(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        return log_softplus_second_over_first(raw) if coordinate == "log" else sigmoid(-raw)


class Sigmoid(Activation):
    """1/(1 + exp(-r)): any real number to one between 0 and 1."""

    name = "sigmoid"
    formula = r"\frac{1}{1 + e^{-r}}"

    def value(self, raw: Array) -> Array:
        return sigmoid(raw)

    def raw(self, value: Array) -> Array:
        return np.asarray(np.log(value) - np.log1p(-value))

    def to_coordinate(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        if coordinate == "log":
            return log_sigmoid(raw)
        return value if coordinate == "identity" else raw

    def derivative(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        if coordinate == "log":
            return sigmoid(-raw)
        return np.ones_like(raw) if coordinate == "logit" else value * sigmoid(-raw)

    def second_over_first(self, raw: Array, value: Array, coordinate: Coordinate) -> Array:
        if coordinate == "log":
            return -value
        return np.zeros_like(raw) if coordinate == "logit" else -np.tanh(raw / 2)


ACTIVATIONS: dict[str, Activation] = {a.name: a for a in (Identity(), Exp(), Softplus(), Sigmoid())}
