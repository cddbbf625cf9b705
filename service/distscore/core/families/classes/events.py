"""Binary events, shared by bernoulli (one per row) and multilabel (several labels per row): predictions and forms."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.classes.outcomes import OutcomePrediction, Outcomes, Terms, pair
from distscore.core.special.elementwise import Array, product, total
from distscore.core.theory.columns import Column, Options, Parameter
from distscore.core.theory.derivatives import Derivatives
from distscore.core.theory.distributions import PredictionForm, TargetForm
from distscore.core.theory.supports import NONNEGATIVE, POSITIVE, PROBABILITY, REAL, Support


class Logistic(OutcomePrediction):
    """q = sigmoid(z / T) of one event, or of each of several labels; outcomes are the event and its opposite."""

    column = "logits"
    per_event = 0.5
    computed = True

    def __init__(self, logits: Array, temperature: float = 1.0) -> None:
        self.temperature = temperature
        logits = logits if temperature == 1 else logits / temperature
        small = np.exp(-np.abs(logits))
        likely, unlikely = 1 / (1 + small), small / (1 + small)
        up = logits >= 0
        self.q = pair(np.where(up, likely, unlikely), np.where(up, unlikely, likely))
        self.logits = pair(logits, np.zeros_like(logits))
        self._small = small

    @cached_property
    def log_q(self) -> Array:
        assert self.logits is not None
        logits = self.logits[0]
        return pair(np.minimum(logits, 0), np.minimum(-logits, 0)) - np.log1p(self._small)

    @cached_property
    def complement(self) -> Array:
        return self.q[::-1]

    def excess(self, target: Outcomes) -> Array:
        return difference(target, self)

    def gap(self, target: Outcomes) -> Array:
        return np.where(target.mass == 1, difference(target, self), self.q - target.p)

    def gradient(self, target: Outcomes) -> Derivatives:
        if target.weights is not None:
            return super().gradient(target)
        return {self.column: self.excess(target)[0] / self.temperature}

    def slope(self, terms: Terms, target: Outcomes) -> Array:
        first = target.weigh(terms.log_derivatives(target, self)[0])
        slope: Array = first[0] * self.q[1] - first[1] * self.q[0]
        return slope / self.temperature

    def bend(self, terms: Terms, target: Outcomes) -> Array:
        first, second = map(target.weigh, terms.log_derivatives(target, self))
        q, opposite = self.q
        bend: Array = second[0] * opposite**2 + second[1] * q**2 - (first[0] + first[1]) * q * opposite
        return bend / self.temperature**2

    def spread(self, terms: Terms, target: Outcomes) -> Array:
        likely, unlikely = target.weigh(terms.information(target, self))
        q, opposite = self.q
        squares = product(product(likely, opposite), opposite) + product(product(unlikely, q), q)
        return squares / self.temperature**2


def difference(target: Outcomes, prediction: OutcomePrediction) -> Array:
    """q - p = q (1 - p) (1 - e^-d) with the difference d of their logits where both have them, else by the rarer."""
    p, q = target.p, prediction.q
    if target.teacher is None or target.teacher.logits is None or prediction.logits is None:
        gap = np.where(np.minimum(p[0], q[0]) > 0.5, p[1] - q[1], q[0] - p[0])
    else:
        delta = prediction.logits[0] - target.teacher.logits[0]
        gap = np.where(delta > 0, -q[0] * p[1] * np.expm1(-np.abs(delta)), p[0] * q[1] * np.expm1(-np.abs(delta)))
    return pair(gap, -gap)


class EventProbabilities(OutcomePrediction):
    """q as sent, of one event or of each of several labels."""

    column = "probabilities"
    per_event = 0.5

    def __init__(self, probabilities: Array, clip: float) -> None:
        clipped = np.clip(probabilities, clip, 1 - clip)
        self.unclipped = clipped == probabilities
        self.q = pair(clipped, 1 - clipped)

    @property
    def sums_to_one(self) -> bool:
        return True

    @cached_property
    def complement(self) -> Array:
        return self.q[::-1]

    @cached_property
    def log_q(self) -> Array:
        with np.errstate(divide="ignore"):
            return pair(np.log(self.q[0]), np.log1p(-self.q[0]))

    def excess(self, target: Outcomes) -> Array:
        return difference(target, self)

    def gap(self, target: Outcomes) -> Array:
        return np.where(target.mass == 1, difference(target, self), self.q - target.p)

    def slope(self, terms: Terms, target: Outcomes) -> Array:
        first = target.weigh(terms.derivatives(target, self)[0])
        return np.where(self.unclipped, first[0] - first[1], 0.0)

    def bend(self, terms: Terms, target: Outcomes) -> Array:
        second = target.weigh(terms.derivatives(target, self)[1])
        return np.where(self.unclipped, second[0] + second[1], 0.0)

    def spread(self, terms: Terms, target: Outcomes) -> Array:
        return self.bend(terms, target)


def event(name: str, support: Support, description: str, rank: int) -> Column:
    """A column with one entry per event."""
    return Column(name, support, description, rank, "labels" if rank == 2 else "")


def aim(p: Array, options: Options, teacher: OutcomePrediction | None = None) -> Outcomes:
    """Target probabilities (2, ...) after label smoothing, with the weights of their outcomes."""
    if options.label_smoothing:
        e = options.label_smoothing
        p, teacher = (1 - e) * p + e / 2, None
    positive = np.asarray(options.positive_weight)
    weights = np.ones((2, *(positive.shape or (1,) * (p.ndim - 1))))
    weights[0] = positive
    entries: Any = float(options.width)
    if options.class_weights is not None:
        weights = weights * options.class_weights
    if options.mask is not None:
        weights, entries = weights * options.mask, total(options.mask)
    return Outcomes(p, teacher, None if np.all(weights == 1) and options.mask is None else weights, entries)


class Shares(TargetForm):
    """The probability of each event."""

    is_distribution = True

    def __init__(self, rank: int = 1) -> None:
        self.columns = (event("probabilities", PROBABILITY, "probability of the event", rank),)

    def read(self, columns: Mapping[str, Array], options: Options) -> Outcomes:
        p = columns["probabilities"]
        return aim(pair(p, 1 - p), options)


class Successes(TargetForm):
    """k successes of n trials; the target is their share, the row weighs n."""

    columns = (
        Column("successes", NONNEGATIVE, "how often the event happened"),
        Column("trials", POSITIVE, "how often it could have happened"),
    )
    is_distribution = True
    counts_votes = True
    requirement = "trials >= successes"

    def consistent(self, columns: Mapping[str, Array], constants: Mapping[str, float]) -> NDArray[np.bool_] | None:
        possible: NDArray[np.bool_] = columns["trials"] >= columns["successes"]
        return possible

    def read(self, columns: Mapping[str, Array], options: Options) -> Outcomes:
        k, n = columns["successes"], columns["trials"]
        return aim(pair(k / n, (n - k) / n), options)

    def votes(self, columns: Mapping[str, Array], options: Options) -> Array:
        return columns["trials"]

    def outcome_votes(self, columns: Mapping[str, Array], options: Options) -> Array:
        return pair(columns["successes"], columns["trials"] - columns["successes"])


class TeacherLogits(TargetForm):
    """The sigmoid of another model's logits."""

    is_distribution = True

    def __init__(self, rank: int = 1) -> None:
        self.columns = (event("logits", REAL, "logit of the target probability", rank),)

    def read(self, columns: Mapping[str, Array], options: Options) -> Outcomes:
        teacher = Logistic(columns["logits"], options.temperature)
        return aim(teacher.q, options, teacher)


class LogitsForm(PredictionForm):
    """q = sigmoid(logits)."""

    def __init__(self, rank: int = 1) -> None:
        self.columns = (event("logits", REAL, "logit of the predicted probability", rank),)

    def read(
        self, columns: Mapping[str, Parameter], constants: Mapping[str, float], options: Options
    ) -> OutcomePrediction:
        return Logistic(columns["logits"].value, options.temperature)


class ProbabilitiesForm(PredictionForm):
    """q as sent."""

    def __init__(self, rank: int = 1) -> None:
        self.columns = (event("probabilities", PROBABILITY, "predicted probability of the event", rank),)

    def read(
        self, columns: Mapping[str, Parameter], constants: Mapping[str, float], options: Options
    ) -> OutcomePrediction:
        return EventProbabilities(columns["probabilities"].value, options.clip)
