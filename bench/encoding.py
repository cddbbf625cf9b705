"""How long the client takes from arrays to the bytes of a request."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import httpx
import numpy as np

from bench.batches import soft_labels
from bench.report import Table
from bench.timing import interleaved, milliseconds, ratio
from distscore.client.questions import score

BUDGET = 2.0  # seconds per batch
SIDES = ("targets", "predictions")
ROWS, CLASSES = 100_000, 10
NOTE = """From NumPy arrays to the bytes of a request for losses and gradients. `plain` is `httpx.post(json=...)` with
lists of `tolist()`; `ms` of the client as JSON, alignment and checks included. `JSON` and `Arrow` are the client's."""


def run() -> Table:
    table = Table("Encoding", NOTE, ["batch", "ms", "plain / JSON", "plain / Arrow"])
    for name, members in batches().items():
        seconds = interleaved(
            {
                "plain": partial(plain, members),
                "JSON": lambda members=members: score(members).call(),
                "Arrow": lambda members=members: score(members).call(as_arrow=True),
            },
            BUDGET,
        )
        ratios = (ratio(seconds, "plain", each) for each in ("JSON", "Arrow"))
        table.rows.append([name, milliseconds(seconds, "JSON"), *ratios])
    return table


def batches() -> dict[str, Mapping[str, Any]]:
    rng = np.random.default_rng(0)
    events = {"probabilities": rng.random(ROWS)}, {"logits": rng.normal(size=ROWS)}
    labels, logits = soft_labels(ROWS, CLASSES)
    soft = {"probabilities": labels}, {"logits": logits}
    return {
        f"bernoulli, {ROWS}": asked("bernoulli", *events),
        f"categorical, {ROWS} x {CLASSES}": asked("categorical", *soft),
    }


def asked(family: str, targets: Mapping[str, Any], predictions: Mapping[str, Any]) -> dict[str, Any]:
    return {"family": family, "targets": targets, "predictions": predictions, "outputs": ["losses", "gradients"]}


def plain(members: Mapping[str, Any]) -> bytes:
    sides = {side: {name: values.tolist() for name, values in members[side].items()} for side in SIDES}
    return httpx.Request("POST", "http://service/v1/score", json={**members, **sides}).content
