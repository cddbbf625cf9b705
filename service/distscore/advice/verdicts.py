"""The verdict in words, for people who do not do statistics."""

from distscore.core.diagnostics.marginal import ROUNDING
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.diagnostics.verdict import Verdict


def sentences(verdict: Verdict, summary: Summary) -> str:
    """What the figures of a verdict mean."""
    if summary.weights.total <= 0:
        return "No row has any weight, so there is nothing to judge."
    yours = verdict["yours"]["value"]
    perfect = verdict["perfect"]["value"] if "perfect" in verdict else None
    constant = verdict["marginal"]["value"] if "marginal" in verdict else None
    if yours is None:
        return (
            "The loss is infinite: somewhere something happens that was predicted to be impossible. "
            "One such row is enough; worst_rows shows where, and predictions a little above 0 avoid it."
        )
    if perfect is None:
        return (
            f"Your predictions lose {yours:.4g} per row on average. "
            "How little a perfect prediction would lose cannot be told from these targets."
        )
    best = f"Even a perfect prediction would lose {perfect:.4g} per row on these targets, and yours loses {yours:.4g}. "
    if constant is None:
        return best + f"So {yours - perfect:.4g} can still be gained; the rest is in the targets themselves."
    if constant - perfect <= ROUNDING * abs(constant):
        return best + "All targets are the same here, so there is nothing to tell rows apart by."
    gained = (constant - yours) / (constant - perfect)
    if gained < 0:
        return best + f"Always predicting the average target would lose {constant:.4g}, which is better than yours."
    return best + (
        f"Always predicting the average target would lose {constant:.4g}: "
        f"you have gained {100 * gained:.3g} % of what can be gained over it."
    )
