import copy
import pickle
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from pandas import DataFrame, Series

from distscore import local
from distscore.boosting import LIBRARIES, Objective, metric, objective
from distscore.boosting.catboost import CatBoostMetric, CatBoostObjective
from distscore.boosting.pairs import PairObjective
from distscore.client import Client, InvalidInput, Refused
from distscore.core.special.elementwise import Array
from distscore.core.theory.activations import ACTIVATIONS

RANDOM = np.random.default_rng(12)
N = 60
SHARES = RANDOM.dirichlet(np.ones(4), N)
VOTES = RANDOM.multinomial(5, SHARES)
COUNTS, AMOUNTS, REALS = RANDOM.poisson(3.0, N), RANDOM.gamma(2.0, 1.0, N), RANDOM.normal(size=N)
MASK = RANDOM.random((N, 4)) < 0.8
WEIGHTS = RANDOM.integers(0, 4, N).astype(np.float64)
LABELS = RANDOM.integers(0, 4, N)

CASES: dict[str, dict[str, Any]] = {
    "soft classes": {"family": "categorical", "targets": {"probabilities": SHARES}},
    "votes": {"family": "categorical", "targets": {"counts": VOTES}, "count_weighting": "votes"},
    "labels": {"family": "categorical", "targets": {"labels": LABELS}, "class_weights": [1.0, 2.0, 0.5, 3.0]},
    "ignored labels": {
        "family": "categorical",
        "targets": {"labels": LABELS},
        "ignore_label": 2,
        "classes": list("abcd"),
    },
    "masked": {"family": "categorical", "targets": {"probabilities": SHARES}, "mask": MASK, "temperature": 2.0},
    "smoothed": {"family": "categorical", "targets": {"probabilities": np.eye(4)[LABELS]}, "label_smoothing": 0.1},
    "focal": {"family": "categorical", "loss": "focal", "targets": {"probabilities": SHARES}},
    "several labels": {"family": "multilabel", "targets": {"probabilities": RANDOM.random((N, 3))}},
    "successes": {"family": "bernoulli", "targets": {"successes": np.minimum(COUNTS, 5), "trials": np.full(N, 5)}},
    "gamma, its shape held": {"family": "gamma", "targets": {"values": AMOUNTS}, "family_parameters": {"shape": 3.0}},
    "gamma": {"family": "gamma", "targets": {"values": AMOUNTS}, "predictions": ["mean", "shape"]},
    "softplus": {"family": "poisson", "targets": {"values": COUNTS}, "activations": {"rate": "softplus"}},
    "gaussian": {"family": "gaussian", "targets": {"values": REALS}, "predictions": ["mean", "standard_deviation"]},
    "beta": {"family": "beta", "targets": {"values": RANDOM.beta(2.0, 3.0, N)}, "predictions": ["mean", "precision"]},
    "dirichlet": {"family": "dirichlet", "targets": {"values": SHARES}},
    "quadratic": {"family": "gaussian", "loss": "mean_squared_error", "targets": {"values": REALS}},
}


def made(library: Any, case: Mapping[str, Any], hessian: Any = "exact", **more: Any) -> Objective:
    members = {"loss": "cross_entropy", **case, **more}
    return objective(library, members.pop("family"), members.pop("loss"), members.pop("targets"), hessian, **members)


def raw_scores(of: Objective, seed: int = 3) -> Array:
    scores = np.random.default_rng(seed).normal(size=(of.targets.row_count, of.targets.width))
    return scores if of.targets.width > 1 else scores[:, 0]


def scored(of: Objective, case: Mapping[str, Any], raw: Array, outputs: list[str]) -> Any:
    members: dict[str, Any] = {"loss": "cross_entropy", **case, "activations": of.activations}
    members |= {"predictions": of.predictions(raw), "sample_weights": WEIGHTS, "reduction": "sum", "outputs": outputs}
    return local.score(**members)


def joined(columns: Mapping[str, Array], like: Array) -> Array:
    return np.concatenate([each.reshape(len(like), -1) for each in columns.values()], axis=1).reshape(like.shape)


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_derivatives_are_those_of_the_score(case: dict[str, Any]) -> None:
    """Bit for bit the gradients and exact second derivatives of a score with reduction sum and the same weights."""
    of = made("xgboost", case, hessian_floor=-1e300)
    raw = raw_scores(of)
    answer = scored(of, case, raw, ["gradients", "hessian_diagonals"])
    gradient, second = of.derivatives(raw, WEIGHTS)
    assert np.array_equal(gradient, joined(answer.gradients, raw))
    assert np.array_equal(second, joined(answer.hessian_diagonals, raw))


@pytest.mark.parametrize("name", ["votes", "masked", "gaussian", "ignored labels"])
def test_a_service_gives_the_same(name: str, url: str) -> None:
    """A service that is asked for the derivatives and the value gives what is computed here."""
    case = CASES[name]
    members = {"loss": "cross_entropy", **case}
    positional = members.pop("family"), members.pop("loss"), members.pop("targets")
    with Client(url) as client:
        here, there = made("lightgbm", case, "fisher"), made("lightgbm", case, "fisher", client=client)
        raw = raw_scores(here)
        assert np.array_equal(here.derivatives(raw, WEIGHTS), there.derivatives(raw, WEIGHTS))
        values = {metric("lightgbm", *positional, **members, client=who).value(raw, WEIGHTS) for who in (None, client)}
    assert len(values) == 1


@pytest.mark.parametrize("name", ["soft classes", "several labels", "dirichlet", "quadratic"])
def test_fisher_information_is_that_of_the_score(name: str) -> None:
    """Fisher information where that is asked for, which is never negative."""
    of = made("lightgbm", CASES[name], "fisher")
    raw = raw_scores(of)
    _, second = of.derivatives(raw, WEIGHTS)
    assert np.array_equal(second, joined(scored(of, CASES[name], raw, ["fisher_diagonals"]).fisher_diagonals, raw))
    assert second.min() >= 0


@pytest.mark.parametrize("name", sorted(CASES.keys() - {"focal", "smoothed", "quadratic", "ignored labels"}))
def test_the_sum_is_least_at_the_start(name: str) -> None:
    """At the best constant scores the gradients of all rows sum to 0, with weights and without."""
    of = made("xgboost", CASES[name], hessian_floor=-1e300)
    assert of.initial_scores().shape == raw_scores(of).shape
    for weights in (None, WEIGHTS):
        gradient, _ = of.derivatives(of.initial_scores(weights), weights)
        assert np.abs(gradient.sum(axis=0)) == pytest.approx(0, abs=1e-7 * np.abs(gradient).sum())


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_have_an_inverse(name: str) -> None:
    """The raw number of a parameter gives that parameter."""
    values = np.array([1e-3, 0.25, 0.75])
    assert ACTIVATIONS[name].value(ACTIVATIONS[name].raw(values)) == pytest.approx(values, rel=1e-13)


def test_second_derivatives_of_libraries() -> None:
    """XGBoost doubles those of classes, LightGBM multiplies by K / (K - 1); neither lets a saturated one become 0."""
    raw = raw_scores(made("xgboost", CASES["soft classes"]))
    raw[0] = [500.0, 0.0, 0.0, 0.0]
    q = np.exp(raw - raw.max(axis=1, keepdims=True))
    q /= q.sum(axis=1, keepdims=True)
    for library, factor, floor in (("xgboost", 2, 1e-16), ("lightgbm", 4 / 3, 0)):
        gradient, second = made(library, CASES["soft classes"], "library").derivatives(raw)
        assert gradient == pytest.approx(q - SHARES, rel=1e-12)
        assert second == pytest.approx(np.maximum(factor * q * (1 - q), floor), rel=1e-9, abs=1e-18)
    rate = {"family": "poisson", "targets": {"values": COUNTS}}
    _, second = made("xgboost", rate, "library").derivatives(REALS)
    assert second == pytest.approx(np.exp(REALS + 0.7), rel=1e-13)


class DataSet:
    """A data set of either library: with weights, or an empty array in their place."""

    def __init__(self, weights: Array) -> None:
        self.weights = weights

    def get_weight(self) -> Array:
        return self.weights


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
def test_both_signatures(library: Any) -> None:
    """Scores with a data set, or labels that are not looked at with scores and weights; metrics likewise."""
    of = made(library, CASES["soft classes"])
    watched = metric(library, "categorical", "brier", {"probabilities": SHARES}, name="held out")
    assert isinstance(of, PairObjective)
    raw, labels = raw_scores(of), np.zeros(N)
    for weights, sent in ((np.empty(0), None), (WEIGHTS, WEIGHTS)):
        expected = of.derivatives(raw, sent)
        assert np.array_equal(of(raw, DataSet(weights)), expected)
        assert np.array_equal(of(labels, raw, sent), expected)
        value = watched.value(raw, sent)
        assert value in (watched(raw, DataSet(weights))[1], *np.atleast_1d(watched(labels, raw, sent)))  # type: ignore[operator]
    assert np.asfortranarray(raw).flags.f_contiguous
    assert np.array_equal(of.derivatives(np.asfortranarray(raw))[0], of.derivatives(raw)[0])


@pytest.mark.parametrize("name", ["successes", "gamma, its shape held"])
def test_rows_are_told_by_their_labels(name: str) -> None:
    """CatBoost gets the negated derivatives of any rows in any order, and the sum of their losses and weights."""
    case = CASES[name]
    of, watched = made("catboost", case), _metric(case)
    assert isinstance(of, CatBoostObjective)
    raw, some = raw_scores(of), np.random.default_rng(5).permutation(N)[:40]
    gradient, second = of.derivatives(raw, WEIGHTS)
    found = of.calc_ders_range(raw[some], some.astype(np.float32), WEIGHTS[some])
    assert np.array_equal(-np.array(found).T, [gradient[some], second[some]])
    whole = watched.evaluate([raw], watched.rows, WEIGHTS)
    parts = [
        watched.evaluate([raw[rows]], watched.rows[rows], WEIGHTS[rows])
        for rows in (some, np.setdiff1d(watched.rows, some))
    ]
    assert np.sum(parts, axis=0) == pytest.approx(whole, rel=1e-14)
    assert watched.get_final_error(*whole) == pytest.approx(watched.value(raw, WEIGHTS), rel=1e-14)


def _metric(case: dict[str, Any]) -> CatBoostMetric:
    found = metric("catboost", case["family"], "cross_entropy", case["targets"])
    assert isinstance(found, CatBoostMetric)
    return found


def test_columns_have_the_order_that_is_named() -> None:
    """Raw scores, derivatives and start of two columns, the other way round."""
    of = made("xgboost", CASES["gamma"])
    swapped = made("xgboost", {**CASES["gamma"], "predictions": ["shape", "mean"]})
    raw = raw_scores(of)
    for found, expected in zip(swapped.derivatives(raw[:, ::-1]), of.derivatives(raw), strict=True):
        assert np.array_equal(found, expected[:, ::-1])
    assert np.array_equal(swapped.start, of.start[::-1])


def test_a_client_is_not_pickled(url: str) -> None:
    """What is pickled has no key and no connection: it computes where it comes out, and gives the same."""
    with Client(url, "secret") as client:
        of = made("xgboost", CASES["soft classes"], client=client)
        pickled = pickle.dumps(of)
        assert b"secret" not in pickled
        assert np.array_equal(pickle.loads(pickled).derivatives(raw_scores(of)), of.derivatives(raw_scores(of)))


@pytest.mark.parametrize("library", LIBRARIES)
def test_objectives_are_pickled(library: Any) -> None:
    """An objective that was pickled gives the same; a deep copy, as libraries make of their parameters, is no copy."""
    of = made(library, CASES["gamma, its shape held"])
    again = pickle.loads(pickle.dumps(of))
    raw = raw_scores(of)
    assert np.array_equal(again.derivatives(raw), of.derivatives(raw))
    assert np.array_equal(again.start, of.start)
    assert copy.deepcopy({"objective": of})["objective"] is of


def test_wrong_targets_are_refused_as_by_the_service() -> None:
    """The row and the column of what is wrong, under the pointer that the service gives."""
    wrong = SHARES.copy()
    wrong[7] *= 1.5
    for family, targets, pointer in (
        ("categorical", {"probabilities": wrong}, "/targets/probabilities/7"),
        ("poisson", {"values": [1.0, -2.0]}, "/targets/values/1"),
        ("poisson", {"amounts": [1.0]}, "/targets/amounts"),
        ("categorical", {"labels": [0, 99]}, "/classes"),
        ("poison", {"values": [1.0]}, "/family"),
    ):
        with pytest.raises(Refused) as refused:
            objective("xgboost", family, "cross_entropy", targets)
        assert refused.value.errors[0]["pointer"] == pointer
    with pytest.raises(Refused) as refused:
        objective("xgboost", "poisson", "cross_entropy", {"values": [1.0]}, activations={"rate": "identity"})
    assert refused.value.errors[0]["pointer"] == "/activations/rate"


def test_wrong_weights_are_refused() -> None:
    """Weights of another number of rows, or negative ones, for derivatives and starts alike."""
    of = made("lightgbm", CASES["ignored labels"])
    for weights, pointer in (
        (WEIGHTS[1:], "/sample_weights"),
        (np.where(np.arange(N) == 7, -1.0, 1.0), "/sample_weights/7"),
    ):
        for call in (lambda w=weights: of.initial_scores(w), lambda w=weights: of.derivatives(raw_scores(of), w)):
            with pytest.raises(Refused) as refused:
                call()
            assert refused.value.errors[0]["pointer"] == pointer


def test_targets_may_be_frames() -> None:
    """Frames bring the names of classes, series of words their numbers, and nulls are left out if that is asked for."""
    framed = objective(
        "xgboost", "categorical", "cross_entropy", {"probabilities": DataFrame(SHARES, columns=list("abcd"))}
    )
    worded = {"labels": Series(np.array(["no", "yes"])[LABELS % 2])}
    for of, targets in (
        (framed, {"probabilities": SHARES}),
        (objective("xgboost", "categorical", "cross_entropy", worded, classes=["no", "yes"]), {"labels": LABELS % 2}),
    ):
        plain = objective("xgboost", "categorical", "cross_entropy", targets)
        assert np.array_equal(of.derivatives(raw_scores(plain)), plain.derivatives(raw_scores(plain)))
    of = objective("xgboost", "poisson", "cross_entropy", {"values": [1, None, 2]}, missing="exclude")
    assert np.array_equal(of.derivatives(np.zeros(3))[0], [0, 0, -1])


def test_scores_out_of_reach_are_refused() -> None:
    """A raw score whose parameter is beyond the doubles, or that is not finite, names its row and column."""
    of = made("xgboost", {"family": "poisson", "targets": {"values": COUNTS}})
    for beyond in (800.0, np.nan):
        raw = np.zeros(N)
        raw[11] = beyond
        with pytest.raises(Refused) as refused:
            of.derivatives(raw)
        assert refused.value.errors[0]["pointer"] == "/predictions/rate/11"


def test_what_cannot_be_served_is_said() -> None:
    """Other rows, other widths, second derivatives that there are not, and members without a meaning here."""
    of = made("lightgbm", CASES["soft classes"])
    with pytest.raises(InvalidInput, match=f"3 rows of raw scores, {N} of targets"):
        of.derivatives(np.zeros((3, 4)))
    with pytest.raises(InvalidInput, match="let it watch this one alone"):
        metric("lightgbm", "poisson", "cross_entropy", {"values": COUNTS}).value(np.zeros(3))
    with pytest.raises(InvalidInput, match=r"expected a list of columns, as \['mean'\]"):
        made("lightgbm", CASES["gamma"], predictions="mean")
    with pytest.raises(InvalidInput, match="num_class=4"):
        of.derivatives(np.zeros(N))
    with pytest.raises(InvalidInput, match="lightgbm has no objective of its own for brier of categorical by logits"):
        made("lightgbm", CASES["soft classes"], "library", loss="brier")
    with pytest.raises(InvalidInput, match="focal has no Fisher information of logits"):
        made("lightgbm", CASES["focal"], "fisher")
    with pytest.raises(InvalidInput, match="/hessian_floor: it is for hessian='exact'"):
        made("lightgbm", CASES["soft classes"], "library", hessian_floor=0.1)
    with pytest.raises(InvalidInput, match="catboost asks for derivatives of 4 scores one row at a time"):
        made("catboost", CASES["soft classes"])
    with pytest.raises(InvalidInput, match="not for 'sklearn'"):
        made("sklearn", CASES["soft classes"])
    with pytest.raises(InvalidInput, match="/sample_weights: no option here"):
        made("lightgbm", CASES["soft classes"], sample_weights=WEIGHTS)
    classes = made("catboost", CASES["successes"])
    assert isinstance(classes, CatBoostObjective)
    for labels in (np.zeros(N), np.arange(N) + 0.5, np.arange(N) + 1):
        with pytest.raises(InvalidInput, match=r"label=objective\.rows"):
            classes.calc_ders_range(np.zeros(N), labels, None)
    with pytest.raises(InvalidInput, match=r"not finite: \[inf\]; start from scores of your own"):
        _ = made("xgboost", {"family": "bernoulli", "targets": {"probabilities": np.ones(3)}}).start


def test_negative_second_derivatives_are_an_error_or_raised_to_a_floor() -> None:
    """Never clipped unless asked: the first row is named, and a floor is that of the row before its weight."""
    brier = {"family": "categorical", "loss": "brier", "targets": {"probabilities": SHARES}}
    of = made("xgboost", brier)
    raw = raw_scores(of)
    with pytest.raises(
        InvalidInput, match=r"of 240 second derivatives are negative, the first is .* at row \d+, score"
    ):
        of.derivatives(raw)
    plain = made("xgboost", brier, hessian_floor=-1e300).derivatives(raw)[1]
    floored = made("xgboost", brier, hessian_floor=0.01).derivatives(raw, WEIGHTS)[1]
    assert np.array_equal(floored, WEIGHTS[:, None] * np.maximum(plain, 0.01))
