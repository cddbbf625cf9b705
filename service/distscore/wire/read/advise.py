"""POST /v1/advise: targets in any form, perhaps predictions, and what is known about them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args

from distscore.core.families import FAMILIES
from distscore.core.special.elementwise import Array
from distscore.core.theory.columns import Column
from distscore.wire.describe.advise import Meaning
from distscore.wire.errors.place import Place, shown
from distscore.wire.errors.problems import TooManyEntries
from distscore.wire.read.array import numbers
from distscore.wire.read.form import listed, names
from distscore.wire.read.limits import Limits

MEMBERS = ("targets", "predictions", "family", "meaning")
NOTHING: tuple[Any, ...] = (None, "", {}, [])


@dataclass(frozen=True)
class Question:
    """A valid request for advice."""

    targets: Mapping[str, Array]
    predictions: Mapping[str, Any]  # as they came
    family: str
    meaning: str | None

    @property
    def row_count(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.targets.values())))


def read_question(document: dict[str, Any], limits: Limits) -> Question:
    """Raises InvalidRequest with all that is wrong, or a 413."""
    at = Place()
    given = _given(document, at)
    predictions = _given_columns(given.get("predictions", {}))
    family = given.get("family", "")
    targets = _targets(given["targets"], family, at.child("targets"))
    at.refuse()
    if sum(values.size for values in targets.values()) > limits.entries:
        raise TooManyEntries(f"The targets have more than {limits.entries} numbers; a sample of the rows will do.")
    return Question(targets, predictions, family, given.get("meaning"))


def _given(document: dict[str, Any], at: Place) -> dict[str, Any]:
    """The members that were given, each of its type; raises InvalidRequest."""
    for name in document.keys() - set(MEMBERS):
        at.child(name).wrong("unknown_member", f"there are: {', '.join(MEMBERS)}")
    given = {name: value for name, value in document.items() if value not in NOTHING}
    for name, known in (("family", tuple(FAMILIES)), ("meaning", get_args(Meaning))):
        if name in given and given[name] not in known:
            code = "unknown_name" if isinstance(given[name], str) else "wrong_type"
            at.child(name).wrong(code, f"there are: {', '.join(known)}")
    for name in ("targets", "predictions"):
        if name in given and not isinstance(given[name], dict):
            at.child(name).wrong("wrong_type", f"expected an object, got {shown(given[name])}")
    if "targets" not in given:
        at.child("targets").wrong("missing", "this member is required")
    at.refuse()
    return given


def _given_columns(sent: dict[str, Any]) -> dict[str, Any]:
    """The columns that were given: null and [] mean that they were not."""
    return {name: value for name, value in sent.items() if value is not None and value != []}


def _targets(sent: dict[str, Any], family: str, at: Place) -> dict[str, Array]:
    """The columns as arrays, if they are one form of the family, or of any."""
    given = _given_columns(sent) or {name: value for name, value in sent.items() if value is not None}
    families = [FAMILIES[family]] if family else list(FAMILIES.values())
    forms = [form for known in families for form in known.targets]
    fitting = [form.columns for form in forms if set(names(form)) == given.keys()]
    if not fitting:
        at.wrong("wrong_form", f"send one of: {listed(forms)}")
        return {}
    arrays = {}
    for name, value in given.items():
        described = [column for columns in fitting for column in columns if column.name == name]
        values = numbers(value, _rank(value, described), at.child(name))
        if values is not None:
            arrays[name] = values
    if len({len(values) for values in arrays.values()}) > 1:
        at.wrong("shape_mismatch", "columns of different lengths")
    return arrays


def _rank(value: Any, described: list[Column]) -> int:
    """1 or 2: what the column may have, and what it looks like if it may have both."""
    ranks = {column.rank for column in described}
    if len(ranks) == 1:
        return ranks.pop()
    return 2 if isinstance(value, list) and value and isinstance(value[0], list) else 1
