"""Trees that XGBoost, LightGBM and CatBoost grow for our objectives, beside those that they grow for their own."""

import json
import pickle
import runpy
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import numpy as np
import pytest
from scipy import special

from distscore.boosting import metric, objective
from distscore.boosting.catboost import CatBoostMetric, CatBoostObjective
from distscore.core.special.elementwise import Array

catboost = pytest.importorskip("catboost")
lightgbm = pytest.importorskip("lightgbm")
xgboost = pytest.importorskip("xgboost")

pytestmark = [
    pytest.mark.ecosystem,
    pytest.mark.filterwarnings("ignore:Failed to import numba:UserWarning"),  # by catboost, which would compile with it
]

ROUNDS = 15
SINGLE = 2e-6  # rounding of float32, in which gradients and leaves are kept
RANDOM = np.random.default_rng(1)
N = 500
FEATURES = RANDOM.normal(size=(N, 5)).astype(np.float32)
LOGITS = np.stack((1.2 * FEATURES[:, 0], FEATURES[:, 1] - 0.5, FEATURES[:, 2] * FEATURES[:, 3]), axis=1).astype(float)
TRUTH = special.softmax(LOGITS, axis=1)
LABELS = (TRUTH.cumsum(axis=1) < RANDOM.random((N, 1))).sum(axis=1)
ONE_HOT = np.eye(3)[LABELS]
EVENTS = ONE_HOT[:, 0]
MEANS = np.exp(0.5 * FEATURES[:, 0].astype(float))
COUNTS, AMOUNTS, REALS = RANDOM.poisson(MEANS), RANDOM.gamma(3.0, MEANS / 3), LOGITS[:, 0] + RANDOM.normal(size=N)
WEIGHTS = RANDOM.integers(1, 4, N).astype(float)


class Case(NamedTuple):
    """A built-in objective with its labels and parameters, and the family and targets that ours is made of."""

    built_in: str
    labels: Any
    family: str
    targets: Mapping[str, Any]
    theirs: Mapping[str, Any] = MappingProxyType({})
    ours: Mapping[str, Any] = MappingProxyType({})


CLASSES: dict[str, Any] = {"num_class": 3}
OF_XGBOOST = [
    Case("multi:softprob", LABELS, "categorical", {"probabilities": ONE_HOT}, CLASSES, {"num_target": 3}),
    Case("multi:softprob", LABELS, "categorical", {"labels": LABELS}, CLASSES, CLASSES),
    Case("binary:logistic", EVENTS, "bernoulli", {"probabilities": EVENTS}),
    Case("binary:logistic", ONE_HOT, "multilabel", {"probabilities": ONE_HOT}, {}, {"num_target": 3}),
    Case("reg:logistic", TRUTH[:, 0], "bernoulli", {"probabilities": TRUTH[:, 0]}),
    Case("reg:squarederror", REALS, "gaussian", {"values": REALS}),
    Case("reg:gamma", AMOUNTS, "gamma", {"values": AMOUNTS}),
    Case("count:poisson", COUNTS, "poisson", {"values": COUNTS}, {}, {"max_delta_step": 0.7}),
]
OF_LIGHTGBM = [
    Case("multiclass", LABELS, "categorical", {"probabilities": ONE_HOT}, CLASSES, CLASSES),
    Case("multiclassova", LABELS, "multilabel", {"probabilities": ONE_HOT}, CLASSES, CLASSES),
    Case("binary", EVENTS, "bernoulli", {"probabilities": EVENTS}),
    Case("cross_entropy", TRUTH[:, 0], "bernoulli", {"probabilities": TRUTH[:, 0]}),
    Case("regression", REALS, "gaussian", {"values": REALS}),
    Case("gamma", AMOUNTS, "gamma", {"values": AMOUNTS}),
    Case("poisson", COUNTS, "poisson", {"values": COUNTS}),
]
OF_CATBOOST = [
    Case("CrossEntropy", TRUTH[:, 0], "bernoulli", {"probabilities": TRUTH[:, 0]}),
    Case("Logloss", EVENTS, "bernoulli", {"probabilities": EVENTS}),
    Case("RMSE", REALS, "gaussian", {"values": REALS}),
    Case("Poisson", COUNTS, "poisson", {"values": COUNTS}),
]


def name_of(case: Any) -> str:
    return f"{case.built_in} {case.family}" if isinstance(case, Case) else ""


def nodes(tree: dict[str, Any]) -> Iterator[tuple[Any, float]]:
    """Where every node of a tree of XGBoost splits, and the value of a leaf."""
    yield (tree.get("split"), tree.get("split_condition")), tree.get("leaf", 0.0)
    for child in tree.get("children", ()):
        yield from nodes(child)


def compare(found: list[tuple[Any, float]], expected: list[tuple[Any, float]]) -> None:
    """The same splits, and leaves that differ by the rounding of float32."""
    assert [split for split, _ in found] == [split for split, _ in expected]
    assert [leaf for _, leaf in found] == pytest.approx([leaf for _, leaf in expected], rel=1e-3, abs=SINGLE)
    assert len(found) > 10 * ROUNDS


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["", "weighted"])
@pytest.mark.parametrize("case", OF_XGBOOST, ids=name_of)
def test_xgboost_grows_the_trees_of_its_own_objective(case: Case, weights: Array | None) -> None:
    """With the second derivatives of the library and the same start, every tree is the built-in one."""
    of = objective("xgboost", case.family, "cross_entropy", case.targets)
    start = of.initial_scores(weights)
    common = {"max_depth": 4, "eta": 0.3, "nthread": 1}

    def trees(parameters: Mapping[str, Any], labels: Array | None, ours: Any) -> list[tuple[Any, float]]:
        data = xgboost.DMatrix(FEATURES, label=labels, base_margin=start, weight=weights)
        booster = xgboost.train({**common, **parameters}, data, ROUNDS, obj=ours)
        return [node for tree in booster.get_dump(dump_format="json") for node in nodes(json.loads(tree))]

    compare(trees(case.ours, None, of), trees({"objective": case.built_in, **case.theirs}, case.labels, None))


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["", "weighted"])
@pytest.mark.parametrize("case", OF_LIGHTGBM, ids=name_of)
def test_lightgbm_grows_the_trees_of_its_own_objective(case: Case, weights: Array | None) -> None:
    """With the second derivatives of the library and the same start, every tree is the built-in one."""
    of = objective("lightgbm", case.family, "cross_entropy", case.targets)
    start = of.initial_scores(weights)
    common = {"num_leaves": 12, "learning_rate": 0.3, "num_threads": 1, "verbose": -1, "deterministic": True}

    def trees(parameters: Mapping[str, Any], labels: Array | None) -> list[tuple[Any, float]]:
        data = lightgbm.Dataset(FEATURES, label=labels, init_score=start, weight=weights)
        table = lightgbm.train({**common, **parameters}, data, ROUNDS).trees_to_dataframe()
        splits = zip(
            table["node_index"], table["split_feature"].fillna(""), table["threshold"].fillna(0.0), strict=True
        )
        return list(zip(splits, table["value"].tolist(), strict=True))

    compare(
        trees({"objective": of, **case.ours}, None), trees({"objective": case.built_in, **case.theirs}, case.labels)
    )


@pytest.mark.parametrize("weights", [None, WEIGHTS], ids=["", "weighted"])
@pytest.mark.parametrize("case", OF_CATBOOST, ids=name_of)
def test_catboost_grows_the_trees_of_its_own_objective(case: Case, weights: Array | None) -> None:
    """With Newton's steps on plain boosting and the same start, every leaf is the built-in one."""
    of = objective("catboost", case.family, "cross_entropy", case.targets)
    assert isinstance(of, CatBoostObjective)
    start = of.initial_scores(weights)

    def leaves(labels: Any, **parameters: Any) -> Array:
        model = catboost.CatBoost({**OF_MODELS, **parameters})
        model.fit(catboost.Pool(FEATURES, label=labels, baseline=start, weight=weights))
        found: Array = model.get_leaf_values()
        return found

    expected = leaves(case.labels, loss_function=case.built_in)
    assert leaves(of.rows, loss_function=of, eval_metric="RMSE") == pytest.approx(expected, rel=1e-6, abs=1e-7)
    assert len(expected) == ROUNDS * 2**4


OF_MODELS: dict[str, Any] = {
    "iterations": ROUNDS,
    "depth": 4,
    "learning_rate": 0.3,
    "thread_count": 2,
    "verbose": False,
    "allow_writing_files": False,
    "boosting_type": "Plain",
    "bootstrap_type": "No",
    "random_strength": 0,
    "leaf_estimation_method": "Newton",
    "leaf_estimation_iterations": 1,
}


@pytest.mark.parametrize("boosting_type", ["Plain", "Ordered"])
def test_catboost_finds_its_rows(boosting_type: str) -> None:
    """In several threads and in any order, the value that is watched is the mean loss of what the model predicts."""
    random = np.random.default_rng(4)
    features = random.normal(size=(5000, 3))
    chances = special.expit(features[:, 0] + features[:, 1])
    targets = {"successes": random.binomial(10, chances), "trials": np.full(5000, 10)}
    of = objective("catboost", "bernoulli", "cross_entropy", targets, "exact")
    watched = metric("catboost", "bernoulli", "cross_entropy", targets)
    assert isinstance(of, CatBoostObjective)
    assert isinstance(watched, CatBoostMetric)
    train, held_out = np.split(of.rows, [4000])
    model = catboost.CatBoost(
        {**OF_MODELS, "loss_function": of, "eval_metric": watched, "boosting_type": boosting_type}
    )
    pools = [catboost.Pool(features[rows], label=rows) for rows in (train, held_out)]
    model.fit(pools[0], eval_set=pools[1])
    for pool, rows, name in ((pools[0], train, "learn"), (pools[1], held_out, "validation")):
        raw = model.predict(pool, prediction_type="RawFormulaVal")
        share = targets["successes"][rows] / 10
        expected = float(np.mean(np.logaddexp(0, raw) - share * raw))
        assert model.get_evals_result()[name][type(watched).__name__][-1] == pytest.approx(expected, rel=1e-9)
        assert expected < np.log(2)


def expected_loss(raw: Array) -> float:
    """Mean divergence of the true probabilities of fresh rows from the softmax of raw scores."""
    return float(np.mean(special.rel_entr(FRESH_TRUTH, special.softmax(raw, axis=1)).sum(axis=1)))


FRESH = RANDOM.normal(size=(4000, 5)).astype(np.float32)
FRESH_TRUTH = special.softmax(
    np.stack((1.2 * FRESH[:, 0], FRESH[:, 1] - 0.5, FRESH[:, 2] * FRESH[:, 3]), axis=1), axis=1
)
VOTES = np.random.default_rng(8).multinomial(9, TRUTH)


@pytest.mark.parametrize("library", ["xgboost", "lightgbm"])
def test_soft_labels_beat_hard_ones(library: Any) -> None:
    """Trees for the shares of nine votes come closer to the truth than trees for the class with the most of them."""
    hard = expected_loss(_predicted(library, {"probabilities": np.eye(3)[VOTES.argmax(axis=1)]}))
    for soft in ({"probabilities": VOTES / 9}, {"counts": VOTES}):
        assert expected_loss(_predicted(library, soft)) < 0.5 * hard


def _predicted(library: Any, targets: Mapping[str, Any]) -> Array:
    """Raw scores of the fresh rows, from trees for these targets."""
    of = objective(library, "categorical", "cross_entropy", targets)
    raw: Array
    if library == "xgboost":
        parameters = {"num_target": 3, "base_score": of.start.tolist(), "max_depth": 3, "eta": 0.1, "nthread": 1}
        booster = xgboost.train(parameters, xgboost.DMatrix(FEATURES), 80, obj=of)
        raw = booster.predict(xgboost.DMatrix(FRESH), output_margin=True)
        return raw
    parameters = {
        "objective": of,
        "num_class": 3,
        "num_leaves": 8,
        "learning_rate": 0.1,
        "verbose": -1,
        "num_threads": 1,
    }
    data = lightgbm.Dataset(FEATURES, init_score=of.initial_scores())
    raw = lightgbm.train(parameters, data, 80).predict(FRESH, raw_score=True) + of.start
    return raw


def test_the_example_tells_what_the_page_says(capsys: pytest.CaptureFixture[str]) -> None:
    """Trees for all votes are four times as close to the truth as those for the class with most of them."""
    runpy.run_path(str(Path(__file__).parents[2] / "examples" / "boosted_trees.py"))
    lines = [line for line in capsys.readouterr().out.splitlines() if line.startswith("trees for")]
    hard, shares, votes, best = (float(line.split()[-1]) for line in lines)
    assert best < min(shares, votes)
    assert max(shares, votes) < hard / 3


def test_weights_are_repeated_rows() -> None:
    """A row of weight 3 grows the trees of three rows."""
    coarse, repeated = np.round(FEATURES, 1), np.repeat(np.arange(N), WEIGHTS.astype(int))
    dumps = []
    for rows, weights in ((np.arange(N), WEIGHTS), (repeated, None)):
        of = objective("xgboost", "gamma", "cross_entropy", {"values": AMOUNTS[rows]}, family_parameters={"shape": 2.0})
        data = xgboost.DMatrix(coarse[rows], base_margin=of.initial_scores(weights), weight=weights)
        parameters = {"tree_method": "exact", "max_depth": 3, "nthread": 1}
        booster = xgboost.train(parameters, data, ROUNDS, obj=of)
        dumps.append([node for tree in booster.get_dump(dump_format="json") for node in nodes(json.loads(tree))])
    compare(*dumps)


def test_estimators_of_scikit_learn() -> None:
    """The estimators of both libraries take the objective and the metric, are pickled with them, and grow the same."""
    targets = {"probabilities": TRUTH}
    start: Any
    estimators: dict[Any, Any] = {"xgboost": xgboost.XGBRegressor, "lightgbm": lightgbm.LGBMRegressor}
    for library, estimator in estimators.items():
        of = objective(library, "categorical", "cross_entropy", targets)
        watched = metric(library, "categorical", "kl_divergence", targets, name="divergence")
        if library == "xgboost":
            model = estimator(
                objective=of,
                n_estimators=5,
                num_target=3,
                base_score=of.start.tolist(),
                eval_metric=watched,
                disable_default_eval_metric=True,
            )
            model.fit(FEATURES, np.zeros(N), sample_weight=WEIGHTS, eval_set=[(FEATURES, np.zeros(N))], verbose=False)
            history, start = model.evals_result()["validation_0"]["divergence"], 0
        else:
            model = estimator(objective=of, n_estimators=5, num_class=3, metric="None", verbose=-1)
            model.fit(
                FEATURES,
                np.zeros(N),
                sample_weight=WEIGHTS,
                init_score=of.initial_scores(),
                eval_X=FEATURES,
                eval_y=np.zeros(N),
                eval_init_score=[of.initial_scores()],
                eval_metric=watched,
            )
            history, start = model.evals_result_["valid_0"]["divergence"], of.start
        raw = pickle.loads(pickle.dumps(model)).predict(FEATURES) + start
        divergence = special.rel_entr(TRUTH, special.softmax(raw, axis=1)).sum(axis=1)
        assert history[-1] == pytest.approx(np.mean(divergence), rel=1e-5)
        assert history == sorted(history, reverse=True)


def test_early_stopping_watches_held_out_rows() -> None:
    """A metric of other rows than the objective stops the growth where their loss is least."""
    rows, held_out = np.split(np.arange(N), [350])
    of = objective("xgboost", "poisson", "cross_entropy", {"values": COUNTS[rows]})
    watched = metric("xgboost", "poisson", "deviance", {"values": COUNTS[held_out]})
    history: dict[str, Any] = {}
    booster = xgboost.train(
        {"base_score": of.start.tolist(), "max_depth": 4, "disable_default_eval_metric": True, "nthread": 1},
        xgboost.DMatrix(FEATURES[rows]),
        200,
        evals=[(xgboost.DMatrix(FEATURES[held_out]), "held_out")],
        obj=of,
        custom_metric=watched,
        early_stopping_rounds=5,
        evals_result=history,
        verbose_eval=False,
    )
    values = history["held_out"]["deviance"]
    assert booster.best_iteration == int(np.argmin(values)) == len(values) - 6


def test_two_columns() -> None:
    """Mean and standard deviation of a gaussian are grown together, where both depend on a feature."""
    random = np.random.default_rng(6)
    features = random.random((4000, 1))
    values = 3 * features[:, 0] + random.normal(size=4000) * np.exp(features[:, 0] - 1)
    columns = ["mean", "standard_deviation"]
    of = objective("lightgbm", "gaussian", "cross_entropy", {"values": values}, "fisher", predictions=columns)
    data = lightgbm.Dataset(features, init_score=of.initial_scores())
    parameters = {
        "objective": of,
        "num_class": 2,
        "num_leaves": 4,
        "verbose": -1,
        "num_threads": 1,
        "min_data_in_leaf": 100,
    }
    booster = lightgbm.train(parameters, data, 40)
    points = np.array([[0.2], [0.5], [0.8]])
    predicted = of.predictions(booster.predict(points, raw_score=True) + of.start)
    assert predicted["mean"] == pytest.approx(3 * points[:, 0], abs=0.25)
    assert np.exp(predicted["standard_deviation"]) == pytest.approx(np.exp(points[:, 0] - 1), rel=0.2)
