"""POST /v1/advise: targets in any form, perhaps predictions, and what is known about them; and what is answered."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, WithJsonSchema

from distscore.core.families import FAMILIES
from distscore.core.special.elementwise import Array
from distscore.core.theory.columns import Column
from distscore.wire.describe.diagnostics import Model, Number
from distscore.wire.describe.responses import Notice
from distscore.wire.errors.findings import Findings, shown
from distscore.wire.errors.problems import TooManyEntries
from distscore.wire.read import columns

Meaning = Literal["probabilities", "fractions", "votes", "multilabel", "intensities", "amounts", "counts", "ranks"]
MEMBERS = ("targets", "predictions", "family", "meaning")
OPEN_COLUMNS = {"type": "object", "additionalProperties": {"type": "array", "items": {}}}
Columns = Annotated[dict[str, Any], WithJsonSchema(OPEN_COLUMNS)]


class AdviseRequest(BaseModel):
    """Targets as they would be sent to /v1/score, without a family."""

    model_config = ConfigDict(extra="forbid")

    targets: Columns = Field(description="The columns of one form of some family.")
    predictions: Columns = Field({}, description="The columns of a prediction, if there is one.")
    family: str = Field("", description="The family that you have in mind.")
    meaning: Meaning | None = Field(None, description="What the numbers are, if you know.")


@dataclass(frozen=True)
class Asked:
    """A valid request for advice."""

    targets: Mapping[str, Array]
    predictions: Mapping[str, Any]  # as they came
    family: str
    meaning: str | None

    @property
    def row_count(self) -> int:
        """n."""
        return len(next(iter(self.targets.values())))


def read(document: dict[str, Any], entries: int) -> Asked:
    """Raises InvalidRequest with all that is wrong, or a 413."""
    findings = Findings()
    for name in document.keys() - set(MEMBERS):
        findings.add((name,), "unknown_member", f"there are: {', '.join(MEMBERS)}")
    given = {name: value for name, value in document.items() if value not in (None, "", {}, [])}
    for name, known in (("family", tuple(FAMILIES)), ("meaning", get_args(Meaning))):
        if name in given and given[name] not in known:
            code = "unknown_name" if isinstance(given[name], str) else "wrong_type"
            findings.add((name,), code, f"there are: {', '.join(known)}")
    for name in ("targets", "predictions"):
        if name in given and not isinstance(given[name], dict):
            findings.add((name,), "wrong_type", f"expected an object, got {shown(given[name])}")
    if "targets" not in given:
        findings.add(("targets",), "missing", "this member is required")
    findings.raise_any()
    predictions = _filled(given.get("predictions", {}))
    family = given.get("family", "")
    targets = _targets(given["targets"], family, findings)
    findings.raise_any()
    if sum(values.size for values in targets.values()) > entries:
        raise TooManyEntries(f"The targets have more than {entries} numbers; a sample of the rows will do.")
    return Asked(targets, predictions, family, given.get("meaning"))


def _filled(sent: dict[str, Any]) -> dict[str, Any]:
    """Columns that were given: null and [] mean that they were not."""
    return {name: value for name, value in sent.items() if value is not None and value != []}


def _targets(sent: dict[str, Any], family: str, findings: Findings) -> dict[str, Array]:
    """The columns as arrays, if they are one form of a family, or of any."""
    given = _filled(sent) or {name: value for name, value in sent.items() if value is not None}
    families = [FAMILIES[family]] if family else list(FAMILIES.values())
    forms = [form.columns for known in families for form in known.targets]
    fitting = [form for form in forms if {column.name for column in form} == given.keys()]
    if not fitting:
        listed = dict.fromkeys(" + ".join(column.name for column in form) for form in forms)
        findings.add(("targets",), "wrong_form", f"send one of: {'; '.join(listed)}")
        return {}
    arrays = {}
    for name, value in given.items():
        described = [column for form in fitting for column in form if column.name == name]
        values = columns.numbers(value, _rank(value, described), ("targets", name), findings)
        if values is not None:
            arrays[name] = values
    if len({len(values) for values in arrays.values()}) > 1:
        findings.add(("targets",), "shape_mismatch", "columns of different lengths")
    return arrays


def _rank(value: Any, described: list[Column]) -> int:
    """1 or 2: what the column may have, and what it looks like if it may have both."""
    ranks = {column.rank for column in described}
    if len(ranks) == 1:
        return ranks.pop()
    return 2 if isinstance(value, list) and value and isinstance(value[0], list) else 1


class Evidence(Model):
    """Something measured on the data."""

    fact: str
    number: Number = Field(description="null where it is infinite or undefined.")


class Recommendation(Model):
    """A family and loss that fit."""

    family: str
    loss: str
    why: str
    caveat: str = Field(description="What to keep in mind; empty if nothing.")
    request: dict[str, Any] = Field(description="Ready for /v1/score; of many rows the first 1000.")


class AdviseResponse(Model):
    """What the targets look like and what fits, best first."""

    target_kind: str
    evidence: list[Evidence]
    recommendations: list[Recommendation]
    warnings: list[Notice]
