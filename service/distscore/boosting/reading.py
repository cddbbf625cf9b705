"""From the members of a score without predictions to a batch whose targets are checked: raw scores come later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from distscore.boosting.raw_scores import RawScores, activation_of, check_reached, default_form
from distscore.client.sending.prepare import prepare
from distscore.core.families import FAMILIES
from distscore.core.theory.columns import Column
from distscore.core.theory.distributions import Family
from distscore.local.answers import UNLIMITED
from distscore.local.arrays import document_of
from distscore.wire.errors.place import Place
from distscore.wire.read.array import numbers
from distscore.wire.read.batch import ScoreBatch, read_score
from distscore.wire.read.document import Document, rank_of


@dataclass(frozen=True)
class Reading:
    """A valid request whose predictions are zeros, and how raw scores take their place."""

    document: Document
    score: ScoreBatch
    raw: RawScores


def read_request(members: Mapping[str, Any], predictions: Sequence[str] | None) -> Reading:
    """The request of these members with predictions in the columns that are named, or in the simplest form.

    Raises InvalidRequest with all that is wrong, as POST /v1/score does, or InvalidInput as a client does.
    """
    prepared = prepare(members)
    document = document_of(prepared)
    family = FAMILIES.get(document["family"])
    if family is not None and isinstance(document.get("targets"), dict) and document["targets"]:
        columns = _columns(family, predictions, document.get("family_parameters") or {})
        given = document.get("activations") or {}
        document["activations"] = {column.name: activation_of(column) for column in columns} | given
        check_reached(columns, document["activations"])
        document["predictions"] = _zeros(document, columns, predictions)
    else:
        document["predictions"] = {}
    score = read_score(document, UNLIMITED)
    named = {column.name: column for column in score.batch.prediction_form.columns}
    columns = tuple(named[name] for name in dict.fromkeys(predictions or named))
    return Reading(document, score, RawScores(columns, score.batch.width))


def _columns(family: Family, predictions: Sequence[str] | None, constants: Mapping[str, float]) -> Sequence[Column]:
    """The columns that are predicted, without names that the family does not have."""
    if predictions is None:
        return default_form(family, constants).columns
    known = {column.name: column for form in family.predictions for column in form.columns}
    return [known[name] for name in predictions if name in known]


def _zeros(document: Document, columns: Sequence[Column], predictions: Sequence[str] | None) -> dict[str, Any]:
    """A raw score of 0 wherever one is predicted, which every activation maps into its support."""
    rows = max(1, len(next(iter(document["targets"].values()))))
    ranks = {**dict.fromkeys(predictions or (), 1), **{column.name: column.rank for column in columns}}
    entries = _entries(document, rows) if 2 in ranks.values() else 1
    return {name: np.zeros(rows if rank == 1 else (rows, entries)) for name, rank in ranks.items()}


def _entries(document: Document, rows: int) -> int:
    """How many classes or labels a row has: as many as its targets, or as the classes that are named or met."""
    name, first = next(iter(document["targets"].items()))
    if rank_of(first) == 2:
        return int(np.shape(first)[1])
    if document.get("classes"):
        return len(document["classes"])
    at = Place(("targets", name))
    labels = numbers(first, 1, at, with_nulls=document.get("missing") == "exclude")
    at.refuse(complete=False)
    assert labels is not None
    counted = ~np.isnan(labels) & (labels != document.get("ignore_label"))
    highest = np.max(labels[counted], initial=1.0)
    if highest >= max(2, rows):
        Place(("classes",), at.found).wrong("missing", f"{rows} labels up to {highest:g} do not tell how many classes")
    at.refuse(complete=False)
    return int(highest) + 1
