"""Documents answered by their use cases in this process; refusals are the exceptions that a client makes of them."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import orjson
from numpy.typing import NDArray

from distscore.client import Refused
from distscore.use_cases.registry import USE_CASES, WITH_QUERY
from distscore.use_cases.table import UseCase
from distscore.wire.errors.problems import Problem
from distscore.wire.read.document import Document
from distscore.wire.read.limits import Limits
from distscore.wire.table.sheet import Sheet
from distscore.wire.write.answer import Answer
from distscore.wire.write.json import nested

UNLIMITED = Limits(rows=1 << 62, entries=1 << 62, classes=1 << 62)


def answered(use_case: str, document: Document) -> Document:
    """The answer to a request; raises `Refused` with the problem document that the service would send."""
    return _answered(USE_CASES[use_case], document)


def answered_of_sheet(use_case: str, sheet: Sheet, query: str, outputs: Sequence[str] = ()) -> Document:
    """The answer to the request that a query makes of the columns of a table; raises `Refused`."""
    document: Document = {"sheet": sheet, "query": query, **({"outputs": list(outputs)} if outputs else {})}
    return _answered(WITH_QUERY[use_case], document)


def _answered(use_case: UseCase, document: Document) -> Document:
    with refusing():
        return response(use_case(document, UNLIMITED, never_late))


@contextmanager
def refusing() -> Iterator[None]:
    """Raises every problem as the exception that a client makes of its document."""
    try:
        yield
    except Problem as problem:
        raise Refused(problem.status, problem.document("")) from None


def response(answer: Answer) -> Document:
    """The document of an answer as its JSON would be, but for per-row outputs: these are arrays, infinities and all."""
    members: Document = orjson.loads(orjson.dumps(answer.members, option=orjson.OPT_SERIALIZE_NUMPY))
    rows = {name: _array(values, name in answer.single) for name, values in answer.rows.items()}
    return members | nested(rows)


def _array(values: NDArray[np.float64] | list[None], single: bool) -> NDArray[Any]:
    """A per-row output as an array of its own: float32 where its column was sent so, NaN where there is no number."""
    with np.errstate(over="ignore"):
        return np.array(values, np.float32 if single else np.float64)


def never_late() -> None:
    """What is computed in process has no deadline."""
