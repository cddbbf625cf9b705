"""Multilabel: L independent events per row, each happens or does not; a row's loss is the sum over its labels.

T(x) = x, h = 0, eta = logits, g = sum softplus(eta), chi = p.
Cross-entropy sum p softplus(-z) + (1 - p) softplus(z); gradient q - p, Hessian q (1 - q), per label.
"""

from service.core.families.events import LogitsForm, ProbabilitiesForm, Shares, TeacherLogits
from service.core.spine import Family


class Multilabel(Family):
    """L independent binary labels per row."""

    name = "multilabel"
    targets = (Shares(2), TeacherLogits(2))
    predictions = (LogitsForm(2), ProbabilitiesForm(2))
    statistics = ("y",)
    natural = ("logits",)
    options = frozenset({"mask", "label_smoothing", "class_weights", "positive_weight", "clip"})
