"""POST /v1/explain: which conventions of other code give the number that it gave for a batch."""

from collections.abc import Callable
from functools import partial
from typing import Any

from distscore.advice.explanations import library_of, name_of, sentences
from distscore.advice.warnings import written
from distscore.core.conventions.matching import SAME, Observed, compare
from distscore.core.conventions.search import Candidate, Search
from distscore.core.diagnostics.records import finite
from distscore.core.engine.engine import score
from distscore.use_cases.score import Check, answer_score, notices
from distscore.wire.errors.problems import InvalidRequest
from distscore.wire.read.explain import Question, read_explain, score_request
from distscore.wire.read.limits import Limits
from distscore.wire.write.answer import Answer

LISTED = 10
ECHOED = 10_000  # numbers of a batch up to which requests are written out
AS_ASKED = "as_asked"

Again = Callable[[dict[str, Any]], Answer]  # POST /v1/score, of the same batch with other options


def answer_explain(document: dict[str, Any], limits: Limits, check: Check) -> Answer:
    """What explains the number, and else what comes closest; raises InvalidRequest, or a 413."""
    question = read_explain(document, limits)
    members, batch = question.members, question.asked.batch
    search = Search(batch, members.library)
    scored = score(batch, frozenset(), check, [search])
    assert scored.value is not None
    check()
    observed = Observed(members.observed, members.digits)
    findings = compare(search.candidates(scored.value), observed)
    again = partial(answer_score, limits=limits, check=check)
    written_out = partial(explanation, question=question, document=document, again=again)
    return Answer(
        {
            "family": batch.family.name,
            "loss": batch.loss.name,
            "row_count": batch.sent_row_count,
            "value": finite(scored.value),
            "matches": [written_out(match) for match in findings.matches[:LISTED]],
            "match_count": len(findings.matches),
            "near": [written_out(match) for match in findings.near],
            "text": sentences(findings, observed, finite(scored.value), members.library),
            "warnings": [written(notice) for notice in notices(question.asked, scored)],
        }
    )


def explanation(candidate: Candidate, question: Question, document: dict[str, Any], again: Again) -> dict[str, Any]:
    """A combination of conventions as it is answered."""
    combination, value = candidate
    library = library_of(combination, question.members.library)
    formulas = [convention.formula for convention in combination]
    return {
        "convention": " + ".join(convention.name for convention in combination) or AS_ASKED,
        **({} if library is None else {"library": library}),
        "name": name_of(combination, library),
        "value": value,
        "relative_difference": finite(Observed(question.members.observed).distance(value)),
        "formula": r", \quad ".join(formulas) or question.asked.batch.loss.formulas.formula,
        **reproduced(candidate, question, document, again),
    }


def reproduced(candidate: Candidate, question: Question, document: dict[str, Any], again: Again) -> dict[str, Any]:
    """The options of /v1/score that give the number, and the request with them, if there are such options."""
    options: dict[str, Any] = {}
    for convention in candidate.combination:
        if convention.options is None:
            return {}
        options |= convention.options
    request = score_request(document, options)
    try:
        answered = again(request).members["value"]
    except InvalidRequest:  # the batch does not have one of these options
        return {}
    if abs(answered - candidate.value) > SAME * abs(candidate.value):
        return {}
    numbers = sum(sent.values.size for sent in question.asked.content.columns)
    return {"options": options, **({"request": request} if numbers <= ECHOED else {})}
