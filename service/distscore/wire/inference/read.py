"""A request to infer as the document of a score or of a merge, and which tensors are asked for."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from distscore.core.families import FAMILIES
from distscore.wire.errors.names import listed
from distscore.wire.errors.place import Place
from distscore.wire.errors.problems import MalformedJson, NotFound
from distscore.wire.inference.tensors import BYTES, TYPES, from_bytes, from_list, shape_of
from distscore.wire.read.document import Buffer, Document, rank_of
from distscore.wire.read.json import read as read_json
from distscore.wire.read.limits import Limits
from distscore.wire.table.query import OBJECTS, OF_REQUEST

MODELS = (*FAMILIES, "score", "merge")
RESERVED = frozenset({"binary_data_output", "timeout", "priority", "request"})
SEQUENCE = "sequence_"
DEFAULT = ("losses", "value", "report")
KINDS = (*TYPES, BYTES)
OF_COLUMNS = ("gradients", "hessian_diagonals", "fisher_diagonals", "parameters", "optima")


@dataclass(frozen=True)
class Asked:
    """What a request to infer asks for beside its document."""

    model: str
    id: str
    outputs: Mapping[str, bool] = field(default_factory=dict)  # by name: whether behind the JSON
    narrow: frozenset[str] = frozenset()  # prediction columns of one number per row that were sent as [n, 1]


def read(body: memoryview, header: int | None, model: str, limits: Limits) -> tuple[dict[str, Any], Asked]:
    """The document and what is asked for; raises InvalidRequest, or MalformedJson."""
    if model not in MODELS:
        raise NotFound(f"There is no model of this name; there are: {listed(MODELS)}.")
    if header is not None and header > len(body):
        raise MalformedJson("Inference-Header-Content-Length is more than the body has.")
    sent = read_json(bytes(body if header is None else body[:header]), limits)
    at = Place()
    document = _members(sent, model, at)
    _put_inputs(document, sent.get("inputs"), memoryview(b"") if header is None else body[header:], at)
    asked = replace(_asked(sent, model, at), narrow=_flattened(document))
    at.refuse()
    if model == "merge":
        return {"states": document.get("states", [])}, asked
    document["outputs"] = list(dict.fromkeys(map(_output, asked.outputs)))
    return document, asked


def kept(body: Buffer, _: Limits) -> Document:
    """The body as it is: what is in it depends on headers and on the address."""
    return {"body": bytes(body)}


def _members(sent: Mapping[str, Any], model: str, at: Place) -> dict[str, Any]:
    """The members that are parameters, or stand in `request`."""
    parameters = sent.get("parameters", {})
    if not isinstance(parameters, dict):
        at.child("parameters").wrong("wrong_type", "expected an object")
        return {}
    members: dict[str, Any] = {}
    if "request" in parameters:
        members = _request(parameters["request"], at.child("parameters", "request"))
    for name, value in parameters.items():
        if name in RESERVED or name.startswith(SEQUENCE):
            continue
        first, _, rest = name.partition(".")
        if rest and first in OBJECTS:
            members.setdefault(first, {})[rest] = value
        else:
            members[name] = value
    return {"family": model, **members} if model in FAMILIES else members


def _request(text: Any, at: Place) -> dict[str, Any]:
    if isinstance(text, str):
        try:
            return read_json(text.encode(), OF_REQUEST)
        except MalformedJson as error:
            at.wrong("wrong_type", error.detail)
    else:
        at.wrong("wrong_type", "expected JSON in a string")
    return {}


def _put_inputs(document: dict[str, Any], inputs: Any, behind: memoryview, at: Place) -> None:
    """Put the tensors of a request where its document has columns."""
    if not isinstance(inputs, list) or not all(isinstance(each, dict) for each in inputs):
        at.child("inputs").wrong("wrong_type", "expected an array of objects")
        return
    start = 0
    for index, each in enumerate(inputs):
        place = at.child("inputs", index)
        name, kind, shape = each.get("name"), each.get("datatype"), shape_of(each.get("shape"), place.child("shape"))
        if not isinstance(name, str):
            place.child("name").wrong("wrong_type", "expected a string")
        if kind not in KINDS:
            place.child("datatype").wrong("unknown_name", f"there are: {', '.join(KINDS)}")
        parameters = each.get("parameters")
        size = parameters.get("binary_data_size") if isinstance(parameters, dict) else None
        if at.found.count or shape is None:
            continue
        if size is None:
            values = from_list(each.get("data"), kind, shape, place.child("data"))
        else:
            size = size if type(size) is int and size >= 0 else 0
            values = from_bytes(behind[start : start + size], kind, shape, place)
            start += size
        if values is not None:
            _put(document, name, values, place)
    if start != len(behind) and not at.found.count:
        at.child("inputs").wrong("shape_mismatch", f"{len(behind)} bytes behind the JSON, the inputs have {start}")


def _put(document: dict[str, Any], name: str, values: Any, at: Place) -> None:
    first, _, column = name.partition(".")
    inside = document.setdefault(first, {}) if column else document
    if (column or first) in inside:
        at.child("name").wrong("duplicate_name", f"{name} is there twice")
    inside[column or first] = values


def _flattened(document: dict[str, Any]) -> frozenset[str]:
    """Columns of one number per row that were sent as [n, 1] lose their second axis; those of predictions are named."""
    narrow: set[str] = set()
    family = FAMILIES.get(str(document.get("family")))
    if family is None:
        return frozenset()
    for side, forms in (("targets", family.targets), ("predictions", family.predictions)):
        ranks = {column.name: column.rank for form in forms for column in form.columns}
        sent: Any = document.get(side)
        for name, values in list(sent.items()) if isinstance(sent, dict) else ():
            if ranks.get(name) == 1 and is_narrow(values):
                sent[name] = values[:, 0] if isinstance(values, np.ndarray) else [each[0] for each in values]
                narrow |= {name} if side == "predictions" else set()
    return frozenset(narrow)


def is_narrow(values: Any) -> bool:
    """Whether an array has the shape [n, 1]."""
    if isinstance(values, np.ndarray):
        return bool(values.shape[1:] == (1,))
    return rank_of(values) == 2 and all(isinstance(each, list) and len(each) == 1 for each in values)


def _output(name: str) -> str:
    """What an output of a request is called that gives a tensor."""
    return {"report": "diagnostics"}.get(name, name.partition(".")[0] if name.partition(".")[0] in OF_COLUMNS else name)


def _asked(sent: Mapping[str, Any], model: str, at: Place) -> Asked:
    parameters = sent.get("parameters")
    binary = parameters.get("binary_data_output") is True if isinstance(parameters, dict) else False
    identity = sent.get("id", "")
    if not isinstance(identity, str):
        at.child("id").wrong("wrong_type", "expected a string")
    outputs = sent.get("outputs") or [{"name": name} for name in (("report",) if model == "merge" else DEFAULT)]
    named: dict[str, bool] = {}
    if not isinstance(outputs, list) or not all(isinstance(each, dict) for each in outputs):
        at.child("outputs").wrong("wrong_type", "expected an array of objects")
        return Asked(model, "")
    for index, each in enumerate(outputs):
        name, own = each.get("name"), each.get("parameters")
        if not isinstance(name, str):
            at.child("outputs", index, "name").wrong("wrong_type", "expected a string")
            continue
        named[name] = bool(own.get("binary_data", binary)) if isinstance(own, dict) else binary
    return Asked(model, str(identity), named)
