from typing import Any, get_args

import numpy as np
import pytest

from distscore.advice.warnings import MESSAGES
from distscore.core.warnings.notice import Code
from distscore.use_cases.score import answer_score
from distscore.wire.read.limits import Limits

RANDOM = np.random.default_rng(7)
SOFT = RANDOM.dirichlet(np.ones(4), 50)
HARD = np.eye(4)[RANDOM.integers(0, 4, 50)]
LOGITS = RANDOM.normal(size=(50, 4)) * 3
FOUR = np.floor(SOFT * 1e4) / 1e4
FOUR[:, 0] += 1 - FOUR.sum(axis=1)
SQUARE = RANDOM.dirichlet(np.ones(50), 4).T


def warned(family: str, targets: Any, predictions: Any, **members: Any) -> set[str]:
    document = {"family": family, **members}
    for side, columns in (("targets", targets), ("predictions", predictions)):
        document[side] = {name: values.tolist() for name, values in columns.items()}
    answer = answer_score(document, Limits(1000, 10_000, 100), lambda: None)
    return {warning["code"] for warning in answer.members["warnings"]}


CASES: list[tuple[str, str, Any, Any, dict[str, Any]]] = [
    ("logits_look_like_probabilities", "categorical", {"probabilities": SOFT}, {"logits": SOFT}, {}),
    ("logits_look_like_probabilities", "bernoulli", {"probabilities": HARD[:, 0]}, {"logits": SOFT[:, 0]}, {}),
    (
        *("predictions_look_like_logits", "categorical", {"probabilities": SOFT}),
        *({"probabilities": np.abs(LOGITS)}, {"normalization": "none"}),
    ),
    (
        *("percent_scale", "categorical", {"probabilities": 100 * SOFT}, {"logits": LOGITS}),
        {"normalization": "rescale"},
    ),
    ("arguments_look_swapped", "categorical", {"probabilities": SOFT}, {"probabilities": HARD}, {}),
    (
        *("looks_transposed", "categorical", {"probabilities": SQUARE}, {"logits": LOGITS}),
        {"normalization": "rescale"},
    ),
    ("labels_look_one_based", "categorical", {"labels": 1 + np.arange(50) % 3}, {"logits": LOGITS}, {}),
    ("inputs_look_rounded", "categorical", {"probabilities": FOUR}, {"logits": LOGITS}, {}),
    ("rows_sum_to_one", "multilabel", {"probabilities": SOFT}, {"logits": LOGITS}, {}),
    ("saturated_logits", "categorical", {"probabilities": SOFT}, {"logits": 100 * LOGITS}, {}),
    ("saturated_logits", "bernoulli", {"probabilities": SOFT[:, 0]}, {"logits": 100 * LOGITS[:, 0]}, {}),
    ("constant_predictions", "categorical", {"probabilities": SOFT}, {"logits": 0 * LOGITS - 1}, {}),
    ("constant_predictions", "poisson", {"values": np.arange(50.0)}, {"rate": np.full(50, 3.0)}, {}),
]


@pytest.mark.parametrize(("code", "family", "targets", "predictions", "members"), CASES)
def test_slips_are_noticed(code: str, family: str, targets: Any, predictions: Any, members: dict[str, Any]) -> None:
    """A batch that looks like a slip is scored, and the slip is named."""
    assert code in warned(family, targets, predictions, **members)


@pytest.mark.parametrize(
    ("family", "targets", "predictions"),
    [
        ("categorical", {"probabilities": SOFT}, {"logits": LOGITS}),
        ("categorical", {"probabilities": HARD}, {"probabilities": SOFT}),
        ("categorical", {"labels": np.arange(50) % 4}, {"logits": LOGITS}),
        ("bernoulli", {"probabilities": SOFT[:, 0]}, {"logits": LOGITS[:, 0]}),
        ("multilabel", {"probabilities": RANDOM.random((50, 4))}, {"logits": LOGITS}),
        ("gaussian", {"values": LOGITS[:, 0]}, {"mean": LOGITS[:, 1]}),
    ],
)
def test_ordinary_batches_raise_no_suspicion(family: str, targets: Any, predictions: Any) -> None:
    """A batch without slips has no warnings."""
    assert not warned(family, targets, predictions)


MASK = np.arange(12).reshape(3, 4) % 4 > 0  # the first class does not count
UNUSUAL = np.array([0.5, 800.0, -3.0])


def outside(values: Any) -> Any:
    """Values with unusual numbers where the mask leaves entries out."""
    values = np.array(values, dtype=float)
    values[:, 0] = UNUSUAL
    return values


@pytest.mark.parametrize(
    ("family", "targets", "predictions"),
    [
        ("categorical", {"counts": [[1, 2, 3, 4]] * 3}, {"logits": LOGITS[:3]}),
        ("categorical", {"probabilities": SOFT[:3]}, {"probabilities": SOFT[3:6]}),
        ("categorical", {"probabilities": SOFT[:3]}, {"logits": LOGITS[:3]}),
        ("multilabel", {"probabilities": SOFT[:3] * 0.9}, {"logits": LOGITS[:3]}),
    ],
)
def test_what_the_mask_leaves_out_raises_no_suspicion(family: str, targets: Any, predictions: Any) -> None:
    """Entries that do not count may be halves, hundreds or negative: nothing looks at them."""
    sides = [{name: outside(values) for name, values in side.items()} for side in (targets, predictions)]
    assert not warned(family, *sides, mask=MASK.tolist())


def test_counts_weigh_by_what_the_mask_keeps() -> None:
    """The least and the most votes of a row are those of the classes that count."""
    counts = [[10, -1, 30, -1, 5], [-1, 0, 0, 40, -1]]
    document = {
        "family": "categorical",
        "targets": {"counts": counts},
        "mask": (np.array(counts) >= 0).tolist(),
        "predictions": {"logits": [[0.2, 5, 1, 3, -1], [7, 0.1, 0.2, 1.5, 2]]},
    }
    answer = answer_score(document, Limits(1000, 10_000, 100), lambda: None)
    (warning,) = answer.members["warnings"]
    assert (warning["code"], warning["numbers"]) == ("counts_weight_rows", {"least": 40, "most": 45})


def test_every_warning_has_words() -> None:
    """Each code has a message, and no message is without a code."""
    assert MESSAGES.keys() == set(get_args(Code))
