"""Somebody who knows their data, has not read the documentation, and does what an error says.

Each rule is what anyone would do on reading a hint. A hint may offer alternatives, "this? do that; those? do so":
what the newcomer knows of the data decides between them.
"""

import json
import re
from collections.abc import Callable
from typing import Any

import httpx

JSON = {"Content-Type": "application/json"}
Request = dict[str, Any]
STEPS = 6
CHOICES = ("family", "loss", "reduction", "missing", "normalization")  # members whose value is a name
UNIT = {"percent? divide by 100": 100, "divide by 255": 255}


class Lost(AssertionError):
    """An error without a hint that anyone could follow."""


def at(request: Request, pointer: str) -> tuple[Any, Any]:
    """The object or list that holds what a pointer points to, and where in it."""
    *parents, last = [int(part) if part.isdigit() else part for part in pointer.split("/")[1:]]
    inside: Any = request
    for part in parents:
        inside = inside[part]
    return inside, last


def column(request: Request, pointer: str) -> tuple[dict[str, Any], str]:
    """The columns of a side, and the name of the one that a pointer points into."""
    _, side, name, *_ = pointer.split("/")
    return request[side], name


def each(values: Any, change: Callable[[Any], Any]) -> Any:
    """All entries changed, whatever the rank."""
    return [each(value, change) for value in values] if isinstance(values, list) else change(values)


def rename(request: Request, pointer: str, name: str) -> None:
    """Another name for a member, or another value that is a name."""
    inside, last = at(request, pointer)
    if isinstance(inside, dict) and not isinstance(inside[last], str):
        inside[name] = inside.pop(last)
    elif (
        last in ("family", "loss", "reduction", "missing", "normalization")
        or isinstance(last, int)
        or pointer.startswith("/activations/")
    ):
        inside[last] = name
    else:
        inside[name] = inside.pop(last)


def resend(request: Request, pointer: str, name: str) -> None:
    """The same numbers in another column."""
    columns, old = column(request, pointer)
    values = columns.pop(old)
    if name == "samples":
        values = [value if isinstance(value, list) else [value] for value in values]
    columns[name] = values


def convert(request: Request, pointer: str, change: Callable[[Any], Any]) -> None:
    """Other numbers in the same column."""
    columns, name = column(request, pointer)
    columns[name] = each(columns[name], change)


def transpose(request: Request, pointer: str) -> None:
    columns, name = column(request, pointer)
    columns[name] = [list(row) for row in zip(*columns[name], strict=True)]


def replace(request: Request, pointer: str, value: Any) -> None:
    inside, last = at(request, pointer)
    inside[last] = value


def unbox(request: Request, pointer: str) -> None:
    inside, last = at(request, pointer)
    boxed = inside[last]
    inside[last] = boxed[0] if len(boxed) == 1 and not isinstance(boxed[0], list) else [entry for (entry,) in boxed]


def bare(request: Request, pointer: str) -> None:
    inside, last = at(request, pointer)
    inside[last] = float(inside[last])


def move(request: Request, pointer: str, home: str) -> None:
    """A member into another member."""
    name = pointer[1:]
    request.setdefault(home, {})[name] = request.pop(name)


def weigh_nothing(request: Request, pointer: str) -> None:
    """Weight 0 for the row of a pointer."""
    columns, name = column(request, pointer)
    weights = request.setdefault("sample_weights", [1] * len(columns[name]))
    weights[int(pointer.rsplit("/", 1)[1])] = 0


def positions(request: Request, pointer: str) -> None:
    """Words as positions in the names of the classes, which the newcomer lists."""
    names = request["classes"]
    convert(request, pointer, lambda word: names.index(word) if isinstance(word, str) else word)


def event_alone(request: Request, pointer: str) -> None:
    columns, name = column(request, pointer)
    columns[name] = [row[-1] for row in columns[name]]


def in_a_list(request: Request, pointer: str) -> None:
    """Every column of one row in a list."""
    for side in ("targets", "predictions"):
        for name, values in request[side].items():
            if not isinstance(values[0], list):
                request[side][name] = [values]


def missing(request: Request, pointer: str) -> None:
    request["missing"] = "exclude"
    inside, last = at(request, pointer)
    inside[last] = None


def as_columns(request: Request, pointer: str, name: str) -> None:
    request[pointer[1:]] = {name: request[pointer[1:]]}


# What a hint says, and what is done about it: with the request, the pointer and what the pattern found.
RULES: list[tuple[str, Callable[..., None]]] = [
    (r"did you mean (\S+)\?", rename),
    (r"these columns fit (\w+)", lambda request, _, name: request.update(family=name)),
    (
        r"use the family (\w+)|(?<=; )labels that do not exclude one another\? (multilabel)",
        lambda request, _, name: request.update(family=name),
    ),
    (r"the family (\w+) takes them", lambda request, _, name: request.update(family=name)),
    (r"name the column, as in \{\"(\w+)\"", as_columns),
    (r"stands in (family_parameters|loss_parameters)", move),
    (r"divide by (\d+)", lambda request, pointer, by: convert(request, pointer, lambda x: x / int(by))),
    (r"subtract 1", lambda request, pointer: convert(request, pointer, lambda x: x - 1 if x > 0 else x)),
    (r"ignore_label (-?\d+)", lambda request, _, label: request.update(ignore_label=int(label))),
    (r"\"missing\": \"exclude\"", missing),
    (r"transposed\?", transpose),
    (r"unbox it", unbox),
    (r"send it bare", bare),
    (r"position of each name in classes", positions),
    (r"send the one of the event alone", event_alone),
    (r"give it weight 0", weigh_nothing),
    (r"put it in a list", in_a_list),
    (r"send (?:them as )?(\w+)(?:,|$)", resend),
    (r"normalization (rescale)", lambda request, _, how: request.update(normalization=how)),
    (
        r"ask for an activation: .*?(softplus)",
        lambda request, pointer, name: request.setdefault("activations", {}).update(
            {column(request, pointer)[1]: name}
        ),
    ),
]


def chosen(hint: str, knows: str) -> str:
    """The alternative of a hint that fits what is known; the first one if none does."""
    alternatives = hint.split("; ")
    return next((each for each in alternatives if knows and knows in each), alternatives[0])


def follow(request: Request, error: dict[str, Any], knows: str) -> None:
    """Do what the hint of an error says."""
    hint = chosen(error.get("hint", ""), knows)
    for pattern, action in RULES:
        found = re.search(pattern, hint)
        if found:
            groups = [group for group in found.groups() if group is not None]
            action(request, error["pointer"], *groups)
            return
    raise Lost(error)


async def led(client: httpx.AsyncClient, request: Request, knows: str = "") -> tuple[dict[str, Any], list[str]]:
    """The answer that a newcomer arrives at by following the first hint of every refusal, and the hints."""
    hints: list[str] = []
    for _ in range(STEPS):
        answer = await client.post("/v1/score", content=json.dumps(request).encode(), headers=JSON)
        document = answer.json()
        if answer.status_code == 200:
            return document, hints
        hinted = [error for error in document["errors"] if "hint" in error]
        if not hinted:
            raise Lost(document)
        hints.append(hinted[0]["hint"])
        follow(request, hinted[0], knows)
    raise Lost(hints)
