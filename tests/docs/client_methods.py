"""The methods of clients as editors see them: `python -m tests.docs.client_methods` writes client/methods.pyi.

The file says for each family which columns, activations, constants and losses there are, as the catalog does: an
editor completes them, and a type checker finds a name that is none. Signatures are those of client/methods.py. Only
the family is required: while a call is being typed, an editor takes one that lacks something required for one of no
family, and completes nothing.
"""

import ast
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from distscore.client import methods
from distscore.wire.describe import catalog
from distscore.wire.describe.outputs import COMPARED_OUTPUTS, OUTPUTS
from distscore.wire.describe.requests import title_of

SOURCE = Path(methods.__file__)
STUB = SOURCE.with_suffix(".pyi")
WIDTH = 120
INTRODUCTION = '''"""The methods of clients, with what each family has: written by `make docs` from the catalog."""

from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Required, TypedDict, TypeVar, Unpack, overload

from distscore.client.answers.others import Advice, Comparison, Explanation, Page, Table
from distscore.client.answers.score import Score
from distscore.client.answers.summary import Summary
from distscore.client.members import (
    AdviseMembers,
    CommonMembers,
    CompareOptions,
    ExplainOptions,
    Frame,
    ReportOptions,
    ScoreOptions,
    Values,
)
from distscore.client.question import Question

T = TypeVar("T")
Document = dict[str, Any]
Batch = Mapping[str, Any]
Batches = Iterable[Batch]
Stream = Batches | AsyncIterable[Batch]
Bar = bool | None'''
Entry = Mapping[str, Any]
OF_FAMILIES = ("Score", "Compare", "Explain", "Report")  # requests that name a family


def stub() -> str:
    """The whole file."""
    families = [catalog.family(each["name"]) or {} for each in catalog.families()["families"]]
    source = SOURCE.read_text(encoding="utf-8")
    classes = [node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)]
    titles = [title_of(family["name"]) for family in families]
    parts = [INTRODUCTION, _literal("Output", OUTPUTS), _literal("ComparedOutput", COMPARED_OUTPUTS)]
    parts += [part for family in families for part in _family(family)]
    parts += [_class(node, source.splitlines(), titles) for node in classes]
    return "\n\n".join(parts) + "\n"


def _literal(name: str, values: Iterable[str]) -> str:
    quoted = [f'"{value}"' for value in values]
    line = f"{name} = Literal[{', '.join(quoted)}]"
    return line if len(line) <= WIDTH else f"{name} = Literal[\n" + "".join(f"    {each},\n" for each in quoted) + "]"


def _family(family: Entry) -> Iterator[str]:
    """The types of one family: its columns, what may be done to them, its losses, and its requests."""
    name, title = family["name"], title_of(family["name"])
    predicted = _by_name(column for form in family["predictions"] for column in form["columns"])
    constants = _by_name(constant for form in family["predictions"] for constant in form["constants"])
    parameters = _by_name(each for loss in family["losses"] for each in (catalog.loss(loss) or {})["parameters"])
    yield _literal(f"{title}Loss", family["losses"])
    targets = _by_name(column for form in family["targets"] for column in form["columns"])
    yield _typed(f"{title}Targets", f"Targets of {name}: one form.", dict.fromkeys(targets, "Values"))
    yield _typed(f"{title}Predictions", f"Predictions of {name}: one form.", dict.fromkeys(predicted, "Values"))
    activations = {each["name"]: _choice(each["activations"]) for each in predicted.values()}
    yield _typed(f"{title}Activations", "What makes parameters of raw columns.", activations)
    if constants:
        yield _typed(f"{title}Constants", "Constants that are no columns.", dict.fromkeys(constants, "float"))
    if parameters:
        yield _typed(f"{title}LossParameters", "Parameters of losses.", dict.fromkeys(parameters, "float"))
    batch = {
        "family": f'Required[Literal["{name}"]]',
        "targets": f"{title}Targets | Frame",
        "activations": f"{title}Activations | None",
        **({"family_parameters": f"{title}Constants | None"} if constants else {}),
    }
    yield from _requests(title, batch, bool(constants), bool(parameters))


def _by_name(entries: Iterable[Entry]) -> dict[str, Entry]:
    return {each["name"]: each for each in entries}


def _requests(title: str, batch: Mapping[str, str], has_constants: bool, has_parameters: bool) -> Iterator[str]:
    """The members of each request of a family, and the records inside them."""
    predictions = f"{title}Predictions | Frame"
    parameters = {"loss_parameters": f"{title}LossParameters | None"} if has_parameters else {}
    loss = {"loss": f"{title}Loss | None", **parameters}
    chosen = {"loss": f"Required[{title}Loss]", **parameters, "margin": "float | None"}
    candidate = {"name": "Required[str]", "predictions": f"Required[{predictions}]"}
    candidate |= {name: batch[name] for name in ("activations", "family_parameters") if name in batch}
    several = {
        "predictions": f"{predictions} | None",
        "losses": f"Sequence[{title}ChosenLoss] | None",
        "candidates": f"Sequence[{title}Candidate] | None",
    }
    one = {**batch, "predictions": predictions, **loss}
    yield _typed(f"{title}ChosenLoss", "One of several losses.", chosen)
    yield _typed(f"{title}Candidate", "One of several predictions.", candidate)
    outputs = {"outputs": "Sequence[Output] | None"}
    yield _typed(f"{title}Score", "A score.", {**one, **outputs}, "ScoreOptions")
    yield _typed(f"{title}Explain", "An explanation.", {**one, "observed": "float"}, "ExplainOptions")
    compared = {**batch, **several, "outputs": "Sequence[ComparedOutput] | None"}
    yield _typed(f"{title}Compare", "A comparison.", compared, "CompareOptions")
    yield _typed(f"{title}Report", "A report.", {**batch, **several, **loss}, "ReportOptions")


def _choice(names: Iterable[str]) -> str:
    quoted = ", ".join(f'"{name}"' for name in names)
    return f"Literal[{quoted}]"


def _typed(name: str, doc: str, members: Mapping[str, str], base: str = "TypedDict") -> str:
    lines = [f"class {name}({base}, total=False):", f'    """{doc}"""', ""]
    return "\n".join([*lines, *(f"    {member}: {kind}" for member, kind in members.items())])


def _class(node: ast.ClassDef, lines: list[str], titles: list[str]) -> str:
    """A class with its methods, those that name a family once for each."""
    methods = [method for method in node.body if isinstance(method, ast.FunctionDef | ast.AsyncFunctionDef)]
    return "\n".join([f"class {node.name}:", *(line for each in methods for line in _method(each, lines, titles))])


def _method(method: ast.FunctionDef | ast.AsyncFunctionDef, lines: list[str], titles: list[str]) -> Iterator[str]:
    """The signature of a method, as it stands in the source or for each family."""
    (signature,) = lines[method.lineno - 1 : method.body[0].lineno - 1]
    request = method.name.partition("_")[0].capitalize()
    if request not in OF_FAMILIES or f"{request}Members" not in signature:
        yield f"{signature} ..."
        return
    for title in titles:
        yield "    @overload"
        yield f"{signature.replace(f'{request}Members', f'{title}{request}')} ..."


if __name__ == "__main__":
    STUB.write_text(stub(), encoding="utf-8")
