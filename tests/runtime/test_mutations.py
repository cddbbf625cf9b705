"""Bodies that are almost right: an answer or a problem document, whatever the bytes."""

import json
import random
from collections.abc import Iterator

import pytest

from service.wire.examples import EXAMPLES
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
