"""Laws 7 and 11: a row's numbers are its own, to the last bit, and weights multiply."""

from typing import Any

import numpy as np
import pytest

from distscore.core.engine import blocks
from distscore.core.theory.losses import AnyLoss
from tests.laws import harness
from tests.laws.harness import Array, Combination, Rows

WIDE = [
    each
    for each in harness.combinations()
    if each.is_plain and any(column.axis in ("classes", "labels") for column in each.columns)
]
COUNT = 6


def assert_same(found: dict[str, Array], expected: dict[str, Array], what: str) -> None:
    """Bit for bit."""
    assert found.keys() == expected.keys()
    for name, values in expected.items():
        assert found[name].tobytes() == np.ascontiguousarray(values).tobytes(), f"{what}: {name}"


def numbers(combination: Combination, loss: AnyLoss, rows: Rows, **options: Any) -> dict[str, Array]:
    return harness.outputs(harness.scored(combination, loss, rows, **options))


def taken(outputs: dict[str, Array], which: Any) -> dict[str, Array]:
    return {name: values[which] for name, values in outputs.items()}


def times(values: Array, weights: Array) -> Array:
    """Weighted rows; a row without weight is 0, whatever its loss."""
    each = weights.reshape(-1, *[1] * (values.ndim - 1))
    return np.where(each == 0, 0.0, np.where(each == 0, 1.0, values) * each)


def assert_independent(combination: Combination, rows: Rows, monkeypatch: pytest.MonkeyPatch) -> None:
    order = np.random.default_rng(0).permutation(COUNT)
    for name, loss in combination.few_losses().items():
        whole = numbers(combination, loss, rows)
        assert_same(numbers(combination, loss, rows.take(order)), taken(whole, order), f"{name}, permuted")
        for at in (0, COUNT - 1):
            one = slice(at, at + 1)
            assert_same(numbers(combination, loss, rows.take(one)), taken(whole, one), f"{name}, alone")
        with monkeypatch.context() as patch:
            patch.setattr(blocks, "BLOCK", 1)
            assert_same(numbers(combination, loss, rows), whole, f"{name}, in small blocks")


@pytest.mark.parametrize("combination", harness.combinations(), ids=harness.name_of)
def test_law_7_rows_are_independent(combination: Combination, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither neighbors, nor their order, nor the size of a block change a bit of a row."""
    assert_independent(combination, harness.random_rows(combination, COUNT), monkeypatch)


@pytest.mark.parametrize("combination", WIDE, ids=harness.name_of)
def test_law_7_wide_rows_are_independent(combination: Combination, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same for rows so wide that their blocks are views."""
    assert_independent(combination, harness.random_rows(combination, COUNT, wide=70), monkeypatch)


@pytest.mark.parametrize("combination", harness.combinations(), ids=harness.name_of)
def test_law_7_memory_layout_changes_nothing(combination: Combination) -> None:
    """Columns that arrive transposed in memory give the same bits."""
    rows = harness.random_rows(combination, COUNT)
    turned = Rows(
        {name: np.asfortranarray(values) for name, values in rows.targets.items()},
        {name: np.asfortranarray(values) for name, values in rows.predictions.items()},
        rows.constants,
    )
    loss = combination.losses().get("cross_entropy", combination.losses().get("kl_divergence"))
    assert loss is not None
    assert_same(numbers(combination, loss, turned), numbers(combination, loss, rows), "transposed")


@pytest.mark.parametrize("combination", harness.combinations(), ids=harness.name_of)
def test_law_11_weights_multiply(combination: Combination) -> None:
    """A weight multiplies a row's part of value and derivatives; the mean is the sum over the total weight."""
    rows = harness.random_rows(combination, COUNT)
    weights = np.array([2.0, 1.0, 0.0, 0.5, 3.0, 1e-3])
    for name, loss in combination.few_losses().items():
        options = {"sample_weights": weights, "count_weighting": "rows"}
        plain = harness.scored(combination, loss, rows)
        total = harness.scored(combination, loss, rows, reduction="sum", **options)
        mean = harness.scored(combination, loss, rows, reduction="mean", **options)
        assert plain.losses is not None
        assert total.value is not None
        assert mean.value is not None
        np.testing.assert_allclose(total.value, times(plain.losses, weights).sum(), rtol=1e-12, err_msg=name)
        np.testing.assert_allclose(mean.value, total.value / weights.sum(), rtol=1e-12, err_msg=name)
        for column, gradient in plain.gradients.items():
            parts = times(gradient, weights)
            np.testing.assert_allclose(total.gradients[column], parts, rtol=1e-13, err_msg=name)
            np.testing.assert_allclose(mean.gradients[column], parts / weights.sum(), rtol=1e-13, err_msg=name)


@pytest.mark.parametrize("combination", harness.combinations(), ids=harness.name_of)
def test_law_11_a_weight_of_two_is_a_row_twice(combination: Combination) -> None:
    """Weights count: a row of weight 2 is that row sent twice."""
    rows = harness.random_rows(combination, 3)
    for name, loss in combination.few_losses().items():
        options = {"count_weighting": "rows", "reduction": "mean"}
        weighted = harness.scored(combination, loss, rows, sample_weights=np.array([1.0, 2.0, 1.0]), **options)
        repeated = harness.scored(combination, loss, rows.take([0, 1, 1, 2]), **options)
        assert weighted.value == repeated.value, name
