"""Laws 8 and 9, and what options mean: soft labels, residuals, one event as two classes, masks and rescaling."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from distscore.core.families import FAMILIES
from distscore.core.theory.activations import ACTIVATIONS
from distscore.core.theory.losses import AnyLoss
from tests.laws import harness
from tests.laws.harness import Array, Combination, Rows

IDENTITY = ACTIVATIONS["identity"]
LINEAR = ("cross_entropy", "focal", "one_vs_rest_cross_entropy")  # in the target
HALVED = ("brier",)  # of one event, as of the one probability
CATEGORICAL = [each for each in harness.combinations() if each.family.name == "categorical"]
SHARES = [each for each in CATEGORICAL if each.target_form.columns[0].name == "probabilities"]
PLAIN_SHARES = [each for each in SHARES if each.is_plain]
ROWS = 6
ANYTHING = np.array([1e300, -7.0, 0.0, 5.0, -1e300, 1.0])  # what may stand in a masked entry


def assert_close(found: Array, expected: Array, what: str) -> None:
    """But for rounding."""
    np.testing.assert_allclose(found, expected, rtol=1e-11, atol=1e-13, err_msg=what)


def changed(rows: Rows, change: Callable[[str, Array], Array]) -> Rows:
    """The columns of both sides, each changed by its name and numbers."""
    targets = {name: change(name, values) for name, values in rows.targets.items()}
    return Rows(targets, {name: change(name, values) for name, values in rows.predictions.items()}, rows.constants)


def find(family: str, target: str, prediction: str) -> Combination:
    """A combination by the first column of each side."""
    (target_form,) = (form for form in FAMILIES[family].targets if form.columns[0].name == target)
    (prediction_form,) = (form for form in FAMILIES[family].predictions if form.columns[0].name == prediction)
    return Combination(FAMILIES[family], target_form, prediction_form, {prediction: IDENTITY})


def numbers(combination: Combination, loss: AnyLoss, rows: Rows, **options: Any) -> dict[str, Array]:
    found = harness.outputs(harness.scored(combination, loss, rows, **options))
    return {name: values for name, values in found.items() if not name.startswith("parameters")}


@pytest.mark.parametrize("combination", SHARES, ids=harness.name_of)
def test_law_8_soft_labels_are_weighted_hard_labels(combination: Combination) -> None:
    """A loss that is linear in the target takes a soft label for as many hard ones, each with its share of weight."""
    rows = harness.random_rows(combination, 1)
    (shares,) = rows.targets["probabilities"]
    hard = find("categorical", "labels", "logits").target_form
    each = Combination(combination.family, hard, combination.prediction_form, combination.activations)
    labels = {"labels": np.arange(float(len(shares)))}
    repeated = {name: np.repeat(values, len(shares), axis=0) for name, values in rows.predictions.items()}
    for name in LINEAR:
        soft = numbers(combination, combination.losses()[name], rows)
        parts = numbers(each, each.losses()[name], Rows(labels, repeated, {}))
        for output in ("losses", *(key for key in soft if key.startswith(("gradients", "hessian")))):
            expected = np.tensordot(shares, parts[output], 1)
            assert_close(soft[output][0], expected, f"{name}, {output}")


@pytest.mark.parametrize("target", ["probabilities", "counts", "labels", "logits"])
def test_law_9_residuals_sum_to_zero(target: str) -> None:
    """A constant added to all logits of a row changes nothing, so that its gradient sums to 0."""
    combination = find("categorical", target, "logits")
    rows = harness.random_rows(combination, ROWS)
    for name, loss in combination.losses().items():
        gradient = numbers(combination, loss, rows)["gradients.logits"]
        finite = np.isfinite(gradient).all(axis=1)
        sums = gradient[finite].sum(axis=1)
        np.testing.assert_allclose(sums, 0, atol=1e-15 * (1 + np.abs(gradient[finite]).max(initial=0)), err_msg=name)


@pytest.mark.parametrize("target", ["probabilities", "logits"])
@pytest.mark.parametrize("prediction", ["probabilities", "logits"])
def test_law_9_one_event_is_two_classes(target: str, prediction: str) -> None:
    """A Bernoulli is a categorical of two classes; the Brier score of its one probability is half of theirs."""
    event, classes = find("bernoulli", target, prediction), find("categorical", target, prediction)
    rows = harness.random_rows(event, ROWS)
    both = changed(rows, two_classes)
    for name, loss in event.losses().items():
        one, two = numbers(event, loss, rows), numbers(classes, classes.losses()[name], both)
        factor = 0.5 if name in HALVED else 1.0
        for output in ("losses", "floors", "divergences"):
            assert (output in one) == (output in two)
            if output in one:
                assert_close(one[output], factor * two[output], f"{name}, {output}")
        if prediction == "logits":  # of the other class the logit is held at 0
            for output in ("gradients.logits", "hessian_diagonals.logits"):
                assert_close(one[output], factor * two[output][:, 0], f"{name}, {output}")
        else:
            gradient = two["gradients.probabilities"]
            expected = factor * (gradient[:, 0] - gradient[:, 1])
            assert_close(one["gradients.probabilities"], expected, name)


def two_classes(name: str, values: Array) -> Array:
    """One event and its opposite."""
    return np.stack((values, 1 - values if name == "probabilities" else np.zeros_like(values)), axis=1)


@pytest.mark.parametrize("target", ["probabilities", "logits"])
@pytest.mark.parametrize("prediction", ["probabilities", "logits"])
def test_law_9_labels_are_events(target: str, prediction: str) -> None:
    """A multilabel row is the sum over its labels, of as many events of their own; means are over labels."""
    labels, event = find("multilabel", target, prediction), find("bernoulli", target, prediction)
    rows = harness.random_rows(labels, ROWS)
    flat = changed(rows, lambda _, values: values.ravel())
    width = harness.WIDTHS["labels"]
    for name, loss in labels.losses().items():
        many, each = numbers(labels, loss, rows), numbers(event, event.losses()[name], flat)
        factor = 1 / width if name.startswith("mean_") else 1.0
        summed = factor * each["losses"].reshape(ROWS, width).sum(axis=1)
        assert_close(many["losses"], summed, name)
        for output in (key for key in many if key.startswith(("gradients", "hessian", "fisher"))):
            assert_close(many[output].ravel(), factor * each[output], f"{name}, {output}")


@pytest.mark.parametrize(
    "combination",
    [each for each in CATEGORICAL if each.is_plain and each.target_form.columns[0].rank == 2],
    ids=harness.name_of,
)
@pytest.mark.parametrize("options", [{}, {"normalization": "rescale"}, {"label_smoothing": 0.2}], ids=str)
def test_a_masked_class_is_no_class(combination: Combination, options: dict[str, Any]) -> None:
    """Rows with a mask are rows without those classes, whatever numbers stand there; their derivatives are 0."""
    rows = harness.random_rows(combination, ROWS)
    mask = np.array([True, False, True, True])
    kept = changed(rows, lambda name, values: divided(name, values[:, mask]))
    wild = changed(rows, lambda _, values: np.where(mask, values, ANYTHING[:, None]))
    alone = {**options, "normalization": "rescale", "label_smoothing": smoothing(options.get("label_smoothing", 0.0))}
    for name, loss in combination.losses().items():
        whole = numbers(combination, loss, wild, mask=np.tile(mask, (ROWS, 1)).astype(float), **options)
        part = numbers(combination, loss, kept, **alone)
        for output, values in part.items():
            found = whole[output]
            if values.ndim == 2:
                assert (found[:, ~mask] == 0).all(), f"{name}, {output}"
                found = found[:, mask]
            if not output.split(".")[-1].endswith("probabilities"):  # these were divided by another sum
                assert_close(found, values, f"{name}, {output}")


def divided(name: str, values: Array) -> Array:
    """Rows of probabilities as the mask leaves them."""
    return values / values.sum(axis=1, keepdims=True) if name == "probabilities" else values


def smoothing(e: float) -> float:
    """Smoothing comes before the mask, and all classes share it: what it amounts to without the masked one."""
    return 3 * e / 4 / (1 - e + 3 * e / 4)


@pytest.mark.parametrize("combination", PLAIN_SHARES, ids=harness.name_of)
def test_rescaling_takes_any_multiple(combination: Combination) -> None:
    """With normalization rescale a row may be multiplied by anything: losses stay, derivatives go down with it."""
    rows = harness.random_rows(combination, ROWS)
    if not combination.columns[0].sums_to_one:
        return
    factor = np.linspace(0.5, 3, ROWS)[:, None]
    (column,) = rows.predictions
    logarithms = column == "log_probabilities"
    sent = rows.predictions[column]
    scaled = rows.predicting(column, sent + np.log(factor) if logarithms else sent * factor)
    scaled = Rows({name: 7 * values for name, values in rows.targets.items()}, scaled.predictions, {})
    for name, loss in combination.losses().items():
        plain = numbers(combination, loss, rows, normalization="rescale")
        other = numbers(combination, loss, scaled, normalization="rescale")
        assert_close(other["losses"], plain["losses"], name)
        for power, output in enumerate((f"gradients.{column}", f"hessian_diagonals.{column}"), 1):
            expected = plain[output] if logarithms else plain[output] / factor**power
            assert_close(other[output], expected, f"{name}, {output}")


@pytest.mark.parametrize("family", ["categorical", "bernoulli", "multilabel"])
def test_temperature_divides_logits(family: str) -> None:
    """A temperature divides every column of logits; derivatives are still those of the logits as sent."""
    combination = find(family, "logits", "logits")
    rows = harness.random_rows(combination, ROWS)
    cooled = changed(rows, lambda _, values: values / 2.5)
    for name, loss in combination.losses().items():
        warm, cool = numbers(combination, loss, rows, temperature=2.5), numbers(combination, loss, cooled)
        assert_close(warm["losses"], cool["losses"], name)
        assert_close(warm["gradients.logits"], cool["gradients.logits"] / 2.5, name)
        second = warm["hessian_diagonals.logits"], cool["hessian_diagonals.logits"] / 2.5**2
        assert_close(*second, name)
