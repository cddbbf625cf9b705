"""POST /v1/report: what the page of a report is made of; the page itself is made in a process of its own."""

from typing import Any

from distscore import __version__
from distscore.report.outline import outline
from distscore.use_cases.compare import answer_compare
from distscore.use_cases.merge import answer_merge
from distscore.use_cases.score import Check, answer_score
from distscore.wire.read.limits import Limits
from distscore.wire.write.answer import Answer

COMPARED = ("losses", "candidates")  # members that only a comparison has


def answer_report(document: dict[str, Any], limits: Limits, check: Check) -> Answer:
    """The answer of the route whose body this is, with its charts and diagnostics, and the request without its rows."""
    request = {name: value for name, value in document.items() if name != "outputs"}
    if "states" in request:
        path, outputs, use_case = "/v1/summaries/merge", ["charts"], answer_merge
    elif any(name in request for name in COMPARED):
        path, outputs, use_case = "/v1/compare", ["charts"], answer_compare
    else:
        path, outputs, use_case = "/v1/score", ["diagnostics", "charts"], answer_score
    answer = use_case({**request, "outputs": outputs}, limits, check).members
    made = {"version": __version__, "path": path, "request": outline(request), "answer": answer}
    return Answer({"row_count": answer["row_count"], **made})
