"""Bernoulli: one event that happens or does not; the target is its probability, or k successes of n trials.

T(x) = x, h = 0, eta = logit, g = softplus(eta), chi = p.
Cross-entropy p softplus(-z) + (1 - p) softplus(z); gradient q - p, Hessian q (1 - q).
"""

from service.core.families.events import LogitsForm, ProbabilitiesForm, Shares, Successes, TeacherLogits
from service.core.spine import Family


class Bernoulli(Family):
    """One binary event per row."""

    name = "bernoulli"
    targets = (Shares(), Successes(), TeacherLogits())
    predictions = (LogitsForm(), ProbabilitiesForm())
    statistics = ("y",)
    natural = ("logit",)
    options = frozenset({"label_smoothing", "positive_weight", "clip"})
