"""Response models: what the OpenAPI document says about answers. The service writes arrays without them."""

from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from distscore.core.families import FAMILIES
from distscore.core.theory.columns import Column
from distscore.core.theory.distributions import Family
from distscore.wire.describe.diagnostics import Diagnostics, Model, Number
from distscore.wire.describe.requests import title_of


class Nonfinite(Model):
    """A number of the answer that is infinite, and null where it stands."""

    pointer: str
    value: Literal["Infinity", "-Infinity"]


class BatchWarning(Model):
    """What was changed on request, or looks like a slip."""

    code: str
    message: str
    count: int = Field(description="How many rows or entries it concerns.")
    rows: list[int] = Field(description="The first rows that it concerns.")
    numbers: dict[str, Number] = Field(description="The numbers behind it.")


class ErrorEntry(Model):
    """One thing that is wrong with the input."""

    pointer: str = Field(description="JSON pointer of what is wrong.")
    code: str
    detail: str
    hint: str | None = Field(None, description="What it looks like, or what to do.")


class ProblemDocument(Model):
    """RFC 9457: why there is no answer."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    request_id: str
    errors: list[ErrorEntry] | None = Field(None, description="At most 20 of what is wrong with the input.")
    error_count: int | None = Field(None, description="How many were found.")
    error_count_complete: bool | None = Field(None, description="Whether everything was looked at.")


class ScoreAnswer(Model):
    """What every answer to POST /v1/score has; other members are there if they were asked for."""

    loss: str
    reduction: Literal["mean", "sum", "none"]
    units: str
    row_count: int
    entry_count: int
    total_weight: float
    tag: str | None = None
    value: Number = Field(None, description="The reduced loss; absent under reduction none.")
    value_standard_error: Number = None
    losses: list[Number] | None = Field(None, description="[n]: each row's own loss, unweighted.")
    floors: list[Number] | None = Field(None, description="[n]: the least loss over predictions.")
    divergences: list[Number] | None = Field(None, description="[n]: loss minus floor, never negative.")
    nonfinite: list[Nonfinite] = Field(description="The first 100 numbers that are infinite.")
    nonfinite_count: int
    warnings: list[BatchWarning]
    diagnostics: Diagnostics | None = None
    state: str | None = None


def _derivatives(family: Family, title: str) -> type[BaseModel]:
    columns: dict[str, Column] = {column.name: column for form in family.predictions for column in form.columns}
    fields: dict[str, Any] = {
        name: (list[Number] | None if column.rank == 1 else list[list[Number]] | None, None)
        for name, column in columns.items()
    }
    doc = "One array per prediction column that was sent, of its shape."
    return create_model(f"{title}Columns", __base__=Model, __doc__=doc, **fields)


def _score_response(family: Family) -> type[BaseModel]:
    title = title_of(family.name)
    arrays = _derivatives(family, title)
    outputs = {
        "gradients": "Derivatives of `value`, or under reduction none of each row's loss.",
        "hessian_diagonals": "Second derivatives, the diagonal.",
        "fisher_diagonals": "The expected curvature when the prediction is right; never negative.",
        "parameters": "The prediction columns after their activations.",
        "optima": "The prediction that minimizes each row's loss.",
    }
    fields: dict[str, Any] = {name: (arrays | None, Field(None, description=says)) for name, says in outputs.items()}
    fields["family"] = (Literal[family.name], ...)
    doc = f"The answer for {family.name}."
    return create_model(f"{title}ScoreResponse", __base__=ScoreAnswer, __doc__=doc, **fields)


SCORE_RESPONSES = {name: _score_response(family) for name, family in FAMILIES.items()}
