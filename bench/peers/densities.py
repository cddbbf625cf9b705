"""The same losses in SciPy and scikit-learn, by the columns that they take; PyTorch's where it is installed.

A peer takes the parameters of one row as doubles; its answer has some of losses, divergences, gradient and hessian.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from typing import Any

import numpy as np
from scipy import special, stats
from sklearn._loss import HalfBinomialLoss

Row = Mapping[str, Any]  # columns of both sides and constants, by name; targets as `y_...`
Peer = Callable[[Row], dict[str, float]]
Key = tuple[str, str, str]  # family, target columns, prediction columns

BINOMIAL = HalfBinomialLoss()


def density(function: Callable[[Row], Any]) -> Peer:
    """A log-density, whose negative is the loss of an observed value."""
    return lambda row: {"losses": -float(function(row))}


def binomial(row: Row) -> dict[str, float]:
    y, z = np.array([row["y_probabilities"]]), np.array([row["logits"]])
    gradient, hessian = BINOMIAL.gradient_hessian(y, z)
    return {"losses": float(BINOMIAL.loss(y, z)[0]), "gradient": float(gradient[0]), "hessian": float(hessian[0])}


def softmax(row: Row) -> dict[str, float]:
    return {"losses": -float(np.dot(row["y_probabilities"], special.log_softmax(row["logits"])))}


def relative_entropy(row: Row) -> dict[str, float]:
    p, q = np.array(row["y_probabilities"]), np.array(row["probabilities"])
    return {"losses": -float(special.xlogy(p, q).sum()), "divergences": float(special.rel_entr(p, q).sum())}


PEERS: dict[Key, tuple[str, Peer]] = {
    ("categorical", "probabilities", "logits"): ("scipy.special.log_softmax", softmax),
    ("categorical", "probabilities", "probabilities"): ("scipy.special.xlogy, rel_entr", relative_entropy),
    ("bernoulli", "probabilities", "logits"): ("sklearn HalfBinomialLoss", binomial),
    ("gaussian", "values", "mean+standard_deviation"): (
        "scipy.stats.norm",
        density(lambda row: stats.norm.logpdf(row["y_values"], row["mean"], row["standard_deviation"])),
    ),
    ("gamma", "values", "shape+rate"): (
        "scipy.stats.gamma",
        density(lambda row: stats.gamma.logpdf(row["y_values"], row["shape"], scale=1 / row["rate"])),
    ),
    ("beta", "values", "alpha+beta"): (
        "scipy.stats.beta",
        density(lambda row: stats.beta.logpdf(row["y_values"], row["alpha"], row["beta"])),
    ),
    ("poisson", "values", "rate"): (
        "scipy.stats.poisson",
        density(lambda row: stats.poisson.logpmf(whole(row["y_values"]), row["rate"])),
    ),
    ("negative_binomial", "values", "mean+dispersion"): (
        "scipy.stats.nbinom",
        density(
            lambda row: stats.nbinom.logpmf(
                whole(row["y_values"]), 1 / row["dispersion"], 1 / (1 + row["dispersion"] * row["mean"])
            )
        ),
    ),
    ("exponential", "values", "rate"): (
        "scipy.stats.expon",
        density(lambda row: stats.expon.logpdf(row["y_values"], scale=1 / row["rate"])),
    ),
    ("log_normal", "values", "location+scale"): (
        "scipy.stats.lognorm",
        density(lambda row: stats.lognorm.logpdf(row["y_values"], row["scale"], scale=np.exp(row["location"]))),
    ),
    ("inverse_gaussian", "values", "mean+shape"): (
        "scipy.stats.invgauss",
        density(lambda row: stats.invgauss.logpdf(row["y_values"], row["mean"] / row["shape"], scale=row["shape"])),
    ),
    ("pareto", "values", "shape"): (
        "scipy.stats.pareto",
        density(lambda row: stats.pareto.logpdf(row["y_values"], row["shape"], scale=row["minimum"])),
    ),
    ("laplace", "values", "location+scale"): (
        "scipy.stats.laplace",
        density(lambda row: stats.laplace.logpdf(row["y_values"], row["location"], row["scale"])),
    ),
    ("student_t", "values", "location+scale+degrees_of_freedom"): (
        "scipy.stats.t",
        density(lambda row: stats.t.logpdf(row["y_values"], row["degrees_of_freedom"], row["location"], row["scale"])),
    ),
}


def whole(count: float) -> float:
    """SciPy has densities of whole numbers only."""
    if count != np.floor(count):
        raise NotImplementedError
    return count


def continuous_bernoulli(row: Row) -> dict[str, float]:
    torch = import_module("torch")
    distribution = torch.distributions.ContinuousBernoulli(logits=torch.tensor(row["logits"], dtype=torch.float64))
    return {"losses": -float(distribution.log_prob(torch.tensor(row["y_values"], dtype=torch.float64)))}


if find_spec("torch"):
    PEERS["continuous_bernoulli", "values", "logits"] = ("torch ContinuousBernoulli", continuous_bernoulli)
