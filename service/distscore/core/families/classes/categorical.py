"""Categorical: one of K exclusive classes.

T(x) = one-hot of x, h = 0, eta = logits (all K of them: over-complete), g = log sum exp(eta), chi = p.
Cross-entropy -sum p log q = S logsumexp(z) - <p, z>; gradient S q - p, Hessian diagonal S q (1 - q), S = sum p.
"""

from collections.abc import Mapping
from typing import Any, ClassVar

import numpy as np

from distscore.core.families.classes.divided import DividedPrediction, ScoresPrediction
from distscore.core.families.classes.outcomes import Outcomes
from distscore.core.families.classes.predictions import OutcomePrediction
from distscore.core.families.classes.probabilities import Computed, Probabilities, Quotients
from distscore.core.families.classes.simplex import (
    LogProbabilitiesPrediction,
    ProbabilitiesPrediction,
    SoftmaxPrediction,
)
from distscore.core.families.classes.softened import Smoothed
from distscore.core.families.classes.softmax import Softmax
from distscore.core.special.elementwise import Array, total
from distscore.core.theory.columns import Column, Options, Parameter
from distscore.core.theory.distributions import Family, PredictionForm, TargetForm
from distscore.core.theory.formulas import FamilyFormulas
from distscore.core.theory.supports import LABEL, LOG_PROBABILITY, NONNEGATIVE, POSITIVE, PROBABILITY, REAL


def kept(entries: Array, options: Options) -> Array:
    """Entries that the mask keeps; 0 for the others, which may be any number."""
    return entries if options.mask is None else np.where(options.mask > 0, entries, 0.0)


def outcomes_of(probabilities: Probabilities, options: Options) -> Outcomes:
    """Target probabilities after label smoothing and mask, in that order; those of a softmax know the mask."""
    if options.label_smoothing:
        probabilities = smoothed(probabilities, options)
    weights, scale = equal_apart(options.class_weights)
    if options.mask is None:
        return Outcomes(probabilities, weights, scale, float(options.width))
    if not isinstance(probabilities, (Softmax, Smoothed)):
        probabilities = Quotients(probabilities.values * options.mask)
    return Outcomes(probabilities, weights, scale, total(options.mask), options.mask)


def equal_apart(weights: Array | None) -> tuple[Array | None, Array | None]:
    """Class weights where they differ, and what they are where they do not."""
    if weights is None or (weights != weights[0]).any():
        return weights, None
    return None, weights[0]


def smoothed(probabilities: Probabilities, options: Options) -> Probabilities:
    """(1 - e) p + e S / K; of a softmax over those that the mask keeps, what is left of it there, over its sum."""
    p, e = probabilities.values, options.label_smoothing
    if isinstance(probabilities, Softmax):
        part = 1.0 if options.mask is None else total(options.mask) / options.width
        return Smoothed(probabilities, Softmax(np.zeros_like(p), kept=options.mask), e * part / (1 - e + e * part))
    p = (1 - e) * p + e * total(p) / options.width
    return Computed(p) if probabilities.sums_to_one else Probabilities(p)


class Shares(TargetForm):
    """Soft labels: a distribution over the classes per row."""

    columns = (Column("probabilities", PROBABILITY, "share of each class", 2, "classes", sums_to_one=True),)
    is_distribution = True

    def read(self, columns: Mapping[str, Array], options: Options) -> Outcomes:
        p = kept(columns["probabilities"], options)
        return outcomes_of(Quotients(p) if options.normalization == "rescale" else Probabilities(p), options)


class Counts(TargetForm):
    """Votes per class; the target is their share, the row weighs as many votes."""

    columns = (Column("counts", NONNEGATIVE, "votes for each class", 2, "classes"),)
    is_distribution = True
    observes = True
    counts_votes = True

    def read(self, columns: Mapping[str, Array], options: Options) -> Outcomes:
        return outcomes_of(Quotients(kept(columns["counts"], options)), options)

    def votes(self, columns: Mapping[str, Array], options: Options) -> Array:
        return total(self.outcome_votes(columns, options))

    def outcome_votes(self, columns: Mapping[str, Array], options: Options) -> Array:
        return kept(columns["counts"], options)


class Labels(TargetForm):
    """Hard labels: the index of the one true class."""

    columns = (Column("labels", LABEL, "0-based index of the class"),)
    is_distribution = True
    observes = True

    def read(self, columns: Mapping[str, Array], options: Options) -> Outcomes:
        one_hot = np.arange(options.width)[:, None] == columns["labels"]
        return outcomes_of(Computed(one_hot.astype(np.float64, order=options.order)), options)


class TeacherLogits(TargetForm):
    """The softmax of another model's logits."""

    columns = (Column("logits", REAL, "logits of the target distribution", 2, "classes"),)
    is_distribution = True

    def read(self, columns: Mapping[str, Array], options: Options) -> Outcomes:
        return outcomes_of(Softmax(columns["logits"], options.temperature, options.mask), options)


class LogitsForm(PredictionForm):
    """Predictions by logits, q = softmax(z / T) over the classes."""

    columns = (Column("logits", REAL, "one per class; a constant added to a row changes nothing", 2, "classes"),)

    def read(
        self, columns: Mapping[str, Parameter], constants: Mapping[str, float], options: Options
    ) -> OutcomePrediction:
        return SoftmaxPrediction(Softmax(columns["logits"].value, options.temperature, options.mask), "logits")

    def column_at(self, probabilities: Array, options: Options) -> Array:
        return options.temperature * np.log(probabilities)


class ProbabilitiesForm(PredictionForm):
    """Predictions by the probability q of each class, as sent or divided by their sum."""

    columns = (Column("probabilities", PROBABILITY, "probability of each class", 2, "classes", sums_to_one=True),)

    def read(
        self, columns: Mapping[str, Parameter], constants: Mapping[str, float], options: Options
    ) -> OutcomePrediction:
        q = kept(columns["probabilities"].value, options)
        if options.mask is not None or options.normalization == "rescale":
            return DividedPrediction(q, options.clip, options.mask)
        return ProbabilitiesPrediction.sent(q, options.clip)

    def column_at(self, probabilities: Array, options: Options) -> Array:
        return probabilities


class LogProbabilitiesForm(PredictionForm):
    """Predictions by the logarithm of each class's probability, q = exp(l)."""

    columns = (
        Column("log_probabilities", LOG_PROBABILITY, "log probability of each class", 2, "classes", sums_to_one=True),
    )

    def read(
        self, columns: Mapping[str, Parameter], constants: Mapping[str, float], options: Options
    ) -> OutcomePrediction:
        log_q = columns["log_probabilities"].value
        if options.mask is not None or options.normalization == "rescale":
            return SoftmaxPrediction(Softmax(log_q, kept=options.mask), "log_probabilities")
        return LogProbabilitiesPrediction(log_q)

    def column_at(self, probabilities: Array, options: Options) -> Array:
        return np.log(probabilities)


class ScoresForm(PredictionForm):
    """q = scores divided by their sum: the softmax of their logarithms."""

    columns = (Column("scores", POSITIVE, "unnormalized score of each class", 2, "classes"),)

    def read(
        self, columns: Mapping[str, Parameter], constants: Mapping[str, float], options: Options
    ) -> OutcomePrediction:
        return ScoresPrediction(columns["scores"], options.mask)

    def column_at(self, probabilities: Array, options: Options) -> Array:
        return probabilities


class Categorical(Family):
    """One of K exclusive classes."""

    name = "categorical"
    kind = "classes"
    example: ClassVar[Mapping[str, Any]] = {
        "targets": {"probabilities": [[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]]},
        "predictions": {"logits": [[2.0, 0.5, -1.0], [0.1, 3.0, 0.2]]},
        "sample_weights": [1.0, 2.0],
    }
    formulas = FamilyFormulas(
        symbols={"logits": "z_k"},
        where={"S": r"\sum_j p_j", "q_k": r"\frac{e^{z_k}}{\sum_j e^{z_j}}"},
        formula=r"-\sum_k p_k \log q_k",
        gradient={"logits": "S q_k - p_k"},
        hessian={"logits": "S q_k (1 - q_k)"},
        deviance=r"2 \sum_k p_k \log \frac{p_k}{S q_k}",
        log_normalizer=r"\log \sum_k e^{\eta_k}",
        carrier="0",
        bounded_below=True,
        notes=(
            "Labels are the one-hot case of probabilities: what others call sparse is the same loss.",
            "kl_divergence has the gradient of cross_entropy; it is the better number to read, for its 0 is a match.",
            "The gradient is predicted minus target probabilities; through squared error there would be another factor "
            "q_k, which starves rare classes.",
            "A model with K - 1 logits has the logit 0 for its first class: prepend a zero.",
            "Boosting divides gradients by Hessians: with the diagonal q (1 - q) its steps are longer than those of "
            "XGBoost and LightGBM, which make theirs larger by a factor.",
            "scores with the activation sigmoid are the normalized logistic: not convex, and flat where all saturate.",
        ),
        elsewhere={
            "PyTorch": "torch.nn.CrossEntropyLoss; torch.distributions.Categorical",
            "Keras": "keras.losses.CategoricalCrossentropy(from_logits=True); "
            "keras.losses.SparseCategoricalCrossentropy(from_logits=True) for labels",
            "scikit-learn": "sklearn.metrics.log_loss for labels",
            "SciPy": "scipy.stats.multinomial with n = 1",
            "R": "dmultinom with size 1",
            "XGBoost": 'objective "multi:softprob": the same gradient; its Hessian is 2 q (1 - q), twice the diagonal',
            "LightGBM": 'objective "multiclass": the same gradient; its Hessian is K / (K - 1) q (1 - q)',
        },
    )
    targets = (Shares(), Counts(), Labels(), TeacherLogits())
    predictions = (LogitsForm(), ProbabilitiesForm(), LogProbabilitiesForm(), ScoresForm())
    statistics = ("one_hot",)
    natural = ("logits",)
    options = frozenset({"mask", "label_smoothing", "class_weights", "clip"})
