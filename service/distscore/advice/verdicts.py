"""The verdict in words, for people who do not do statistics."""

from distscore.core.diagnostics.marginal import ROUNDING
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.diagnostics.verdict import Verdict


def sentences(verdict: Verdict, summary: Summary) -> str:
    """What the figures of a verdict mean."""
    if summary.weights.total <= 0:
        return "No row has any weight, so there is nothing to judge."
    yours = verdict["yours"]["value"]
    if yours is None:
        return _of_infinity(summary)
    if "perfect" in verdict and verdict["perfect"]["value"] is not None:
        return _of_distributions(verdict, yours, verdict["perfect"]["value"])
    unit = "vote" if summary.subject.counts_votes else "row"
    said = f"Your predictions lose {yours:.4g} per {unit} on average. "
    saturated = verdict["saturated"]["value"] if "saturated" in verdict else None
    if saturated is not None:
        knew = "the votes" if summary.subject.counts_votes else "every observation"
        said += f"A model that knew {knew} would lose {saturated:.4g}; the truth itself does not reach that. "
    return (said + _against_constant(verdict)).rstrip()


def _of_infinity(summary: Summary) -> str:
    """Why the loss is infinite, by its own cause."""
    subject = summary.subject
    if subject.family.has_classes:
        return (
            "The loss is infinite: somewhere something happens that was predicted to be impossible. "
            "One such row is enough; worst_rows shows where, and predictions a little above 0 avoid it."
        )
    if subject.loss.kl_multiple and not subject.loss.floor_is_entropy:
        return (
            "The loss is infinite: at some observed value the likelihood that it is compared with, of a model that "
            "knew every observation, has no bound. cross_entropy does not need it; worst_rows shows where."
        )
    return (
        "The loss is infinite: at least one row is as good as impossible under its prediction, or beyond what a "
        "double can hold. worst_rows shows where."
    )


def _of_distributions(verdict: Verdict, yours: float, perfect: float) -> str:
    """Targets that are distributions: how far from their entropy, and what was gained of the way there."""
    best = f"Even a perfect prediction would lose {perfect:.4g} per row on these targets, and yours loses {yours:.4g}. "
    constant = verdict["marginal"]["value"] if "marginal" in verdict else None
    if yours - perfect <= ROUNDING * abs(yours):
        return best + "Nothing can be gained: the predictions are the targets."
    if constant is None:
        return best + f"So {yours - perfect:.4g} can still be gained; the rest is in the targets themselves."
    if constant - perfect <= ROUNDING * abs(constant):
        return best + "All targets are the same here, so there is nothing to tell rows apart by."
    gained = (constant - yours) / (constant - perfect)
    if gained < 0:
        return best + f"The best constant prediction would lose {constant:.4g}, which is better than yours."
    return best + (
        f"The best constant prediction would lose {constant:.4g}: "
        f"you have gained {100 * gained:.3g} % of what can be gained over it."
    )


def _against_constant(verdict: Verdict) -> str:
    """How the predictions compare with the best one that is the same for all rows."""
    constant = verdict["marginal"]["value"] if "marginal" in verdict else None
    gain = verdict.get("gain")
    if constant is None or gain is None or gain["value"] is None:
        return ""
    more = f"{abs(gain['value']):.4g} {'more' if gain['value'] >= 0 else 'less'}"
    return f"The best prediction that is the same for all rows would lose {constant:.4g}, {more} than yours."
