"""Numbers that others have published, each with its source: requests, and what they must be answered with."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

SEVEN_DIGITS = 5e-7
EXACT = 1e-15
LN_4 = math.log(4)


@dataclass(frozen=True)
class Oracle:
    """A request and numbers of its answer: `value`, or a row's numbers by their dotted name."""

    source: str
    document: dict[str, Any]
    numbers: dict[str, Any]
    relative: float = SEVEN_DIGITS
    absolute: float = field(default=1e-300)


def row(family: str, targets: dict[str, Any], predictions: dict[str, Any], **others: Any) -> dict[str, Any]:
    """A request of one row, from its numbers."""
    columns = {
        side: {name: [number] for name, number in part.items()}
        for side, part in (("targets", targets), ("predictions", predictions))
    }
    return {"family": family, **columns, **others}


def losses_of_scikit_learn() -> Iterator[Oracle]:
    """Loss, gradient and Hessian in the raw prediction (test_loss.py), with the constants that are dropped there."""
    source = "scikit-learn, sklearn/_loss/tests/test_loss.py"
    exp = {"activations": {"rate": "exp"}}
    poisson = row("poisson", {"values": 2}, {"rate": LN_4}, **exp)
    yield Oracle(source, poisson, derivatives("rate", 4 - 2 * LN_4 + math.log(2), 2, 4), EXACT)
    gamma = row("gamma", {"values": 2}, {"mean": LN_4}, activations={"mean": "exp"})
    yield Oracle(source, gamma, derivatives("mean", LN_4 + 0.5, 0.5, 0.5), EXACT)
    for y, raw, numbers in (
        (0.25, LN_4, (math.log1p(4) - 0.25 * LN_4, 0.55, 0.16)),
        (0, -37, (8.533047625744065e-17,) * 3),
        (0, -36.9, (9.430476078526806e-17,) * 3),
        (1, 37, (8.533047625744066e-17, -8.533047625744066e-17, 8.533047625744066e-17)),
        (0, 37.5, (37.5, 1, 5.175555005801868e-17)),
        (0, 232.8, (232.8, 1, math.exp(-232.8))),  # 1.4e-101 there, which an absolute tolerance of 1e-15 lets pass
        (1, -1e20, (1e20, -1, 0)),
        (0, 1e20, (1e20, 1, 0)),
    ):
        event = row("bernoulli", {"probabilities": y}, {"logits": raw})
        yield Oracle(source, event, derivatives("logits", *numbers), EXACT)
    classes = row("categorical", {"labels": 2}, {"logits": [1e4, 0, 7e-7]})
    yield Oracle(source, classes, {"losses": [9999.9999993]}, EXACT)


def derivatives(column: str, loss: float, gradient: float, hessian: float) -> dict[str, Any]:
    """The numbers of one row."""
    return {"losses": [loss], f"gradients.{column}": [gradient], f"hessian_diagonals.{column}": [hessian]}


def metrics_of_scikit_learn() -> Iterator[Oracle]:
    """The log loss of three classes (test_classification.py)."""
    source = "scikit-learn, sklearn/metrics/tests/test_classification.py"
    shares = [[0.2, 0.7, 0.1], [0.6, 0.2, 0.2], [0.6, 0.1, 0.3]]
    document = {"family": "categorical", "targets": {"labels": [1, 0, 2]}, "predictions": {"probabilities": shares}}
    yield Oracle(source, document, {"value": 0.6904911})


def scoring_rules() -> Iterator[Oracle]:
    """Logarithmic scores and the Brier score of R's scoringRules, printed to 6 or 7 digits."""
    source = "R package scoringRules"
    freedom = {"family_parameters": {"degrees_of_freedom": 5.2}}
    for family, value, predictions, others, score in (
        ("gaussian", 0, {"mean": 0.1, "standard_deviation": 0.1}, {}, -0.8836466),
        ("gaussian", 17.1, {"mean": 13.8, "standard_deviation": 3.3}, {}, 2.612861),
        ("gaussian", 3.1, {"mean": 4, "standard_deviation": 0.5}, {}, 1.845791),
        ("gamma", 0.2, {"shape": 1.1, "rate": 0.7}, {}, 0.6434138),
        ("beta", 0.3, {"alpha": 0.7, "beta": 1.1}, {}, -0.04344567),
        ("poisson", 1, {"rate": 3}, {}, 1.901388),
        ("student_t", 11.1, {"location": 13.8, "scale": 2.3}, freedom, 2.528398),
        ("laplace", -3, {"location": 0, "scale": 1}, {}, 3.693147),
        ("laplace", -3, {"location": 0.1, "scale": 1}, {}, 3.793147),
        ("exponential", 0.3, {"rate": 0.1}, {}, 2.332585),
    ):
        yield Oracle(source, row(family, {"values": value}, predictions, **others), {"losses": [score]})
    brier = row("bernoulli", {"probabilities": 0}, {"probabilities": 0.271}, loss="brier")
    yield Oracle(source, brier, {"losses": [0.073441]})
    yield Oracle(source, row("bernoulli", {"probabilities": 0}, {"probabilities": 0.481}), {"losses": [0.6558514]})


def libraries() -> Iterator[Oracle]:
    """Examples from the documentation and the tests of deep learning libraries."""
    document = {
        "family": "categorical",
        "targets": {"probabilities": [[1, 0, 0], [0, 0.8, 0.2]]},
        "predictions": {"logits": [[4, 2, 1], [0, 5, 1]]},
    }
    yield Oracle("TensorFlow, softmax_cross_entropy_with_logits", document, {"losses": [0.16984602, 0.82474489]}, 1e-7)
    soft = row(
        "categorical", {"probabilities": [0.1, 0.15, 0.2, 0.25, 0.3]}, {"logits": [0.14, 1.456, 2.356, -0.124, -2.47]}
    )
    yield Oracle("optax, losses_test.py", soft, {"losses": [2.8990]}, 2e-5)
    hard = row("categorical", {"probabilities": [0, 1, 0]}, {"logits": [10, 1, -2]})
    yield Oracle("optax, losses_test.py", hard, {"losses": [9.00013]}, 5e-7)
    smooth = row("categorical", {"probabilities": [1, 0, 0]}, {"logits": [100, -100, -100]}, label_smoothing=0.1)
    yield Oracle("Keras, losses_test.py", smooth, {"losses": [400 * 0.1 / 3]}, EXACT)
    third, shares = [1 / 3] * 3, [0.36, 0.48, 0.16]
    forward = row("categorical", {"probabilities": shares}, {"probabilities": third}, loss="kl_divergence")
    reverse = row("categorical", {"probabilities": shares}, {"probabilities": third}, loss="reverse_kl_divergence")
    yield Oracle("Wikipedia, Kullback-Leibler divergence", forward, {"losses": [0.0852996]})
    yield Oracle("Wikipedia, Kullback-Leibler divergence", reverse, {"losses": [0.0974550]})
    for p, loss in ((0.4, 0.6956), (0.5, 0.7803), (0.6, 0.8651)):
        event = row("bernoulli", {"probabilities": p}, {"probabilities": 0.3})
        yield Oracle("efax, tests/test_entropy.py", event, {"losses": [loss]}, 1e-4)


def quadrature() -> Iterator[Oracle]:
    """Cross-entropy, entropy and divergence of two distributions, by numerical integration."""
    for family, target, prediction, loss, entropy, divergence in (
        ("gamma", {"shape": 2, "rate": 3}, {"shape": 1.4, "rate": 0.8}, 0.9964525724, 0.4786033762, 0.5178491962),
        ("beta", {"alpha": 2, "beta": 3}, {"alpha": 1.5, "beta": 0.8}, 0.3020879858, None, None),
        ("poisson", {"rate": 3}, {"rate": 2}, 2.1478655225, 1.9314701981, 0.2163953243),
        (
            "gaussian",
            {"mean": 0.3, "standard_deviation": 0.5},
            {"mean": 1, "standard_deviation": 2},
            *(1.7045857138, 0.7257913526, 1.7045857138 - 0.7257913526),
        ),
    ):
        numbers = {"losses": loss, "floors": entropy, "divergences": divergence}
        given = {name: [number] for name, number in numbers.items() if number is not None}
        yield Oracle("numerical quadrature", row(family, target, prediction), given, 1e-9)


def continuous_bernoullis() -> Iterator[Oracle]:
    """From the constant C(lambda) of Loaiza-Ganem and Cunningham (2019), in 60 digits."""
    source = "arXiv 1907.06845"
    for lam, log_constant, mean, variance, entropy in (
        (0.1, 1.0103385594908541, 0.3301196133134187, 0.066508862422555761, -0.1796311160000552),
        (0.3, 0.75058775088045875, 0.43022250114382867, 0.080425152206194661, -0.029386202232129083),
        (0.499, 0.69314851389558976, 0.49966666631111037, 0.083333266666531217, -6.66668177781920e-7),
        (0.5, math.log(2), 0.5, 1 / 12, 0),
        (0.999, 1.9345018888388041, 0.85621620632899806, 0.019959919189501413, -0.94042198447581032),
    ):
        logit = math.log(lam) - math.log1p(-lam)
        dark = row("continuous_bernoulli", {"values": 0}, {"logits": logit})
        yield Oracle(source, dark, derivatives("logits", -log_constant - math.log1p(-lam), mean, variance), 1e-14)
        itself = row("continuous_bernoulli", {"lam": lam}, {"lam": lam})
        yield Oracle(source, itself, {"floors": [entropy], "divergences": [0]}, 1e-13, 1e-16)
    for value, lam in ((0.6, 0.77380688), (0.8, 0.99184558), (0.9, 0.99995439)):
        best = row("continuous_bernoulli", {"values": value}, {"logits": math.log(lam) - math.log1p(-lam)})
        yield Oracle(source, best, {"gradients.logits": [0]}, absolute=2e-6)


ORACLES = [
    *losses_of_scikit_learn(),
    *metrics_of_scikit_learn(),
    *scoring_rules(),
    *libraries(),
    *quadrature(),
    *continuous_bernoullis(),
]
