"""Bernoulli: one event that happens or does not; the target is its probability, or k successes of n trials.

T(x) = x, h = 0, eta = logit, g = softplus(eta), chi = p.
Cross-entropy p softplus(-z) + (1 - p) softplus(z); gradient q - p, Hessian q (1 - q).
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from distscore.core.families.classes.events import LogitsForm, ProbabilitiesForm, Shares, Successes, TeacherLogits
from distscore.core.theory.distributions import Family
from distscore.core.theory.formulas import FamilyFormulas


class Bernoulli(Family):
    """One binary event per row."""

    name = "bernoulli"
    kind = "event"
    has_residuals = True
    example: ClassVar[Mapping[str, Any]] = {
        "targets": {"successes": [3, 0, 8], "trials": [10, 4, 8]},
        "predictions": {"logits": [-0.5, -2.0, 1.5]},
    }
    formulas = FamilyFormulas(
        symbols={"logits": "z"},
        where={"q": r"\frac{1}{1 + e^{-z}}"},
        formula=r"-p \log q - (1 - p) \log(1 - q)",
        gradient={"logits": "q - p"},
        hessian={"logits": "q (1 - q)"},
        deviance=r"2 p \log \frac{p}{q} + 2 (1 - p) \log \frac{1 - p}{1 - q}",
        log_normalizer=r"\log(1 + e^\eta)",
        carrier="0",
        bounded_below=True,
        notes=(
            "p is the probability of an event, anywhere from 0 to 1. Where an intensity between 0 and 1 was observed, "
            "the family is continuous_bernoulli or beta.",
            "A categorical family of two classes is the same, with z the difference of its logits.",
            "positive_weight w moves the optimum to w p / (w p + 1 - p).",
        ),
        elsewhere={
            "PyTorch": "torch.nn.BCEWithLogitsLoss; torch.nn.BCELoss, which clamps logarithms at -100",
            "Keras": "keras.losses.BinaryCrossentropy(from_logits=True)",
            "scikit-learn": "sklearn.metrics.log_loss for labels",
            "SciPy": "scipy.stats.bernoulli for labels",
            "R": "dbinom with size 1; binomial in glm",
            "XGBoost": 'objective "binary:logistic": the same gradient and Hessian',
            "LightGBM": 'objective "cross_entropy": the same gradient and Hessian; "binary" takes labels only',
        },
    )
    targets = (Shares(), Successes(), TeacherLogits())
    predictions = (LogitsForm(), ProbabilitiesForm())
    statistics = ("y",)
    natural = ("logit",)
    options = frozenset({"label_smoothing", "positive_weight", "clip"})
