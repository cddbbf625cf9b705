"""Binary events, shared by bernoulli (one per row) and multilabel (several labels per row): predictions and forms."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from distscore.core.families.classes.outcomes import Outcomes
from distscore.core.families.classes.predictions import OutcomePrediction
from distscore.core.families.classes.probabilities import Event, Probabilities, pair
from distscore.core.families.classes.softened import Sigmoid, Smoothed
from distscore.core.families.classes.terms import Jacobian, Terms
from distscore.core.special.elementwise import Array, total
from distscore.core.theory.columns import Column, Options, Parameter
from distscore.core.theory.derivatives import Derivatives
from distscore.core.theory.distributions import PredictionForm, TargetForm
from distscore.core.theory.supports import NONNEGATIVE, POSITIVE, PROBABILITY, REAL, Support


class LogisticPrediction(OutcomePrediction):
    """q = sigmoid(z / T) of one event, or of each of several labels; outcomes are the event and its opposite."""

    column = "logits"
    probabilities: Sigmoid

    def __init__(self, probabilities: Sigmoid) -> None:
        self.probabilities, self.temperature = probabilities, probabilities.temperature

    @property
    def jacobian(self) -> Jacobian:
        q, opposite = self.q
        return Jacobian(q * opposite / self.temperature, -self.probabilities.balance(1, 1)[0] / self.temperature)

    def gradient(self, target: Outcomes) -> Derivatives:
        """q - p; with weights w and w' of event and opposite w' (1 - p) q - w p (1 - q), equal parts taken together."""
        gradient = self.probabilities.difference(target.probabilities)[0]
        if target.weights is not None:
            excess, (q, rest), (p, target_rest) = target.weights[0] - target.weights[1], self.q, target.p
            gradient = np.min(target.weights, axis=0) * gradient
            gradient = gradient - np.where(excess > 0, excess * p * rest, excess * target_rest * q)
        return {self.column: target.scaled(gradient) / self.temperature}

    def gradient_of(self, terms: Terms, target: Outcomes) -> Array:
        gradient: Array = terms.logit_gradient(self.pair(target))[0]
        return gradient / self.temperature

    def second_derivative_of(self, terms: Terms, target: Outcomes) -> Array:
        second: Array = terms.logit_second_derivative(self.pair(target))[0]
        return second / self.temperature**2

    def gauss_newton_of(self, terms: Terms, target: Outcomes) -> Array:
        gauss_newton: Array = terms.logit_gauss_newton(self.pair(target))[0]
        return gauss_newton / self.temperature**2


class EventPrediction(OutcomePrediction):
    """q as sent, of one event or of each of several labels."""

    column = "probabilities"

    def __init__(self, probabilities: Array, clip: float) -> None:
        self.unclipped = (probabilities >= clip) & (probabilities <= 1 - clip)
        self.probabilities = Event(*(np.clip(x, clip, 1 - clip) for x in (probabilities, 1 - probabilities)))

    @property
    def jacobian(self) -> Jacobian:
        return Jacobian(1.0, 0.0, unclipped=self.unclipped)

    def gradient_of(self, terms: Terms, target: Outcomes) -> Array:
        first = target.weigh(terms.derivatives(self.pair(target))[0])
        return np.where(self.unclipped, first[0] - first[1], 0.0)

    def second_derivative_of(self, terms: Terms, target: Outcomes) -> Array:
        second = target.weigh(terms.derivatives(self.pair(target))[1])
        return np.where(self.unclipped, second[0] + second[1], 0.0)

    def gauss_newton_of(self, terms: Terms, target: Outcomes) -> Array:
        return self.second_derivative_of(terms, target)


def event(name: str, support: Support, description: str, rank: int) -> Column:
    """A column with one entry per event."""
    return Column(name, support, description, rank, "labels" if rank == 2 else "")


def outcomes_of(probabilities: Probabilities, options: Options) -> Outcomes:
    """Target probabilities (2, ...) after label smoothing, with the weights of their outcomes."""
    if options.label_smoothing:
        e = options.label_smoothing
        probabilities = smoothed(probabilities, e)
    positive = np.asarray(options.positive_weight)
    weights = None
    if (positive != 1).any():
        weights = np.ones((2, *(positive.shape or (1,) * (probabilities.values.ndim - 1))))
        weights[0] = positive
    scale = options.class_weights
    entries: Array | float = float(options.width)
    if options.mask is not None:
        scale, entries = options.mask if scale is None else scale * options.mask, total(options.mask)
    return Outcomes(probabilities, weights, scale, entries)


def smoothed(probabilities: Probabilities, e: float) -> Probabilities:
    """(1 - e) p + e / 2."""
    if isinstance(probabilities, Sigmoid):
        return Smoothed(probabilities, Sigmoid(np.zeros_like(probabilities.logits)), e)
    return Event(*((1 - e) * probabilities.values + e / 2))


class Shares(TargetForm):
    """The probability of each event."""

    is_distribution = True

    def __init__(self, rank: int = 1) -> None:
        self.columns = (event("probabilities", PROBABILITY, "probability of the event", rank),)

    def read(self, columns: Mapping[str, Array], options: Options) -> Outcomes:
        p = columns["probabilities"]
        return outcomes_of(Event(p, 1 - p), options)


class Successes(TargetForm):
    """k successes of n trials; the target is their share, the row weighs n."""

    columns = (
        Column("successes", NONNEGATIVE, "how often the event happened"),
        Column("trials", POSITIVE, "how often it could have happened"),
    )
    is_distribution = True
    observes = True
    counts_votes = True
    requirement = "trials >= successes"

    def consistent(self, columns: Mapping[str, Array], constants: Mapping[str, float]) -> NDArray[np.bool_] | None:
        possible: NDArray[np.bool_] = columns["trials"] >= columns["successes"]
        return possible

    def read(self, columns: Mapping[str, Array], options: Options) -> Outcomes:
        k, n = columns["successes"], columns["trials"]
        return outcomes_of(Event(k / n, (n - k) / n), options)

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
        return outcomes_of(Sigmoid(columns["logits"], options.temperature), options)


class LogitsForm(PredictionForm):
    """Predictions by logits, q = sigmoid(z / T) for each event."""

    def __init__(self, rank: int = 1) -> None:
        self.columns = (event("logits", REAL, "logit of the predicted probability", rank),)

    def read(
        self, columns: Mapping[str, Parameter], constants: Mapping[str, float], options: Options
    ) -> OutcomePrediction:
        return LogisticPrediction(Sigmoid(columns["logits"].value, options.temperature))

    def column_at(self, probabilities: Array, options: Options) -> Array:
        return options.temperature * (np.log(probabilities) - np.log1p(-probabilities))


class ProbabilitiesForm(PredictionForm):
    """Predictions by the probability q of each event, as sent."""

    def __init__(self, rank: int = 1) -> None:
        self.columns = (event("probabilities", PROBABILITY, "predicted probability of the event", rank),)

    def read(
        self, columns: Mapping[str, Parameter], constants: Mapping[str, float], options: Options
    ) -> OutcomePrediction:
        return EventPrediction(columns["probabilities"].value, options.clip)

    def column_at(self, probabilities: Array, options: Options) -> Array:
        return probabilities
