"""What is done about log 0: probabilities are clipped, something is added to them, or logarithms have a least value."""

import math
from collections.abc import Mapping

import numpy as np

from distscore.core.conventions.convention import Bounds, Guard, Library
from distscore.core.conventions.of_classes.inputs import of_classes
from distscore.core.special.elementwise import Array

SINGLE = 2.0**-23  # epsilon of float32
DOUBLE = 2.0**-52
NOWHERE = (math.inf, -math.inf)  # bounds inside of which nothing lies


def clipped(x: Array, bounds: Bounds) -> Array:
    """Logarithms of probabilities between bounds."""
    return np.log(np.clip(x, *bounds))


def in_latex(x: float) -> str:
    """A power of ten, or a number of three digits times one."""
    digits, _, exponent = f"{x:.2e}".partition("e")
    power = f"10^{{{int(exponent)}}}"
    return power if digits == "1.00" else rf"{digits} \cdot {power}"


def clip(epsilon: float, says: str, functions: Mapping[Library, str]) -> Guard:
    """Probabilities between epsilon and 1 - epsilon."""
    return Guard(
        name=f"clip_{epsilon:.3g}",
        says=f"probabilities clipped {says}",
        formula=rf"q \to \min(\max(q, {in_latex(epsilon)}), 1 - {in_latex(epsilon)})",
        functions=functions,
        options={"clip": epsilon},
        serves=of_classes,
        bounds=(epsilon, 1 - epsilon),
        opposite=(epsilon, 1 - epsilon),
        log=clipped,
    )


def added(epsilon: float, functions: Mapping[Library, str]) -> Guard:
    """log(q + epsilon), whatever q is."""
    return Guard(
        name=f"add_{epsilon:g}",
        says=f"{epsilon:g} added inside of logarithms",
        formula=rf"\log q \to \log(q + {in_latex(epsilon)})",
        functions=functions,
        serves=of_classes,
        bounds=NOWHERE,
        opposite=NOWHERE,
        log=lambda x, _: np.log(x + epsilon),
    )


GUARDS = (
    Guard(
        name="keras_clip",
        says="probabilities clipped at Keras' epsilon 1e-7, in float32",
        formula=r"q \to \min(\max(q, 10^{-7}), 1 - 2^{-23})",
        functions={
            "keras": "CategoricalCrossentropy, BinaryCrossentropy of probabilities",
            "tensorflow": "tf.keras.losses of probabilities",
        },
        serves=of_classes,
        bounds=(1e-7, 1 - SINGLE),
        opposite=(SINGLE, 1 - 1e-7),
        log=clipped,
    ),
    clip(DOUBLE, "at epsilon of the doubles, 2.2e-16", {"scikit-learn": "log_loss", "r": "yardstick::mn_log_loss"}),
    clip(SINGLE, "at epsilon of float32, 1.2e-7", {"scikit-learn": "log_loss of float32"}),
    clip(
        1e-15,
        "at 1e-15",
        {
            "scikit-learn": "log_loss before version 1.2",
            "spark": "MulticlassMetrics.logLoss",
            "lightgbm": "the metrics binary_logloss and multi_logloss",
            "r": "MLmetrics::LogLoss",
        },
    ),
    clip(1e-16, "at 1e-16", {"xgboost": "the metrics logloss and mlogloss"}),
    Guard(
        name="logarithms_above_minus_100",
        says="logarithms of -100 at least",
        formula=r"\log q \to \max(\log q, -100)",
        functions={"pytorch": "BCELoss"},
        serves=of_classes,
        bounds=(math.exp(-100), 1 - DOUBLE / 2),
        opposite=(math.exp(-100), 1 - DOUBLE / 2),
        log=lambda x, _: np.maximum(np.log(x), -100.0),
    ),
    added(1e-7, {"tensorflow": "tf.compat.v1.losses.log_loss"}),
    *(added(epsilon, {}) for epsilon in (1e-6, 1e-8, 1e-10, 1e-12)),
    *(clip(epsilon, f"at {epsilon:g}", {}) for epsilon in (1e-6, 1e-8, 1e-10, 1e-12)),
)
