import json
import math
from fractions import Fraction
from typing import Any

import mpmath
import numpy as np
import pytest
from numpy.typing import NDArray
from scipy import special, stats

from distscore.core.diagnostics import Diagnosis, reports
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.engine.engine import score
from distscore.use_cases.score import answer_score
from distscore.wire.read.batch import read_score
from distscore.wire.read.limits import Limits
from distscore.wire.write.json import write

Array = NDArray[np.float64]
Document = dict[str, Any]


def post(document: Document) -> Document:
    """The answer of POST /v1/score, as JSON tells it."""
    answer = answer_score(document, Limits(10**6, 10**7, 10**5), lambda: None)
    answered: Document = json.loads(write(answer))
    return answered


def diagnose(document: Document) -> Document:
    diagnostics: Document = post({**document, "outputs": ["diagnostics.all"]})["diagnostics"]
    return diagnostics


def soft(rows: int = 50, classes: int = 4, seed: int = 0) -> tuple[Array, Array, Array]:
    """Target probabilities, logits and weights."""
    generator = np.random.default_rng(seed)
    p = generator.dirichlet(np.ones(classes), size=rows)
    return p, 2 * generator.normal(size=(rows, classes)), generator.uniform(0.1, 3, size=rows)


def categorical(p: Array, z: Array, w: Array | None = None, **options: Any) -> Document:
    document = {
        "family": "categorical",
        "targets": {"probabilities": p.tolist()},
        "predictions": {"logits": z.tolist()},
    }
    return {**document, **({} if w is None else {"sample_weights": w.tolist()}), **options}


def events(p: Array, z: Array, **options: Any) -> Document:
    targets, predictions = {"probabilities": p.tolist()}, {"logits": z.tolist()}
    return {"family": "bernoulli", "targets": targets, "predictions": predictions, **options}


def covered(document: Document) -> Summary:
    """The summary of a batch with its tally of coverage."""
    batch = read_score(document, Limits(10**6, 10**7, 10**5)).batch
    diagnosis = Diagnosis(batch, ["coverage", "share_of_negative_curvature"], ())
    return diagnosis.summary(score(batch, frozenset(), observers=diagnosis.observers))


def kl(p: Array, q: Array) -> Array:
    divergence: Array = special.rel_entr(p, q).sum(axis=-1)
    return divergence


def close(found: Any, expected: Any, tolerance: float = 1e-12) -> None:
    np.testing.assert_allclose(np.array(found, dtype=float), expected, rtol=tolerance, atol=1e-300)


def standard_error(x: Array, w: Array) -> float:
    """Of a weighted mean, by its definition."""
    n = w.sum() ** 2 / (w**2).sum()
    deviations = w * (x - np.average(x, weights=w))
    return float(np.sqrt(n / (n - 1) * (deviations**2).sum()) / w.sum())


@pytest.mark.parametrize("seed", range(3))
def test_floor_and_divergence_add_up_to_the_loss(seed: int) -> None:
    """loss = floor + divergence, and the loss is the value."""
    document = categorical(*soft(seed=seed))
    parts = diagnose(document)["decomposition"]
    close(parts["floor"] + parts["divergence"], parts["loss"])
    close(parts["floor_share"], parts["floor"] / parts["loss"])
    assert parts["loss"] == post({**document, "outputs": ["value"]})["value"]


def test_verdict_compares_with_what_anyone_could_predict() -> None:
    """Perfect, marginal and uniform are the losses of the target, the mean target and equal probabilities."""
    p, z, w = soft()
    verdict = diagnose(categorical(p, z, w))["verdict"]
    mean = np.average(p, axis=0, weights=w)
    close(verdict["perfect"]["value"], np.average(special.entr(p).sum(axis=1), weights=w))
    close(verdict["marginal"]["value"], special.entr(mean).sum())
    close(verdict["uniform"]["value"], math.log(4))
    assert verdict["text"].count(". ") == 1


@pytest.mark.parametrize("loss", ["brier", "mean_squared_error", "focal", "jensen_shannon_divergence", "kl_divergence"])
def test_marginal_is_the_loss_of_the_mean_target(loss: str) -> None:
    """Whatever the loss, marginal and uniform are its values when the mean target, or 1/K, is predicted everywhere."""
    p, z, w = soft()
    verdict = diagnose(categorical(p, z, w, loss=loss))["verdict"]
    for name, row in {"marginal": np.average(p, axis=0, weights=w), "uniform": np.full(4, 0.25)}.items():
        constant = categorical(p, z, w, loss=loss, outputs=["value"])
        constant["predictions"] = {"probabilities": np.tile(row, (len(p), 1)).tolist()}
        close(verdict[name]["value"], post(constant)["value"], 1e-11)


def test_skill_is_what_is_saved_of_the_divergence_from_the_mean() -> None:
    """D^2 = 1 - mean KL / mean KL(P, mean P), and H(mean P) = mean H(P) + mean KL(P, mean P)."""
    p, z, w = soft()
    q, mean = special.softmax(z, axis=1), np.average(p, axis=0, weights=w)
    skill = diagnose(categorical(p, z, w))["skill"]
    close(skill["d_squared"], 1 - np.average(kl(p, q), weights=w) / np.average(kl(p, mean), weights=w), 1e-11)
    errors = [np.average(((x - p) ** 2).sum(axis=1), weights=w) for x in (q, mean)]
    close(skill["brier_skill"], 1 - errors[0] / errors[1], 1e-11)


def test_class_records_are_means_and_shares() -> None:
    """Means, bias with its standard error, and shares of divergence, gradients and curvature are those of the rows."""
    p, z, w = soft()
    q = special.softmax(z, axis=1)
    records = sorted(diagnose(categorical(p, z, w))["per_class"], key=lambda record: record["index"])
    columns = {name: [record[name] for record in records] for name in records[0]}
    d, slope = q - p, q * ((q - p) - (q * (q - p)).sum(axis=1, keepdims=True))
    terms = p * np.log(p / q) - p + q
    bias = np.average(d, axis=0, weights=w)
    close(columns["target_mean"], np.average(p, axis=0, weights=w))
    close(columns["prediction_mean"], np.average(q, axis=0, weights=w))
    close(columns["bias"], bias, 1e-11)
    close(columns["bias_standard_error"], [standard_error(column, w) for column in d.T], 1e-10)
    shares = {
        "divergence_share": terms,
        "gradient_share": np.abs(d),
        "mean_squared_error_gradient_share": np.abs(slope),
    }
    for name, entries in shares.items():
        close(columns[name], w @ entries / (w @ entries).sum(), 1e-11)
    close(columns["curvature"], np.average(q * (1 - q), axis=0, weights=w))
    close(columns["relative_error"], np.average(q, axis=0, weights=w) / np.average(p, axis=0, weights=w) - 1, 1e-11)


@pytest.mark.parametrize("rarity", [1e-6, 1e-30, 1e-100])
def test_rare_classes_and_light_rows_keep_their_digits(rarity: float) -> None:
    """Means and shares of a class that is hardly there, among weights of 18 orders of magnitude, against 50 digits."""
    p, z, w = soft(20)
    p[:, 0] *= rarity
    p /= p.sum(axis=1, keepdims=True)
    z[:, 0] += math.log(rarity)
    w = 10.0 ** np.linspace(-9, 9, len(w))
    record = next(each for each in diagnose(categorical(p, z, w))["per_class"] if each["index"] == 0)
    with mpmath.workdps(50):
        weights, target = (np.vectorize(mpmath.mpf, otypes=[object])(x) for x in (w, p))
        raised = np.vectorize(mpmath.exp, otypes=[object])(np.vectorize(mpmath.mpf, otypes=[object])(z))
        q = raised / raised.sum(axis=1, keepdims=True)
        d = q - target
        slope = abs(q * (d - (q * d).sum(axis=1, keepdims=True)))
        expected = {
            "target_mean": weights @ target[:, 0] / weights.sum(),
            "prediction_mean": weights @ q[:, 0] / weights.sum(),
            "curvature": weights @ (q * (1 - q))[:, 0] / weights.sum(),
            "gradient_share": (weights @ abs(d))[0] / (weights @ abs(d)).sum(),
            "mean_squared_error_gradient_share": (weights @ slope)[0] / (weights @ slope).sum(),
        }
        for name, number in expected.items():
            assert abs(record[name] / number - 1) < 1e-12, name


def expected_error(q: Array, p: Array, w: Array) -> float:
    """Expected calibration error in 15 bins of q, by the definition."""
    bins = np.minimum((15 * q).astype(int), 14)
    return float(sum(abs((w * (q - p))[bins == b].sum()) for b in range(15)) / w.sum())


def test_calibration_bins_the_most_probable_class() -> None:
    """The error is that of the top class against its soft target; hard labels and the oracle stand beside it."""
    p, z, w = soft(200)
    q, rows = special.softmax(z, axis=1), np.arange(200)
    calibration = diagnose(categorical(p, z, w))["calibration"]
    top, own = q.argmax(axis=1), p.argmax(axis=1)
    close(calibration["expected_calibration_error"], expected_error(q[rows, top], p[rows, top], w), 1e-11)
    close(calibration["hard_label"], expected_error(q[rows, top], 1.0 * (top == own), w), 1e-11)
    close(calibration["oracle"], expected_error(p[rows, own], np.ones(200), w), 1e-11)
    close(sum(each["weight"] for each in calibration["bins"]), w.sum())
    largest = max(abs(each["mean_prediction"] - each["mean_target"]) for each in calibration["bins"])
    close(calibration["maximum_calibration_error"], largest, 1e-11)


def test_every_class_has_a_calibration_of_its_own() -> None:
    """Classwise errors bin each class by its own probability; their mean is the classwise error."""
    p, z, w = soft(200)
    q = special.softmax(z, axis=1)
    diagnostics = diagnose(categorical(p, z, w))
    found = [each["expected_calibration_error"] for each in diagnostics["classwise_calibration"]["classes"]]
    close(found, [expected_error(q[:, k], p[:, k], w) for k in range(4)], 1e-10)
    close(diagnostics["classwise_calibration"]["expected_calibration_error"], np.mean(found))
    assert {each["index"]: each["calibration_error"] for each in diagnostics["per_class"]} == dict(enumerate(found))


def test_agreement_counts_and_measures() -> None:
    """Top 1, top 3, total variation and entropy errors are the weighted means of their definitions."""
    p, z, w = soft(200, 6)
    q = special.softmax(z, axis=1)
    agreement = diagnose(categorical(p, z, w))["agreement"]
    own, order = p.argmax(axis=1), np.argsort(-q, axis=1)
    error = special.entr(q).sum(axis=1) - special.entr(p).sum(axis=1)
    expected = {
        "top1": own == order[:, 0],
        "top3": (own[:, None] == order[:, :3]).any(axis=1),
        "total_variation": np.abs(q - p).sum(axis=1) / 2,
        "entropy_error": error,
        "absolute_entropy_error": np.abs(error),
    }
    for name, rows in expected.items():
        close(agreement[name], np.average(rows, weights=w), 1e-11)


def test_a_perfect_prediction_has_nothing_to_improve() -> None:
    """Where the prediction is the target, errors are 0, skill is 1, and the shares of nothing are 0."""
    p, _, w = soft()
    document = {**categorical(p, p, w), "predictions": {"probabilities": p.tolist()}}
    diagnostics = diagnose(document)
    assert diagnostics["calibration"]["expected_calibration_error"] == 0
    assert diagnostics["skill"]["d_squared"] == diagnostics["skill"]["brier_skill"] == 1
    assert diagnostics["agreement"]["top1"] == 1
    assert diagnostics["decomposition"]["divergence"] == 0
    for record in diagnostics["per_class"]:
        assert record["bias"] == record["divergence_share"] == record["gradient_share"] == 0


def test_the_best_temperature_cannot_be_bettered() -> None:
    """Dividing by it has slope 0, saves what it says, and retempered is the loss after it."""
    p, z, w = soft(80)
    diagnostics = diagnose(categorical(p, 3 * z, w))
    found = diagnostics["temperature"]

    def value(t: float) -> float:
        return float(post(categorical(p, 3 * z / t, w, outputs=["value"]))["value"])

    best = value(found["best"])
    assert best <= min(value(found["best"] * 1.001), value(found["best"] / 1.001))
    close(found["divergence_saved"], value(1) - best, 1e-10)
    close(diagnostics["verdict"]["retempered"]["value"], best)
    assert not found["at_bound"]


def test_targets_that_are_certain_want_the_coldest_temperature() -> None:
    """Where every row is predicted right and certain, the best temperature is at the bound."""
    found = diagnose(categorical(np.eye(3), 5 * np.eye(3)))["temperature"]
    assert found["at_bound"]
    close(found["best"], 1e-3)


@pytest.mark.parametrize("rows", [1, 2, 20, 300])
def test_score_decomposition_adds_up(rows: int) -> None:
    """Label floor, grouping loss and miscalibration are the cross-entropy; with the resolution, H(mean P)."""
    generator = np.random.default_rng(rows)
    p, z, w = generator.uniform(size=rows), generator.normal(size=rows), generator.uniform(0.5, 2, size=rows)
    document = events(p, z, sample_weights=w.tolist())
    parts = diagnose(document)["score_decomposition"]
    value = post({**document, "outputs": ["value"]})["value"]
    close(parts["label_floor"] + parts["grouping_loss"] + parts["miscalibration"], value, 1e-11)
    mean = np.average(p, weights=w)
    entropy = special.entr(mean) + special.entr(1 - mean)
    close(parts["label_floor"] + parts["grouping_loss"] + parts["resolution"], entropy, 1e-11)
    assert min(parts.values()) >= 0


def test_a_focal_loss_does_not_want_the_target() -> None:
    """The optimum of cross-entropy is the mean target; class weights, smoothing and focal move it."""
    p, z, w = soft()
    mean = np.average(p, axis=0, weights=w)
    plain = diagnose(categorical(p, z, w))["optimum"]
    close(plain["probabilities"], mean)
    assert plain["divergence"] < 1e-15
    weighted = diagnose(categorical(p, z, w, class_weights=[1, 2, 3, 4]))["optimum"]
    close(weighted["probabilities"], mean * [1, 2, 3, 4] / (mean @ [1, 2, 3, 4]))
    smoothed = diagnose(categorical(p, z, w, label_smoothing=0.2))["optimum"]
    close(smoothed["probabilities"], 0.8 * mean + 0.05, 1e-11)
    close(smoothed["divergence"], kl(mean, 0.8 * mean + 0.05), 1e-9)
    assert diagnose(categorical(p, z, w, loss="focal"))["optimum"]["divergence"] > 1e-4


SENT = [("categorical", "logits"), ("categorical", "probabilities"), ("categorical", "log_probabilities")]
SENT += [("categorical", "scores"), ("bernoulli", "logits"), ("bernoulli", "probabilities"), ("multilabel", "logits")]


@pytest.mark.parametrize(("family", "column"), SENT)
def test_the_optimum_is_in_the_column_that_was_sent(family: str, column: str) -> None:
    """Sent as a prediction for the mean target it has no divergence, at any temperature; null stands for infinity."""
    p = np.random.default_rng(0).dirichlet([1, 2, 3], size=6)
    targets = p[:, 0] if family == "bernoulli" else p
    predicted = np.log(targets) if "log" in column else targets
    document: Document = {"family": family, "predictions": {column: predicted.tolist()}}
    document |= {"temperature": 2.5} if column == "logits" else {}
    found = diagnose({**document, "targets": {"probabilities": targets.tolist()}})["optimum"]
    assert (found["column"], "probabilities" in found) == (column, column != "probabilities")
    single = found["prediction"] if family == "bernoulli" else [found["prediction"]]
    mean = found["target"] if family == "bernoulli" else [found["target"]]
    again = {**document, "targets": {"probabilities": mean}, "predictions": {column: single}}
    assert post({**again, "outputs": ["divergences"]})["divergences"][0] < 1e-25
    everyone = {**document, "targets": {"probabilities": np.zeros_like(targets).tolist()}}
    if (family, column) == ("bernoulli", "logits"):
        assert diagnose(everyone)["optimum"]["prediction"] == [None]


def test_residuals_are_of_the_sufficient_statistics() -> None:
    """Gamma: predicted minus observed y and log y, over their standard deviations under the prediction."""
    y, shape, rate = np.array([0.7, 2.4, 11.0]), np.array([2.0, 3.0, 1.5]), np.array([1.0, 2.0, 0.2])
    targets, predictions = {"values": y.tolist()}, {"shape": shape.tolist(), "rate": rate.tolist()}
    first, second = diagnose({"family": "gamma", "targets": targets, "predictions": predictions})["residuals"]
    residuals = shape / rate - y, special.psi(shape) - np.log(rate) - np.log(y)
    deviations = np.sqrt(shape) / rate, np.sqrt(special.polygamma(1, shape))
    for record, residual, deviation in zip((first, second), residuals, deviations, strict=True):
        close(record["mean"], residual.mean(), 1e-11)
        close(record["standard_error"], residual.std(ddof=1) / math.sqrt(3), 1e-11)
        close(record["standardized"], (residual / deviation).mean(), 1e-11)
    assert [first["name"], second["name"]] == ["y", "log y"]


FITTED: dict[str, tuple[Any, Document, Document]] = {
    "gaussian": (stats.norm(1, 2), {"mean": 1.0, "standard_deviation": 2.0}, {}),
    "log_normal": (stats.lognorm(0.5, scale=math.e), {"location": 1.0, "scale": 0.5}, {}),
    "student_t": (stats.t(3, 1, 2), {"location": 1.0, "scale": 2.0}, {"degrees_of_freedom": 3.0}),
    "laplace": (stats.laplace(1, 2), {"location": 1.0, "scale": 2.0}, {}),
    "gamma": (stats.gamma(2, scale=3), {"mean": 6.0, "shape": 2.0}, {}),
    "exponential": (stats.expon(scale=3), {"mean": 3.0}, {}),
    "beta": (stats.beta(2, 3), {"alpha": 2.0, "beta": 3.0}, {}),
    "pareto": (stats.pareto(2, scale=0.5), {"shape": 2.0}, {"minimum": 0.5}),
    "continuous_bernoulli": (stats.truncexpon(3, scale=1 / 3), {"logits": -3.0}, {}),
}


@pytest.mark.parametrize("family", FITTED)
def test_central_intervals_hold_their_share(family: str) -> None:
    """The values at evenly spaced probabilities of the prediction itself: 50 % lie in its central half, and so on."""
    distribution, constants, parameters = FITTED[family]
    y = distribution.ppf((np.arange(1000) + 0.5) / 1000)
    document = {
        "family": family,
        "targets": {"values": y.tolist()},
        "predictions": {name: [number] * 1000 for name, number in constants.items()},
        "family_parameters": parameters,
    }
    found = {record["interval"]: record["share"] for record in reports(covered(document))["coverage"]}
    assert found == {level: pytest.approx(level, abs=0.002) for level in (0.5, 0.8, 0.9, 0.95)}


def test_the_loss_of_student_t_is_concave_at_outliers() -> None:
    """The share of values beyond sqrt(nu) scales of the location."""
    targets, predictions = {"values": [0, 1.9, 2.1, -9]}, {"location": [0.0] * 4, "scale": [1.0] * 4}
    document = {"family": "student_t", "targets": targets, "predictions": predictions}
    summary = covered({**document, "family_parameters": {"degrees_of_freedom": 4}})
    assert reports(summary)["share_of_negative_curvature"] == 0.5


def test_labels_are_events() -> None:
    """A multilabel batch has one record per label, and a mask leaves labels out of their means."""
    generator = np.random.default_rng(0)
    p, z = generator.uniform(size=(30, 2)), generator.normal(size=(30, 2))
    mask = generator.uniform(size=(30, 2)) < 0.7
    targets, predictions = {"probabilities": p.tolist()}, {"logits": z.tolist()}
    document = {"family": "multilabel", "targets": targets, "predictions": predictions, "mask": mask.tolist()}
    for record in post(document)["diagnostics"]["per_class"]:
        k = record["index"]
        close(record["target_mean"], p[mask[:, k], k].mean())
        close(record["bias"], (special.expit(z) - p)[mask[:, k], k].mean(), 1e-11)


EDGES = {
    "one row": categorical(np.array([[0.2, 0.8]]), np.array([[1.0, -1.0]])),
    "repeated row": categorical(np.tile([0.2, 0.3, 0.5], (7, 1)), np.tile([1.0, -1.0, 0.1], (7, 1))),
    "weights of 0": categorical(*soft(3)[:2], np.array([0.0, 1.0, 0.0])),
    "saturated": categorical(np.eye(3), np.array([[700.0, 0, -700], [-700, 700, 0], [0, -700, 700]])),
    "impossible": {
        "family": "categorical",
        "targets": {"probabilities": [[0.5, 0.5, 0], [0, 1, 0]]},
        "predictions": {"probabilities": [[1.0, 0, 0], [0, 0.5, 0.5]]},
    },
    "tiny": categorical(np.array([[1e-300, 1.0], [1 - 1e-16, 1e-16]]), np.array([[0.0, 1.0], [1.0, 0.0]])),
    "masked away": categorical(*soft(2, 3)[:2], mask=[[True, True, False], [False, False, False]]),
    "impossible event": {
        "family": "bernoulli",
        "targets": {"probabilities": [0.3, 0.0]},
        "predictions": {"probabilities": [0.0, 0.0]},
    },
    "many classes": categorical(*soft(2, 5000)[:2]),
    "huge losses": {
        "family": "gaussian",
        "targets": {"values": [1e150] * 20},
        "predictions": {"mean": [0.0] * 20, "standard_deviation": [1e-40] * 20},
    },
}


@pytest.mark.parametrize("name", EDGES)
def test_every_batch_has_a_report(name: str) -> None:
    """At the edges every diagnostic and the state exist, and no number is NaN."""

    def look(found: Any) -> None:
        for each in found.values() if isinstance(found, dict) else found if isinstance(found, list) else []:
            look(each)
        assert not (isinstance(found, float) and math.isnan(found))

    answer = answer_score(
        {**EDGES[name], "outputs": ["diagnostics.all", "state"]}, Limits(10**6, 10**7, 10**5), lambda: None
    )
    look(answer.members)


def test_a_repeated_row_has_no_standard_error() -> None:
    """Standard errors of what is the same in every row are 0, and there is no skill to be had."""
    diagnostics = diagnose(EDGES["repeated row"])
    assert [record["bias_standard_error"] for record in diagnostics["per_class"]] == [0, 0, 0]
    assert diagnostics["verdict"]["yours"]["standard_error"] == 0
    assert diagnostics["skill"] == {"d_squared": None, "brier_skill": None}


@pytest.mark.parametrize("w", [[1.0] * 4, [1.0, 2.0, 0.7, 1.3]], ids=["plain", "weighted"])
@pytest.mark.parametrize("difference", [1e-5, 1e-9, 0.0])
def test_a_variance_that_rounding_hides_is_no_zero(difference: float, w: list[float]) -> None:
    """Errors that differ by less than squares of doubles can tell have a standard error that is not known, or is 0."""
    p = 0.1 + difference * np.array([1.0, -1.0, 2.0, 0.5])
    document = {"family": "bernoulli", "targets": {"probabilities": p.tolist()}, "sample_weights": w}
    found = diagnose({**document, "predictions": {"probabilities": [0.3] * 4}})
    errors = found["per_class"][0]["bias_standard_error"], found["calibration"]["bins"][0]["standard_error"]
    for error in errors:
        if difference == 1e-5:
            close(error, standard_error(p, np.array(w)), 1e-4)
        else:
            assert error is None or (error == 0 and not difference)
    assert errors == (0, 0) or difference or w[1] == 2
    certain = {**document, "targets": {"probabilities": [1.0] * 4}, "predictions": {"probabilities": [0.9] * 4}}
    assert diagnose(certain)["calibration"]["bins"][0]["standard_error"] == 0


def test_an_impossible_class_takes_the_divergence() -> None:
    """Where a class adds infinity its share has no value, those of the others are 0, and the words say so."""
    diagnostics = diagnose(EDGES["impossible"])
    assert [record["divergence_share"] for record in diagnostics["per_class"]] == [None, 0, 0]
    assert diagnostics["per_class"][0]["index"] == 1
    assert "infinite" in diagnostics["verdict"]["text"]


def test_the_marginal_has_a_standard_error() -> None:
    """That of the weighted mean of -sum p log of the mean target."""
    random = np.random.default_rng(12)
    p, z, w = random.dirichlet(np.ones(3), 7), random.normal(size=(7, 3)), random.random(7)
    document = {
        "family": "categorical",
        "targets": {"probabilities": p.tolist()},
        "predictions": {"logits": z.tolist()},
        "sample_weights": w.tolist(),
        "outputs": ["diagnostics.verdict"],
    }
    answer = answer_score(document, Limits(100, 1000, 100), lambda: None)
    losses = -(p @ np.log(w @ p / w.sum()))
    marginal = answer.members["diagnostics"]["verdict"]["marginal"]
    assert marginal["value"] == pytest.approx(w @ losses / w.sum(), rel=1e-13)
    assert marginal["standard_error"] == pytest.approx(standard_error(losses, w), rel=1e-12)


@pytest.mark.parametrize("column", ["logits", "lam", "natural"])
def test_the_optimum_of_a_continuous_bernoulli_is_not_the_mean(column: str) -> None:
    """It is the parameter whose distribution has the mean target: here by root finding."""
    y, w = [0.0, 0.35, 0.9], [1.0, 2.0, 0.5]
    sent = {"logits": [0.0, 0.5, 1.0], "lam": [0.5, 0.4, 0.3], "natural": [[0.1], [0.5], [1.0]]}[column]
    document = {"family": "continuous_bernoulli", "targets": {"values": y}, "predictions": {column: sent}}
    found = diagnose({**document, "sample_weights": w})["optimum"]
    mean = np.average(y, weights=w)
    with mpmath.workdps(30):
        eta = mpmath.findroot(lambda eta: 1 / (1 - mpmath.exp(-eta)) - 1 / eta - mean, -0.5)
    close(found["target"], [mean])
    assert found["column"] == column
    close(found["prediction"], [special.expit(float(eta)) if column == "lam" else float(eta)], 1e-11)
    assert found["divergence"] < 1e-20


def entropy_of_event(p: float, q: float) -> float:
    """The cross-entropy of a binary event."""
    return -p * math.log(q) - (1 - p) * math.log(1 - q)


def test_the_mean_target_is_that_of_the_rows_where_a_label_counts() -> None:
    """A label that a mask leaves out of some rows is averaged over the others."""
    targets, predictions = {"probabilities": [[0.2, 0.4], [0.6, 0.9]]}, {"logits": [[0.0, 1.0], [0.5, -1.0]]}
    document = {"family": "multilabel", "targets": targets, "predictions": predictions}
    close(diagnose({**document, "mask": [[True, True], [False, True]]})["optimum"]["target"], [0.2, 0.65])


@pytest.mark.parametrize(
    ("loss", "of_one"), [("brier", lambda p, q: (p - q) ** 2), ("cross_entropy", entropy_of_event)]
)
def test_the_best_constant_of_labels_is_of_the_rows_where_they_count(loss: str, of_one: Any) -> None:
    """Each label has the mean of its rows; one that nowhere counts takes no part, and hinders none."""
    p = np.array([[0.2, 0.4, 0.5], [0.6, 0.9, 0.5]])
    document: Document = {"family": "multilabel", "targets": {"probabilities": p.tolist()}, "loss": loss}
    document |= {"predictions": {"logits": [[0, 1, 5], [1, 0, 5]]}, "mask": [[True, True, False], [False, True, False]]}
    losses = [of_one(0.2, 0.2), of_one(0.4, 0.65) + of_one(0.9, 0.65)]
    close(diagnose(document)["verdict"]["marginal"]["value"], sum(losses) / 2, 1e-13)


def test_worst_rows_are_those_of_the_largest_divergence() -> None:
    """The 10 largest of many blocks, the largest first, of equal ones the earlier, with the class that adds most."""
    rng = np.random.default_rng(3)
    p, z = rng.dirichlet(np.ones(4), size=12_000), 2 * rng.normal(size=(12_000, 4))
    p[:3], p[-2:], z[:3], z[-2:] = [0.97, 0.01, 0.01, 0.01], [0.97, 0.01, 0.01, 0.01], [-40, 0, 0, 0], [-40, 0, 0, 0]
    q = special.softmax(z, axis=1)
    terms = special.kl_div(p, q)
    order = np.argsort(-terms.sum(axis=1), kind="stable")[:10]
    found = post(categorical(p, z, outputs=["diagnostics.worst_rows"]))["diagnostics"]["worst_rows"]
    assert [record["row"] for record in found] == order.tolist()
    assert order[:5].tolist() == [0, 1, 2, 11_998, 11_999]
    assert [record["class_index"] for record in found] == terms[order].argmax(axis=1).tolist()
    np.testing.assert_allclose([record["divergence"] for record in found], terms[order].sum(axis=1), rtol=1e-12)
    np.testing.assert_allclose([record["loss"] for record in found], -np.sum(p * np.log(q), axis=1)[order], rtol=1e-12)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("classes", [3, 60])
def test_sums_per_class_have_all_their_digits(classes: int, weighted: bool) -> None:
    """Means per class of entries from 1e-40 to 1, some of them 0, are those of exact fractions."""
    rng = np.random.default_rng(classes)
    p, q = (10 ** rng.uniform(-40, 0, size=(40, classes)) for _ in range(2))
    p[rng.uniform(size=p.shape) < 0.2] = 0
    p, q = p / p.sum(axis=1, keepdims=True), q / q.sum(axis=1, keepdims=True)
    w = rng.uniform(0.1, 3, size=40) if weighted else np.ones(40)
    document = categorical(p, p, w, predictions={"probabilities": q.tolist()}, outputs=["diagnostics.per_class"])
    whole = sum(map(Fraction, w))
    for record in post(document)["diagnostics"]["per_class"]:
        k = record["index"]
        for name, entries in (("target_mean", p[:, k]), ("prediction_mean", q[:, k])):
            true = sum(Fraction(a) * Fraction(b) for a, b in zip(w, entries, strict=True)) / whole
            assert record[name] == pytest.approx(float(true), rel=2e-16 if not weighted else 4e-16)
