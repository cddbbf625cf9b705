"""The best constant prediction: none that is the same for all rows loses less, and only rows that count decide it."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy import special

from distscore.core.diagnostics.best_constant import BestConstant, always, best_constant, of_mean_statistics, taking
from distscore.core.diagnostics.requirements import FITTED_STATISTICS
from distscore.core.diagnostics.sums.recorder import Recorder
from distscore.core.diagnostics.sums.statistics import StatisticsTally, best_constant_loss
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import score
from distscore.core.theory.losses import AnyLoss
from distscore.core.theory.supports import Support
from tests.laws import harness
from tests.laws.harness import Array, Combination

PLAIN = [each for each in harness.combinations() if each.is_plain]
CLASSES = [each for each in PLAIN if each.family.has_classes]
ROWS = 40
STEPS = (1e-5, 1e-2, 1.0)  # in coordinates
ROUNDING = 1e-13


def weighted(combination: Combination, **options: Any) -> Batch:
    """Random rows with random weights, some of them 0."""
    random = np.random.default_rng(7)
    weights = random.gamma(1.0, size=ROWS) * (random.random(ROWS) < 0.8)
    rows = harness.random_rows(combination, ROWS)
    return harness.batch_of(combination, loss_for(combination), rows, "mean", sample_weights=weights, **options)


def loss_for(combination: Combination) -> AnyLoss:
    """Cross-entropy, or where it has no closed form what differs from it by a constant."""
    losses = combination.losses()
    return losses["cross_entropy" if "cross_entropy" in losses else "kl_divergence"]


def loss_of(batch: Batch, constant: BestConstant) -> float:
    value = score(always(batch, constant), frozenset()).value
    assert value is not None
    return value


def moved(values: Array, support: Support, step: Array) -> Array:
    """Parameters moved in the coordinate of their support."""
    if np.isfinite(support.low) and np.isfinite(support.high):
        return np.asarray(special.expit(special.logit(values) + step))
    if np.isfinite(support.low):
        return support.low + (values - support.low) * np.exp(step)
    return support.high - (support.high - values) * np.exp(step) if np.isfinite(support.high) else values + step


def nearby(batch: Batch, constant: BestConstant) -> Iterator[BestConstant]:
    """Other constants in random directions."""
    random = np.random.default_rng(11)
    for size in STEPS:
        for _ in range(6):
            parameters = {}
            for name, values in constant.parameters.items():
                step = size * random.normal(size=values.shape)
                if batch.family.exclusive:
                    parameters[name] = np.asarray(special.softmax(np.log(values) + step))
                    continue
                form = next(
                    form
                    for form in batch.family.predictions
                    if {c.name for c in form.columns} == constant.parameters.keys()
                )
                (column,) = (column for column in form.columns if column.name == name)
                supports = list(column.entry_supports.values())
                each = [moved(values[k], support, step[k]) for k, support in enumerate(supports)]
                parameters[name] = np.array(each) if supports else moved(values, column.support, step)
            yield replace(constant, parameters=parameters)


def check(batch: Batch) -> None:
    """No constant near the best one, nor far from it, loses less."""
    constant = best_constant(batch)
    assert not constant.reason
    least = loss_of(batch, constant)
    for other in nearby(batch, constant):
        assert loss_of(batch, other) >= least - ROUNDING * (1 + abs(least)), other.parameters


@pytest.mark.parametrize("combination", PLAIN, ids=harness.name_of)
def test_law_14_no_other_constant_loses_less(combination: Combination) -> None:
    """The weighted mean cross-entropy of rows of any form is least at the best constant prediction in any form."""
    check(weighted(combination))


@pytest.mark.parametrize("combination", CLASSES, ids=harness.name_of)
def test_options_that_move_the_optimum_move_the_constant(combination: Combination) -> None:
    """With weights of the classes, a smoothing and a mask it is least as well."""
    random = np.random.default_rng(5)
    width = harness.random_rows(combination, ROWS).predictions[combination.columns[0].name].shape[1:]
    options: dict[str, Any] = {"label_smoothing": 0.1}
    if "class_weights" in combination.family.options:
        options["class_weights"] = random.gamma(1.0, size=width)
    if "positive_weight" in combination.family.options:
        options["positive_weight"] = 2.5
    check(weighted(combination, **options))
    if "mask" in combination.family.options and combination.target_form.columns[0].rank == 2:
        mask = (random.random((ROWS, *width)) < 0.7) | (np.arange(width[0]) == 0)
        check(weighted(combination, mask=mask.astype(np.float64), **options))


@pytest.mark.parametrize("combination", PLAIN, ids=harness.name_of)
def test_law_14_weights_count_rows(combination: Combination) -> None:
    """A row of weight 2 is two rows, and one of weight 0 is none."""
    rows = harness.random_rows(combination, ROWS)
    weights = np.arange(ROWS) % 3.0
    once = harness.batch_of(combination, loss_for(combination), rows, "mean", sample_weights=weights)
    repeated = rows.take(np.repeat(np.arange(ROWS), weights.astype(np.intp)))
    often = harness.batch_of(combination, loss_for(combination), repeated, "mean")
    for name, values in best_constant(once).parameters.items():
        np.testing.assert_allclose(values, best_constant(often).parameters[name], rtol=1e-8, atol=1e-12)


OBSERVED = [each for each in PLAIN if not each.family.has_classes and not each.target_form.is_distribution]


@pytest.mark.parametrize("combination", OBSERVED, ids=harness.name_of)
def test_an_exponential_family_is_best_at_the_mean_of_its_statistics(combination: Combination) -> None:
    """The member whose expectations are the mean of T is the best constant, in the columns of every form."""
    batch = weighted(combination)
    rows = np.flatnonzero(batch.weights)
    found = of_mean_statistics(taking(batch, rows))
    if not batch.family.natural:
        return
    for name, values in best_constant(batch).parameters.items():
        np.testing.assert_allclose(found[name], values, rtol=1e-8, atol=1e-8)


HELD = {"gaussian": ["mean"], "gamma": ["mean"], "negative_binomial": ["mean"], "weibull": ["scale"]}


@pytest.mark.parametrize("combination", OBSERVED, ids=harness.name_of)
def test_law_14_sums_of_statistics_tell_what_the_best_constant_loses(combination: Combination) -> None:
    """From the means of T and h it is the loss at the best constant: with every parameter predicted or held."""
    batch = weighted(combination)
    names = [column.name for column in combination.prediction_form.columns]
    by_sums = FITTED_STATISTICS.met_by(batch)
    assert by_sums == (batch.family.exponential_family(batch.constants) is not None)
    assert by_sums or names != HELD.get(batch.family.name)
    if by_sums:
        recorder = Recorder(batch, (StatisticsTally,))
        found = best_constant_loss(recorder.summary(score(batch, frozenset(), observers=[recorder])))
        least = loss_of(batch, best_constant(batch))
        assert found == pytest.approx(least, rel=ROUNDING, abs=ROUNDING)
