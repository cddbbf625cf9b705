"""What the protocol tells of the service and its models, from the registry of families."""

from typing import Any

from distscore import __version__
from distscore.core.families import FAMILIES
from distscore.core.theory.columns import Column
from distscore.wire.describe.outputs import OF_COLUMNS, OF_ROWS
from distscore.wire.inference.read import MODELS

VERSION = "1"  # of every model: that of the service is told by the service
DIGITS = 12  # of a number of bytes
EXTENSIONS = ["binary_tensor_data"]


def server() -> dict[str, Any]:
    """GET /v2: the service, its version, and the extensions of the protocol that it has."""
    return {"name": "distscore", "version": __version__, "extensions": EXTENSIONS}


def model(name: str) -> dict[str, Any] | None:
    """GET /v2/models/{name}: the tensors that may be sent and asked for; None where there is no such model."""
    if name not in MODELS:
        return None
    found = {"name": name, "versions": [VERSION], "platform": "distscore"}
    if name == "merge":
        return {**found, "inputs": [_tensor("states", "BYTES", [-1])], "outputs": [_tensor("report", "BYTES", [1])]}
    families = [FAMILIES[name]] if name in FAMILIES else list(FAMILIES.values())
    targets = {column.name: column for family in families for form in family.targets for column in form.columns}
    predictions = {column.name: column for family in families for form in family.predictions for column in form.columns}
    inputs = [_column(f"targets.{column.name}", column) for column in targets.values()]
    inputs += [_column(f"predictions.{column.name}", column) for column in predictions.values()]
    inputs += [_tensor("sample_weights", "FP64", [-1]), _tensor("mask", "BOOL", [-1, -1])]
    outputs = [_tensor(output, "FP64", [-1]) for output in OF_ROWS]
    outputs += [_column(f"{output}.{column.name}", column) for output in OF_COLUMNS for column in predictions.values()]
    outputs += [_tensor("value", "FP64", [1]), _tensor("state", "BYTES", [1]), _tensor("report", "BYTES", [1])]
    return {**found, "inputs": inputs, "outputs": outputs}


def _column(name: str, column: Column) -> dict[str, Any]:
    return _tensor(name, "FP64", [-1] * column.rank)


def _tensor(name: str, kind: str, shape: list[int]) -> dict[str, Any]:
    return {"name": name, "datatype": kind, "shape": shape}
