"""What the OpenAPI document says about files of columns."""

from pydantic import Field

from distscore.wire.describe.diagnostics import Model, Number


class TableColumn(Model):
    """A column of a file."""

    name: str = Field(description="As the header has it.")
    type: str = Field(description="empty, boolean, integer, number, list or text.")
    empty: int = Field(description="How many cells are empty, or say that they are missing.")
    minimum: Number = Field(description="The least number; null where cells are none.")
    maximum: Number = Field(description="The largest number.")
    first: list[str] = Field(description="The first cells.")


class TableGuess(Model):
    """What the columns may be."""

    path: str = Field(description="Where to send the file.")
    query: str = Field(description="With which query.")
    why: str = Field(description="What in the file speaks for it.")


class TableResponse(Model):
    """The columns of a file, and queries that fit it, best first."""

    row_count: int = Field(description="How many rows the file has.")
    columns: list[TableColumn] = Field(description="All columns whose name is there once.")
    guesses: list[TableGuess] = Field(description="At most eight.")
