"""What is asked of a body, as plain data, and how it is done: the same here and in another process."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from time import monotonic, perf_counter

from distscore.runtime.bodies import ANY, unpacked
from distscore.runtime.compression import compressed
from distscore.runtime.spool import Spool, spooled
from distscore.settings import Settings
from distscore.use_cases.registry import USE_CASES, WITH_QUERY
from distscore.wire.errors.problems import DeadlineExceeded, Problem
from distscore.wire.inference import read as tensors
from distscore.wire.read import arrow as arrow_reader
from distscore.wire.read import json as json_reader
from distscore.wire.read.document import Buffer, Document
from distscore.wire.read.limits import Limits
from distscore.wire.table import reading as tables
from distscore.wire.write import arrow as arrow_writer
from distscore.wire.write import csv as csv_writer
from distscore.wire.write import json as json_writer
from distscore.wire.write.answer import Answer

JSON, ARROW, CSV = json_reader.MEDIA_TYPE, arrow_reader.MEDIA_TYPE, csv_writer.MEDIA_TYPE
TENSORS = ANY  # the formats of the inference protocol, whose Content-Type is not asked for


def _written(answer: Answer) -> Iterable[Buffer]:
    return [answer.written or b""]


READERS: Mapping[str, Callable[[Buffer, Limits], Document]] = {
    JSON: json_reader.read,
    ARROW: arrow_reader.read,
    **tables.READERS,
    TENSORS: tensors.kept,
}
WRITERS: Mapping[str, Callable[[Answer], Iterable[Buffer]]] = {
    JSON: json_writer.parts,
    ARROW: arrow_writer.parts,
    CSV: csv_writer.parts,
    TENSORS: _written,
}
QUERIED = frozenset({*tables.READERS, TENSORS})  # what they hold is said in the query
MEDIA_TYPES: Mapping[str, tuple[str, ...]] = {  # what each use case reads, the usual one first
    **dict.fromkeys(USE_CASES, (JSON,)),
    **dict.fromkeys(("compare", "advise", "report"), (JSON, *tables.MEDIA_TYPES)),
    "score": (JSON, ARROW, *tables.MEDIA_TYPES),
    "table": tables.MEDIA_TYPES,
    "infer": (TENSORS,),
}
ANSWER_TYPES: Mapping[str, tuple[str, ...]] = {  # what it writes
    **dict.fromkeys((*USE_CASES, *WITH_QUERY), (JSON,)),
    "score": (JSON, ARROW, CSV),
    "infer": (TENSORS,),
}
INLINE = frozenset({"score"})  # the others take up to 200 times as long for a byte of their body
COSTLY = (b'"groups"', b"\\")  # a report for each of many groups, also if its name is written with escapes
STAGES = ("decode", "score", "encode")


def body_limits(settings: Settings) -> dict[str, int]:
    """The largest body of each media type, in bytes."""
    of_tables = dict.fromkeys(tables.MEDIA_TYPES, settings.table_body_bytes)
    return {
        JSON: settings.json_body_bytes,
        ARROW: settings.arrow_body_bytes,
        TENSORS: settings.arrow_body_bytes,
        **of_tables,
    }


@dataclass(frozen=True)
class Job:
    """What is asked of a body: everything that the answer depends on, and the time by which that must be there."""

    use_case: str
    query: str  # of the URL, which says what the columns of a file mean
    content_type: str
    is_gzip: bool
    answer_type: str
    compress: tuple[int, int]  # the least and the largest answer that gzip packs; none if the first is the larger
    limits: Limits
    body_bytes: int  # the largest body, unpacked
    seconds: float  # from the complete body to the answer
    deadline: float  # the end of these seconds on the monotonic clock, which all processes of a machine share

    def check(self) -> None:
        """Raises `DeadlineExceeded` after the deadline; called now and then by whoever computes."""
        if monotonic() > self.deadline:
            raise self.late()

    def late(self) -> Problem:
        """The problem of a job that is not done in time."""
        return DeadlineExceeded(f"The answer took longer than {self.seconds:g} seconds; send the batch in parts.")


@dataclass(frozen=True)
class Done:
    """What is said of an answer in addition to its bytes: how many rows it is about, and the seconds of each stage."""

    content_type: str
    content_encoding: str
    rows: int
    stages: dict[str, float]
    head: int = 0  # bytes of JSON before tensors


def perform(job: Job, body: Buffer) -> tuple[Done, Spool]:
    """Decode, score and encode one body; every reason not to answer is raised as a problem."""
    times = [perf_counter()]
    content = unpacked(body, job.body_bytes) if job.is_gzip else body
    document = READERS[job.content_type](content, job.limits)
    use_cases = USE_CASES
    if job.content_type in QUERIED:
        use_cases, document["query"] = WITH_QUERY, job.query
    if job.answer_type == CSV:
        document["outputs"] = list(csv_writer.OUTPUTS)
    times.append(perf_counter())
    answer = use_cases[job.use_case](document, job.limits, job.check)
    times.append(perf_counter())
    written = spooled(WRITERS[job.answer_type](answer))
    packed, encoding = compressed(written, job.compress)
    times.append(perf_counter())
    stages = {name: end - start for name, (start, end) in zip(STAGES, pairwise(times), strict=True)}
    rows = 0 if "states" in document else answer.members.get("row_count", 0)  # those of states were scored elsewhere
    return Done(job.answer_type, encoding, rows, stages, answer.head), packed


def is_small(job: Job, body: Spool, largest: int) -> bool:
    """Whether a job may be done on the event loop: what it takes is bounded by the size of its body, to some 25 ms.

    A binary format is not: what its decoder does to a damaged body could end the process.
    """
    if body.size > largest or body.file is not None or job.is_gzip or job.content_type != JSON:
        return False
    return job.use_case in INLINE and not any(mark in body.content for mark in COSTLY)
