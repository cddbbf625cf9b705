"""Likelihoods of counts as others write them: the factorial left out or approximated, and parameters misplaced."""

from collections.abc import Callable

import numpy as np
from scipy import special

from distscore.core.conventions.convention import Library, RowLoss
from distscore.core.conventions.rows import Rows
from distscore.core.special.elementwise import Array

POISSON = frozenset({"poisson"})
COUNTS_AND_RATES = frozenset({"values", "rate"})
WITHOUT_FACTORIAL: dict[Library, str] = {
    "pytorch": "PoissonNLLLoss",
    "keras": "Poisson",
    "tensorflow": "tf.nn.log_poisson_loss",
    "scikit-learn": "HalfPoissonLoss",
    "lightgbm": "the metric poisson",
}


def without_factorial(rows: Rows) -> Array:
    """rate - y log rate."""
    loss: Array = rows.parameter("rate") - special.xlogy(rows.values, rows.parameter("rate"))
    return loss


def stirling(rows: Rows) -> Array:
    """The same with Stirling's approximation of log y!, which is left out up to y = 1."""
    y = rows.values
    safe = np.maximum(y, 1.0)
    return without_factorial(rows) + np.where(y > 1, y * np.log(safe) - y + 0.5 * np.log(2 * np.pi * safe), 0.0)


def with_epsilon(epsilon: float) -> Callable[[Rows], Array]:
    """rate - y log(rate + epsilon)."""
    return lambda rows: rows.parameter("rate") - rows.values * np.log(rows.parameter("rate") + epsilon)


def rate_as_logarithm(rows: Rows) -> Array:
    """e^rate - y rate: the Poisson loss that takes what was predicted for the logarithm of the rate."""
    return np.exp(rows.parameter("rate")) - rows.values * rows.parameter("rate")


def dispersion_as_size(rows: Rows) -> Array:
    """The negative binomial of which the dispersion is the number of successes r: variance mean + mean^2 / r."""
    y, mean, r = rows.values, rows.parameter("mean"), rows.parameter("dispersion")
    coefficients = special.gammaln(y + r) - special.gammaln(r) - special.gammaln(y + 1)
    loss: Array = r * np.log1p(mean / r) - special.xlogy(y, mean / (mean + r)) - coefficients
    return loss


COUNTS: tuple[RowLoss, ...] = (
    RowLoss(
        name="without_factorial",
        says="the Poisson likelihood without log y!",
        formula=r"\mu - y \log \mu",
        functions=WITHOUT_FACTORIAL,
        families=POISSON,
        columns=COUNTS_AND_RATES,
        loss=without_factorial,
    ),
    RowLoss(
        name="stirling",
        says="the Poisson likelihood with Stirling's approximation of log y! for y above 1",
        formula=r"\mu - y \log \mu + y \log y - y + \tfrac{1}{2} \log(2 \pi y)",
        functions={
            "pytorch": "PoissonNLLLoss(full=True)",
            "tensorflow": "tf.nn.log_poisson_loss(compute_full_loss=True)",
        },
        families=POISSON,
        columns=COUNTS_AND_RATES,
        loss=stirling,
    ),
    RowLoss(
        name="rate_plus_1e-8",
        says="the Poisson likelihood without log y!, 1e-8 added to the rate inside of the logarithm",
        formula=r"\mu - y \log(\mu + 10^{-8})",
        functions={"pytorch": "PoissonNLLLoss(log_input=False)"},
        families=POISSON,
        columns=COUNTS_AND_RATES,
        loss=with_epsilon(1e-8),
    ),
    RowLoss(
        name="rate_plus_1e-7",
        says="the Poisson likelihood without log y!, 1e-7 added to the rate inside of the logarithm",
        formula=r"\mu - y \log(\mu + 10^{-7})",
        functions={"keras": "Poisson", "tensorflow": "tf.keras.losses.Poisson"},
        families=POISSON,
        columns=COUNTS_AND_RATES,
        loss=with_epsilon(1e-7),
    ),
    RowLoss(
        name="rate_as_log_rate",
        says="rates where their logarithms are expected",
        formula=r"e^\mu - y \mu",
        functions={"pytorch": "PoissonNLLLoss, as log_input=True", "tensorflow": "tf.nn.log_poisson_loss"},
        families=POISSON,
        columns=COUNTS_AND_RATES,
        loss=rate_as_logarithm,
    ),
    RowLoss(
        name="dispersion_as_size",
        says="the dispersion where its inverse, the size, is expected",
        formula=r"a \to 1 / a",
        functions={"scipy": "scipy.stats.nbinom", "r": "dnbinom(size=...)"},
        families=frozenset({"negative_binomial"}),
        columns=frozenset({"values", "mean", "dispersion"}),
        loss=dispersion_as_size,
    ),
)
