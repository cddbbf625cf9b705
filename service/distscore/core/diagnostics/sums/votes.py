"""Sums over rows of votes: what their small number does to entropies, and the coefficients of their likelihood."""

from collections.abc import Mapping

from scipy import special

from distscore.core.diagnostics.requirements import VOTES
from distscore.core.diagnostics.sums.class_view import ClassView
from distscore.core.diagnostics.sums.tally import SeriesTally
from distscore.core.special.elementwise import Array, ratio, total


class VoteTally(SeriesTally[ClassView]):
    """Of each row of n votes for K classes that count: (K - 1) / 2n, and log n! / (n_1! ... n_K!) per vote."""

    name = "votes"
    requires = (VOTES,)

    def series(self, view: ClassView) -> Mapping[str, Array | None]:
        counts = view.votes
        votes = total(counts)
        log_coefficient = special.gammaln(votes + 1) - total(special.gammaln(counts + 1))
        return {
            "floor_bias": ratio(view.outcome_count - 1, 2 * votes),
            "log_coefficient": ratio(log_coefficient, votes),
        }
