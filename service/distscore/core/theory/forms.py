"""The usual ways to write targets and predictions of values down; a family fills in how they are read."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from distscore.core.special.elementwise import Array
from distscore.core.theory.columns import Column, Constant, Options, Parameter
from distscore.core.theory.distributions import AnyPrediction, PredictionForm, Target, TargetForm
from distscore.core.theory.exponential_family import ExponentialFamily
from distscore.core.theory.supports import Support


class Values(TargetForm):
    """One observed value per row."""

    # `observe` makes a target of (draws, rows).
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
    """Expectation parameters chi = E[T], one entry per statistic.

    Inside their domain they belong to exactly one member of the family, and the target is that distribution. On the
    boundary of it (for a gaussian E[y^2] = E[y]^2) only a single observation has them, and the row is scored as one:
    it has no entropy, and kl_divergence refuses it. Both kinds of rows may stand in one batch. Where the likelihood of
    one observation has no bound (beta, dirichlet) its floor is -infinity, its divergence and deviance are infinite.
    """

    is_distribution = True

    def __init__(self, family: ExponentialFamily, expect: Callable[[Array], Target]):
        described = {f"E[{name}]": support for name, support in family.expectations.items()}
        self.columns = (_entries("expectations", described, family.expectations, family.per_class),)
        self.family, self.expect, self.requirement = family, expect, family.requirement

    def read(self, columns: Mapping[str, Array], options: Options) -> Target:
        return self.expect(columns["expectations"])

    def consistent(self, columns: Mapping[str, Array], constants: Mapping[str, float]) -> NDArray[np.bool_] | None:
        chi = columns["expectations"]
        return np.asarray(self.family.slack(chi) >= -self.family.rounding) if self.requirement else None

    def observed(self, columns: Mapping[str, Array]) -> NDArray[np.bool_]:
        return ~self.family.is_inside(columns["expectations"])


class Parameters(PredictionForm):
    """Parameters of the distribution as people write it, with constants for those that all rows share.

    `predict` is called with a `Parameter` for each column, in order, and then a number for each constant.
    """

    def __init__(
        self, columns: tuple[Column, ...], predict: Callable[..., AnyPrediction], constants: tuple[Constant, ...] = ()
    ):
        self.columns, self.predict, self.constants = columns, predict, constants

    def read(self, columns: Mapping[str, Parameter], constants: Mapping[str, float], options: Options) -> AnyPrediction:
        given: list[Any] = [columns[column.name] for column in self.columns]
        return self.predict(*given, *(constants[constant.name] for constant in self.constants))


class Natural(PredictionForm):
    """Natural parameters eta, one entry per statistic."""

    def __init__(self, family: ExponentialFamily, predict: Callable[[Array], AnyPrediction]):
        self.columns = (_entries("natural", family.natural, family.natural, family.per_class),)
        self.predict = predict

    def read(self, columns: Mapping[str, Parameter], constants: Mapping[str, float], options: Options) -> AnyPrediction:
        return self.predict(columns["natural"].value)


def _entries(name: str, described: Mapping[str, Support], parts: Mapping[str, Support], per_class: bool) -> Column:
    """A column with one entry per statistic: those that have a name each, or one for every class."""
    first = next(iter(parts.values()))
    if per_class:
        return Column(name, first, f"{next(iter(described))} of each class", 2, "classes")
    return Column(name, first, ", ".join(described), 2, "statistics", parts)
