"""Sums of sufficient statistics: what the best constant prediction of an exponential family depends on."""

from collections.abc import Mapping
from fractions import Fraction

import numpy as np

from distscore.core.diagnostics.requirements import FITTED_STATISTICS
from distscore.core.diagnostics.sums.subject import Subject
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.diagnostics.sums.tally import SeriesTally
from distscore.core.diagnostics.sums.view import View
from distscore.core.exact.weighted_means import FINE
from distscore.core.special.elementwise import Array, total
from distscore.core.theory.exponential_family import ExponentialFamily

BEYOND = 1 << 1023  # what is no less may be no double


class StatisticsTally(SeriesTally[View]):
    """T(y) and h(y) of observed values, or their means over the samples of a row: `statistic_k` and `carrier`.

    `cut_off_k` and `carrier_cut_off` are what rounding cut off them, where the family knows it.
    """

    name = "statistics"
    requires = (FITTED_STATISTICS,)

    def series(self, view: View) -> Mapping[str, Array | None]:
        recipe = self.batch.family.exponential_family(self.batch.constants)
        assert recipe is not None
        (values,) = view.block.targets.values()
        if self.batch.target_form.columns[0].sums_to_one and self.batch.options.normalization == "rescale":
            values = values / total(values)
        draws = values if "samples" in view.block.targets else values[None]
        mean, error = recipe.mean_statistics(draws)
        series = {f"statistic_{k}": row for k, row in enumerate(mean)}
        if error is not None:
            series |= {f"cut_off_{k}": row for k, row in enumerate(error)}
        carrier, error = recipe.mean_carrier(draws)
        return {**series, "carrier": carrier, "carrier_cut_off": error}


def recipe_of(subject: Subject) -> ExponentialFamily | None:
    """The exponential family of a summary, its constants held."""
    constants = {name: value for name, value in subject.settings.items() if isinstance(value, float)}
    return subject.family.exponential_family(constants)


def predicts_one_parameter(subject: Subject) -> bool:
    """Whether predictions of values have one parameter, which moves their mean; others are held if there are any."""
    recipe = recipe_of(subject)
    return recipe is not None and recipe.dimension == 1 and not recipe.per_class


def best_constant_loss(summary: Summary) -> float | None:
    """The loss of the best constant prediction, where sums tell: cross-entropy, and the deviance of one parameter.

    The deviance differs from the one of the predictions as their cross-entropies do, times its multiple.
    """
    loss, constant = summary.subject.loss, least_cross_entropy(summary)
    if constant is None or loss.floor_is_entropy:
        return constant if loss.floor_is_entropy else None
    mine, of_loss = summary.mean("cross_entropy"), summary.mean("loss")
    if mine is None or of_loss is None or not loss.kl_multiple or not predicts_one_parameter(summary.subject):
        return None
    return max(of_loss + loss.kl_multiple * (constant - mine), 0.0)


def least_cross_entropy(summary: Summary) -> float | None:
    """The cross-entropy of the best constant prediction, from the means of T and h; None where there is none."""
    if not summary.has(StatisticsTally.name):
        return None
    recipe = recipe_of(summary.subject)
    if recipe is None:
        return None
    count = summary.subject.width if recipe.per_class else len(recipe.natural)
    means = [exact_mean(summary, f"statistic_{k}", f"cut_off_{k}") for k in range(count)]
    means.append(exact_mean(summary, "carrier", "carrier_cut_off"))
    known = [mean for mean in means if mean is not None]
    if len(known) <= count:
        return None
    rounded = np.array([[float(mean)] for mean in known])
    error = np.array([[float(mean - Fraction(float(mean)))] for mean in known])
    with np.errstate(all="ignore"):
        if not recipe.is_inside(rounded[:-1], error)[0]:
            return None
        loss = float(recipe.entropy(rounded[:-1], rounded[-1], error)[0])
    return loss if np.isfinite(loss) else None


def exact_mean(summary: Summary, name: str, cut_off: str) -> Fraction | None:
    """The weighted mean of a series and of what rounding cut off it, if that was summed.

    None as `Summary.mean`, and beyond the doubles.
    """
    series = [summary.series[each] for each in (name, cut_off) if each in summary.series]
    if name not in summary.series or summary.weights.total <= 0 or any(each.above or each.below for each in series):
        return None
    mean = Fraction(sum(each.first for each in series), summary.weights.total << FINE)
    return mean if abs(mean) < BEYOND else None
