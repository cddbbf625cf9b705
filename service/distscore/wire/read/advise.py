"""POST /v1/advise: targets in any form, perhaps predictions, what is known about them, and options of score."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from pydantic import ValidationError

from distscore.core.families import FAMILIES
from distscore.core.theory.columns import Column
from distscore.wire.describe.advise import AdviseRequest
from distscore.wire.errors import validation
from distscore.wire.errors.names import did_you_mean
from distscore.wire.errors.names import listed as names_listed
from distscore.wire.errors.place import Place
from distscore.wire.errors.problems import TooManyClasses, TooManyEntries
from distscore.wire.read.array import Booleans, Numbers, booleans
from distscore.wire.read.bounds import check_bounds
from distscore.wire.read.column import SentColumn, read
from distscore.wire.read.document import rank_of, without_empty
from distscore.wire.read.form import listed, names
from distscore.wire.read.limits import Limits
from distscore.wire.read.shapes import check_mask

OPTIONS = frozenset({"normalization", "classes", "missing", "mask"})  # of score
FEW = 1000  # classes that labels may imply by themselves
PER_ROW = 10  # or so many for each row


@dataclass(frozen=True)
class Question:
    """A valid request for advice: its members and predictions as they came, and the numbers of its targets."""

    members: AdviseRequest
    predictions: Mapping[str, Any]
    targets: Mapping[str, SentColumn]
    mask: Booleans | None
    width: int  # classes, labels, draws or statistics of a row, 1 where it has none

    @cached_property
    def row_count(self) -> int:
        """How many rows were sent."""
        return len(next(iter(self.targets.values())).values)

    @property
    def options(self) -> dict[str, Any]:
        """The options of score that were sent, as they came."""
        return {name: value for name, value in self.members if name in OPTIONS & self.members.model_fields_set}

    @cached_property
    def counts(self) -> Booleans:
        """Which rows count, (rows,): those without a null of which the mask keeps something."""
        counts = np.ones(self.row_count, np.bool_) if self.mask is None else np.any(self.mask, axis=1)
        for sent in self.targets.values():
            counts = counts & ~np.isnan(sent.values).reshape(self.row_count, -1).any(axis=1)
        return counts

    @cached_property
    def counted(self) -> dict[str, Numbers]:
        """Target columns of the rows that count, (rows,) or (rows, width); 0 where the mask leaves an entry out."""
        columns = {name: sent.values[self.counts] for name, sent in self.targets.items()}
        if self.mask is None:
            return columns
        kept = self.mask[self.counts]
        return {name: np.where(kept, values, 0.0) if values.ndim == 2 else values for name, values in columns.items()}


def read_question(document: dict[str, Any], limits: Limits) -> Question:
    """Raises InvalidRequest with all that is wrong, or a 413."""
    at = Place()
    members = _members(document, at)
    targets = _targets(members, at.child("targets"))
    mask = None if members.mask is None else booleans(members.mask, 2, at.child("mask"))
    at.refuse(complete=False)
    limits.check(targets.values())
    predictions = without_empty(members.predictions)
    width = _width(targets, len(members.classes) or _width_of(predictions), limits)
    question = Question(members, predictions, targets, mask, width)
    if mask is not None:
        check_mask(mask, question.row_count, width, at.child("mask"))
    at.refuse(complete=False)
    if not len(next(iter(question.counted.values()))):
        at.child("targets").wrong("nothing_left", "no row counts: each has a null, or nothing that the mask keeps")
    at.refuse()
    return question


def _members(document: dict[str, Any], at: Place) -> AdviseRequest:
    """The members that were given, each of its type; raises InvalidRequest."""
    check_bounds(document, at)
    sent = without_empty(document)
    given = {name: value for name, value in sent.items() if not (isinstance(value, str) and not value)}
    family = given.get("family")
    if isinstance(family, str) and family not in FAMILIES:
        at.child("family").wrong("unknown_name", f"there are: {names_listed(FAMILIES)}", did_you_mean(family, FAMILIES))
    try:
        members = AdviseRequest.model_validate(given)
    except ValidationError as error:
        validation.note(error, AdviseRequest, at)
    at.refuse()
    return members


def _targets(members: AdviseRequest, at: Place) -> dict[str, SentColumn]:
    """The columns as arrays, if they are one form of the family, or of any."""
    given = without_empty(members.targets)
    given = given or {name: value for name, value in members.targets.items() if value is not None}
    families = [FAMILIES[members.family]] if members.family else list(FAMILIES.values())
    forms = [form for family in families for form in family.targets]
    fitting = [form.columns for form in forms if names(form) == given.keys()]
    if not fitting:
        known = {name for form in forms for name in names(form)}
        hints = (did_you_mean(name, known - given.keys()) for name in given.keys() - known)
        at.wrong("wrong_form", f"send one of: {listed(forms)}", next(filter(None, hints), None))
    columns = [_column(name, value, fitting) for name, value in given.items() if fitting]
    sent = [
        read("targets", column, given[column.name], at.child(column.name), members.missing == "exclude")
        for column in columns
    ]
    found = {column.column.name: column for column in sent if column is not None}
    if len({len(column.values) for column in found.values()}) > 1:
        at.wrong("shape_mismatch", "columns of different lengths")
    return found


def _column(name: str, value: Any, forms: Sequence[Sequence[Column]]) -> Column:
    """The column of this name, of the rank that the value looks like if there are several."""
    described = {column.rank: column for columns in forms for column in columns if column.name == name}
    return described.get(rank_of(value)) or next(iter(described.values()))


def _width_of(predictions: Mapping[str, Any]) -> int:
    """Entries of the first row of the first column that has rows of several, else 0."""
    return next((len(value[0]) for value in predictions.values() if rank_of(value) == 2), 0)


def _width(targets: Mapping[str, SentColumn], known: int, limits: Limits) -> int:
    """Entries of a row of targets; of labels the classes that are known, else those that the largest one implies.

    Raises InvalidRequest, or a 413, where labels imply so many classes that answering would cost more than asking.
    """
    labels = targets.get("labels")
    if labels is None:
        return max(int(np.prod(sent.values.shape[1:])) for sent in targets.values())
    rows, largest = len(labels.values), float(np.nanmax(labels.values, initial=1.0))
    if not known and largest >= max(FEW, PER_ROW * rows):
        where = labels.values == largest
        detail = f"it would mean {largest + 1:.9g} classes for {rows} rows"
        labels.at.wrong_where(where, "out_of_range", detail, "number the classes that occur from 0, or send `classes`")
        labels.at.refuse(complete=False)
    classes = known or int(largest) + 1
    if classes > limits.classes:
        raise TooManyClasses(f"The labels are of {classes} classes, the limit is {limits.classes}.")
    if rows * classes > limits.entries:
        raise TooManyEntries(
            f"{rows} labels of {classes} classes are more than {limits.entries} numbers; a sample of rows will do."
        )
    return classes
