"""Where in a file the parts of a request came from: an error points at the cell, and rows have the file's own names."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from distscore.charts import worst_rows
from distscore.wire.errors.problems import InvalidRequest, Issue
from distscore.wire.table.sheet import Sheet
from distscore.wire.write.answer import Answer

Path = tuple[str | int, ...]


@dataclass(frozen=True)
class Origin:
    """The columns of a file by the path of the array that they became, and what its rows are called there."""

    sheet: Sheet
    columns: Mapping[Path, Sequence[str]]
    ids: Sequence[str | int] | None = None
    warnings: Sequence[Mapping[str, Any]] = field(default_factory=tuple)  # what was done to read the cells

    def located(self, problem: InvalidRequest) -> InvalidRequest:
        """The same problem, with the line or row and the column of the file in each issue that has one."""
        places = [self._place(issue) for issue in problem.issues]
        lines = self.sheet.lines([row for row, _ in places if row is not None])
        issues = []
        for issue, (row, column) in zip(problem.issues, places, strict=True):
            line = None if row is None else lines.get(row)
            issues.append(replace(issue, line=line, row=None if self.sheet.has_lines else row, column=column))
        return InvalidRequest(issues, problem.count, problem.complete)

    def _place(self, issue: Issue) -> tuple[int | None, str | None]:
        """The row and the column of the file that an issue is about, where there is one."""
        parts = [part.replace("~1", "/").replace("~0", "~") for part in issue.pointer.split("/")[1:]]
        path = tuple(int(part) if part.isdecimal() else part for part in parts)
        for length in range(len(path), 0, -1):
            names = self.columns.get(path[:length])
            if names is not None:
                row, entry = ([*path[length:], None, None])[:2]
                column = names[0] if len(names) == 1 else names[entry] if isinstance(entry, int) else None
                return (row if isinstance(row, int) else None), column
        return None, None

    def named(self, answer: Answer) -> Answer:
        """The answer with the file's names of rows beside their numbers, and with what was done to read its cells."""
        members = answer.members.get("answer", answer.members)  # of a report: what it is about
        if "warnings" in members:
            members["warnings"] = [*self.warnings, *members["warnings"]]
        if self.ids is None:
            return answer
        for record in members.get("diagnostics", {}).get("worst_rows", []):
            record["id"] = self.ids[record["row"]]
        charts = members.get("charts", {})
        if worst_rows.NAME in charts:
            charts[worst_rows.NAME] = worst_rows.renamed(charts[worst_rows.NAME], self.ids, members["units"])
        for warning in members.get("warnings", []):
            warning["ids"] = [self.ids[row] for row in warning["rows"]]
        return replace(answer, ids=self.ids)
