"""The usual ways to write scalar targets and predictions down, for families to fill in."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from distscore.core.special.elementwise import Array
from distscore.core.theory.columns import Column, Constant, Options, Parameter
from distscore.core.theory.distributions import AnyPrediction, PredictionForm, Target, TargetForm
from distscore.core.theory.supports import Support


class Values(TargetForm):
    """One observed value per row."""

    # `observe` reads (draws, rows).
    def __init__(self, support: Support, observe: Callable[[Array], Target], description: str = "observed value"):
        self.columns = (Column("values", support, description),)
        self.observe = observe

    def read(self, columns: Mapping[str, Array], options: Options) -> Target:
        return self.observe(columns["values"][None])


class Samples(TargetForm):
    """Several draws per row: the target is their empirical distribution, its loss their mean loss."""

    def __init__(self, support: Support, observe: Callable[[Array], Target]):
        self.columns = (Column("samples", support, "observed draws", 2, "samples"),)
        self.observe = observe

    def read(self, columns: Mapping[str, Array], options: Options) -> Target:
        return self.observe(columns["samples"])


class Distribution(TargetForm):
    """A distribution of the family, by its parameters."""

    is_distribution = True

    def __init__(
        self, columns: tuple[Column, ...], expect: Callable[..., Target], unavailable: Mapping[str, str] | None = None
    ):
        self.columns, self.expect, self.unavailable = columns, expect, unavailable or {}

    def read(self, columns: Mapping[str, Array], options: Options) -> Target:
        return self.expect(*(columns[column.name] for column in self.columns))


class Expectations(TargetForm):
    """Expectation parameters chi = E[T], one entry per statistic."""

    def __init__(
        self,
        parts: Mapping[str, Support],
        expect: Callable[[Array], Target],
        requirement: str = "",
        consistent: Callable[[Array], NDArray[np.bool_]] | None = None,
    ):
        described = ", ".join(f"E[{name}]" for name in parts)
        self.columns = (Column("expectations", next(iter(parts.values())), described, 2, "statistics", parts),)
        self.expect, self.requirement, self.check = expect, requirement, consistent

    def read(self, columns: Mapping[str, Array], options: Options) -> Target:
        return self.expect(columns["expectations"])

    def consistent(self, columns: Mapping[str, Array], constants: Mapping[str, float]) -> NDArray[np.bool_] | None:
        return None if self.check is None else self.check(columns["expectations"])


class Parameters(PredictionForm):
    """Columns and constants, handed to `predict` in order: a `Parameter` per column, then a number per constant."""

    def __init__(
        self, columns: tuple[Column, ...], predict: Callable[..., AnyPrediction], constants: tuple[Constant, ...] = ()
    ):
        self.columns, self.predict, self.constants = columns, predict, constants

    def read(self, columns: Mapping[str, Parameter], constants: Mapping[str, float], options: Options) -> AnyPrediction:
        given: list[Any] = [columns[column.name] for column in self.columns]
        return self.predict(*given, *(constants[constant.name] for constant in self.constants))


class Natural(PredictionForm):
    """Natural parameters eta, one entry per statistic."""

    def __init__(self, parts: Mapping[str, Support], predict: Callable[[Array], AnyPrediction]):
        self.columns = (Column("natural", next(iter(parts.values())), ", ".join(parts), 2, "statistics", parts),)
        self.predict = predict

    def read(self, columns: Mapping[str, Parameter], constants: Mapping[str, float], options: Options) -> AnyPrediction:
        return self.predict(columns["natural"].value)
