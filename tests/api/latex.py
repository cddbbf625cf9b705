r"""Evaluates the LaTeX of the catalog: the small part of it that formulas are written in, by recursive descent.

Symbols are single letters or commands, indexed by numbers or by index letters: q_k, \eta_1, Q_j. Values are numbers,
or arrays for symbols with an index. A sum reaches as far as a product does; a function takes what comes next.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from scipy import special

TOKEN = re.compile(r"\s*(\\operatorname\{\w+\}|\\[A-Za-z]+|\d+|[A-Za-z]|[-+^_{}()|/=,'])")
FUNCTIONS: dict[str, Callable[[Any], Any]] = {
    r"\log": np.log,
    r"\Gamma": special.gamma,
    r"\psi": special.digamma,
    r"\psi_1": lambda x: special.polygamma(1, x),
    r"\Phi": special.ndtr,
    r"\varphi": lambda x: np.exp(-x * x / 2) / np.sqrt(2 * np.pi),
    r"\operatorname{sgn}": np.sign,
}
CLOSING = {")", "}", "|", ""}
INDICES = set("jk")


class Latex:
    """One formula, read from left to right; what it names is looked up when it is needed."""

    bars = 0  # that are open

    def __init__(self, text: str, names: Mapping[str, Any]) -> None:
        self.tokens = TOKEN.findall(text)
        assert "".join(self.tokens) == re.sub(r"\s", "", text), f"not understood: {text}"
        self.names, self.at = dict(names), 0

    @property
    def next(self) -> str:
        """The token that comes next."""
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, expected: str = "") -> str:
        """The next token, which is the expected one."""
        token = self.next
        assert token, "the formula ends too soon"
        assert expected in ("", token), f"{token} is not {expected}"
        self.at += 1
        return token

    def group(self) -> Any:
        """What stands in braces, or the one factor that stands without."""
        if self.next != "{":
            return self.atom()
        self.take("{")
        value = self.sum()
        self.take("}")
        return value

    def sum(self) -> Any:
        """Products, added and subtracted."""
        total = -self.product() if self.next == "-" and self.take() else self.product()
        while self.next in ("+", "-"):
            total = total + self.product() if self.take() == "+" else total - self.product()
        return total

    def product(self) -> Any:
        """Factors side by side; one bar closes what another opened."""
        value, bars = self.factor(), self.bars
        while self.next not in CLOSING | {"+", "-", "=", ","} or (self.next == "|" and not bars):
            value = value / self.factor() if self.next == "/" and self.take() else value * self.factor()
        return value

    def factor(self) -> Any:
        """An atom and its power."""
        value = self.atom()
        if self.next == "^":
            self.take()
            value = value ** self.group()
        return value

    def atom(self) -> Any:
        """A number, a symbol, a function of what comes next, or what stands in brackets."""
        token = self.take()
        if token == "(":
            outer, self.bars = self.bars, 0
            value = self.sum()
            self.bars = outer
            self.take(")")
            return value
        if token == "|":
            self.bars += 1
            value = self.sum()
            self.bars -= 1
            self.take("|")
            return np.abs(value)
        if token == r"\frac":
            return self.group() / self.group()
        if token == r"\sqrt":
            return np.sqrt(self.group())
        if token == r"\sum":
            return self.series()
        if token == r"\psi" and self.next == "_":
            self.take()
            token += f"_{self.take()}"
        if token in FUNCTIONS:
            return FUNCTIONS[token](self.factor())
        return float(token) if token.isdigit() else self.symbol(token)

    def symbol(self, token: str) -> Any:
        """A named number, or the entry of an array; an index letter is a number itself."""
        if self.next != "_":
            return {r"\pi": np.pi, "e": np.e, **self.names}[token]
        self.take("_")
        index = self.take()
        if index in INDICES:
            return self.names[f"{token}_k"][int(self.names[index]) - 1]
        return self.names[f"{token}_{index}"]

    def series(self) -> Any:
        """A sum over the classes, or over the part of them between its bounds."""
        low, high = 1, int(self.names["K"])
        self.take("_")
        braced = self.next == "{" and self.take()
        index = self.take()
        if braced:
            self.take("=")
            low = int(self.sum())
            self.take("}")
        if self.next == "^":
            self.take()
            high = int(self.group())
        start, outer, total = self.at, self.names.get(index), 0.0
        for number in range(1, int(self.names["K"]) + 1):
            self.at, self.names[index] = start, number
            term = self.product()
            total += term if low <= number <= high else 0.0
        self.names[index] = outer
        return total


def evaluate(text: str, names: Mapping[str, Any]) -> float:
    """The number that a formula is."""
    formula = Latex(text, names)
    value = formula.sum()
    assert formula.next == "", f"{text} goes on at {formula.next}"
    return float(value)


def define(where: Mapping[str, str], names: Mapping[str, Any]) -> dict[str, Any]:
    """The names with what the definitions add, each from those before it; s_k for every k."""
    known = dict(names)
    for name, text in where.items():
        known[name] = entries(text, known) if name.endswith("_k") else evaluate(text, known)
    return known


def entries(text: str, names: Mapping[str, Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """The formula for every k."""
    return np.array([evaluate(text, {**names, "k": k}) for k in range(1, int(names["K"]) + 1)])
