"""Sums of sufficient statistics: what the best constant prediction of an exponential family depends on."""

from collections.abc import Mapping

import numpy as np

from distscore.core.diagnostics.requirements import FREE_STATISTICS
from distscore.core.diagnostics.sums.subject import Subject
from distscore.core.diagnostics.sums.summary import Summary
from distscore.core.diagnostics.sums.tally import SeriesTally
from distscore.core.diagnostics.sums.view import View
from distscore.core.special.elementwise import Array
from distscore.core.theory.exponential_family import ExponentialFamily


class StatisticsTally(SeriesTally[View]):
    """T(y) and h(y) of observed values, or their means over the samples of a row: `statistic_k` and `carrier`."""

    name = "statistics"
    requires = (FREE_STATISTICS,)

    def series(self, view: View) -> Mapping[str, Array | None]:
        recipe = self.batch.family.exponential_family(self.batch.constants)
        assert recipe is not None
        targets = view.block.targets
        if "values" in targets:
            statistics, carrier = recipe.sufficient_statistics(targets["values"]), recipe.carrier(targets["values"])
            carrier = carrier if carrier.ndim == 1 else carrier[0]  # of a composition there is one for all entries
        else:
            samples = targets["samples"]
            each, rows = recipe.sufficient_statistics(samples.ravel()), samples.shape
            statistics = each.reshape(len(each), *rows).mean(axis=1)
            carrier = recipe.carrier(samples.ravel()).reshape(rows).mean(axis=0)
        return {**{f"statistic_{k}": row for k, row in enumerate(statistics)}, "carrier": carrier}


def recipe_of(subject: Subject) -> ExponentialFamily | None:
    """The exponential family of a summary, its constants held."""
    constants = {name: value for name, value in subject.settings.items() if isinstance(value, float)}
    return subject.family.exponential_family(constants)


def best_constant_loss(summary: Summary) -> float | None:
    """The cross-entropy of the best constant prediction, from the means of T and h; None where there is none."""
    if not summary.has(StatisticsTally.name) or not summary.subject.loss.floor_is_entropy:
        return None
    recipe = recipe_of(summary.subject)
    if recipe is None:
        return None
    count = summary.subject.width if recipe.per_class else len(recipe.natural)
    means, carrier = [summary.mean(f"statistic_{k}") for k in range(count)], summary.mean("carrier")
    known = [mean for mean in means if mean is not None]
    if carrier is None or len(known) < count:
        return None
    chi = np.array(known)[:, None]
    with np.errstate(all="ignore"):
        if not recipe.is_inside(chi)[0]:
            return None
        loss = float(recipe.entropy(chi, carrier)[0])
    return loss if np.isfinite(loss) else None
