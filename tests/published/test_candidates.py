"""Two comparisons on real data: classifiers of digits by votes of neighbors, and regressions of visits to doctors."""

from typing import Any

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import special, stats
from sklearn.datasets import load_digits
from sklearn.discriminant_analysis import LinearDiscriminantAnalysis
from sklearn.metrics import accuracy_score
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier, NearestNeighbors

from distscore.use_cases.compare import answer_compare
from distscore.wire.read.limits import Limits

LIMITS = Limits(rows=10_000, entries=1_000_000, classes=100)
VOTERS, VISITS = 15, 4000

Document = dict[str, Any]


def compared(document: Document) -> Document:
    """The only result of a comparison."""
    result: Document
    (result,) = answer_compare(document, LIMITS, lambda: None).members["results"]
    return result


@pytest.fixture(scope="module")
def digits() -> Document:
    """Three classifiers trained on one half of the digits, and the votes of the 15 nearest digits on the other."""
    images, labels = load_digits(return_X_y=True)
    _, nearest = NearestNeighbors(n_neighbors=VOTERS).fit(images).kneighbors(images)
    votes = np.stack([np.bincount(row, minlength=10) for row in labels[nearest]])
    order = np.random.default_rng(0).permutation(len(images))
    train, test = order[: len(order) // 2], order[len(order) // 2 :]
    names = ("discriminant", "bayes", "neighbors")
    models = (
        LinearDiscriminantAnalysis(solver="lsqr", shrinkage=0.1),
        GaussianNB(var_smoothing=0.05),
        KNeighborsClassifier(),
    )
    discriminant, bayes, neighbors = (model.fit(images[train], labels[train]) for model in models)
    predictions = [
        {"logits": discriminant.decision_function(images[test]).tolist()},
        {"logits": bayes.predict_joint_log_proba(images[test]).tolist()},
        {"probabilities": neighbors.predict_proba(images[test]).tolist()},
    ]
    candidates = [{"name": name, "predictions": sent} for name, sent in zip(names, predictions, strict=True)]
    document: Document = {
        "family": "categorical",
        "targets": {"counts": votes[test].tolist()},
        "candidates": candidates,
    }
    return {**document, "groups": {"digit": labels[test].tolist()}}


def test_classifiers_of_digits_are_compared(digits: Document) -> None:
    """In whole and by digit: naive Bayes is worse, and zeros among the shares of neighbors are counted, not hidden."""
    votes = np.array(digits["targets"]["counts"])
    result = compared(digits)
    log_q = [special.log_softmax(np.array(each["predictions"]["logits"]), axis=1) for each in digits["candidates"][:2]]
    d = -(votes * (log_q[1] - log_q[0])).sum(axis=1) / VOTERS
    bayes, neighbors = result["differences"]
    test = stats.ttest_1samp(d, 0.0)
    assert bayes["value"] == pytest.approx(d.mean(), rel=1e-12)
    assert bayes["p_value"] == pytest.approx(test.pvalue, rel=1e-6)
    assert bayes["interval"] == pytest.approx(list(test.confidence_interval()), rel=1e-9)
    assert bayes["interval"][0] > 0
    zeros = (np.array(digits["candidates"][2]["predictions"]["probabilities"]) == 0) & (votes > 0)
    assert neighbors["infinite_rows"] == zeros.any(axis=1).sum() > 0
    assert neighbors["value"] is None
    by_digit = [segment["differences"][0]["value"] * segment["total_weight"] for segment in result["groups"]]
    assert len(by_digit) == 10
    assert sum(by_digit) / votes.sum() == pytest.approx(bayes["value"], rel=1e-12)


def test_flips_of_digits_are_those_of_accuracy(digits: Document) -> None:
    """Whose most probable class is that of the votes, as scikit-learn counts, with rows that weigh the same."""
    votes = np.array(digits["targets"]["counts"]).argmax(axis=1)
    logits = [np.array(each["predictions"]["logits"]) for each in digits["candidates"][:2]]
    right = [accuracy_score(votes, each.argmax(axis=1), normalize=False) for each in logits]
    flips = compared({**digits, "count_weighting": "rows"})["differences"][0]["top1"]
    assert flips["both"] + flips["only_baseline"] == right[0]
    assert flips["both"] + flips["only_candidate"] == right[1]
    binomial = stats.binomtest(int(flips["only_candidate"]), int(flips["only_candidate"] + flips["only_baseline"]))
    assert flips["p_value"] == pytest.approx(binomial.pvalue, rel=1e-9)


def test_regressions_of_counts_are_compared() -> None:
    """Poisson, as a negative binomial without dispersion, loses to one with it by what statsmodels' likelihoods say."""
    data = sm.datasets.randhie.load_pandas().data.iloc[::5][:VISITS]
    visits, design = data["mdvis"].to_numpy(float), sm.add_constant(data.drop(columns="mdvis").to_numpy(float))
    poisson = sm.Poisson(visits, design).fit(disp=0)
    dispersed = sm.NegativeBinomial(visits, design).fit(
        disp=0, start_params=np.append(poisson.params, 1.0), maxiter=200
    )
    candidates = [
        {"name": name, "predictions": {"mean": fit.predict().tolist()}, "family_parameters": {"dispersion": dispersion}}
        for name, fit, dispersion in (("poisson", poisson, 1e-150), ("dispersed", dispersed, dispersed.params[-1]))
    ]
    result = compared({"family": "negative_binomial", "targets": {"values": visits.tolist()}, "candidates": candidates})
    (found,) = result["differences"]
    d = poisson.model.loglikeobs(poisson.params) - dispersed.model.loglikeobs(dispersed.params)
    assert found["value"] == pytest.approx((poisson.llf - dispersed.llf) / len(visits), rel=1e-9)
    assert found["standard_error"] == pytest.approx(stats.sem(d), rel=1e-8)  # Vuong's statistic is their ratio
    assert found["anytime_interval"][1] < 0
    assert result["candidates"][1]["rank"] == 1
