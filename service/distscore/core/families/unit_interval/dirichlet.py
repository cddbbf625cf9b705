"""Dirichlet: shares of K classes, positive and of sum 1, by concentrations a_k > 0; see `dirichlet_target`."""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from distscore.core.families.unit_interval.concentrations import Concentrations
from distscore.core.families.unit_interval.dirichlet_prediction import DirichletPrediction
from distscore.core.families.unit_interval.dirichlet_statistics import DIRICHLET
from distscore.core.families.unit_interval.dirichlet_target import DirichletTarget, Draws, Expected, Known
from distscore.core.special.elementwise import Array, total
from distscore.core.theory.columns import Column, Options, Parameter
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives
from distscore.core.theory.distributions import Family, TargetForm
from distscore.core.theory.forms import Distribution, Expectations, Natural, Parameters
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.supports import POSITIVE, UNIT_INTERVAL


class ByConcentration(DirichletPrediction):
    """A predicted Dirichlet distribution by its concentrations."""

    def __init__(self, concentration: Parameter) -> None:
        super().__init__(Concentrations(concentration.value))

    def gradient(self, target: DirichletTarget) -> Derivatives:
        return {"concentration": self.a.value * self.residual(target)}

    def second_derivative(self, target: DirichletTarget) -> SecondDerivatives:
        in_logarithm = self.log_second_derivative(target)
        return {"concentration": HessianParts(0.0, -self.a.log_information, in_logarithm)}

    def fisher_information(self, target: DirichletTarget) -> Derivatives:
        return {"concentration": self.a.log_information}

    def optimum(self, target: DirichletTarget) -> Mapping[str, Array]:
        best = self.best_concentrations(target)
        return {} if best is None else {"concentration": best}


def by_natural(eta: Array) -> DirichletPrediction:
    """A prediction sent by its natural parameters, the concentrations minus one, (classes, rows)."""
    return DirichletPrediction(Concentrations(1 + eta), eta)


NO_DEVIANCE = {
    "deviance": "the likelihood of a single observation has no bound, so there is no least loss to take away"
}
CONCENTRATION = Column("concentration", POSITIVE, "concentration of each class", 2, "classes")


class ObservedShares(TargetForm):
    """One observed composition per row: shares of the classes."""

    columns = (Column("values", UNIT_INTERVAL, "observed shares", 2, "classes", sums_to_one=True),)
    unavailable: Mapping[str, str] = NO_DEVIANCE

    def read(self, columns: Mapping[str, Array], options: Options) -> Draws:
        shares = columns["values"]
        if options.normalization == "rescale":
            shares = shares / total(shares)
            return Draws(shares[None], np.log(shares[None]))
        return Draws(shares[None], np.log(shares[None]), 1 - total(shares))


class Dirichlet(Family):
    """Shares of several classes that sum to 1."""

    name = "dirichlet"
    kind = "composition"
    has_residuals = True
    example: ClassVar[Mapping[str, Any]] = {
        "targets": {"values": [[0.2, 0.5, 0.3], [0.6, 0.1, 0.3]]},
        "predictions": {"concentration": [[2.0, 5.0, 3.0], [4.0, 1.0, 2.0]]},
    }
    formulas = FamilyFormulas(
        symbols={"concentration": "a_k"},
        where={"A": r"\sum_j a_j"},
        formula=r"\sum_k \log \Gamma(a_k) - \log \Gamma(A) - \sum_k (a_k - 1) \log y_k",
        gradient={"concentration": r"\psi(a_k) - \psi(A) - \log y_k"},
        hessian={"concentration": r"\psi_1(a_k) - \psi_1(A)"},
        log_normalizer=r"\sum_k \log \Gamma(\eta_k + 1) - \log \Gamma(\sum_k (\eta_k + 1))",
        carrier="0",
        bounded_below=False,
        notes=(
            "For observed compositions: a density of the shares themselves. Where shares are the probabilities of "
            "classes, use categorical.",
        ),
        elsewhere={
            "PyTorch": "torch.distributions.Dirichlet",
            "SciPy": "scipy.stats.dirichlet",
            "R": "DirichletReg::ddirichlet",
        },
    )
    targets = (
        ObservedShares(),
        Distribution((CONCENTRATION,), lambda concentration: Known(Concentrations(concentration))),
        Expectations(DIRICHLET, Expected),
    )
    predictions = (Parameters((CONCENTRATION,), ByConcentration), Natural(DIRICHLET, by_natural))
    recipe = DIRICHLET
    statistics = tuple(DIRICHLET.expectations)
    natural = tuple(DIRICHLET.natural)

    def parameters_at(self, eta: Array) -> Mapping[str, Array]:
        return {"concentration": 1 + eta}
