"""Tables of figures, as Markdown."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Table:
    """A title, what the columns mean, and rows of cells: texts, numbers, or None where there is no figure."""

    title: str
    note: str
    columns: Sequence[str]
    rows: list[Sequence[str | float | None]] = field(default_factory=list)

    def markdown(self) -> str:
        lines = [self.columns, [":--" if at == 0 else "--:" for at in range(len(self.columns))], *self.rows]
        table = "\n".join("| " + " | ".join(map(cell, line)) + " |" for line in lines)
        return f"## {self.title}\n\n{self.note}\n\n{table}\n"


def cell(value: str | float | None) -> str:
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    return f"{value:.0f}" if value >= 100 else f"{value:.3g}"
