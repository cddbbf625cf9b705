"""Requests that work with their answers: for the OpenAPI document, the files beside it, and the warm-up."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from distscore.use_cases.advise import answer_advise
from distscore.use_cases.compare import answer_compare
from distscore.use_cases.explain import answer_explain
from distscore.use_cases.merge import answer_merge
from distscore.use_cases.score import Check, answer_score
from distscore.use_cases.table import answer_table
from distscore.wire.describe.examples import (
    ADVISE_EXAMPLES,
    COMPARE_EXAMPLES,
    EXAMPLES,
    EXPLAIN_EXAMPLES,
    STATE_EXAMPLES,
    TABLE_EXAMPLE,
)
from distscore.wire.read.limits import Limits
from distscore.wire.table.delimited import CsvSheet
from distscore.wire.write.answer import Answer
from distscore.wire.write.json import write

Document = dict[str, Any]
Examples = Mapping[str, tuple[Document, Document]]  # a request and its answer, by name

UseCase = Callable[[Document, Limits, Check], Answer]

SMALL = Limits(100, 1000, 100)
DIGITS = 6  # of an example's numbers in the document, which is the same on every processor
NOTHING = 1e-12  # below which a number of an example is rounding


def example_answer(family: str) -> Document:
    """The answer to the example of a family, as a client reads it."""
    return _read(answer_score(EXAMPLES[family], SMALL, _patient))


def example_states() -> Document:
    """A request that merges the states of two batches."""
    answers = [answer_score({**example, "outputs": ["state"]}, SMALL, _patient) for example in STATE_EXAMPLES]
    return {"states": [answer.members["state"] for answer in answers]}


def examples() -> dict[str, Examples]:
    """Requests that work with their answers, for each POST; the numbers of the answers are rounded."""
    return {
        "/v1/score": _answered(answer_score, EXAMPLES),
        "/v1/compare": _answered(answer_compare, COMPARE_EXAMPLES),
        "/v1/advise": _answered(answer_advise, ADVISE_EXAMPLES),
        "/v1/explain": _answered(answer_explain, EXPLAIN_EXAMPLES),
        "/v1/summaries/merge": _answered(answer_merge, {"two_batches": example_states()}),
    }


def table_example() -> tuple[str, Document]:
    """A file for POST /v1/table, and what it may be."""
    sheet = CsvSheet(TABLE_EXAMPLE.encode())
    return TABLE_EXAMPLE, shown(_read(answer_table({"sheet": sheet}, SMALL, _patient)))


def _answered(use_case: UseCase, requests: Mapping[str, Document]) -> Examples:
    return {name: (sent, shown(_read(use_case(sent, SMALL, _patient)))) for name, sent in requests.items()}


def shown(value: Any) -> Any:
    """An answer with its numbers rounded to a few digits."""
    if isinstance(value, Mapping):
        return {name: shown(entry) for name, entry in value.items()}
    if isinstance(value, list):
        return [shown(entry) for entry in value]
    if isinstance(value, float):
        return float(f"{value:.{DIGITS}g}") if abs(value) > NOTHING else 0.0
    return value


def _read(answer: Answer) -> Document:
    document: Document = orjson.loads(write(answer))
    return document


def _patient() -> None:
    """The check of a request that may take its time."""
