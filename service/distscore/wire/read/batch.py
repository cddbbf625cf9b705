"""From a document to a batch that the core can score: every step that may refuse it, in order."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from distscore.core.diagnostics import DIAGNOSTICS
from distscore.core.engine.blocks import Batch
from distscore.core.special.elementwise import Array
from distscore.core.theory.activations import ACTIVATIONS
from distscore.core.theory.columns import Options
from distscore.core.theory.losses import AnyLoss
from distscore.wire.describe.requests import SCORE_REQUESTS, ScoreOptions
from distscore.wire.errors.findings import Findings
from distscore.wire.read import options as legality
from distscore.wire.read import values
from distscore.wire.read.request import Read, read
from distscore.wire.read.shapes import Arrays, Limits, arrays_of
from distscore.wire.read.values import HEAVIEST, Checked


@dataclass(frozen=True)
class ScoreBatch:
    """A valid request to score."""

    request: ScoreOptions
    batch: Batch
    checked: Checked


def score_batch(document: dict[str, Any], limits: Limits, coarse: frozenset[str] = frozenset()) -> ScoreBatch:
    """Raises InvalidRequest, or a 413 if the batch is too large."""
    findings = Findings()
    understood = read(document, SCORE_REQUESTS)
    request = understood.request
    path = ("loss_parameters",)
    loss = legality.loss_of(understood, request.loss, request.loss_parameters, ("loss",), path, findings)
    legality.outputs(request, findings, DIAGNOSTICS)
    losses = [] if loss is None else [loss]
    weightless = set(request.outputs) == {"state"}
    prepared = prepare(understood, losses, limits, coarse, findings, weightless)
    assert loss is not None
    return ScoreBatch(request, batch_of(understood, loss, prepared, request.reduction), prepared.checked)


@dataclass(frozen=True)
class Prepared:
    """The valid arrays and constants of a request."""

    arrays: Arrays
    constants: Mapping[str, float]
    checked: Checked


def prepare(
    understood: Read[Any],
    losses: list[AnyLoss],
    limits: Limits,
    coarse: frozenset[str],
    findings: Findings,
    weightless: bool = False,
) -> Prepared:
    """Options, shapes and numbers, whatever the route."""
    legality.options(understood, losses, findings)
    legality.activations(understood, findings)
    constants = legality.constants_of(understood, findings)
    findings.raise_any(complete=False)
    arrays = arrays_of(understood, limits, findings)
    checked = values.check(understood, arrays, coarse, findings)
    if not (weightless and arrays.sample_weights is not None and not arrays.sample_weights.any()):
        values.weights(arrays.sample_weights, "sample_weights", findings)
    values.weights(arrays.class_weights, "class_weights", findings)
    findings.raise_any(complete=not understood.target_form.requirement and arrays.mask is None)
    values.consistent(understood, arrays, constants, findings)
    if arrays.mask is not None and understood.family.exclusive:
        values.nothing_left(understood, arrays, findings)
    findings.raise_any()
    return Prepared(arrays, constants, checked)


def batch_of(understood: Read[Any], loss: AnyLoss, prepared: Prepared, reduction: str = "mean") -> Batch:
    """The batch that the engine scores."""
    request, arrays = understood.request, prepared.arrays
    options = Options(
        width=arrays.width,
        class_weights=arrays.class_weights,
        positive_weight=request.positive_weight,
        mask=None if arrays.mask is None else arrays.mask.astype(np.float64),
        normalization=request.normalization,
        label_smoothing=request.label_smoothing,
        temperature=request.temperature,
        clip=request.clip,
    )
    return Batch(
        family=understood.family,
        target_form=understood.target_form,
        prediction_form=understood.prediction_form,
        loss=loss,
        targets=arrays.targets,
        predictions=arrays.predictions,
        activations={name: ACTIVATIONS[request.activations.get(name, "identity")] for name in arrays.predictions},
        constants=prepared.constants,
        options=options,
        sample_weights=arrays.sample_weights,
        count_weighting=request.count_weighting,
        reduction=reduction,
    )


def check_total(weights: Array, batch: Batch, weightless: bool) -> None:
    """Row weights with votes and mask: some must be left, and they must not be too heavy."""
    findings = Findings()
    name = batch.target_form.columns[0].name
    with np.errstate(over="ignore"):
        whole = float(weights.sum())
    if whole > HEAVIEST or not np.isfinite(whole):
        findings.add(("targets", name), "out_of_range", "the rows weigh more than 1e150 in all")
    elif whole == 0 and not weightless:
        findings.add(("sample_weights",), "all_weights_zero", "no row that counts has a positive weight")
    findings.raise_any()
