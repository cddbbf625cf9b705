"""Which form a target or prediction is written in: decided by the names of its columns, before anything else."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, TypeVar

from distscore.core.theory.columns import Column
from distscore.wire.errors.findings import Findings, Path


class HasColumns(Protocol):
    """A target form or a prediction form."""

    columns: tuple[Column, ...]


Form = TypeVar("Form", bound=HasColumns)


def names(form: HasColumns) -> list[str]:
    """The columns of a form."""
    return [column.name for column in form.columns]


def listed(forms: Sequence[HasColumns]) -> str:
    """The forms, as an error lists them."""
    return "; ".join(" + ".join(names(form)) for form in forms)


def choose(forms: Sequence[Form], sent: Mapping[str, Any], path: Path, findings: Findings) -> Form | None:
    """The one form whose columns were sent. null is not given; [] counts only where no form is complete without it."""
    given = {name for name, value in sent.items() if value is not None}
    filled = {name for name in given if sent[name] != []}
    for form in forms:  # as almost always
        if len(form.columns) == len(given) and all(column.name in filled for column in form.columns):
            return form
    known = {name for form in forms for name in names(form)}
    for name in sorted(given - known):
        findings.add((*path, name), "unknown_member", f"send one of: {listed(forms)}")
    if given - known:
        return None
    for columns in (filled, given):
        for form in forms:
            if set(names(form)) == columns:
                return form
    if not given:
        findings.add(path, "missing", f"send one of: {listed(forms)}")
        return None
    wider = [form for form in forms if given < set(names(form))]
    if not wider:
        findings.add(path, "wrong_form", f"these columns make no form; send one of: {listed(forms)}")
        return None
    for name in names(min(wider, key=lambda form: len(form.columns))):
        if name not in given:
            findings.add((*path, name), "missing", f"needed beside {' and '.join(sorted(given))}")
    return None
