"""The worth of predictions in annotators, and what more rows or more votes would buy, in words."""

from distscore.core.diagnostics.annotators import Annotators
from distscore.core.diagnostics.sums.summary import Summary


def sentences(report: Annotators, _: Summary) -> str:
    """What the figures mean, for people who do not do statistics."""
    votes = report["votes_agree"]
    if votes is None:
        return "No row has two whole votes, so there is nothing to compare votes with."
    said = [_worth(report), _agreement(votes, report), _noise(report)]
    return " ".join(filter(None, said))


def _worth(report: Annotators) -> str:
    """How many votes are as close to the truth as the prediction."""
    worth, (low, high) = report["worth"], report["interval"]
    if worth is None:
        return "Your predictions are closer to the probabilities behind the votes than these votes can tell." + (
            "" if low is None else f" They are worth {low:.3g} annotators or more."
        )
    if worth == 0:
        return "The votes of a row never differ, so a single vote is closer to the truth than your predictions."
    said = f"Your predictions are as close to the probabilities behind the votes as the shares of {worth:.3g} votes"
    if low is None:
        return f"{said}."
    return f"{said} ({low:.3g} to {high:.3g})." if high is not None else f"{said} ({low:.3g} or more)."


def _agreement(votes: float, report: Annotators) -> str:
    """How often votes agree with one another, with the prediction and with the others."""
    prediction, consensus = report["prediction_agrees"], report["consensus_agrees"]
    if prediction is None or consensus is None:
        return ""
    return (
        f"Two votes of a row agree in {100 * votes:.3g} % of cases; a vote agrees with your most probable class in "
        f"{100 * prediction:.3g} %, and with the most frequent one of the other votes in {100 * consensus:.3g} %."
    )


def _noise(report: Annotators) -> str:
    """What twice the rows or twice the votes would do to the standard error."""
    rows, votes = report["standard_error_with_twice_the_rows"], report["standard_error_with_twice_the_votes"]
    if not rows or not votes:
        return ""
    return (
        f"The standard error of the mean cross-entropy, {2**0.5 * rows:.3g}, would be {rows:.3g} with twice the rows, "
        f"and {votes:.3g} with twice the votes in each of these rows."
    )
