"""Bodies that are almost right: an answer or a problem document, whatever the bytes."""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import pytest

from distscore.wire.describe.examples import ADVISE_EXAMPLES, EXAMPLES, EXPLAIN_EXAMPLES
from tests.runtime.in_process import application, client_of
from tests.runtime.service_process import JSON

pytestmark = pytest.mark.anyio

PIECES = [
    b"null",
    b"true",
    b"1e999",
    b"-0.0",
    b"1e-320",
    b"[]",
    b"{}",
    b'""',
    b"[[",
    b"]]",
    b",",
    b'"',
    b"\\u0000",
    b"9" * 400,
]
ROUNDS = 150
JUNK: list[Any] = [
    None,
    True,
    0,
    -1,
    1e150,
    1.5e308,
    -1.7e308,
    5e-324,
    10**400,
    "",
    "x",
    [],
    {},
    [None],
    [[0.5]],
    {"a": 1},
    [0.5, "x"],
    [[[1]]],
]
MERGE = {"states": ["x", "y"]}
DOCUMENTS = [
    *[("/v1/score", family, example) for family, example in EXAMPLES.items()],
    *[("/v1/compare", family, EXAMPLES[family]) for family in ("categorical", "bernoulli", "gamma")],
    *[("/v1/advise", name, example | {"family": "gamma"}) for name, example in ADVISE_EXAMPLES.items()],
    *[("/v1/explain", name, example | {"digits": 3}) for name, example in EXPLAIN_EXAMPLES.items()],
    ("/v1/summaries/merge", "states", MERGE),
]
OUTPUTS = ["losses", "gradients", "hessian_diagonals", "parameters", "diagnostics.all", "state"]


def mutants(body: bytes, rounds: int, seed: int) -> Iterator[bytes]:
    """Bytes changed, left out, repeated, moved and put in."""
    chance = random.Random(seed)
    for _ in range(rounds):
        mutant = bytearray(body)
        for _ in range(chance.choice([1, 1, 2, 5])):
            at = chance.randrange(len(mutant) + 1)
            to = min(len(mutant), at + chance.choice([0, 1, 1, 5, 30]))
            source = chance.randrange(len(mutant) + 1)
            mutant[at:to] = chance.choice(
                [
                    b"",
                    bytes([chance.randrange(256)]),
                    chance.choice(PIECES),
                    mutant[source : source + 20],
                    b"0123456789",
                ]
            )
        yield bytes(mutant)


@pytest.mark.parametrize("family", sorted(EXAMPLES))
async def test_bytes_that_went_wrong(family: str) -> None:
    """Nothing that is sent makes the service fail."""
    body = json.dumps(EXAMPLES[family]).encode()
    cuts = [body[:length] for length in range(0, len(body), 9)]
    async with client_of(application()) as client:
        for sent in [*mutants(body, ROUNDS, seed=len(family)), *cuts]:
            answer = await client.post("/v1/score", content=sent, headers=JSON)
            assert answer.status_code in (200, 400, 413, 422), (sent, answer.text)
            document = answer.json()
            assert answer.status_code == 200 or document["status"] == answer.status_code
            assert answer.status_code == 200 or len(answer.content) < 10_000


def places(document: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The paths of all members and entries."""
    inside = (
        document.items() if isinstance(document, dict) else enumerate(document) if isinstance(document, list) else ()
    )
    for name, value in inside:
        yield (*path, name)
        yield from places(value, (*path, name))


@pytest.mark.parametrize(("route", "name", "document"), DOCUMENTS, ids=[f"{r} {n}" for r, n, _ in DOCUMENTS])
async def test_members_that_went_wrong(route: str, name: str, document: dict[str, Any]) -> None:
    """Whatever stands where something else should, is answered or refused."""
    chance = random.Random(len(name))
    if route == "/v1/score":
        rows = len(next(iter(document["targets"].values())))
        document = {"sample_weights": [1.0] * rows, "outputs": OUTPUTS, "reduction": "sum", "tag": "t", **document}
    changes = [(path, junk) for path in places(document) for junk in JUNK]
    async with client_of(application()) as client:
        for path, junk in chance.sample(changes, min(len(changes), 250)):
            wrong = copy.deepcopy(document)
            parent: Any = wrong
            for step in path[:-1]:
                parent = parent[step]
            parent[path[-1]] = junk
            answer = await client.post(route, content=json.dumps(wrong).encode(), headers=JSON)
            assert answer.status_code in (200, 400, 413, 422), (path, junk)
