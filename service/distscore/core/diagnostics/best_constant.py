"""The best constant prediction of a batch: the same in every row, by maximum likelihood.

It is what a model knows that has seen the targets and nothing else, and what the skill of a prediction is measured
against. Of class families it is the mean target, as the weights of classes shift it. Of others the columns of the
prediction form that was sent are fitted, its constants are held, and the weighted mean cross-entropy is least.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, NamedTuple

import numpy as np
from scipy import special

from distscore.core.diagnostics.likelihood import Likelihood, Rows, inside
from distscore.core.diagnostics.marginal import best_shares, mean_masses
from distscore.core.diagnostics.quasi_newton import Minimum
from distscore.core.diagnostics.records import Figure, finite
from distscore.core.diagnostics.sums.classes import ClassTally
from distscore.core.diagnostics.sums.recorder import Recorder
from distscore.core.diagnostics.what_if import predicting
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import score
from distscore.core.exact.weighted_means import reduced, series_of, weights_of
from distscore.core.special.elementwise import Array
from distscore.core.theory.activations import ACTIVATIONS
from distscore.core.theory.distributions import Limit
from distscore.core.theory.estimates import observations

Check = Callable[[], None]
Reason = Literal["", "no_weight", "degenerate_targets", "not_found"]

FEW = 1 << 13  # rows whose best constant a search among more of them starts from
NEAR_LIMIT = 12.0  # logarithms on the way to a limit after which it is as good as reached: a factor of 160 000


@dataclass(frozen=True)
class BestConstant:
    """One prediction for all rows, or the reason why there is none.

    `no_weight`: no row counts. `degenerate_targets`: they single out no member of the family, because the likelihood
    grows without bound (a gaussian whose values are all alike) or is highest at an end that the family only approaches
    (a poisson whose counts are all zero). `not_found`: the search ended elsewhere than at a minimum.
    """

    parameters: Mapping[str, Array] = field(default_factory=dict)  # by column, after the activation: () or (width,)
    becomes: str = ""  # the family that the prediction is, where a parameter went to the end of its range
    reason: Reason = ""


def best_constant(batch: Batch, check: Check = lambda: None) -> BestConstant:
    """Maximum likelihood over the rows that count, to rounding in the loss and to nine digits of the parameters.

    The targets and weights of the batch count, and of its predictions only their form and constants. A likelihood with
    several maxima (student_t below one degree of freedom) is followed to the one that the median leads to. `check` is
    called now and then and may raise to stop.
    """
    weights = batch.weights
    if not weights.any():
        return BestConstant(reason="no_weight")
    with np.errstate(divide="ignore", over="ignore", under="ignore", invalid="ignore"):
        if batch.family.has_classes:
            return _mean_target(batch, check)
        return _fitted(_distinct(taking(batch, np.flatnonzero(weights))), check)


def always(batch: Batch, constant: BestConstant) -> Batch:
    """The batch with this prediction in every row, sent as parameters; unclipped."""
    parameters = constant.parameters
    columns = {name: np.broadcast_to(value, (batch.row_count, *value.shape)) for name, value in parameters.items()}
    if batch.family.has_classes:
        whole = predicting(batch, "probabilities", columns["probabilities"])
        return replace(whole, options=replace(batch.options, clip=0.0, normalization="none"))
    return replace(batch, predictions=columns, activations=dict.fromkeys(columns, ACTIVATIONS["identity"]))


def difference(losses: Array, others: Array, weights: Array) -> Figure:
    """Weighted mean of `losses` minus `others`, (rows,), paired by row, over rows of positive weight.

    It is None where one of them is infinite in a row that counts.
    """
    counts = weights > 0
    one, other, kept = losses[counts], others[counts], weights[counts]
    if not (np.isfinite(one) & np.isfinite(other)).all():
        return {"value": None, "standard_error": None}
    value, error = reduced(series_of(one - other, kept), weights_of(kept), "mean")
    return {"value": finite(value), "standard_error": finite(error)}


def _mean_target(batch: Batch, check: Check) -> BestConstant:
    """Probabilities of a class family, (classes,), (labels,) or ()."""
    if batch.options.mask is not None and np.all(batch.options.mask):
        batch = replace(batch, options=replace(batch.options, mask=None))
    recorder = Recorder(batch, (ClassTally,))
    masses = mean_masses(recorder.summary(score(batch, frozenset(), check, [recorder])))
    if masses is None:
        return _masked_classes(batch, check)
    shares = best_shares(masses)
    if shares is None:
        return BestConstant(reason="degenerate_targets")
    return BestConstant({"probabilities": shares if batch.prediction_form.columns[0].rank == 2 else shares[0]})


def _masked_classes(batch: Batch, check: Check) -> BestConstant:
    """Probabilities of exclusive classes of which a mask keeps other ones in other rows: softmax of the best logits."""
    counted = taking(batch, np.flatnonzero(batch.weights))
    likelihood = Likelihood.of(predicting(counted, "logits", np.zeros((counted.row_count, counted.width))), check)
    found = likelihood.minimum(likelihood.middles, {})
    if not found.converged:
        return BestConstant(reason="not_found")
    logits = likelihood.parameters(found.point.at)["logits"]
    return BestConstant({"probabilities": special.softmax(logits / batch.options.temperature)})


def _fitted(batch: Batch, check: Check) -> BestConstant:
    """Columns of a family of values, () or (width,)."""
    estimate = batch.family.estimate(batch.targets, batch.weights)
    known = {**of_mean_statistics(batch), **estimate.parameters}
    start = {
        column.name: np.asarray(known[column.name]) for column in batch.prediction_form.columns if column.name in known
    }
    for column in batch.prediction_form.columns:
        if column.name in estimate.parameters and not inside(column, start[column.name]):
            return BestConstant(reason="degenerate_targets")
    return BestConstant(start) if estimate.exact else _searched(batch, start, check)


def of_mean_statistics(batch: Batch) -> dict[str, Array]:
    """Where g'(eta) is the mean of T over the rows: the best constant of an exponential family, but for rounding.

    Nothing where targets were not observed, or where the mean of T belongs to no member of the family.
    """
    statistics = batch.family.exponential_family(batch.constants)
    if statistics is None or batch.target_form.is_distribution:
        return {}
    values, weights = batch.targets.get("values"), batch.weights
    if values is None:
        values, weights = observations(batch.targets, weights)
    chi = np.add.reduce(statistics.sufficient_statistics(values.T) * (weights / weights.sum()), axis=-1)[:, None]
    if not statistics.is_inside(chi).all():
        return {}
    eta = statistics.natural_parameters(chi)
    at_eta = {"natural": eta, **batch.family.parameters_at(eta)}
    found = {name: np.squeeze(value, axis=-1) for name, value in at_eta.items()}
    return {name: value for name, value in found.items() if np.isfinite(value).all()}


def _searched(batch: Batch, start: Mapping[str, Array], check: Check) -> BestConstant:
    """The minimum near `start`: among many rows by way of that among every so many of them."""
    likelihood, limits = Likelihood.of(batch, check), batch.family.limits
    if batch.row_count > 2 * FEW:
        sample = Likelihood.of(taking(batch, slice(None, None, batch.row_count // FEW)), check)
        near = _least(sample, start, limits)
        if near.found is not None:
            found = likelihood.minimum(near.constant.parameters, _reach(limits), near.found.pairs)
            if found.converged:
                return BestConstant(likelihood.parameters(found.point.at))
    return _least(likelihood, start, limits).constant


class Search(NamedTuple):
    """The end of a search, and the minimum that it found unless that is at a limit of the family."""

    constant: BestConstant
    found: Minimum | None = None


def _least(likelihood: Likelihood, start: Mapping[str, Array], limits: Mapping[str, Limit]) -> Search:
    """The better of the minimum near `start` and those at the limits where the family becomes another."""
    start = {**likelihood.middles, **start}
    limits = {name: limit for name, limit in limits.items() if name in start}
    found = likelihood.minimum(start, _reach(limits))
    parameters = likelihood.parameters(found.point.at)
    search, least = Search(BestConstant(parameters), found), found.point.value
    if not found.converged:
        neared = any(_neared(limit.value, start[name], parameters[name]) for name, limit in limits.items())
        search, least = Search(BestConstant(reason="not_found" if neared else "degenerate_targets")), np.inf
        limits = limits if neared else {}
    for name, limit in limits.items():
        held = likelihood.holding(name, limit.value)
        found = held.minimum(parameters, _reach(limits))
        if found.converged and found.point.value <= least:
            search, least = Search(BestConstant(held.parameters(found.point.at), limit.family)), found.point.value
    return search


def _reach(limits: Mapping[str, Limit]) -> dict[str, float]:
    """How far columns that lead to another family are followed."""
    return dict.fromkeys(limits, NEAR_LIMIT)


def _neared(limit: float, start: Array, end: Array) -> bool:
    """Whether a search moved a parameter so far towards a limit that the rest of the way does not matter."""
    return bool(abs(np.log(end / start)) > NEAR_LIMIT and (end > start) == (limit > start))


def taking(batch: Batch, rows: Rows | slice) -> Batch:
    """Some rows of a batch with the weights that they have in it."""
    mask = batch.options.mask
    return replace(
        batch,
        targets={name: values[rows] for name, values in batch.targets.items()},
        predictions={name: values[rows] for name, values in batch.predictions.items()},
        options=replace(batch.options, mask=None if mask is None else mask[rows]),
        sample_weights=batch.weights[rows],
        count_weighting="rows",
    )


def _distinct(batch: Batch) -> Batch:
    """A batch of counts with a row per value, which carries the weight of all rows that have it."""
    values = batch.targets.get("values")
    if batch.family.kind != "count" or values is None:
        return batch
    _, first, where = np.unique(values, return_index=True, return_inverse=True)
    return replace(taking(batch, first), sample_weights=np.bincount(where, batch.weights).astype(np.float64))
