"""Likelihoods of positive values as others write them: terms without the mean left out, rates taken for scales."""

import numpy as np
from scipy import special

from distscore.core.conventions.convention import RowLoss
from distscore.core.conventions.rows import Rows
from distscore.core.special.elementwise import Array


def without_constants(rows: Rows) -> Array:
    """y / mean + log mean."""
    mean = rows.parameter("mean")
    return rows.values / mean + np.log(mean)


def unit_deviance(rows: Rows) -> Array:
    """2 (t - 1 - log t) with t = y / mean."""
    t = rows.values / rows.parameter("mean")
    deviance: Array = 2 * (t - 1 - np.log(t))
    return deviance


def xgboost_deviance(rows: Rows) -> Array:
    """The same with 1e-6 added to value and mean."""
    t = (rows.values + 1e-6) / (rows.parameter("mean") + 1e-6)
    deviance: Array = 2 * (t - 1 - np.log(t))
    return deviance


def gamma_of_scale(rows: Rows) -> Array:
    """The gamma whose scale is the rate that was sent."""
    y, shape, scale = rows.values, rows.parameter("shape"), rows.parameter("rate")
    loss: Array = special.gammaln(shape) + shape * np.log(scale) - special.xlogy(shape - 1, y) + y / scale
    return loss


def exponential_of_scale(rows: Rows) -> Array:
    """The exponential whose scale is the rate that was sent."""
    scale = rows.parameter("rate")
    return np.log(scale) + rows.values / scale


def without_jacobian(rows: Rows) -> Array:
    """The gaussian likelihood of log y."""
    return np.asarray(rows.block.prediction.cross_entropy(rows.block.target)) - np.log(rows.values)


POSITIVE: tuple[RowLoss, ...] = (
    RowLoss(
        name="gamma_without_constants",
        says="the gamma likelihood of shape 1 without what does not depend on the mean",
        formula=r"\frac{y}{\mu} + \log \mu",
        functions={
            "scikit-learn": "HalfGammaLoss",
            "xgboost": "the metric gamma-nloglik",
            "lightgbm": "the metric gamma",
        },
        families=frozenset({"gamma"}),
        columns=frozenset({"values", "mean"}),
        loss=without_constants,
    ),
    RowLoss(
        name="unit_deviance",
        says="the deviance of shape 1",
        formula=r"2 \left( \frac{y}{\mu} - 1 - \log \frac{y}{\mu} \right)",
        functions={
            "scikit-learn": "mean_gamma_deviance",
            "lightgbm": "the metric gamma_deviance, which is summed",
            "r": "deviance of a glm, which is summed",
        },
        families=frozenset({"gamma"}),
        columns=frozenset({"values", "mean"}),
        loss=unit_deviance,
    ),
    RowLoss(
        name="unit_deviance_plus_1e-6",
        says="the deviance of shape 1, 1e-6 added to values and means",
        formula=r"2 \left( t - 1 - \log t \right), \quad t = \frac{y + 10^{-6}}{\mu + 10^{-6}}",
        functions={"xgboost": "the metric gamma-deviance"},
        families=frozenset({"gamma"}),
        columns=frozenset({"values", "mean"}),
        loss=xgboost_deviance,
    ),
    RowLoss(
        name="rate_as_scale",
        says="rates where scales are expected",
        formula=r"\lambda \to 1 / \lambda",
        functions={"scipy": "scipy.stats.gamma(shape, scale=rate)"},
        families=frozenset({"gamma"}),
        columns=frozenset({"values", "shape", "rate"}),
        loss=gamma_of_scale,
    ),
    RowLoss(
        name="rate_as_scale",
        says="rates where scales are expected",
        formula=r"\lambda \to 1 / \lambda",
        functions={"scipy": "scipy.stats.expon(scale=rate)"},
        families=frozenset({"exponential"}),
        columns=frozenset({"values", "rate"}),
        loss=exponential_of_scale,
    ),
    RowLoss(
        name="without_jacobian",
        says="the gaussian likelihood of log y, without the log y that makes it one of y",
        formula=r"-\log p(\log y)",
        functions={"scipy": "scipy.stats.norm.logpdf(log y)", "r": "dnorm(log(y))"},
        families=frozenset({"log_normal"}),
        columns=frozenset({"values"}),
        loss=without_jacobian,
    ),
)
