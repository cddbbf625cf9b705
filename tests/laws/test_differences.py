"""Law: an interval for a difference of two predictions holds the true one as often as it says, in simulations.

Rows are events y of probability p(x), x even in (0, 1); predictions are p moved on the scale of logits. The true
difference of their log-losses is an integral over x, so that nothing is compared with what the service says itself.
"""

from typing import Any

import numpy as np
import pytest
from scipy import special

from distscore.core.diagnostics.candidates import inference
from distscore.core.diagnostics.candidates.units import Clusters, units_of
from distscore.core.exact.weighted_means import series_of, weights_of
from distscore.core.special.elementwise import Array

CONFIDENCE = 0.95
COVERS = (0.93, 0.97)


def logit_of(x: Array) -> Array:
    """The logit of the true probability at x."""
    return 4 * x - 1.5


def loss(logit: Array, y: Array) -> Array:
    """The log-loss of an event."""
    return np.logaddexp(0, logit) - y * logit


def moved(x: Array, sharper: float, shifted: float) -> Array:
    """The logit that a prediction has instead of the true one."""
    return sharper * logit_of(x) + shifted * np.sin(9 * x)


ONE, OTHER = (0.8, 0.3), (1.4, -0.4)


def differences(x: Array, random: np.random.Generator) -> Array:
    """Loss of one prediction minus that of the other, of events drawn at x."""
    y = (random.uniform(size=x.shape) < special.expit(logit_of(x))).astype(np.float64)
    return loss(moved(x, *ONE), y) - loss(moved(x, *OTHER), y)


def expected(weight: Any = np.ones_like) -> float:
    """The true weighted mean of the differences."""
    x = (np.arange(200_000) + 0.5) / 200_000
    p = special.expit(logit_of(x))
    d = loss(moved(x, *ONE), p) - loss(moved(x, *OTHER), p)  # the log-loss is linear in y
    return float(np.average(d, weights=weight(x)))


def weight_at(x: Array) -> Array:
    """Weights that rise where the differences vary most."""
    return np.asarray(0.2 + 3 * x**2)


@pytest.mark.parametrize("weigh", [np.ones_like, weight_at], ids=["equal", "rising"])
def test_law_17_intervals_of_rows_cover(weigh: Any) -> None:
    """In 2000 batches of 80 rows, with the sums and standard errors of the service."""
    random, truth, covered = np.random.default_rng(1), expected(weigh), 0
    for _ in range(2000):
        x = random.uniform(size=80)
        d, w = differences(x, random), weigh(x)
        units, series = units_of(w, None), series_of(d, w)
        error = units.standard_error(series)
        assert error is not None
        half = float(inference.t_half_width(error, units.effective, CONFIDENCE))
        covered += abs(series.mean(weights_of(w)) - truth) <= half
    assert COVERS[0] <= covered / 2000 <= COVERS[1]


def test_law_17_intervals_of_votes_cover() -> None:
    """In 1000 batches of 80 rows of 1 to 20 votes, which weigh most where the difference varies least."""
    random, truth, covered = np.random.default_rng(7), expected(), 0
    for _ in range(1000):
        x, votes = random.uniform(size=80), random.integers(1, 21, size=80).astype(np.float64)
        shares = random.binomial(votes.astype(np.intp), special.expit(logit_of(x))) / votes
        d = loss(moved(x, *ONE), shares) - loss(moved(x, *OTHER), shares)
        units, series = units_of(votes, None), series_of(d, votes)
        error = units.standard_error(series)
        assert error is not None
        half = float(inference.t_half_width(error, units.effective, CONFIDENCE))
        covered += abs(series.mean(weights_of(votes)) - truth) <= half
    assert COVERS[0] <= covered / 1000 <= COVERS[1]


def covers(d: Array, truth: float, clusters: Clusters | None) -> bool:
    """Whether the interval of equally weighted rows holds the true difference."""
    ones = np.ones_like(d)
    units, series = units_of(ones, clusters), series_of(d, ones) if clusters is None else clusters.series(d)
    error = units.standard_error(series)
    assert error is not None
    return bool(abs(d.mean() - truth) <= inference.t_half_width(error, units.effective, CONFIDENCE))


def test_law_17_intervals_of_clusters_cover() -> None:
    """In 2000 batches of 40 clusters of 1 to 7 rows at nearly one x; without clusters they cover far less."""
    random, truth, covered, as_rows = np.random.default_rng(2), expected(), 0, 0
    for run in range(2000):
        codes = random.permutation(np.repeat(np.arange(40), random.integers(1, 8, size=40)))
        x = (random.uniform(size=40)[codes] + 0.01 * random.uniform(size=len(codes))) % 1
        p = special.expit(logit_of(x))
        d = loss(moved(x, *ONE), p) - loss(moved(x, *OTHER), p)  # of soft targets, which x alone decides
        covered += covers(d, truth, Clusters(codes, np.ones_like(d)))
        as_rows += run < 400 and covers(d, truth, None)
    assert COVERS[0] <= covered / 2000 <= COVERS[1]
    assert as_rows / 400 < 0.8


def wrong_at_any_look(runs: int, rows: int, seed: int) -> tuple[float, float]:
    """How often the interval for any time, and the ordinary one, are wrong at some row from 400 on."""
    random, truth = np.random.default_rng(seed), expected()
    n = np.arange(400.0, rows + 1)
    wrong = np.zeros(2)
    for _ in range(runs):
        d = differences(random.uniform(size=rows), random)
        mean, square = np.cumsum(d)[399:] / n, np.cumsum(d * d)[399:] / n
        error = np.sqrt((square - mean * mean) / (n - 1))
        halves = inference.anytime_half_width(error, n, CONFIDENCE), inference.t_half_width(error, n, CONFIDENCE)
        wrong += [bool((np.abs(mean - truth) > half).any()) for half in halves]
    anytime, ordinary = (wrong / runs).tolist()
    return anytime, ordinary


def test_law_17_an_interval_may_be_looked_at_after_every_row() -> None:
    """It is wrong at any of thousands of looks in at most 7 % of runs, where the ordinary one is in far more."""
    anytime, ordinary = wrong_at_any_look(400, 4000, 3)
    assert anytime <= 0.07
    assert ordinary > 0.2


@pytest.mark.heavy
def test_law_17_an_interval_may_be_looked_at_for_long() -> None:
    """The same of 2000 runs of 20 000 rows."""
    anytime, ordinary = wrong_at_any_look(2000, 20_000, 4)
    assert anytime <= 0.07
    assert ordinary > 0.35


def test_law_17_of_many_that_are_alike_few_are_told_apart() -> None:
    """Of 19 candidates as good as the baseline one has an adjusted p-value below 0.05 in at most 6 % of batches."""
    random, found = np.random.default_rng(5), 0
    for _ in range(2000):
        x = random.uniform(size=100)
        y = (random.uniform(size=100) < special.expit(logit_of(x))).astype(np.float64)
        losses = loss(logit_of(x) + random.normal(size=(20, 100)), y)
        d = losses[1:] - losses[0]
        error = d.std(axis=1, ddof=1) / 10
        found += min(inference.holm(inference.t_p_value(d.mean(axis=1), error, 100.0).tolist())) < 0.05
    assert 0 < found / 2000 <= 0.06


def test_law_17_equivalence_is_seldom_found_at_the_margin() -> None:
    """Where the true difference is the margin, either way, the test says that it is less in at most 6 % of batches."""
    random, margin = np.random.default_rng(6), 0.5
    d = differences(random.uniform(size=(2000, 300)), random) - expected()
    error = d.std(axis=1, ddof=1) / np.sqrt(300)
    for true in (margin, -margin):
        p = inference.equivalence_p_value(d.mean(axis=1) + true, error, 300.0, margin)
        assert 0.03 < (p < 0.05).mean() <= 0.06
