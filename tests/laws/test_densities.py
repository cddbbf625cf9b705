"""Laws 4 and 5: an observation costs minus its log density, and a distribution the average of its observations."""

import inspect
import math
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from distscore.core.families import FAMILIES
from distscore.core.theory.supports import Support
from tests.laws import harness
from tests.laws.harness import Array, Combination, Rows
from tests.reference.families import Reference, reference_of

OF_VALUES = [each for each in harness.combinations() if each.is_plain and not each.family.has_classes]
ROWS = 4
NODES = 200
COUNTS = np.arange(200.0)
CLOSE = 1e-10


def arguments(reference: Reference) -> list[str]:
    """The columns and constants that SciPy is asked with."""
    return list(inspect.signature(reference.density).parameters)


def distribution(reference: Reference, columns: Mapping[str, Any], constants: Mapping[str, float]) -> Any:
    """The distribution that a row describes; constants only where it has no column for them."""
    return reference.density(**{name: {**constants, **columns}[name] for name in arguments(reference)})


def each_row(columns: Mapping[str, Array]) -> list[dict[str, Any]]:
    """The rows of some columns, one by one."""
    return [dict(zip(columns, numbers, strict=True)) for numbers in zip(*columns.values(), strict=True)]


def is_described(combination: Combination) -> bool:
    """Whether SciPy is asked with the columns and constants of the prediction."""
    form = combination.prediction_form
    names = {column.name for column in form.columns} | {constant.name for constant in form.constants}
    return set(arguments(reference_of(combination.family.name))) <= names


OBSERVED = [each for each in OF_VALUES if each.target_form.columns[0].name == "values" and is_described(each)]
DISTRIBUTIONS = [
    each for each in OF_VALUES if each.target_form.is_distribution and each.target_form.columns[0].rank == 1
]


def nodes(target: Any, kinks: list[float]) -> tuple[Array, Array]:
    """Values and weights whose sums are expectations: the tanh-sinh rule in the quantiles between any two kinks."""
    t = np.linspace(-3.2, 3.2, NODES)
    u = np.pi / 2 * np.sinh(t)
    share, rest, weights = 1 / (1 + np.exp(-2 * u)), 1 / (1 + np.exp(2 * u)), np.cosh(t) / np.cosh(u) ** 2
    values = []
    ends = [0.0, *sorted(target.cdf(kinks)), 1.0]
    for low, high in pairwise(ends):
        below, above = low + (high - low) * share, 1 - high + (high - low) * rest
        values.append(np.where(below < 0.5, target.ppf(below), target.isf(above)))
    lengths = np.diff(ends)[:, None]
    return np.concatenate(values), (lengths * weights / weights.sum()).ravel()


def beyond_the_doubles(support: Support, target: Any) -> bool:
    """Whether a part of the values that matters would round to the upper edge of their support."""
    return math.isfinite(support.high) and bool(target.sf(math.nextafter(support.high, 0)) > CLOSE / 1000)


@pytest.mark.parametrize("family", sorted({each.family.name for each in OF_VALUES}))
def test_law_4_a_family_has_a_density(family: str) -> None:
    """Some prediction form of every family of values is written down as SciPy's distribution is."""
    assert any(each.family is FAMILIES[family] for each in OBSERVED)


@pytest.mark.parametrize("combination", OBSERVED, ids=harness.name_of)
def test_law_4_an_observation_costs_minus_its_log_density(combination: Combination) -> None:
    """The cross-entropy of an observed value is minus the log density of the prediction there."""
    rows, is_count = harness.random_rows(combination, 20), combination.family.kind == "count"
    if is_count:
        rows = Rows({"values": np.floor(4 * rows.targets["values"])}, rows.predictions, rows.constants)
    losses = harness.losses_at(combination, combination.losses()["cross_entropy"], rows)
    for at, (loss, value) in enumerate(zip(losses, rows.targets["values"], strict=True)):
        columns = {name: values[at] for name, values in rows.predictions.items()}
        one = distribution(reference_of(combination.family.name), columns, rows.constants)
        expected = -(one.logpmf(value) if is_count else one.logpdf(value))
        np.testing.assert_allclose(loss, expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("combination", DISTRIBUTIONS, ids=harness.name_of)
def test_law_5_a_distribution_costs_the_average_of_its_observations(combination: Combination) -> None:
    """Cross-entropy and its derivatives for a distribution are the expectations of those for its values."""
    family, loss = combination.family, combination.losses().get("cross_entropy")
    if loss is None:
        return  # what is left of it has no expectation over values
    (values_form,) = (form for form in family.targets if form.columns[0].name == "values")
    observed = Combination(family, values_form, combination.prediction_form, combination.activations)
    rows, reference = harness.random_rows(combination, 10 * ROWS), reference_of(family.name)
    whole = harness.scored(combination, loss, rows)
    assert whole.losses is not None
    targets = [distribution(reference, row, rows.constants) for row in each_row(rows.targets)]
    support = values_form.columns[0].support
    chosen = [at for at, target in enumerate(targets) if not beyond_the_doubles(support, target)][:ROWS]
    assert len(chosen) == ROWS
    for at in chosen:
        kinks = [side[name][at] for side in (rows.targets, rows.predictions) for name in reference.KINKS]
        is_count = family.kind == "count"
        values, weights = (COUNTS, targets[at].pmf(COUNTS)) if is_count else nodes(targets[at], kinks)
        inside = support.contains(values)  # the outermost may round to the edge
        values, weights = values[inside], weights[inside]
        repeated = {name: np.repeat(v[at : at + 1], len(values), axis=0) for name, v in rows.predictions.items()}
        each = Rows({"values": values}, repeated, rows.constants)
        mean = harness.scored(observed, loss, each, reduction="mean", sample_weights=weights)
        assert mean.value == pytest.approx(whole.losses[at], rel=CLOSE, abs=CLOSE)
        for column in rows.predictions:
            gradient, hessian = mean.gradients[column].sum(axis=0), mean.hessian_diagonals[column].sum(axis=0)
            np.testing.assert_allclose(gradient, whole.gradients[column][at], rtol=CLOSE, atol=CLOSE)
            if column not in reference.KINKS:  # for a value it is 0 but at the kink, where all of it is
                np.testing.assert_allclose(hessian, whole.hessian_diagonals[column][at], rtol=CLOSE, atol=CLOSE)
