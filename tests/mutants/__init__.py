"""Errors of relative size 1e-8, planted one at a time to see whether the laws catch them.

A mutant is a method of a target form, prediction, loss or activation that gives one part of its result a little wrong:
a value, a derivative in one column, a parameter. The engine runs on the rows of a trial that asks for that part, and
its numbers are held to the definitions. A mutant that changes some number and still passes has survived. One that
moves none by more than the relative error that is promised, because no other number depends on it, is without effect.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass

import numpy as np

from tests.laws.harness import Array
from tests.laws.trials import Trial
from tests.mutants.results import Path, recording, spoiling
from tests.mutants.sites import Site, sites, wrapped

PROMISED = 1e-13  # relative error of any number


@dataclass(frozen=True)
class Mutant:
    """An error in one part of what a method gives in a trial."""

    trial: Trial
    site: Site
    path: Path

    @property
    def name(self) -> str:
        """The trial, the method and the part."""
        part = "".join(f"[{name}]" for name in self.path)
        return f"{self.trial.name}: {self.site}{part}"

    @property
    def must_have_effect(self) -> bool:
        """Whether it is a number that the engine states; what a loss is made of may be needed for other columns."""
        columns = {column.name for column in self.trial.combination.columns}
        return self.site.owner == "loss" and len(self.path) < 2 and columns.issuperset(self.path)

    def fate(self) -> str:
        """What becomes of it: caught, survived, or without effect."""
        with wrapped(self.trial, self.site, lambda method: spoiling(method, self.path)):
            outputs, optima = self.trial.outputs(), self.trial.optima()
        if not (differ(outputs, self.trial.outputs()) or differ(optima, self.trial.optima())):
            return "without effect"
        caught = is_caught(self.trial, outputs, optima)
        return "caught" if caught else "survived"


def is_caught(trial: Trial, outputs: Mapping[str, Array], optima: Mapping[str, Array]) -> bool:
    """Whether a law finds anything wrong with these numbers."""
    return any(True for _ in trial.errors(outputs)) or any(True for _ in trial.optimum_errors(optima))


def differ(one: Mapping[str, Array], other: Mapping[str, Array]) -> bool:
    """Whether any number is another one, but for what the core may be off by."""
    return any(not np.allclose(one[name], other[name], rtol=PROMISED, atol=0, equal_nan=True) for name in one)


def mutants(trial: Trial) -> Iterator[Mutant]:
    """Every error that can be planted in what a trial calls; none where all losses are infinite."""
    found: dict[Site, dict[Path, None]] = {site: {} for site in sites(trial)}
    with ExitStack() as stack:
        for site, paths in found.items():
            stack.enter_context(wrapped(trial, site, recording(paths, site.may_be_zero)))
        outputs, _ = trial.outputs(), trial.optima()
    if np.isinf(outputs["losses"]).all():
        return
    for site, paths in found.items():
        yield from (Mutant(trial, site, path) for path in paths)
