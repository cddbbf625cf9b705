"""Files to report on, and what the service answers to the same rows in one body."""

import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
from pyarrow import csv, parquet

from distscore import local
from distscore.files.report import reported
from distscore.local.answers import UNLIMITED, response
from distscore.use_cases.registry import WITH_QUERY
from distscore.wire.table.reading import opened

QUERY = "family=categorical&targets.probabilities=t_*&predictions.logits=z_*&sample_weights=w"
CLASSES = "a", "b", "c"


def table(rows: int, seed: int = 1) -> pa.Table:
    """Soft labels of three classes, logits, weights and two segments."""
    random = np.random.default_rng(seed)
    targets, logits = random.dirichlet(np.ones(3), rows), 2 * random.standard_normal((rows, 3))
    columns = {f"t_{name}": targets[:, at] for at, name in enumerate(CLASSES)}
    columns |= {f"z_{name}": logits[:, at] for at, name in enumerate(CLASSES)}
    return pa.table({**columns, "w": random.exponential(1, rows), "place": random.choice(["here", "there"], rows)})


def as_csv(found: pa.Table) -> bytes:
    buffer = io.BytesIO()
    csv.write_csv(found, buffer)
    return buffer.getvalue()


def as_parquet(found: pa.Table, rows_of_group: int = 100) -> bytes:
    buffer = io.BytesIO()
    parquet.write_table(found, buffer, row_group_size=rows_of_group)
    return buffer.getvalue()


def as_arrow(found: pa.Table, make: Any, rows_of_batch: int = 100) -> bytes:
    buffer = io.BytesIO()
    with make(buffer, found.schema) as writer:
        writer.write_table(found, rows_of_batch)
    return buffer.getvalue()


def written(folder: Path, **bodies: bytes) -> list[Path]:
    """Files by their names, of which the last underscore is the dot before the suffix."""
    paths = []
    for name, body in bodies.items():
        paths.append(folder / ".".join(name.rsplit("_", 1)))
        paths[-1].write_bytes(body)
    return paths


def report_of(paths: list[Path], query: str = QUERY, processes: int = 1) -> dict[str, Any]:
    return reported(paths, query, processes, lambda _, __: None)


def answer_of(body: bytes, query: str = QUERY, **members: Any) -> dict[str, Any]:
    """What POST /v1/score answers to a file as its body."""
    document = {"sheet": opened(body, UNLIMITED), "query": query, **members}
    return response(WITH_QUERY["score"](document, UNLIMITED, lambda: None))


def merged_answer_of(body: bytes, query: str = QUERY) -> dict[str, Any]:
    """What POST /v1/summaries/merge answers to the state of a body."""
    return local.merge([answer_of(body, query, outputs=["state"])["state"]]).document


def without_rows(report: Mapping[str, Any]) -> dict[str, Any]:
    """A report without what a merged one has not: worst rows, segments and warnings."""
    kept = {name: part for name, part in report["diagnostics"].items() if name != "worst_rows"}
    return {**report, "diagnostics": kept, "warnings": []} | {"groups": None}
