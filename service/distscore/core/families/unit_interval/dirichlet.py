"""Dirichlet: shares of K classes, positive and of sum 1, by concentration a_k > 0 of sum A.

T(y) = log y, h = 0, eta = a - 1, g = sum lgamma(a_k) - lgamma(A), chi_k = E[log y_k], g'_k = psi(a_k) - psi(A).
With m = a / A and chi_k = log c_k - e_k for a center c of the target the cross-entropy is Loader's saddle-point form

A sum m log(m / c) + sum (a_k - 1) e_k + sum log c_k + what is left of g, see `concentrations`.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.unit_interval.compositions import (
    Draws,
    Known,
    Likelihood,
    LogMeans,
    Target,
    is_mean_of_logarithms,
)
from distscore.core.families.unit_interval.concentrations import Concentrations
from distscore.core.special.elementwise import Array, total
from distscore.core.theory.columns import Column, Options, Parameter
from distscore.core.theory.derivatives import Derivatives, HessianParts, SecondDerivatives
from distscore.core.theory.distributions import Family, FixedFloor, TargetForm
from distscore.core.theory.forms import Distribution, Parameters
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.supports import NEGATIVE, POSITIVE, UNIT_INTERVAL, above


class Concentrated(Likelihood, FixedFloor[Target]):
    """A predicted Dirichlet distribution."""

    def gradient(self, target: Target) -> Derivatives:
        return {"concentration": self.a.value * self.residual(target)}

    def second_derivative(self, target: Target) -> SecondDerivatives:
        direct, of_log = self.bending(target)
        return {"concentration": HessianParts(0.0, -direct, of_log)}

    def fisher_information(self, target: Target) -> Derivatives:
        return {"concentration": self.a.information}

    def optimum(self, target: Target) -> Mapping[str, Array]:
        return {} if target.known is None else {"concentration": target.known.value}


class ByNatural(Concentrated):
    """A predicted Dirichlet distribution by eta: gradient g'(eta) - chi, Hessian g''(eta)."""

    def gradient(self, target: Target) -> Derivatives:
        return {"natural": self.residual(target)}

    def second_derivative(self, target: Target) -> SecondDerivatives:
        return self.fisher_information(target)

    def fisher_information(self, target: Target) -> Derivatives:
        return {"natural": self.a.information / self.a.value / self.a.value}

    def optimum(self, target: Target) -> Mapping[str, Array]:
        return {} if target.known is None else {"natural": target.known.value - 1}


def by_concentration(concentration: Parameter) -> Concentrated:
    """Concentration, one entry per class."""
    return Concentrated(Concentrations(concentration.value))


def by_natural(natural: Parameter) -> ByNatural:
    """Concentration minus one."""
    return ByNatural(Concentrations(1 + natural.value), natural.value)


def expect(concentration: Array) -> Known:
    """A Dirichlet target."""
    return Known(Concentrations(concentration))


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
        whole = total(shares)
        if options.normalization == "rescale":
            shares, whole = shares / whole, np.ones_like(whole)
        return Draws(shares[None], np.log(shares[None]), 1 - whole)


class LogExpectations(TargetForm):
    """Expectation parameters chi = E[log y], one entry per class."""

    columns = (Column("expectations", NEGATIVE, "E[log y] of each class", 2, "classes"),)
    unavailable: Mapping[str, str] = NO_DEVIANCE
    requirement = "the exponentials of E[log y] sum to less than 1"

    def read(self, columns: Mapping[str, Array], options: Options) -> LogMeans:
        return LogMeans(columns["expectations"])

    def consistent(self, columns: Mapping[str, Array], constants: Mapping[str, float]) -> NDArray[np.bool_]:
        return is_mean_of_logarithms(columns["expectations"])


class Dirichlet(Family):
    """Shares of several classes that sum to 1."""

    name = "dirichlet"
    kind = "composition"
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
    targets = (ObservedShares(), Distribution((CONCENTRATION,), expect), LogExpectations())
    predictions = (
        Parameters((CONCENTRATION,), by_concentration),
        Parameters((Column("natural", above(-1), "concentration minus one", 2, "classes"),), by_natural),
    )
    statistics = ("log y",)
    natural = ("concentration_minus_one",)
