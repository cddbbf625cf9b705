"""Answers of POST /v1/explain, as the OpenAPI document describes them."""

from typing import Any

from pydantic import Field

from distscore.wire.describe.diagnostics import Model, Number
from distscore.wire.describe.responses import BatchWarning


class Explanation(Model):
    """A combination of conventions, and the number that it gives for the batch."""

    convention: str = Field(description="The names of the conventions with ` + ` between; `as_asked` if there is none.")
    library: str | None = Field(None, description="Whose they are; absent where it is anybody's code, or a slip.")
    name: str = Field(description="What they do, and the functions of that library that do so.")
    value: float = Field(description="The number that they give.")
    relative_difference: Number = Field(description="From the observed number, relative to it; null where that is 0.")
    formula: str = Field(description="What they change of the loss, in LaTeX.")
    options: dict[str, Any] | None = Field(
        None, description="The members of a request to /v1/score that give the number, where there are such options."
    )
    request: dict[str, Any] | None = Field(
        None, description="That request, ready to be sent; absent where the batch is large."
    )


class ExplainResponse(Model):
    """Which conventions give the observed number."""

    family: str = Field(description="The family of the batch.")
    loss: str = Field(description="The loss that was asked for.")
    row_count: int = Field(description="How many rows were sent.")
    value: Number = Field(description="The score as it was asked for; null where it is infinite.")
    matches: list[Explanation] = Field(
        description="What gives the observed number within its digits: fewest conventions first, then closest."
    )
    match_count: int = Field(description="How many combinations match; the first ten are listed.")
    near: list[Explanation] = Field(description="If nothing matches, what comes closest.")
    text: str = Field(description="The same in plain sentences.")
    warnings: list[BatchWarning] = Field(description="What looks like a slip in the batch itself.")
