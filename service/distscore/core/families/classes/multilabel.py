"""Multilabel: L independent events per row, each happens or does not; a row's loss is the sum over its labels.

T(x) = x, h = 0, eta = logits, g = sum softplus(eta), chi = p.
Cross-entropy sum p softplus(-z) + (1 - p) softplus(z); gradient q - p, Hessian q (1 - q), per label.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

from distscore.core.families.classes.events import LogitsForm, ProbabilitiesForm, Shares, TeacherLogits
from distscore.core.theory.distributions import Family
from distscore.core.theory.formulas import FamilyFormulas


class Multilabel(Family):
    """L independent binary labels per row."""

    name = "multilabel"
    kind = "labels"
    example: ClassVar[Mapping[str, Any]] = {
        "classes": ["sky", "sea"],
        "targets": {"probabilities": [[0.9, 0.2], [0.0, 1.0]]},
        "predictions": {"logits": [[2.0, -1.0], [-3.0, 1.5]]},
    }
    formulas = FamilyFormulas(
        symbols={"logits": "z_k"},
        where={"q_k": r"\frac{1}{1 + e^{-z_k}}"},
        formula=r"-\sum_k (p_k \log q_k + (1 - p_k) \log(1 - q_k))",
        gradient={"logits": "q_k - p_k"},
        hessian={"logits": "q_k (1 - q_k)"},
        deviance=r"2 \sum_k (p_k \log \frac{p_k}{q_k} + (1 - p_k) \log \frac{1 - p_k}{1 - q_k})",
        log_normalizer=r"\sum_k \log(1 + e^{\eta_k})",
        carrier="0",
        bounded_below=True,
        notes=(
            "A row's loss is the sum over its labels, a likelihood of independent events; others take the mean.",
            "Labels that exclude each other are classes: use categorical.",
        ),
        elsewhere={
            "PyTorch": "torch.nn.BCEWithLogitsLoss; torch.nn.MultiLabelSoftMarginLoss, the mean over labels",
            "Keras": "keras.losses.BinaryCrossentropy(from_logits=True), the mean over labels",
        },
    )
    targets = (Shares(2), TeacherLogits(2))
    predictions = (LogitsForm(2), ProbabilitiesForm(2))
    statistics = ("y",)
    natural = ("logits",)
    options = frozenset({"mask", "label_smoothing", "class_weights", "positive_weight", "clip"})
