"""Is it good or bad, in words? Between a perfect prediction, the mean target and a uniform guess: where is yours?"""

from typing import Any

from distscore.core.diagnostics import marginal
from distscore.core.diagnostics.sums.tallies import Summary

Figures = dict[str, dict[str, float | None]]


def verdict(summary: Summary) -> dict[str, Any]:
    """Values with standard errors, and two sentences."""
    figures: Figures = {}
    if summary.has("floor"):
        figures["perfect"] = summary.figure("floor")
    if summary.has("class_target"):
        figures["marginal"] = {"value": marginal.value(summary), "standard_error": None}
        figures["uniform"] = summary.figure("uniform")
    figures |= {"yours": summary.figure("loss"), **summary.figures}
    return {
        **figures,
        "text": sentences(figures) if summary.weight > 0 else "No row has any weight, so there is nothing to judge.",
    }


def sentences(figures: Figures) -> str:
    """Two sentences for people who do not do statistics."""
    yours, perfect, constant = (figures.get(name, {}).get("value") for name in ("yours", "perfect", "marginal"))
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
    if constant - perfect <= marginal.CLOSE * abs(constant):
        return best + "All targets are the same here, so there is nothing to tell rows apart by."
    gained = (constant - yours) / (constant - perfect)
    if gained < 0:
        return best + f"Always predicting the average target would lose {constant:.4g}, which is better than yours."
    return best + (
        f"Always predicting the average target would lose {constant:.4g}: "
        f"you have gained {100 * gained:.3g} % of what can be gained over it."
    )
