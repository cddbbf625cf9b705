"""Sums over rows of votes: what can be said of the probabilities behind them, and the coefficients of their likelihood.

Of c_k votes of n in a row, S = sum c_k (c_k - 1) / (n (n - 1)) has the expectation sum p_k^2 whatever n is. The entropy
H of few votes is too low, and has no unbiased estimate. Two that are a range, and no bound, are the jackknife,
J = n H(c) - (n - 1) / n sum c_k H(c - e_k), mostly too low for two or three votes, and the one of Grassberger (2003),
G = log n - sum c_k g(c_k) / n with g(c) = psi(floor(c / 2) + 1 / 2) + log 2, too high.
"""

from collections.abc import Mapping

import numpy as np
from scipy import special

from distscore.core.diagnostics.requirements import VOTES
from distscore.core.diagnostics.sums.class_view import ClassView
from distscore.core.diagnostics.sums.tally import SeriesTally
from distscore.core.special.elementwise import Array, ratio, total


class VoteTally(SeriesTally[ClassView]):
    """Of each row: J - H, G - H, the expected squared error of the shares, and log n! / (n_1! ... n_K!) per vote.

    What needs two whole votes is infinite for rows that do not have them, so that its mean is undefined.
    """

    name = "votes"
    requires = (VOTES,)

    def series(self, view: ClassView) -> Mapping[str, Array | None]:
        counts = view.votes
        votes = total(counts)
        log_coefficient = special.gammaln(votes + 1) - total(special.gammaln(counts + 1))
        whole = (counts == np.floor(counts)).all(axis=0) & (votes >= 2)
        jackknife, grassberger = entropy_corrections(counts, votes)
        pairs = total(counts * (counts - 1)) / votes / (votes - 1)
        per_event = 1.0 if view.exclusive else 0.5  # of an event, the squared error is that of one probability
        return {
            "jackknife": np.where(whole, jackknife, np.inf),
            "grassberger": np.where(whole, grassberger, np.inf),
            "sampling_error": np.where(whole, per_event * (1 - pairs) / votes, np.inf),
            "log_coefficient": ratio(log_coefficient, votes),
        }


def entropy_corrections(counts: Array, votes: Array) -> tuple[Array, Array]:
    """What the jackknife and Grassberger's estimate add to the entropy of the shares of counts (outcomes, rows)."""
    terms, fewer = special.xlogy(counts, counts), special.xlogy(counts - 1, np.maximum(counts - 1, 1))
    whole = total(terms)
    entropy = np.log(votes) - whole / votes
    without_one = votes * np.log(votes - 1) - (votes * whole - total(counts * (terms - fewer))) / (votes - 1)
    jackknife = votes * entropy - (votes - 1) / votes * without_one
    g = special.psi(np.floor(counts / 2) + 0.5) + np.log(2)
    return jackknife - entropy, np.log(votes) - total(counts * g) / votes - entropy
