"""Response models: what the OpenAPI document says about answers. The service writes arrays without them."""

from typing import Any, Literal

from pydantic import BaseModel, Field, create_model

from distscore.core.diagnostics.segments import SegmentRecord
from distscore.core.families import FAMILIES
from distscore.core.theory.columns import Column
from distscore.core.theory.distributions import Family
from distscore.wire.describe.diagnostics import Diagnostics, Model, Number, model_of
from distscore.wire.describe.members import Reduction
from distscore.wire.describe.outputs import OF_COLUMNS, OF_ROWS
from distscore.wire.describe.requests import title_of

CHARTS: Any = Field(None, description="If asked for: a Vega-Lite specification per chart, complete with its data.")


class Nonfinite(Model):
    """A number of the answer that is infinite, and null where it stands."""

    pointer: str = Field(description="JSON pointer of the number, RFC 6901.")
    value: Literal["Infinity", "-Infinity"] = Field(description="Which infinity it is.")


class BatchWarning(Model):
    """What was changed on request, or looks like a slip."""

    code: str = Field(description="What the warning is about; more codes may come.")
    message: str = Field(description="The same in words.")
    count: int = Field(description="How many rows it concerns.")
    rows: list[int] = Field(description="The first of these rows, by their numbers in the request.")
    numbers: dict[str, Number] = Field(description="The numbers behind it.")
    ids: list[str | int] | None = Field(None, description="What these rows are called in the file that they came from.")


class ErrorEntry(Model):
    """One thing that is wrong with the input."""

    pointer: str = Field(description="JSON pointer of what is wrong, RFC 6901.")
    code: str = Field(description="What is wrong, for programs; more codes may come.")
    detail: str = Field(description="What is wrong, in words.")
    hint: str | None = Field(None, description="What it looks like, and what to send instead.")
    line: int | None = Field(None, description="Of a CSV file: the line, the first one being 1.")
    row: int | None = Field(None, description="Of a Parquet file: the row, the first one being 0.")
    column: str | None = Field(None, description="Of a file: the column.")


class ProblemDocument(Model):
    """RFC 9457: why there is no answer."""

    type: str = Field(description="`/problems/` and the code.")
    title: str = Field(description="The kind of problem, in words.")
    status: int = Field(description="The HTTP status.")
    code: str = Field(description="The kind of problem, for programs.")
    detail: str = Field(description="What is wrong with this very request.")
    request_id: str = Field(description="The X-Request-Id of the answer, to be found in the log.")
    errors: list[ErrorEntry] | None = Field(None, description="Of wrong input: at most 20 of what is wrong.")
    error_count: int | None = Field(None, description="Of wrong input: how much was found.")
    error_count_complete: bool | None = Field(
        None, description="Of wrong input: whether everything was looked at, or checks ended at what was found."
    )


class ScoreAnswer(Model):
    """What every answer to POST /v1/score has; other members are there if they were asked for."""

    loss: str = Field(description="The loss that was scored.")
    reduction: Reduction = Field(description="What the value is: the mean or sum of the losses.")
    units: str = Field(description="Of the losses: nats, or those of the values.")
    row_count: int = Field(description="How many rows were sent.")
    entry_count: int = Field(description="How many classes, labels or outputs count, over the rows that count.")
    total_weight: float = Field(description="Sum of the weights of the rows, votes included.")
    tag: str | None = Field(None, description="The tag of the request.")
    value: Number = Field(None, description="The reduced loss; absent with reduction none, null where infinite.")
    value_standard_error: Number = Field(None, description="Of the value; null where fewer than two rows count.")
    nonfinite: list[Nonfinite] = Field(description="The first 100 numbers of the answer that are infinite.")
    nonfinite_count: int = Field(description="How many numbers of the answer are infinite.")
    warnings: list[BatchWarning] = Field(description="What was changed on request, and what looks like a slip.")
    diagnostics: Diagnostics | None = Field(None, description="What explains the value.")
    groups: list[model_of(SegmentRecord)] | None = Field(  # type: ignore[valid-type]
        None, description="The rows of each value of `groups`, those with the largest share of the divergence first."
    )
    charts: dict[str, Any] | None = CHARTS
    state: str | None = Field(None, description="What POST /v1/summaries/merge needs to know of this batch.")


def _columns(family: Family, title: str) -> type[BaseModel]:
    """The model of an output that has an array per prediction column."""
    columns: dict[str, Column] = {column.name: column for form in family.predictions for column in form.columns}
    fields: dict[str, Any] = {}
    for name, column in columns.items():
        kind, shape = (list[Number], "[n]") if column.rank == 1 else (list[list[Number]], f"[n, {column.axis}]")
        fields[name] = (kind | None, Field(None, description=f"{shape}: of `predictions.{name}`."))
    doc = "One array per prediction column that was sent, of its shape."
    return create_model(f"{title}Columns", __base__=Model, __doc__=doc, **fields)


def _score_response(family: Family) -> type[BaseModel]:
    title = title_of(family.name)
    columns = _columns(family, title)
    fields: dict[str, Any] = {"family": (Literal[family.name], Field(description="The family that was scored."))}
    fields |= {name: (list[Number] | None, Field(None, description=says)) for name, says in OF_ROWS.items()}
    fields |= {name: (columns | None, Field(None, description=says)) for name, says in OF_COLUMNS.items()}
    doc = f"The answer for {family.name}."
    return create_model(f"{title}ScoreResponse", __base__=ScoreAnswer, __doc__=doc, **fields)


SCORE_RESPONSES = {name: _score_response(family) for name, family in FAMILIES.items()}
