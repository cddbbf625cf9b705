"""Batches to measure on."""

import numpy as np
from numpy.typing import NDArray

from distscore.core.engine.blocks import Batch
from distscore.core.families import FAMILIES
from distscore.core.losses import losses_of
from distscore.core.theory.activations import ACTIVATIONS

Array = NDArray[np.float64]


def soft_labels(rows: int, classes: int) -> tuple[Array, Array]:
    """Targets p and logits z, (rows, classes)."""
    random = np.random.default_rng(0)
    return random.dirichlet(np.ones(classes), rows), 3 * random.normal(size=(rows, classes))


def batch_of(p: Array, z: Array, reduction: str = "mean") -> Batch:
    """Soft labels and logits of exclusive classes, scored by the cross-entropy."""
    family = FAMILIES["categorical"]
    return Batch(
        family,
        next(form for form in family.targets if form.columns[0].name == "probabilities"),
        next(form for form in family.predictions if form.columns[0].name == "logits"),
        losses_of(family)["cross_entropy"](),
        {"probabilities": p},
        {"logits": z},
        {"logits": ACTIVATIONS["identity"]},
        reduction=reduction,
    )
