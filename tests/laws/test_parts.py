"""Law: loss = floor + divergence + normalization term, whatever the loss and the options."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from distscore.core.engine.engine import score
from distscore.core.theory.columns import Options
from tests.laws import harness
from tests.laws.harness import Combination

CLASSES = [each for each in harness.combinations() if each.family.has_classes and each.is_plain]
PARTS = frozenset({"losses", "floors", "divergences", "normalization_terms"})
OPTIONS: dict[str, dict[str, Any]] = {
    "none": {"normalization": "none"},
    "rescale": {"normalization": "rescale"},
    "clip": {"clip": 0.01},
    "clip, none": {"clip": 0.01, "normalization": "none"},
    "smoothing": {"label_smoothing": 0.1},
    "weights": {"class_weights": True},
    "mask": {"mask": True},
    "mask, clip": {"mask": True, "clip": 0.01},
}


def options_of(width: int, rows: int, **asked: Any) -> Options:
    """Options of a batch, with weights and a mask of its size."""
    if asked.get("class_weights"):
        asked["class_weights"] = np.linspace(0.5, 2, width)
    if asked.get("mask"):
        asked["mask"] = np.where(np.arange(rows * width).reshape(rows, width) % width > 0, 1.0, 0.0)
    return Options(width=width, **asked)


def applies(combination: Combination, name: str) -> bool:
    """Whether the family has the options, and clips something."""
    has_probabilities = any(column.name == "probabilities" for column in combination.columns)
    of_family = OPTIONS[name].keys() & {"mask", "class_weights", "label_smoothing", "clip"}
    return of_family <= combination.family.options and ("clip" not in of_family or has_probabilities)


CASES = [(each, name) for each in CLASSES for name in OPTIONS if applies(each, name)]


@pytest.mark.parametrize(("combination", "name"), CASES, ids=[f"{each.name}, {name}" for each, name in CASES])
def test_law_15_the_parts_add_up(combination: Combination, name: str) -> None:
    """Per row, also where predicted probabilities sum to 0.8: the divergence is one of distributions, >= 0."""
    asked, columns = OPTIONS[name], {column.name for column in combination.columns}
    loose = "normalization" in asked and "probabilities" in columns and combination.family.exclusive
    rows = harness.random_rows(combination, 12, mass=0.8 if loose else 1.0)
    if "mask" in asked and "labels" in rows.targets:  # the first class does not count
        rows = replace(rows, targets={"labels": np.maximum(rows.targets["labels"], 1.0)})
    for loss_name, loss in combination.losses().items():
        if loss.needs_normalized and asked.get("normalization") == "none":
            continue
        weighed = "class_weights" in asked and combination.family.exclusive and "class_weights" not in loss.options
        if weighed:
            continue
        batch = harness.batch_of(combination, loss, rows)
        options = options_of(batch.width, 12, **asked)
        found = score(replace(batch, options=options), PARTS)
        if found.floors is None or found.divergences is None:
            continue
        assert found.normalization_terms is not None
        assert found.losses is not None
        assert (found.divergences >= 0).all(), loss_name
        sums = found.floors + found.divergences + found.normalization_terms
        np.testing.assert_allclose(sums, found.losses, rtol=1e-11, atol=1e-12, err_msg=loss_name)
