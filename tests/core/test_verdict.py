"""Verdict, decomposition and skill: true of distributions, of observations, and of votes."""

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from mpmath import mp
from numpy.typing import NDArray
from scipy import special, stats

from distscore.core.families import FAMILIES
from distscore.use_cases.merge import answer_merge
from distscore.wire.read.limits import Limits
from tests.core.test_diagnostics import Document, close, diagnose, post

Array = NDArray[np.float64]
SIDES = ("targets", "predictions")


def by_removing_votes(counts: Array) -> float:
    """The jackknife's estimate of the entropy behind some votes, by its definition: one vote after the other is left
    out.
    """
    n = counts.sum()
    entropy = stats.entropy(counts)
    without = [counts - np.eye(len(counts))[k] for k in range(len(counts)) for _ in range(int(counts[k]))]
    return float(n * entropy - (n - 1) * np.mean([stats.entropy(each) for each in without]))


def by_grassberger(counts: Array) -> float:
    """Grassberger's estimate, by the recurrence g(1) = -gamma - log 2, g(2) = 2 - gamma - log 2, g(2i + 1) = g(2i),
    g(2i + 2) = g(2i) + 2 / (2i + 1).
    """
    g = {1: -np.euler_gamma - math.log(2), 2: 2 - np.euler_gamma - math.log(2)}
    for k in range(3, 40):
        g[k] = g[k - 1] if k % 2 else g[k - 2] + 2 / (k - 1)
    n = counts.sum()
    return float(math.log(n) - sum(c * g[int(c)] for c in counts if c) / n)


def test_votes_tell_how_much_too_low_their_entropy_is() -> None:
    """Two estimates of the floor's bias, weighed by the votes, and the divergence less each of them."""
    counts = np.random.default_rng(0).multinomial(9, [0.5, 0.3, 0.2], size=40)
    counts[::3] = np.random.default_rng(1).multinomial(4, [0.5, 0.3, 0.2], size=14)
    document = {
        "family": "categorical",
        "targets": {"counts": counts.tolist()},
        "predictions": {"logits": np.random.default_rng(1).normal(size=(40, 3)).tolist()},
    }
    parts = diagnose(document)["decomposition"]
    estimates = [
        np.average([estimate(row) - stats.entropy(row) for row in counts], weights=counts.sum(axis=1))
        for estimate in (by_removing_votes, by_grassberger)
    ]
    close([parts["floor_bias"]["lower"], parts["floor_bias"]["upper"]], sorted(estimates), 1e-11)
    corrected = parts["divergence_corrected"]
    close([corrected["upper"], corrected["lower"]], parts["divergence"] - np.sort(estimates), 1e-11)
    few = {"family": "bernoulli", "targets": {"successes": [1, 3], "trials": [1, 7]}, "predictions": {"logits": [0, 1]}}
    assert diagnose(few)["decomposition"]["floor_bias"] == {"lower": None, "upper": None}


def test_the_truth_reaches_the_ceiling_of_votes() -> None:
    """With the probabilities that votes were drawn from, the Brier skill is the ceiling but for noise; the range of
    the divergence holds 0; and the votes are said to be votes.
    """
    random = np.random.default_rng(4)
    p = random.dirichlet(np.ones(5), size=4000)
    counts = np.array([random.multinomial(n, row) for n, row in zip(random.integers(3, 11, size=4000), p, strict=True)])
    targets, predictions = {"counts": counts.tolist()}, {"probabilities": p.tolist()}
    document = {"family": "categorical", "targets": targets, "predictions": predictions}
    diagnostics = diagnose(document)
    skill, corrected = diagnostics["skill"], diagnostics["decomposition"]["divergence_corrected"]
    assert skill["brier_skill"] == pytest.approx(skill["brier_skill_ceiling"], abs=0.02)
    assert corrected["lower"] - 0.01 < 0 < corrected["upper"] + 0.01
    assert "perfect" not in diagnostics["verdict"]
    assert "per vote" in diagnostics["verdict"]["text"]


SIZES = np.random.default_rng(7).gamma(3, size=500) + 0.1  # what the true predictions are made of
SHARES = SIZES / (1 + SIZES)

Observations = tuple[str, Any, dict[str, Array], dict[str, float]]
DRAWN: dict[str, Callable[[np.random.Generator], Observations]] = {
    "gaussian": lambda r: ("values", r.normal(SIZES, 0.7), {"mean": SIZES}, {"standard_deviation": 0.7}),
    "poisson": lambda r: ("values", r.poisson(SIZES), {"rate": SIZES}, {}),
    "gamma": lambda r: ("values", r.gamma(2, SIZES), {"mean": 2 * SIZES}, {"shape": 2.0}),
    "exponential": lambda r: ("values", r.exponential(SIZES), {"mean": SIZES}, {}),
    "negative_binomial": lambda r: (
        "values",
        r.negative_binomial(2, 2 / (2 + SIZES)),
        {"mean": SIZES},
        {"dispersion": 0.5},
    ),
    "categorical": lambda r: (
        "labels",
        (r.uniform(size=500) < SHARES).astype(int),
        {"probabilities": np.stack((1 - SHARES, SHARES), axis=1)},
        {},
    ),
    "bernoulli": lambda r: (
        "probabilities",
        (r.uniform(size=500) < SHARES).astype(float),
        {"probabilities": SHARES},
        {},
    ),
}


@pytest.mark.parametrize("family", DRAWN)
def test_of_the_truth_nothing_says_that_more_can_be_gained(family: str) -> None:
    """Observations drawn from the very predictions: saturated, not perfect; better than the best constant; no text
    says that something can be gained.
    """
    name, drawn, predictions, constants = DRAWN[family](np.random.default_rng(8))
    document = {
        "family": family,
        "targets": {name: np.asarray(drawn).tolist()},
        "predictions": {column: np.asarray(values).tolist() for column, values in predictions.items()},
        **({"family_parameters": constants} if constants else {}),
    }
    verdict = diagnose(document)["verdict"]
    assert "perfect" not in verdict
    assert verdict["saturated"]["value"] < verdict["yours"]["value"] < verdict["marginal"]["value"]
    close(verdict["gain"]["value"], verdict["marginal"]["value"] - verdict["yours"]["value"], 1e-9)
    assert 0 < verdict["gain"]["standard_error"] < verdict["gain"]["value"]
    assert "gain" not in verdict["text"]


def test_infinities_are_explained_by_their_cause() -> None:
    """A deviance is infinite where the saturated likelihood has no bound, not because something was impossible."""
    targets, predictions = {"values": [0, 0.3, 1]}, {"rate": [0.2, 0.1, 0.3]}
    document = {"family": "exponential", "targets": targets, "predictions": predictions, "loss": "deviance"}
    text = diagnose(document)["verdict"]["text"]
    assert "impossible" not in text
    assert "cross_entropy" in text
    certain, open_ = {"probabilities": [[1.0, 0.0]]}, {"probabilities": [[0.5, 0.5]]}
    reverse: Document = {"family": "categorical", "targets": certain, "predictions": open_, "outputs": ["diagnostics"]}
    answer = post({**reverse, "loss": "reverse_kl_divergence"})
    assert "impossible by the target" in answer["diagnostics"]["verdict"]["text"]
    assert "zero_prediction_with_target_mass" not in [warning["code"] for warning in answer["warnings"]]
    swapped = post({**reverse, "targets": open_, "predictions": certain})
    assert "predicted to be impossible" in swapped["diagnostics"]["verdict"]["text"]
    assert "zero_prediction_with_target_mass" in [warning["code"] for warning in swapped["warnings"]]


WEIGHTED = {"class_weights": [1, 2, 5]}
SAID: dict[str, tuple[Document, str, str]] = {  # members, what the text says, and what it does not say
    "weights move the optimum": (WEIGHTED, "best prediction that these options allow", "perfect"),
    "smoothing moves it": ({"label_smoothing": 0.1}, "best prediction that these options allow", "perfect"),
    "a floor of 0": ({"loss": "brier"}, "A perfect prediction", "Even"),
    "the mean is not best for it": ({"loss": "total_variation"}, "most likely constant", "best"),
    "labels may be certain": ({"targets": {"labels": [1, 1]}}, "need not reach", "perfect"),
}


@pytest.mark.parametrize("case", SAID)
def test_each_sentence_is_true_of_its_case(case: str) -> None:
    """Words depend on the loss, its options and the kind of target."""
    members, said, unsaid = SAID[case]
    soft = {
        "targets": {"probabilities": [[0.2, 0.3, 0.5], [0.6, 0.3, 0.1]]},
        "predictions": {"logits": [[0, 1, 2], [0, 0, 1]]},
    }
    text = diagnose({"family": "categorical", **soft, **members})["verdict"]["text"]
    assert said in text
    assert unsaid not in text


def test_what_is_held_is_said() -> None:
    """A known deviation may keep predictions from the entropy of targets; a wrong one may make a constant better."""
    document: Document = {"family": "gaussian", "targets": {"mean": [0, 1], "standard_deviation": [2, 3]}}
    held = diagnose({**document, "predictions": {"mean": [0, 1]}})["verdict"]["text"]
    assert "held" in held
    assert "can still be gained" not in held
    document["predictions"] = {"mean": [0, 1], "standard_deviation": [9, 9]}
    observed = diagnose({**document, "targets": {"values": [0.1, 1.3]}})["verdict"]
    assert observed["marginal"]["value"] < observed["saturated"]["value"]
    assert "Centered on the observations" in observed["text"]


def test_the_parts_add_up_where_predictions_do_not_sum_to_1() -> None:
    """loss = floor + divergence + normalization_term, and D^2 is of the whole loss."""
    p, q = np.array([[0.5, 0.5], [0.2, 0.8]]), np.array([[0.3, 0.3], [0.15, 0.6]])
    document = {
        "family": "categorical",
        "targets": {"probabilities": p.tolist()},
        "predictions": {"probabilities": q.tolist()},
        "normalization": "none",
    }
    diagnostics = diagnose(document)
    parts = diagnostics["decomposition"]
    close(parts["normalization_term"], -np.log(q.sum(axis=1)).mean())
    close(parts["floor"] + parts["divergence"] + parts["normalization_term"], parts["loss"])
    constant = special.entr(p.mean(axis=0)).sum()
    close(diagnostics["skill"]["d_squared"], 1 - (parts["loss"] - parts["floor"]) / (constant - parts["floor"]), 1e-11)


MERGING = ["gamma", "exponential", "poisson", "beta", "dirichlet", "gaussian", "log_normal", "inverse_gaussian"]


@pytest.mark.parametrize("family", [*MERGING, "continuous_bernoulli", "pareto"])
def test_the_best_constant_merges_from_the_statistics(family: str) -> None:
    """The marginal of merged batches is the loss of the best constant prediction of all their rows."""
    random = np.random.default_rng(5)
    y = random.uniform(0.55, 0.95, size=(30, 1)) * [1.0]
    rows = random.dirichlet(np.ones(3), size=30) if family == "dirichlet" else y[:, 0]
    form = FAMILIES[family].predictions[0]
    shape = (30, 3) if family == "dirichlet" else (30,)
    document: Document = {
        "family": family,
        "targets": {"values": rows.tolist()},
        "predictions": {column.name: np.full(shape, 0.7).tolist() for column in form.columns},
        **({"family_parameters": {"minimum": 0.5}} if family == "pareto" else {}),
    }
    whole = post({**document, "outputs": ["diagnostics.verdict"]})["diagnostics"]["verdict"]
    parts = []
    for part in (slice(0, 11), slice(11, 30)):
        sides = {side: {name: values[part] for name, values in document[side].items()} for side in SIDES}
        parts.append(post({**document, **sides, "outputs": ["state"]})["state"])
    merged = answer_merge({"states": parts}, Limits(100, 1000, 100), lambda: None).members["diagnostics"]["verdict"]
    close(merged["marginal"]["value"], whole["marginal"]["value"], 1e-9)
    close(merged["gain"]["value"], whole["gain"]["value"], 1e-8)
    assert merged["marginal"]["standard_error"] is None
    assert "The best prediction" in merged["text"]


@pytest.mark.parametrize("sample", [False, True], ids=["values", "samples"])
@pytest.mark.parametrize("origin", [1e5, 1e8])
@pytest.mark.parametrize("family", ["gaussian", "log_normal", "inverse_gaussian"])
def test_the_best_constant_keeps_its_digits_far_from_zero(family: str, origin: float, sample: bool) -> None:
    """Values of 1e8 +- 1, weighted: the marginal of merged batches has the variance that E[y^2] - E[y]^2 would lose."""
    random = np.random.default_rng(6)
    y, w = origin + random.normal(size=(20, 3 if sample else 1)), random.uniform(0.5, 2, size=20)
    numbers = y if sample else y[:, 0]
    document: Document = {
        "family": family,
        "targets": {"samples" if sample else "values": numbers.tolist()},
        "predictions": {column.name: [origin] * 20 for column in FAMILIES[family].predictions[0].columns},
    }
    parts = []
    for part in (slice(0, 7), slice(7, 20)):
        sides = {side: {name: values[part] for name, values in document[side].items()} for side in SIDES}
        parts.append(post({**document, **sides, "sample_weights": w[part].tolist(), "outputs": ["state"]})["state"])
    merged = answer_merge({"states": parts}, Limits(100, 1000, 100), lambda: None).members["diagnostics"]["verdict"]
    shares, draws = np.repeat(w, y.shape[1]) / w.sum() / y.shape[1], y.ravel()
    with mp.workdps(60):
        x = [mp.log(mp.mpf(each)) if family == "log_normal" else mp.mpf(each) for each in draws]
        mean = mp.fsum(a * b for a, b in zip(shares, x, strict=True)) / mp.fsum(shares)
        if family == "inverse_gaussian":
            spread = mp.fsum(a / b for a, b in zip(shares, x, strict=True)) / mp.fsum(shares) - 1 / mean
            carrier = -mp.mpf(3) / 2 * mp.fsum(a * mp.log(b) for a, b in zip(shares, x, strict=True))
        else:
            spread = mp.fsum(a * (b - mean) ** 2 for a, b in zip(shares, x, strict=True)) / mp.fsum(shares)
            carrier = -mean if family == "log_normal" else 0
        two_doubles = 1e-13 if family == "log_normal" else 1e-14  # hold 2^-106 of (log y)^2, 300 here, of 1e-16
        close(merged["marginal"]["value"], float(mp.log(2 * mp.pi * mp.e * spread) / 2 - carrier), two_doubles)


def test_skill_of_values_is_the_deviance_that_is_explained() -> None:
    """For a poisson: 1 - deviance / null deviance, as a glm has it; a family with a second parameter has none."""
    random = np.random.default_rng(2)
    rate = random.gamma(3, size=200)
    y, w = random.poisson(rate).astype(float), random.uniform(0.5, 2, size=200)

    def deviance(m: Any) -> float:
        return float(w @ (special.xlogy(y, y / m) - y + m))

    document = {"family": "poisson", "targets": {"values": y.tolist()}, "predictions": {"rate": rate.tolist()}}
    found = diagnose({**document, "sample_weights": w.tolist()})["skill"]
    close(found["d_squared"], 1 - deviance(rate) / deviance(np.full(200, np.average(y, weights=w))), 1e-10)
    predictions = {"mean": rate.tolist(), "standard_deviation": rate.tolist()}
    assert diagnose({**document, "family": "gaussian", "predictions": predictions})["skill"] == {"d_squared": None}


@pytest.mark.parametrize("family", ["gaussian", "gamma", "negative_binomial", "weibull"])
def test_with_a_constant_held_the_best_constant_merges_and_skill_is_explained_deviance(family: str) -> None:
    """What is not held is the mean alone: for a gaussian D^2 is R^2; merged figures are those of all rows."""
    random = np.random.default_rng(9)
    m = random.gamma(3, size=40) + 1
    y = np.rint(random.gamma(4, m / 4)) + 1
    held = {"gaussian": "standard_deviation", "negative_binomial": "dispersion"}.get(family, "shape")
    column = "scale" if family == "weibull" else "mean"
    document: Document = {
        "family": family,
        "targets": {"values": y.tolist()},
        "predictions": {column: m.tolist()},
        "family_parameters": {held: 1.5},
    }
    whole = post({**document, "outputs": ["diagnostics"]})["diagnostics"]
    parts = [
        post(
            {
                **document,
                **{side: {n: v[rows] for n, v in document[side].items()} for side in SIDES},
                "outputs": ["state"],
            }
        )
        for rows in (slice(0, 13), slice(13, 40))
    ]
    states = [part["state"] for part in parts]
    merged = answer_merge({"states": states}, Limits(100, 1000, 100), lambda: None).members["diagnostics"]
    close(merged["verdict"]["marginal"]["value"], whole["verdict"]["marginal"]["value"], 1e-13)
    close(merged["skill"]["d_squared"], whole["skill"]["d_squared"], 1e-13)
    deviances = {
        "gaussian": lambda q: (y - q) ** 2,
        "gamma": lambda q: y / q - 1 - np.log(y / q),
        "negative_binomial": lambda q: special.xlogy(y, y / q) - (y + 1 / 1.5) * np.log((1 + 1.5 * y) / (1 + 1.5 * q)),
        "weibull": lambda q: (y / q) ** 1.5 - 1 - 1.5 * np.log(y / q),
    }
    best = (y**1.5).mean() ** (1 / 1.5) if family == "weibull" else y.mean()
    explained = 1 - deviances[family](m).sum() / deviances[family](np.full(40, best)).sum()
    close(merged["skill"]["d_squared"], explained, 1e-11)
    of_deviance = post({**document, "loss": "deviance", "outputs": ["diagnostics", "state"]})
    alone = answer_merge({"states": [of_deviance["state"]]}, Limits(100, 1000, 100), lambda: None).members[
        "diagnostics"
    ]
    close(alone["skill"]["d_squared"], explained, 1e-11)
    close(alone["verdict"]["marginal"]["value"], of_deviance["diagnostics"]["verdict"]["marginal"]["value"], 1e-11)
