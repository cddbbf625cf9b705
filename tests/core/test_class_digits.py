"""Rows of class families that once lost digits, with their values to fifty digits, rounded."""

import math
from typing import Any

import pytest

from distscore.use_cases.score import answer_score
from distscore.wire.read.limits import Limits

LIMITS = Limits(1000, 10_000, 100)
LABEL_0: dict[str, Any] = {"family": "categorical", "targets": {"labels": [0]}}
HEAVY: dict[str, Any] = {
    "family": "categorical",
    "targets": {"probabilities": [[0.2, 0.6, 0.2]]},
    "predictions": {"logits": [[0, 1, 0]]},
    "class_weights": [1e6, 1e6, 1e6],
}
EVENT: dict[str, Any] = {
    "family": "bernoulli",
    "targets": {"probabilities": [0.89]},
    "predictions": {"logits": [0]},
    "positive_weight": 1e6,
}
TIED: dict[str, Any] = {**LABEL_0, "predictions": {"logits": [[1e-6, 0]]}, "loss": "total_variation"}
NEARLY_TIED: dict[str, Any] = {
    "family": "categorical",
    "targets": {"labels": [1]},
    "predictions": {"logits": [[-40, 1e-6, 0]]},
    "loss": "brier",
}
FAR_AHEAD: dict[str, Any] = {
    "family": "categorical",
    "targets": {"probabilities": [[0, 0.5, 0.5]]},
    "predictions": {"logits": [[1e5, 0, -1]]},
    "loss": "one_vs_rest_cross_entropy",
}
SMOOTHED: dict[str, Any] = {
    **LABEL_0,
    "predictions": {"logits": [[0, 0, 0]]},
    "label_smoothing": 1e-9,
    "loss": "one_vs_rest_cross_entropy",
}
ALPHA: dict[str, Any] = {
    "family": "bernoulli",
    "targets": {"probabilities": [0]},
    "loss": "alpha_divergence",
    "loss_parameters": {"alpha": 1e-9},
}
UNNORMALIZED: dict[str, Any] = {
    **LABEL_0,
    "predictions": {"log_probabilities": [[-1e-9, -40, -50]]},
    "normalization": "none",
}
MASKED: dict[str, Any] = {
    "family": "categorical",
    "targets": {"logits": [[2e-10, 0, 5]]},
    "predictions": {"logits": [[0, 0, 3]]},
    "label_smoothing": 0.1,
    "mask": [[True, True, False]],
}
FAR_APART: dict[str, Any] = {
    "family": "categorical",
    "targets": {"labels": [2]},
    "predictions": {"logits": [[1e-6, 0, 1e-9]]},
    "class_weights": [1, 1e15, 1e-8],
    "loss": "brier",
}


def answered(document: dict[str, Any], output: str) -> Any:
    """One per-row output, by its dotted name."""
    name = output.split(".", maxsplit=1)[0]
    answer = answer_score({**document, "outputs": [name], "reduction": "sum"}, LIMITS, lambda: None)
    return answer.rows[output]


@pytest.mark.parametrize(
    ("document", "output", "place", "expected"),
    [
        (HEAVY, "divergences", (0,), 1174.1746988165271),
        (EVENT, "divergences", (0,), 616899.2072568524),
        (TIED, "hessian_diagonals.logits", (0, 0), 1.2499999999995833e-07),
        (NEARLY_TIED, "gradients.logits", (0, 0), 1.0620875017480468e-24),
        (SMOOTHED, "floors", (0,), 2.996707271344607e-08),
        (FAR_AHEAD, "gradients.logits", (0, 1), -1.2310585786300049),
        (UNNORMALIZED, "normalization_terms", (0,), 9.9999999575145293e-10),
        (MASKED, "gradients.logits", (0, 0), -4.6551724137931036e-11),
        (FAR_APART, "hessian_diagonals.logits", (0, 0), 49358033.012347119),
        ({**ALPHA, "predictions": {"logits": [0]}}, "hessian_diagonals.logits", (0,), 0.12500000008664340),
    ],
)
def test_digits_are_kept(document: dict[str, Any], output: str, place: tuple[int, ...], expected: float) -> None:
    """What is lost by heavy targets, near ties, far-off classes and orders near 0 in the plain forms stays."""
    assert math.isclose(answered(document, output)[place], expected, rel_tol=4e-15)


def test_a_hessian_that_nearly_vanishes_is_within_the_bound() -> None:
    """Two terms of 1/8 cancel: the absolute error is at most 8 epsilon times what the logit's rounding does."""
    found = answered({**ALPHA, "predictions": {"logits": [1e-9]}}, "hessian_diagonals.logits")[0]
    assert abs(found - 6.25000000537383693769e-11) <= 8 * 2.0**-52 * 0.125


def test_nothing_finite_stands_beside_an_infinity() -> None:
    """Where loss and gradient are infinite, a Hessian whose limit is infinite is not 0."""
    document = {
        "family": "bernoulli",
        "targets": {"probabilities": [0.1]},
        "predictions": {"logits": [-1]},
        "loss": "alpha_divergence",
        "loss_parameters": {"alpha": -1000},
    }
    assert answered(document, "losses")[0] == math.inf
    assert answered(document, "hessian_diagonals.logits")[0] == math.inf


def test_a_masked_row_has_no_divergence() -> None:
    """A row of which the mask keeps nothing has loss, floor and divergence 0."""
    document = {**FAR_AHEAD, "mask": [[False, False, False], [True, True, True]]}
    document["targets"] = {"probabilities": [[0, 0.5, 0.5], [0, 0.5, 0.5]]}
    document["predictions"] = {"logits": [[1e5, 0, -1], [0, 0, 0]]}
    for output in ("losses", "floors", "divergences"):
        assert answered(document, output)[0] == 0
