"""How many annotators are the predictions worth, and would more rows or more votes make the figures surer?

Of c_k votes of n in a row, sum c_k (c_k - 1) / (n (n - 1)) has the expectation sum p_k^2, however few they are. So the
probability A that two votes differ, and the squared distance D of the prediction q from the truth p, are known without
bias: D = sum (q_k - c_k / n)^2 - A / n. The shares of m votes are as far from the truth as the prediction is for
m = mean A / mean D. Rows of fewer than two whole votes are left out.

The cross-entropy l of a row is the mean of x_k = -log q_k over its votes. Of its variance, V = (variance of x over the
votes) / n comes from the choice of voters. V halves with twice the votes, all of the variance of a mean with twice the
rows.
"""

import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Annotated, TypedDict

import numpy as np

from distscore.core.diagnostics.diagnostic import Diagnostic, ScoredRows
from distscore.core.diagnostics.fieller import interval_of_ratio
from distscore.core.diagnostics.records import Number, finite
from distscore.core.diagnostics.requirements import VOTES
from distscore.core.diagnostics.sums.class_view import ClassView
from distscore.core.diagnostics.sums.summary import Summary, Sums
from distscore.core.diagnostics.sums.tally import SeriesTally
from distscore.core.exact.products import product_error
from distscore.core.exact.sums import UNIT, quotient
from distscore.core.exact.weighted_means import FINE, Series, Weights
from distscore.core.special.elementwise import Array, product, total

OF_MEANS = ("voted", "disagreement", "distance", "disagreement_and_distance", "loss_per_vote", "variance_from_votes")
OF_SHARES = ("prediction_agrees", "consensus_agrees", "variance_of_a_vote", "square_of_loss", "square_cut_off")


class AnnotatorTally(SeriesTally[ClassView]):
    """Of each row with two whole votes or more; 0 of others, so that the series `voted` of ones has their weights."""

    name = "annotators"
    requires = (VOTES,)
    with_error = OF_MEANS

    def series(self, view: ClassView) -> Mapping[str, Array | None]:
        counts = view.votes
        votes = total(counts)
        voted = (counts == np.floor(counts)).all(axis=0) & (votes >= 2)
        n = np.where(voted, votes, 2.0)
        shares = counts / votes
        disagreement = total(shares * ((votes - counts) / votes)) * (n / (n - 1))
        distance = total((view.prediction.q - shares) ** 2) - disagreement / n
        loss, variance = of_votes(shares, -view.prediction.log_q)
        variance *= n / (n - 1)
        series = {
            "voted": np.ones_like(n),
            "disagreement": disagreement,
            "distance": distance,
            "disagreement_and_distance": disagreement + distance,
            "loss_per_vote": loss,
            "variance_from_votes": variance / n,
            "prediction_agrees": np.take_along_axis(shares, view.top_q.index[None], axis=0)[0],
            "consensus_agrees": consensus(counts) / n,
            "variance_of_a_vote": variance,
            "square_of_loss": loss * loss,
            "square_cut_off": product_error(loss, loss),
        }
        return {name: np.where(voted, column, 0.0) for name, column in series.items()}

    @classmethod
    def accepts(cls, sums: Sums) -> bool:
        return super().accepts(sums) and (not sums or sums.keys() >= {*OF_MEANS, *OF_SHARES})


def of_votes(shares: Array, x: Array) -> tuple[Array, Array]:
    """Mean and variance of numbers per outcome over the votes of each row; infinite where a vote's number is."""
    mean = total(product(shares, x))
    known = np.isfinite(mean)
    variance = total(product(shares, (x - np.where(known, mean, 0.0)) ** 2))
    return mean, np.where(known, variance, np.inf)


def consensus(counts: Array) -> Array:
    """How many of the votes of each row, (rows,), are for the most frequent class among the other votes of the row.

    One vote more than any other class has: the class is among the `tied` most frequent ones of the others, and a vote
    counts 1 / tied. Of classes that share the lead no vote is, for the others favor another one.
    """
    first = np.max(counts, axis=0)
    leads = counts == first
    second = np.max(np.where(leads, 0.0, counts), axis=0)
    tied = 1 + np.count_nonzero(counts == second, axis=0)
    alone = np.count_nonzero(leads, axis=0) == 1
    agreeing: Array = first * np.where(alone, np.where(first == second + 1, 1 / tied, 1.0), 0.0)
    return agreeing


class VotedRows:
    """Means over the rows of two votes or more."""

    def __init__(self, summary: Summary) -> None:
        self.series: Mapping[str, Series] = {
            name: summary.series[name] for name in summary.tallies[AnnotatorTally.name]
        }
        voted = self.series.get("voted", Series())
        self.weights = Weights(voted.first >> FINE, voted.squared)

    def mean(self, name: str) -> float | None:
        """Weighted mean of a series; None where it is infinite, or no row counts."""
        return finite(self.series[name].mean(self.weights)) if self.weights.total > 0 else None

    def worth(self) -> float | None:
        """How many votes are as close to the truth as the prediction; None where that is more than can be told."""
        disagreement, distance = self.mean("disagreement"), self.mean("distance")
        if disagreement is None or distance is None or distance <= 0:
            return None
        return finite(disagreement / distance)

    def interval(self) -> list[float | None]:
        """Fieller's interval of the worth in votes; an end is None where it is unbounded or not known."""
        if not self.weights.several:
            return [None, None]
        disagreement, distance = self.series["disagreement"], self.series["distance"]
        return list(interval_of_ratio(disagreement, distance, self.series["disagreement_and_distance"], self.weights))

    def variance_between_rows(self) -> float | None:
        """Variance of the loss per vote over rows, less what the choice of voters adds to it."""
        names = ("square_of_loss", "square_cut_off", "loss_per_vote", "variance_from_votes")
        if any(self.mean(name) is None for name in names):
            return None
        square, cut_off, mean, from_votes = (
            Fraction(self.series[name].first, self.weights.total << FINE) for name in names
        )
        between = square + cut_off - mean**2 - from_votes
        return finite(quotient(between.numerator, between.denominator))

    def standard_errors(self) -> tuple[float | None, float | None]:
        """Of the mean loss per vote with twice the rows, and with twice the votes in each row."""
        error, votes = self.series["loss_per_vote"].standard_error(self.weights), self.series["variance_from_votes"]
        if error is None or not math.isfinite(error) or votes.above:
            return None, None
        from_votes = Fraction(votes.weighted << UNIT, self.weights.total**2 << FINE)
        share = float(min(Fraction(1), from_votes / Fraction(error) ** 2)) if error else 0.0
        return error * math.sqrt(0.5), error * math.sqrt(1 - share / 2)


class Annotators(TypedDict):
    """Votes: how many annotators the predictions are worth, how well votes agree, and what more of them would buy."""

    worth: Annotated[
        Number,
        "How many votes are, by their shares, as close to the truth as the prediction, in squared distance; null where "
        "the prediction is closer than can be told.",
    ]
    interval: Annotated[
        list[Number],
        "Fieller's interval of `worth`, 95 %; its end is null where unbounded, both where fewer than two rows count.",
    ]
    votes_agree: Annotated[Number, "The probability that two votes of a row are for the same class."]
    prediction_agrees: Annotated[Number, "Share of the votes that are for the most probable class of the prediction."]
    consensus_agrees: Annotated[
        Number,
        "Share of the votes that are for the most frequent class of the other votes of their row; ties in parts.",
    ]
    variance_between_rows: Annotated[
        Number, "Of the cross-entropy per vote, once the choice of voters is taken out of it; below 0 only by chance."
    ]
    variance_within_votes: Annotated[Number, "Of the cross-entropy of single votes in a row."]
    standard_error_with_twice_the_rows: Annotated[Number, "Of the mean cross-entropy per vote."]
    standard_error_with_twice_the_votes: Annotated[
        Number, "The same with twice the votes in each of these rows; never below the one with twice the rows."
    ]


class WorthInAnnotators(Diagnostic):
    """How votes and predictions agree with one another, and where the noise of the loss comes from."""

    name = "annotators"
    answer = Annotators
    sums = (AnnotatorTally,)

    def report(self, summary: Summary, rows: ScoredRows | None) -> Annotators:
        voted = VotedRows(summary)
        differ = voted.mean("disagreement")
        rows_twice, votes_twice = voted.standard_errors()
        return {
            "worth": voted.worth(),
            "interval": voted.interval(),
            "votes_agree": None if differ is None else 1 - differ,
            "prediction_agrees": voted.mean("prediction_agrees"),
            "consensus_agrees": voted.mean("consensus_agrees"),
            "variance_between_rows": voted.variance_between_rows(),
            "variance_within_votes": voted.mean("variance_of_a_vote"),
            "standard_error_with_twice_the_rows": rows_twice,
            "standard_error_with_twice_the_votes": votes_twice,
        }
