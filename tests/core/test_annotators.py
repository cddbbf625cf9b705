"""Predictions in annotators: by counting pairs of votes, by the definition of the interval, and by simulated truth."""

import math
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import stats

from distscore.use_cases.merge import answer_merge
from distscore.wire.read.limits import Limits
from tests.core.test_diagnostics import Document, close, post

Array = NDArray[np.float64]
Random = np.random.Generator
LIMITS = Limits(10**6, 10**7, 10**5)


def request(counts: NDArray[Any], q: Array, **options: Any) -> Document:
    """Votes and predicted probabilities."""
    targets, predictions = {"counts": counts.tolist()}, {"probabilities": q.tolist()}
    return {"family": "categorical", "targets": targets, "predictions": predictions, **options}


def annotators(document: Document) -> Document:
    answer: Document = post({**document, "outputs": ["diagnostics.annotators"]})["diagnostics"]["annotators"]
    return answer


def votes_of(counts: Array) -> list[int]:
    """The votes of a row one by one."""
    return [k for k, count in enumerate(counts) for _ in range(int(count))]


def by_pairs(votes: list[int], q: Array) -> tuple[float, ...]:
    """Of one row: how often two votes differ, the squared distance of q by pairs of votes, how often the others'
    most frequent class is a vote's, the share of the predicted class, and mean and variance of -log q over votes.
    """
    n = len(votes)
    pairs = [(i, j) for i in range(n) for j in range(n) if i != j]
    differ = np.mean([votes[i] != votes[j] for i, j in pairs])
    unit = np.eye(len(q))
    distance = np.mean([(q - unit[votes[i]]) @ (q - unit[votes[j]]) for i, j in pairs])
    agree = []
    for i, vote in enumerate(votes):
        others = np.bincount(votes[:i] + votes[i + 1 :], minlength=len(q))
        best = np.flatnonzero(others == others.max())
        agree.append((vote in best) / len(best))
    x = -np.log(q[votes])
    predicted = np.mean([vote == np.argmax(q) for vote in votes])
    return (
        float(differ),
        float(distance),
        float(np.mean(agree)),
        float(predicted),
        float(x.mean()),
        float(x.var(ddof=1)),
    )


def drawn(random: Random, rows: int, classes: int, fewest: int, most: int) -> tuple[Array, Array]:
    """True probabilities, and votes that follow them."""
    p = random.dirichlet(np.ones(classes), size=rows)
    return p, random.multinomial(random.integers(fewest, most + 1, size=rows), p).astype(float)


def noisy(random: Random, p: Array, size: float) -> Array:
    """Predictions that are off the truth."""
    q = p * np.exp(size * random.normal(size=p.shape))
    return np.asarray(q / q.sum(axis=1, keepdims=True))


def standard_error(x: Array, w: Array) -> float:
    """Of a weighted mean, as everywhere."""
    n = w.sum() ** 2 / (w**2).sum()
    mean = np.average(x, weights=w)
    return float(np.sqrt(n / (n - 1) * (w**2 * (x - mean) ** 2).sum()) / w.sum())


@pytest.mark.parametrize("weighting", ["votes", "rows"])
def test_every_figure_is_that_of_counting_votes(weighting: str) -> None:
    """Rows of fewer than two votes are left out; weights count; the interval ends where the data contradict a ratio."""
    random = np.random.default_rng(0)
    p, counts = drawn(random, 200, 4, 1, 6)
    q, sample_weights = noisy(random, p, 1.0), random.uniform(0.2, 2, size=200)
    found = annotators(request(counts, q, sample_weights=sample_weights.tolist(), count_weighting=weighting))
    n = counts.sum(axis=1)
    rows = n >= 2
    w = (sample_weights * n if weighting == "votes" else sample_weights)[rows]
    figures = [by_pairs(votes_of(counts[i]), q[i]) for i in np.flatnonzero(rows)]
    differ, distance, consensus, predicted, loss, variance = np.array(figures).T
    close(found["worth"], np.average(differ, weights=w) / np.average(distance, weights=w), 1e-11)
    close(found["votes_agree"], 1 - np.average(differ, weights=w), 1e-11)
    close(found["consensus_agrees"], np.average(consensus, weights=w), 1e-11)
    close(found["prediction_agrees"], np.average(predicted, weights=w), 1e-11)
    within = np.average(variance, weights=w)
    from_votes = variance / n[rows]
    between = np.average((loss - np.average(loss, weights=w)) ** 2, weights=w) - np.average(from_votes, weights=w)
    close([found["variance_within_votes"], found["variance_between_rows"]], [within, between], 1e-10)
    error, part = standard_error(loss, w), (w**2 * from_votes).sum() / w.sum() ** 2
    close(found["standard_error_with_twice_the_rows"], error / math.sqrt(2), 1e-10)
    close(found["standard_error_with_twice_the_votes"], math.sqrt(error**2 - part / 2), 1e-10)
    t = stats.t.ppf(0.975, w.sum() ** 2 / (w**2).sum() - 1)
    for m in found["interval"]:
        off = differ - m * distance
        close(abs(np.average(off, weights=w)), t * standard_error(off, w), 1e-8)
    assert found["interval"][0] < found["worth"] < found["interval"][1]


@pytest.mark.parametrize(("fewest", "most"), [(2, 3), (3, 10)])
def test_the_worth_of_many_rows_is_the_true_one(fewest: int, most: int) -> None:
    """Of 20 000 rows whose truth is known: the shares of that many votes are as close to it as the prediction is, and a
    perfect model agrees with votes more often than their consensus does.
    """
    random = np.random.default_rng(1)
    p, counts = drawn(random, 20_000, 5, fewest, most)
    q = noisy(random, p, 0.5)
    found = annotators(request(counts, q, normalization="rescale", count_weighting="rows"))
    worth = np.mean(1 - (p**2).sum(axis=1)) / np.mean(((q - p) ** 2).sum(axis=1))
    assert found["interval"][0] < worth < found["interval"][1]
    assert found["worth"] == pytest.approx(worth, rel=0.2)
    assert found["votes_agree"] == pytest.approx(np.mean((p**2).sum(axis=1)), abs=0.01)
    assert found["votes_agree"] <= found["consensus_agrees"] < np.mean(p.max(axis=1))


@pytest.mark.parametrize("runs", [300, pytest.param(3000, marks=pytest.mark.heavy)])
def test_the_interval_of_worth_covers_the_truth(runs: int) -> None:
    """An interval of 95 % holds the true worth in 92 to 98 % of runs of 300 rows of two or three votes."""
    random = np.random.default_rng(2)
    truths = random.dirichlet(np.ones(3), size=40)
    predictions = noisy(random, truths, 0.7)
    worth = np.mean(1 - (truths**2).sum(axis=1)) / np.mean(((predictions - truths) ** 2).sum(axis=1))
    covered = 0
    for _ in range(runs):
        row = random.integers(40, size=300)
        counts = random.multinomial(random.integers(2, 4, size=300), truths[row])
        low, high = annotators(request(counts, predictions[row], count_weighting="rows"))["interval"]
        covered += low is not None and low <= worth and (high is None or worth <= high)
    assert 0.92 <= covered / runs <= 0.98


def test_more_rows_and_more_votes_buy_what_is_promised() -> None:
    """The standard errors foretold from 4 000 rows of three votes are those of data with twice as much."""
    random = np.random.default_rng(3)
    p = random.dirichlet(np.ones(4), size=8000)
    q = noisy(random, p, 0.6)
    once, twice = random.multinomial(3, p), random.multinomial(6, p)
    found = annotators(request(once[:4000], q[:4000]))
    for name, counts, rows in (("rows", once, 8000), ("votes", twice, 4000)):
        came = post({**request(counts[:rows], q[:rows]), "outputs": ["value"]})["value_standard_error"]
        assert found[f"standard_error_with_twice_the_{name}"] == pytest.approx(came, rel=0.04)
    mean = (p * -np.log(q)).sum(axis=1)
    within = (p * (np.log(q) + mean[:, None]) ** 2).sum(axis=1).mean()
    assert found["variance_within_votes"] == pytest.approx(within, rel=0.05)
    assert found["variance_between_rows"] == pytest.approx(mean.var(), rel=0.2)


def test_binary_votes_are_votes_for_one_of_two_classes() -> None:
    """successes and trials of an event are counts of two classes."""
    random = np.random.default_rng(4)
    p, counts = drawn(random, 80, 2, 3, 9)
    q = noisy(random, p, 1.5)
    of_event = {
        "family": "bernoulli",
        "targets": {"successes": counts[:, 0].tolist(), "trials": counts.sum(axis=1).tolist()},
        "predictions": {"probabilities": q[:, 0].tolist()},
    }
    mine, others = annotators(of_event), annotators(request(counts, q))
    for name in mine.keys() - {"text"}:
        close(mine[name], others[name], 1e-9)


def test_merged_votes_tell_the_same_to_the_last_bit() -> None:
    """However rows are split, the answer is that of the whole batch; rows of one vote among them."""
    random = np.random.default_rng(5)
    p, counts = drawn(random, 40, 3, 1, 5)
    q, weights = noisy(random, p, 0.5), random.uniform(0.1, 9, size=40)
    parts = (slice(0, 1), slice(1, 17), slice(17, 40))
    states = [
        post(request(counts[each], q[each], sample_weights=weights[each].tolist(), outputs=["state"]))["state"]
        for each in parts
    ]
    merged = answer_merge({"states": states[::-1]}, LIMITS, lambda: None).members["diagnostics"]["annotators"]
    assert merged == annotators(request(counts, q, sample_weights=weights.tolist()))


def test_what_cannot_be_told_is_null() -> None:
    """One vote a row; one row; votes that always agree and predictions that are them; an impossible vote."""
    q = np.array([[0.75, 0.25], [0.5, 0.5]])
    nothing = annotators(request(np.array([[1.0, 0.0], [0.5, 2.0]]), q))
    assert all(nothing[name] in (None, [None, None]) for name in nothing.keys() - {"text"})
    assert "No row has two whole votes" in nothing["text"]
    one = annotators(request(np.array([[2.0, 1.0]]), q[:1]))
    assert (one["interval"], one["standard_error_with_twice_the_rows"]) == ([None, None], None)
    assert one["votes_agree"] == pytest.approx(1 / 3)
    perfect = annotators(request(np.array([[3.0, 0.0], [0.0, 2.0]]), np.eye(2)))
    assert (perfect["worth"], perfect["interval"], perfect["votes_agree"]) == (None, [0.0, None], 1.0)
    assert "closer" in perfect["text"]
    impossible = annotators(request(np.array([[3.0, 1.0], [1.0, 2.0]]), np.eye(2)))
    assert impossible["variance_within_votes"] is None
    assert impossible["standard_error_with_twice_the_votes"] is None
    assert impossible["worth"] is not None
    agreed = annotators(request(np.array([[3.0, 0.0], [0.0, 2.0]]), q))
    assert (agreed["worth"], agreed["interval"][0]) == (0.0, 0.0)
    assert "never differ" in agreed["text"]
    one_heavy = annotators(request(np.array([[3.0, 1.0], [1.0, 2.0]]), q, sample_weights=[1e-150, 1.0]))
    assert one_heavy["interval"] == [0.0, None]
    certain = annotators(
        {
            "family": "bernoulli",
            "targets": {"successes": [3, 0, 8], "trials": [10, 4, 8]},
            "predictions": {"logits": [-0.5, 1.5e308, 1.5]},
        }
    )
    assert certain["variance_between_rows"] is None
    assert certain["standard_error_with_twice_the_rows"] > 1e307


def test_votes_whose_squares_overflow_are_votes_like_others() -> None:
    """What depends on shares of votes does not change when there are 1e150 of them."""
    q = np.array([[0.75, 0.25], [0.5, 0.5], [0.25, 0.75]])
    few, many = (
        annotators(request(n * np.array([[1.0, 1], [1, 3], [1, 1]]), q, count_weighting="rows")) for n in (1e8, 1e150)
    )
    for name in few.keys() - {"text", "standard_error_with_twice_the_votes", "consensus_agrees"}:
        close(few[name], many[name], 1e-6)
