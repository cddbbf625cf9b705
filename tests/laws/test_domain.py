"""Law 10: finite numbers inside the supports never give NaN, whatever their size."""

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from distscore.core.special.elementwise import SMALLEST_NORMAL
from distscore.core.theory.columns import Column
from distscore.core.theory.supports import Support
from tests.laws import harness
from tests.laws.harness import Array, Combination, Rows

RAW = 700.0
LARGEST = 100  # decimal exponent of magnitudes
COUNT = 150
SHARES = np.array([0.0, 1e-300, 1e-16, 1e-8, 0.25, 0.5, 1 - 2**-53, 1.0])
COMMON = np.array([0.5, 1.0, 2.0, 3.0])  # so that numbers are often equal


def magnitudes(shape: tuple[int, ...], random: np.random.Generator) -> Array:
    """Positive numbers of every size, and some that are met again."""
    wide = 10.0 ** random.uniform(-LARGEST, LARGEST, shape)
    near = np.exp(random.normal(size=shape))
    kind = random.integers(0, 3, shape)
    return np.choose(kind, [wide, near, random.choice(COMMON, shape)])


def anywhere(support: Support, shape: tuple[int, ...], random: np.random.Generator) -> Array:
    """Numbers of a support, up to its edges."""
    if support.integer:
        return random.integers(0, harness.WIDTHS["classes"], shape).astype(np.float64)
    sizes = magnitudes(shape, random)
    if np.isfinite(support.low) and np.isfinite(support.high):
        numbers = support.low + (support.high - support.low) * random.choice(SHARES, shape)
    elif np.isfinite(support.low):
        numbers = support.low + np.where(random.random(shape) < 0.1, 0.0, sizes)
    else:
        numbers = support.high - sizes if np.isfinite(support.high) else sizes * random.choice([-1, 0, 1], shape)
    return np.asarray(np.where(support.contains(numbers), numbers, harness.inside(support, shape, random)))


def extreme(column: Column, activation: str, shape: tuple[int, ...], random: np.random.Generator) -> Array:
    """One column."""
    if column.sums_to_one:
        weights = 10.0 ** random.choice([-300, -16, -1, 0], shape)
        if column.support.low_included:
            weights[:, 1:] *= random.random((len(weights), shape[1] - 1)) > 0.2
        shares = weights / weights.sum(axis=1, keepdims=True)
        with np.errstate(divide="ignore"):  # the logarithm of 0 is a log-probability
            return np.asarray(np.log(shares) if column.support.low == -np.inf else shares)
    if column.entry_supports:
        return np.stack([anywhere(support, shape[:1], random) for support in column.entry_supports.values()], axis=1)
    if activation != "identity" or column.name == "logits":
        return np.where(
            random.random(shape) < 0.3, random.choice([-RAW, 0, RAW], shape), random.uniform(-RAW, RAW, shape)
        )
    return anywhere(column.support, shape, random)


def extreme_rows(combination: Combination, seed: int) -> Rows:
    """Rows that the border lets pass."""
    random, plain = np.random.default_rng(seed), harness.random_rows(combination, 1)
    shapes = {
        name: (3 * COUNT, *v.shape[1:]) for side in (plain.targets, plain.predictions) for name, v in side.items()
    }
    targets = {
        each.name: extreme(each, "identity", shapes[each.name], random) for each in combination.target_form.columns
    }
    predictions = {
        each.name: extreme(each, combination.activations[each.name].name, shapes[each.name], random)
        for each in combination.columns
    }
    rows = Rows(targets, predictions, plain.constants)
    first = {name: v if v.ndim == 1 else v.T for name, v in targets.items()}
    consistent = combination.target_form.consistent(first, plain.constants)
    fine: NDArray[np.bool_] = np.ones(3 * COUNT, np.bool_) if consistent is None else consistent
    for column in combination.columns:
        fine &= allowed(column, combination.activations[column.name].value(predictions[column.name]))
    if combination.target_form.counts_votes:
        fine &= sum(v.reshape(len(v), -1).sum(axis=1) for v in targets.values()) > 0
    return rows.take(np.flatnonzero(fine)[:COUNT])


def allowed(column: Column, values: Array) -> NDArray[np.bool_]:
    """Which rows of a parameter are normal doubles inside the support."""
    supports = list(column.entry_supports.values()) or [column.support]
    columns = values.reshape(len(values), -1).T
    inside: NDArray[np.bool_] = np.ones(len(values), np.bool_)
    for at, entries in enumerate(columns):
        support = supports[at % len(supports)]
        inside &= support.contains(entries) & np.isfinite(entries)
        if 0 in (support.low, support.high) and not support.low_included:
            inside &= np.abs(entries) >= SMALLEST_NORMAL
    return inside


def ordinary(parameters: dict[str, Array]) -> NDArray[np.bool_]:
    """Which rows have no parameter beyond the range that is promised."""
    sizes = np.concatenate([np.abs(v.reshape(len(v), -1)) for v in parameters.values()], axis=1)
    fine: NDArray[np.bool_] = np.all((sizes == 0) | ((sizes >= 1e-150) & (sizes <= 1e150)), axis=1)
    return fine


@pytest.mark.parametrize("combination", harness.combinations(), ids=harness.name_of)
@given(seed=st.integers(0, 2**32))
@settings(max_examples=3, derandomize=True, deadline=None, database=None, phases=[Phase.generate])
def test_law_10_no_number_is_nan(combination: Combination, seed: int) -> None:
    """No number of a row is NaN, and no divergence or information is negative.

    But where a loss leaves the doubles, or parts of a Hessian do: beside parameters of 1e-150 or 1e150, and where an
    activation has a second derivative beside an infinite loss.
    """
    rows = extreme_rows(combination, seed)
    for name, loss in combination.losses().items():
        result = harness.scored(combination, loss, rows)
        assert result.losses is not None
        within = (
            np.isfinite(result.losses) | combination.family.has_classes
        )  # infinite as soon as something impossible happens
        plain = combination.is_plain | np.isfinite(result.losses)
        usual = within & plain & ordinary(result.parameters)
        for output, values in harness.outputs(result).items():
            expected = usual if output.startswith("hessian") else within
            wrong = np.isnan(values) & expected.reshape(-1, *[1] * (values.ndim - 1))
            if output in ("losses", "divergences"):
                wrong |= np.isnan(values)
            if output.startswith(("divergences", "fisher")):
                wrong |= values < 0
            if wrong.any():
                at = int(np.argwhere(wrong)[0][0])
                row = rows.take(slice(at, at + 1))
                pytest.fail(f"{name}, {output}: {values[at]} for {row.targets} {row.predictions} {row.constants}")
