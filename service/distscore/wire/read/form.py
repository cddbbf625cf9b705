"""Which form a target or prediction is written in: told by the names of its columns, before anything else."""

from collections.abc import Hashable, Mapping, Sequence, Set
from functools import cache, partial
from typing import Any, Protocol, TypeVar

from distscore.core.theory.columns import Column
from distscore.wire.errors.names import did_you_mean
from distscore.wire.errors.names import listed as names_listed
from distscore.wire.errors.place import Place
from distscore.wire.read.document import without_empty


class HasColumns(Hashable, Protocol):
    """A target form or a prediction form."""

    columns: tuple[Column, ...]


Form = TypeVar("Form", bound=HasColumns)


@cache
def names(form: HasColumns) -> Set[str]:
    """The names of the columns of a form, in their order."""
    return dict.fromkeys(column.name for column in form.columns).keys()


def listed(forms: Sequence[HasColumns]) -> str:
    """The forms, as an error lists them."""
    return names_listed(dict.fromkeys(" + ".join(names(form)) for form in forms), "; ")


def choose(forms: Sequence[Form], sent: Mapping[str, Any], at: Place) -> Form | None:
    """The one form whose columns were sent, or None after noting why there is none.

    null is not given; [] and {} count as given only where no form is complete without it.
    """
    filled = without_empty(sent).keys()
    for form in forms:
        if filled == names(form):
            return form
    given = {name for name, value in sent.items() if value is not None}
    for form in forms:
        if given == names(form):
            return form
    _note(forms, given, at)
    return None


def _note(forms: Sequence[HasColumns], given: set[str], at: Place) -> None:
    """Note why the columns that were given make none of the forms."""
    known = {name for form in forms for name in names(form)}
    wider = [form for form in forms if given < names(form)]
    for name in sorted(given - known):
        hint = partial(did_you_mean, name, known - given)
        at.child(name).wrong("unknown_member", f"send one of: {listed(forms)}", hint)
    if given - known:
        return
    if not given:
        at.wrong("missing", f"send one of: {listed(forms)}")
    elif not wider:
        at.wrong("wrong_form", f"these columns make no form; send one of: {listed(forms)}")
    else:
        for name in names(min(wider, key=lambda form: len(form.columns))):
            if name not in given:
                at.child(name).wrong("missing", f"needed beside {' and '.join(sorted(given))}")
