"""Likelihoods of values in [0, 1] as others write them: as if they were probabilities of an event."""

import numpy as np

from distscore.core.conventions.convention import RowLoss
from distscore.core.conventions.rows import Rows
from distscore.core.special.elementwise import Array, product


def without_normalizer(rows: Rows) -> Array:
    """-y log lam - (1 - y) log(1 - lam)."""
    y, lam = rows.values, rows.parameter("lam")
    return -product(y, np.log(lam)) - product(1 - y, np.log1p(-lam))


def without_normalizer_of_logits(rows: Rows) -> Array:
    """log(1 + e^z) - y z."""
    z = rows.parameter("logits")
    return np.logaddexp(0.0, z) - rows.values * z


FORMULA = r"-y \log \lambda - (1 - y) \log(1 - \lambda)"
SAYS = "the cross-entropy of an event, without the normalizer of the continuous Bernoulli"
UNIT_INTERVAL: tuple[RowLoss, ...] = (
    RowLoss(
        name="without_normalizer",
        says=SAYS,
        formula=FORMULA,
        functions={"pytorch": "BCELoss", "keras": "BinaryCrossentropy", "tensorflow": "tf.keras BinaryCrossentropy"},
        families=frozenset({"continuous_bernoulli"}),
        columns=frozenset({"values", "lam"}),
        loss=without_normalizer,
    ),
    RowLoss(
        name="without_normalizer",
        says=SAYS,
        formula=FORMULA,
        functions={
            "pytorch": "BCEWithLogitsLoss",
            "keras": "BinaryCrossentropy(from_logits=True)",
            "tensorflow": "tf.nn.sigmoid_cross_entropy_with_logits",
            "jax": "optax.sigmoid_binary_cross_entropy",
        },
        families=frozenset({"continuous_bernoulli"}),
        columns=frozenset({"values", "logits"}),
        loss=without_normalizer_of_logits,
    ),
)
