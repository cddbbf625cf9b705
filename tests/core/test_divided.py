"""Classes that were divided by their sum, as scores or as probabilities, against their definitions in mpmath."""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mp

from distscore.core.engine.engine import Scored
from distscore.core.families import FAMILIES
from distscore.core.losses import losses_of
from distscore.core.theory.losses import AnyLoss
from tests.laws import engine
from tests.laws.accuracy import judge
from tests.laws.test_losses import title
from tests.reference.differences import first_derivative, second_derivative
from tests.reference.losses import reference_of
from tests.reference.rows import Row

CATEGORICAL = FAMILIES["categorical"]
LOSSES: dict[str, AnyLoss] = {
    title(loss(**parameters)): loss(**parameters)
    for name, loss in losses_of(CATEGORICAL).items()
    if not loss.needs_normalized
    for parameters in reference_of(name).PARAMETERS
}
SHARES = [[0.7, 0.2, 0.1], [0.0, 1.0, 0.0], [1e-100, 1 - 1e-16, 1e-16], [0.25, 0.25, 0.5]]
SCORES = [[1.0, 2.0, 3.0], [1e-40, 1.0, 1e40], [1e-120, 1e-60, 1.0], [14.0 * (1 + 1e-9), 4.0, 2.0]]
RAW = [[0.1, 0.2, -0.3], [40.0, 0.0, -40.0], [-300.0, 3.0, 3.5]]


def scored(name: str, rows: list[Row], **options: Any) -> Scored:
    """Rows of classes of one form through the engine."""
    return engine.scored("categorical", rows, LOSSES[name], **options)


def truth(name: str) -> Callable[[Row], Any]:
    """A loss as a function of what was sent."""

    def loss(sent: Row) -> Any:
        (p,), (amounts,) = (sent.side(side).values() for side in ("targets", "predictions"))
        mass, whole = (1 if "scores" in sent.side("predictions") else mp.fsum(p)), mp.fsum(amounts)
        divided = sent.targeting({"probabilities": [mp.mpf(each) / mass for each in p]})
        divided = divided.predicting({"probabilities": [mp.mpf(each) / whole for each in amounts]})
        return reference_of(LOSSES[name].name).loss(replace(divided, parameters=LOSSES[name].settings))

    return loss


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("form", ["scores", "scores exp", "scores softplus", "scores sigmoid", "probabilities"])
def test_a_division_keeps_digits(name: str, form: str) -> None:
    """Value, gradient and Hessian are those of the definition, through every activation."""
    column, _, activation = form.partition(" ")
    amounts = RAW if activation in ("exp", "softplus", "sigmoid") else SCORES
    rows = [Row.of(({"probabilities": p}, {column: a}, {}), "categorical") for p in SHARES for a in amounts]
    rows = [replace(row, activations={column: activation or "identity"}) for row in rows]
    result = scored(name, rows, normalization="rescale" if column != "scores" else "strict")
    assert result.losses is not None
    missed = []
    for at, sent in enumerate(rows):
        if not np.isfinite(result.losses[at]):
            continue
        place = ("predictions", column, at % 3)
        with mpmath.workdps(600):
            errors = [
                judge("losses", truth(name), sent, float(result.losses[at])),
                judge(
                    "gradient", first_derivative(truth(name), place), sent, float(result.gradients[column][at, at % 3])
                ),
                judge(
                    "hessian",
                    second_derivative(truth(name), place),
                    sent,
                    float(result.hessian_diagonals[column][at, at % 3]),
                ),
            ]
        missed += [str(error) for error in errors if error is not None and error.units > 1]
    assert not missed


EDGES = [[1.0, 0.0, 0.0], [1.0, 1e-17, 1e-300], [1e-160, 3e-160, 0.0], [1e150, 1.0, 1e-150], [0.2, 0.3, 0.5]]


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("options", [{"normalization": "rescale"}, {"mask": np.ones((20, 3))}], ids=["rescale", "mask"])
def test_the_edges_of_a_division_have_derivatives(name: str, options: dict[str, Any]) -> None:
    """Rows of one class alone, or of hardly anything, give numbers, and information that is never negative."""
    rows = [Row.of(({"probabilities": p}, {"probabilities": a}, {})) for p in SHARES for a in EDGES]
    result = scored(name, rows, **options)
    for derivatives in (result.gradients, result.hessian_diagonals, result.fisher_diagonals):
        assert not any(np.isnan(values).any() for values in derivatives.values())
    assert all((values >= 0).all() for values in result.fisher_diagonals.values())


@pytest.mark.parametrize("form", ["scores", "probabilities"])
def test_the_information_of_amounts(form: str) -> None:
    """That of cross-entropy is (1/q - 1) / A^2, also where one class has almost all."""
    amounts = [[2.0, 3.0, 5.0], [1e-8, 1e8, 1e-20], [1e-100, 1e-120, 1e-90]]
    rows = [Row.of(({"probabilities": [0.7, 0.2, 0.1]}, {form: a}, {})) for a in amounts]
    options = {"normalization": "rescale"} if form == "probabilities" else {}
    found = scored("cross_entropy", rows, **options).fisher_diagonals[form]
    expected = [[math.fsum(a[:k] + a[k + 1 :]) / a[k] / math.fsum(a) / math.fsum(a) for k in range(3)] for a in amounts]
    np.testing.assert_allclose(found, expected, rtol=1e-14)


@pytest.mark.parametrize("name", ["total_variation", "mean_absolute_error", "earth_mover_distance"])
@pytest.mark.parametrize("form", ["logits", "log_probabilities", "scores"])
def test_a_sign_that_is_rounding_is_a_kink(name: str, form: str) -> None:
    """Probabilities that were computed equal to the target have no side of it."""
    p = [[0.7, 0.2, 0.1], [1e-100, 0.3, 0.7], [0.125, 0.625, 0.25]]
    sent = [[7 * x if form == "scores" else float(np.log(x)) for x in row] for row in p]
    rows = [Row.of(({"probabilities": a}, {form: b}, {})) for a, b in zip(p, sent, strict=True)]
    assert not scored(name, rows).gradients[form].any()


def test_an_infinite_loss_points_to_the_class_without_probability() -> None:
    """Its derivative is -infinity there, and what it is elsewhere."""
    row = Row.of(({"probabilities": [0.5, 0.5, 0.0]}, {"probabilities": [0.0, 1.0, 3.0]}, {}))
    for name in ("cross_entropy", "generalized_kl_divergence"):
        assert scored(name, [row], normalization="rescale").gradients["probabilities"].tolist() == [
            [-np.inf, -0.25, 0.25]
        ]
