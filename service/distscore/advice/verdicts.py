"""The verdict in words, for people who do not do statistics: each sentence true of the kind of target and loss."""

from distscore.core.diagnostics.marginal import ROUNDING
from distscore.core.diagnostics.sums.statistics import predicts_one_parameter, recipe_of
from distscore.core.diagnostics.sums.subject import Subject
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
        return _of_distributions(verdict, summary.subject, yours, verdict["perfect"]["value"])
    unit = "vote" if summary.subject.counts_votes else "row"
    said = f"Your predictions lose {yours:.4g} per {unit} on average. "
    saturated = verdict["saturated"]["value"] if "saturated" in verdict else None
    if saturated is not None:
        said += _of_saturated(summary.subject, saturated)
    return (said + _against_constant(verdict, summary.subject)).rstrip()


def _of_infinity(summary: Summary) -> str:
    """Why the loss is infinite, by its own cause."""
    subject = summary.subject
    if subject.family.has_classes:
        if summary.series["kl"].above:
            return (
                "The loss is infinite: somewhere something happens that was predicted to be impossible. "
                "One such row is enough; the losses show where, and predictions a little above 0 avoid it."
            )
        return (
            "The loss is infinite: somewhere something is predicted that is impossible by the target, which this loss "
            "does not bear. The losses show where; label_smoothing or another loss avoids it."
        )
    if subject.loss.kl_multiple and not subject.loss.floor_is_entropy:
        return (
            "The loss is infinite: at some observed value the likelihood that it is compared with, of a model that "
            "knew every observation, has no bound. cross_entropy does not need it; the losses show where."
        )
    return (
        "The loss is infinite: at least one row is as good as impossible under its prediction, or beyond what a "
        "double can hold. The losses show where."
    )


def _of_saturated(subject: Subject, saturated: float) -> str:
    """What a model that knew every observation would lose: with a second parameter, that one as it was predicted."""
    if subject.loss.kl_multiple and not subject.family.has_classes and not predicts_one_parameter(subject):
        return f"Centered on the observations, with all else as you predicted it, they would lose {saturated:.4g}. "
    knew = "the votes" if subject.counts_votes else "every observation"
    return f"A model that knew {knew} would lose {saturated:.4g}; the truth itself need not reach that. "


def _of_distributions(verdict: Verdict, subject: Subject, yours: float, perfect: float) -> str:
    """Targets that are distributions: how far from their floor, and what was gained of the way there."""
    best = (
        f"{_perfect(subject, perfect)} would lose {perfect:.4g} per row on these targets, and yours loses {yours:.4g}. "
    )
    constant = verdict["marginal"]["value"] if "marginal" in verdict else None
    if yours - perfect <= ROUNDING * abs(yours):
        return best + "Nothing can be gained any more."
    recipe = recipe_of(subject)
    if recipe is not None and recipe.held:
        return (
            best
            + ("A parameter that is held may put that out of reach. " + _against_constant(verdict, subject)).rstrip()
        )
    return best + _gained(subject, yours, perfect, constant)


def _gained(subject: Subject, yours: float, perfect: float, constant: float | None) -> str:
    """How far the predictions are on the way from the best constant prediction to the floor."""
    if constant is None:
        return f"So {yours - perfect:.4g} can still be gained; the rest is in the targets themselves."
    if constant - perfect <= ROUNDING * abs(constant):
        return "There is nothing to tell rows apart by: one prediction is perfect for all of them."
    said = f"The {_most(subject)} constant prediction would lose {constant:.4g}"
    if constant < yours:
        return f"{said}, which is better than yours."
    share = (constant - yours) / (constant - perfect)
    return f"{said}: you have gained {100 * share:.3g} % of what can be gained over it."


def _perfect(subject: Subject, loss: float) -> str:
    """The prediction at the floor: the target, unless an option moves the optimum away from it."""
    weighted = subject.loss.weights_move_optimum and (subject.class_weights or set(subject.positive_weight) != {1.0})
    if weighted or subject.settings["label_smoothing"]:
        return "Even the best prediction that these options allow"
    return "Even a perfect prediction" if loss else "A perfect prediction"


def _most(subject: Subject) -> str:
    """What the constant prediction is most of all: that of greatest likelihood need not be the best for every loss."""
    loss = subject.loss
    of_likelihood = loss.kl_multiple and (loss.floor_is_entropy or subject.family.has_classes)
    return "best" if of_likelihood or loss.squared_error or predicts_one_parameter(subject) else "most likely"


def _against_constant(verdict: Verdict, subject: Subject) -> str:
    """How the predictions compare with the best one that is the same for all rows."""
    constant = verdict["marginal"]["value"] if "marginal" in verdict else None
    gain = verdict.get("gain")
    if constant is None or gain is None or gain["value"] is None:
        return ""
    more = f"{abs(gain['value']):.4g} {'more' if gain['value'] >= 0 else 'less'}"
    return (
        f"The {_most(subject)} prediction that is the same for all rows would lose {constant:.4g}, {more} than yours."
    )
