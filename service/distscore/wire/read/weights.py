"""Weights of rows and of classes: not negative, not all 0, and not so heavy that a sum of weighted losses overflows."""

from typing import Any

import numpy as np

from distscore.core.engine.blocks import Batch
from distscore.wire.errors.place import Place, shown
from distscore.wire.read.array import NUMBER, Numbers, numbers

HEAVIEST = 1e150
OF_POSITIVE = "a weight is positive and at most 1e150"


def check_weights(weights: Numbers, count: int, at: Place, may_be_zero: bool = False) -> None:
    """Note what is wrong with weights of so many rows or classes."""
    if len(weights) != count:
        at.wrong("shape_mismatch", f"{len(weights)} weights, expected {count}")
    at.wrong_where(weights < 0, "negative", lambda entry: f"{shown(weights[entry])} is negative")
    heavy = at.wrong_where(weights > HEAVIEST, "out_of_range", "weights are at most 1e150")
    with np.errstate(over="ignore"):
        if not heavy and weights.sum() > HEAVIEST:
            at.wrong("out_of_range", "the weights sum to more than 1e150")
    if not may_be_zero and not weights.any():
        at.wrong("all_weights_zero", "at least one weight must be positive")


def read_positive_weight(sent: Any, at: Place) -> Numbers | float:
    """One weight, or an array of one per label; notes what is wrong."""
    if isinstance(sent, list):
        weights = numbers(sent, 1, at)
        if weights is None:
            return 1.0
        at.wrong_where((weights <= 0) | (weights > HEAVIEST), "out_of_range", OF_POSITIVE)
        return weights
    if type(sent) not in NUMBER:
        at.wrong("wrong_type", f"expected a number or an array, got {shown(sent)}")
        return 1.0
    if not 0 < sent <= HEAVIEST:
        at.wrong("out_of_range", OF_POSITIVE)
    return float(min(sent, HEAVIEST))


def check_total(batch: Batch, at: Place, may_be_zero: bool = False) -> None:
    """Raises InvalidRequest if the rows weigh too much or nothing, votes and mask taken into account."""
    with np.errstate(over="ignore"):
        total = float(batch.weights.sum())
    if not total <= HEAVIEST:
        column = batch.target_form.columns[0].name
        at.child("targets", column).wrong("out_of_range", "the rows weigh more than 1e150 in all")
    elif total == 0 and not may_be_zero:
        at.child("sample_weights").wrong("all_weights_zero", "no row that counts has a positive weight")
    at.refuse()
