"""The catalog as a page: `python -m tests.docs.catalog_page` writes docs/catalog.md from what the code says."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NotRequired, get_args, get_origin, get_type_hints, is_typeddict

from distscore.core.conventions.convention import Convention
from distscore.core.conventions.registry import STAGES
from distscore.core.diagnostics import DIAGNOSTICS
from distscore.core.diagnostics.diagnostic import Diagnostic
from distscore.wire.describe import catalog

PAGE = Path(__file__).parents[2] / "docs" / "catalog.md"
INTRODUCTION = """# Catalog

Every family, loss, diagnostic and convention. Families and losses have their formulas, as `GET /v1/families/{name}` and
`GET /v1/losses/{name}` tell them. This page is written from the code by `make docs`; the formulas are evaluated beside
the engine by the tests. Why they are computed in other forms than these is the subject of
[mathematics](mathematics.md).

Formulas are of one row: of a family its cross-entropy for the first form of targets and of predictions; of a loss of
classes for target probabilities p, predicted probabilities q and logits z. Derivatives are with respect to the column
that is named.
"""
DIAGNOSED = """Members of `diagnostics` in the answer, as far as the batch has them. Those that are computed on request
only have to be asked for by name (`diagnostics.temperature`) or with `diagnostics.all`. What is undefined (0/0) or
infinite is null."""
CONVENTIONAL = """What `POST /v1/explain` looks for: at each of five stages at most one convention takes the place of
what `POST /v1/score` does. A convention without names in the last column may be anybody's, or is a slip."""
Entry = Mapping[str, Any]


def page() -> str:
    """The whole page."""
    families = [catalog.family(each["name"]) for each in catalog.families()["families"]]
    losses = [catalog.loss(each["name"]) for each in catalog.losses()["losses"]]
    lines = [INTRODUCTION, "# Families"]
    for family in families:
        assert family is not None
        lines += ["", *_family(family)]
    lines += ["", "# Losses"]
    for loss in losses:
        assert loss is not None
        lines += ["", *_loss(loss)]
    lines += ["", "# Diagnostics", "", DIAGNOSED]
    for diagnostic in DIAGNOSTICS.values():
        lines += ["", *_diagnostic(diagnostic)]
    lines += ["", "# Conventions", "", CONVENTIONAL]
    for title, conventions in STAGES.items():
        lines += [
            "",
            f"## {title.capitalize()}",
            "",
            "| convention | what is done | who does so |",
            "| --- | --- | --- |",
        ]
        lines += dict.fromkeys(map(_convention, conventions))
    return "\n".join(lines) + "\n"


def _family(family: Entry) -> Iterator[str]:
    yield from (f"## {family['name']}", "", family["description"], "")
    yield "| side | columns | |"
    yield "| --- | --- | --- |"
    for form in family["targets"]:
        yield f"| targets | {_columns(form)} | {form['requirement']} |"
    for form in family["predictions"]:
        yield f"| predictions | {_columns(form)} | {_constants(form)} |"
    yield from ("", f"Losses: {', '.join(f'`{name}`' for name in family['losses'])}.", "")
    yield from _formulas(family)


def _columns(form: Entry) -> str:
    return " + ".join(
        f"`{each['name']}` [{', '.join(each['shape'])}] in {each['interval']}" for each in form["columns"]
    )


def _constants(form: Entry) -> str:
    constants = [f"`{each['name']}` ({each.get('default', 'required')})" for each in form["constants"]]
    return f"constant {', '.join(constants)}" if constants else ""


def _loss(loss: Entry) -> Iterator[str]:
    yield from (f"## {loss['name']}", "", loss["description"], "")
    parameters = [f"`{each['name']}` ({each['default']:g})" for each in loss["parameters"]]
    yield f"In {loss['units']}; {', '.join(loss['families'])}.{f' Parameters: {parameters[0]}.' if parameters else ''}"
    yield ""
    yield from _formulas(loss)
    for variant in loss["variants"]:
        yield from ("", f"Of {', '.join(variant['families'])}:", "", *_formulas(variant))


def _formulas(entry: Entry) -> Iterator[str]:
    yield from ("```math", entry["formula"], "```", "")
    for symbol, text in entry["where"].items():
        yield f"* with $`{symbol} = {text}`$"
    for title, part in (("gradient", "gradient"), ("Hessian", "hessian")):
        for column, text in entry[part].items():
            yield f"* {title} in `{column}`: $`{text}`$"
    for title, part in (("deviance", "deviance"), ("floor", "floor"), ("g", "log_normalizer"), ("h", "carrier")):
        if entry.get(part):
            yield f"* {title}: $`{entry[part]}`$"
    holds = [name.replace("_", " ") for name, is_so in entry["properties"].items() if is_so]
    if holds:
        yield f"* {', '.join(holds)}"
    for note in entry["notes"]:
        yield f"* {note}"
    for library, names in entry["elsewhere"].items():
        yield f"* {library}: {names}"


def _diagnostic(diagnostic: Diagnostic) -> Iterator[str]:
    record = _record(diagnostic.answer)
    is_list = get_origin(diagnostic.answer) is list
    title = diagnostic.description or (record.__doc__ if record else "") or ""
    yield from (f"## {diagnostic.name}", "", " ".join(title.split()))
    remarks = ["a list" if is_list else "", "on request only" if diagnostic.on_request else ""]
    remarks.append("" if diagnostic.merges else "not of merged batches")
    if any(remarks):
        yield from ("", f"({', '.join(remark for remark in remarks if remark)})")
    if record is not None:
        yield from ("", *_members(record, ""))


def _convention(convention: Convention) -> str:
    names = "; ".join(f"{library}: {functions}" for library, functions in convention.functions.items())
    formula = convention.formula.replace("|", r"\vert ")  # which would end the cell of a table
    return f"| `{convention.name}` | {convention.says}: $`{formula}`$ | {names} |"


def _record(answer: Any) -> Any:
    """The TypedDict that an answer is, or is a list of."""
    inner = get_args(answer)[0] if get_origin(answer) is list else answer
    return inner if is_typeddict(inner) else None


def _members(record: Any, indent: str) -> Iterator[str]:
    for name, hint in get_type_hints(record, include_extras=True).items():
        kind, description = get_args(get_args(hint)[0] if get_origin(hint) is NotRequired else hint)
        yield f"{indent}* `{name}`: {description}"
        inner = _record(kind)
        if inner is not None and inner.__name__ != "Figure":
            yield from _members(inner, indent + "  ")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
