"""One request after the other over loopback: the service beside a plain endpoint and an echo of the same body."""

from collections.abc import Mapping
from contextlib import ExitStack

import numpy as np
import orjson

from bench.bodies import DIAGNOSED, Bodies, spoken_by
from bench.client import JSON, Answer, Connection, request
from bench.report import Table
from bench.servers import BARE, PLAIN, SERVICE, server
from bench.timing import Contender, interleaved, milliseconds, ratio

SHAPES = ((1, 3, 2.0), (100, 10, 2.0), (10_000, 10, 4.0), (1_000, 1_000, 10.0), (1_000_000, 2, 15.0))  # and seconds
NOTE = """One connection, losses and gradients of a softmax cross-entropy, the body written once. `plain` is an endpoint
of FastAPI, Pydantic and NumPy that takes and gives JSON; `echo` a bare FastAPI app on the same server that sends
the same body back to the same client, a raw socket that keeps its memory; `empty` the same app answering an empty
request. `diagnosed` is the request with the outputs that are answered unasked, the diagnostics among them."""


def run() -> Table:
    columns = [
        "rows x classes",
        "format",
        "MB",
        "ms",
        "plain / ours",
        "ours / echo",
        "ours / empty",
        "diagnosed / empty",
    ]
    table = Table("HTTP", NOTE, columns)
    with ExitStack() as stack:
        servers = [stack.enter_context(server(command)) for command in (SERVICE, PLAIN, BARE)]
        ours, plain, bare = (stack.enter_context(Connection(each.port)) for each in servers)
        formats = spoken_by(servers[0])
        for rows, classes, budget in SHAPES:
            table.rows += measured(Bodies(rows, classes), ours, plain, bare, budget, formats)
    return table


def measured(
    bodies: Bodies, ours: Connection, plain: Connection, bare: Connection, budget: float, formats: Mapping[str, str]
) -> list[list[str | float | None]]:
    """The lines of a batch: one for each format, which take turns."""
    sent = {name: bodies.body(media_type) for name, media_type in formats.items()}
    to_plain, empty = bodies.plain(), request("/empty", b"")
    agree(ours.send(request("/v1/score", sent["JSON"])), plain.send(to_plain))
    diagnosed = request("/v1/score", bodies.json(DIAGNOSED))
    contenders: dict[str, Contender] = {"plain": lambda: plain.send(to_plain), "empty": lambda: bare.send(empty)}
    contenders["diagnosed"] = lambda: ours.send(diagnosed)
    for name, media_type in formats.items():
        score, echo = (request(path, sent[name], media_type) for path in ("/v1/score", "/echo"))
        contenders[name] = lambda score=score: ours.send(score)  # type: ignore[misc]
        contenders[f"echo of {name}"] = lambda echo=echo: bare.send(echo)  # type: ignore[misc]
    seconds = interleaved(contenders, budget)
    return [
        [
            f"{bodies.rows} x {bodies.classes}",
            name,
            f"{len(sent[name]) / 1e6:.2g}",
            milliseconds(seconds, name),
            ratio(seconds, "plain", name),
            ratio(seconds, name, f"echo of {name}"),
            ratio(seconds, name, "empty"),
            ratio(seconds, "diagnosed", "empty") if media_type == JSON else None,
        ]
        for name, media_type in formats.items()
    ]


def agree(one: Answer, other: Answer) -> None:
    """Whoever is fast is also right."""
    mine, theirs = orjson.loads(one.body), orjson.loads(other.body)
    np.testing.assert_allclose(mine["losses"], theirs["losses"], rtol=1e-9)
    np.testing.assert_allclose(mine["gradients"]["logits"], theirs["gradients"], rtol=1e-5, atol=1e-14)
