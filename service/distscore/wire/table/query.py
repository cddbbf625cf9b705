"""What the query of a request says: which columns of a file are which of the request, and all other members.

`targets.probabilities=t_*&predictions.logits=z_*&loss=brier&family_parameters.shape=2&request={"mask": ...}`
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, quote

from distscore.wire.errors.place import Place
from distscore.wire.errors.problems import MalformedJson
from distscore.wire.read.json import read as read_json
from distscore.wire.read.limits import Limits

SIDES = ("targets", "predictions")
ROW_ARRAYS = ("sample_weights", "mask", "clusters")  # members with an entry per row, which stand beside the sides
OBJECTS = ("family_parameters", "loss_parameters", "activations")
LISTS = ("classes", "outputs", "losses", "class_weights")
TEXTS = frozenset({"family", "loss", "tag", "reduction", "normalization", "missing", "count_weighting", "baseline"})
MOST_PARAMETERS = 1000
LONGEST = 100_000  # characters of a query
OF_REQUEST = Limits(LONGEST, LONGEST, LONGEST)

Names = tuple[str, ...]


@dataclass(frozen=True)
class Query:
    """A request whose arrays are still names of columns of a file."""

    columns: Mapping[Names, Sequence[str]]  # by path in the request, as ("targets", "probabilities"): names or patterns
    groups: Sequence[str] = ()  # file columns
    id: str = ""  # a file column
    positive: str = ""  # the word that is the label 1
    members: Mapping[str, Any] = field(default_factory=dict)  # whatever else the request has
    candidates: Sequence[str] = ()  # names, in their order


def read_query(text: str, at: Place) -> Query:
    """Raises InvalidRequest for members that are said twice, and for what is no query."""
    if len(text) > LONGEST:
        at.wrong("out_of_range", f"a query of {len(text)} characters, at most {LONGEST}")
        at.refuse()
    try:
        pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=MOST_PARAMETERS, errors="strict")
    except ValueError:
        at.wrong("out_of_range", f"the query is not UTF-8, or has more than {MOST_PARAMETERS} parameters")
        at.refuse()
    given: dict[str, list[str]] = {}
    for name, value in pairs:
        given.setdefault(name, []).append(value)
    request = _request(given.pop("request", []), at)
    return _query(given, request, at)


def with_request(query: str, request: str) -> str:
    """A query with the JSON of a form beside it."""
    return "&".join(part for part in (query, f"request={quote(request)}" if request else "") if part)


def _request(texts: list[str], at: Place) -> dict[str, Any]:
    """The members that are sent as JSON."""
    if len(texts) > 1:
        at.child("request").wrong("duplicate_name", "there is one `request`")
        at.refuse()
    try:
        return read_json(texts[0].encode(), OF_REQUEST) if texts else {}
    except MalformedJson as error:
        at.child("request").wrong("wrong_type", error.detail)
        at.refuse()
        raise


def _query(given: Mapping[str, Sequence[str]], request: dict[str, Any], at: Place) -> Query:
    columns: dict[Names, Sequence[str]] = {}
    members: dict[str, Any] = {}
    for name, values in given.items():
        path = path_of(name)
        if path[0] in (*SIDES, "candidates") or name in ROW_ARRAYS:
            columns[path] = listed(values)
        elif name not in ("groups", "id", "positive"):
            _put(members, path, values, at)
    for path, names in columns_in(request):
        if path in columns:
            at.child(*path).wrong("duplicate_name", "it is in the query and in `request`")
        columns[path] = names
    for name, value in request.items():
        if name in given or name in members:
            at.child(name).wrong("duplicate_name", "it is in the query and in `request`")
        members[name] = value
    groups, identifier = members.pop("groups", given.get("groups", [])), members.pop("id", given.get("id", [""]))
    at.refuse()
    return Query(
        columns,
        listed([groups] if isinstance(groups, str) else groups),
        identifier if isinstance(identifier, str) else identifier[-1],
        given.get("positive", [""])[-1],
        members,
        list(dict.fromkeys(path[1] for path in columns if path[0] == "candidates")),
    )


def path_of(name: str) -> Names:
    """The path of a dotted name; a candidate's name may have dots, its column is after the last one."""
    if name.startswith("candidates."):
        candidate, _, column = name.removeprefix("candidates.").rpartition(".")
        return ("candidates", candidate, column)
    first, _, rest = name.partition(".")
    return (first, rest) if rest else (first,)


def columns_in(request: dict[str, Any]) -> list[tuple[Names, Sequence[str]]]:
    """Names of columns that stand in `request` where a request has arrays; they are taken out of it."""
    found: list[tuple[Names, Sequence[str]]] = []
    for side in SIDES:
        named = request.get(side)
        if isinstance(named, dict) and all(map(is_names, named.values())):
            found += [
                ((side, name), listed([value] if isinstance(value, str) else value)) for name, value in named.items()
            ]
            del request[side]
    for name in ROW_ARRAYS:
        if isinstance(request.get(name), str):
            found.append(((name,), listed([request.pop(name)])))
    return found


def is_names(value: Any) -> bool:
    """Whether something is a name, or a list of names."""
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(each, str) for each in value))


def listed(values: Sequence[str]) -> Sequence[str]:
    """Repeated parameters are a list; a single one may have commas. A name with a comma in it is kept for a look-up."""
    return list(values) if len(values) > 1 else [part.strip() for part in values[0].split(",")] if values else []


def _put(members: dict[str, Any], path: Names, values: Sequence[str], at: Place) -> None:
    """Put a member that is no array of rows into a request."""
    name, *rest = path
    if rest and name in OBJECTS:
        inside = members.setdefault(name, {})
        inside[rest[0]] = values[-1] if name == "activations" else scalar(values[-1])
    elif rest:
        at.child(".".join(path)).wrong("unknown_member", "columns stand under targets, predictions and candidates")
    elif name == "losses":
        members[name] = [{"loss": each} for each in listed(values)]
    elif name in LISTS:
        members[name] = [scalar(each) if name == "class_weights" else each for each in listed(values)]
    elif len(values) > 1:
        members[name] = list(values)
    else:
        members[name] = values[0] if name in TEXTS else scalar(values[0])


def scalar(text: str) -> Any:
    """A number, true or false as JSON writes them; anything else stays text."""
    try:
        value = json.loads(text)
    except ValueError:
        return text
    return value if isinstance(value, int | float) else text
