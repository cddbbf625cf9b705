"""python -m tests.runtime.arrow_mutants COUNT SEED: damaged Arrow streams through the service's reader and its answer.

It runs in a process of its own, for what a decoder does to damaged bytes may end the process.
"""

import random
import sys
from collections import Counter

import numpy as np

from distscore.use_cases.score import answer_score
from distscore.wire.errors.problems import Problem
from distscore.wire.read.arrow import read
from distscore.wire.read.limits import Limits
from distscore.wire.write.arrow import write
from tests.wire.streams import parted, stream

LIMITS = Limits(1000, 5000, 200)
DOCUMENT = {
    "family": "categorical",
    "targets": {"labels": [2, 0, 1]},
    "predictions": {"logits": [[2.0, 0.5, -1.0], [0.1, 3.0, 0.2], [1.0, -1.0, 0.0]]},
    "mask": [[True, True, True], [True, False, True], [True, True, True]],
    "sample_weights": [1.0, 2.0, 0.5],
    "outputs": ["losses", "gradients"],
}
WORDS = [bytes(8), b"\xff" * 8, *(size.to_bytes(4, "little") for size in (1, 8, 255, 1 << 16, 1 << 31, 1 << 32 - 1))]


def bodies() -> list[bytes]:
    """One stream of one record batch, one of three, and one of float32."""
    columns, request = parted(DOCUMENT)
    single = {**columns, "predictions.logits": columns["predictions.logits"].astype(np.float32)}
    return [stream(columns, request), stream(columns, request, 1), stream(single, request)]


def mutant(body: bytes, chance: random.Random) -> bytes:
    """Bytes changed, words put in their place, parts moved or left out."""
    changed = bytearray(body)
    for _ in range(chance.choice((1, 1, 2, 4))):
        at = chance.randrange(len(changed))
        kind = chance.randrange(4)
        if kind == 0:
            changed[at] ^= 1 << chance.randrange(8)
        elif kind == 1:
            changed[at] = chance.randrange(256)
        elif kind == 2:
            word = chance.choice(WORDS)
            changed[at // 4 * 4 : at // 4 * 4 + len(word)] = word
        else:
            source = chance.randrange(len(changed)) // 8 * 8
            changed[at // 8 * 8 : at // 8 * 8 + 8 * chance.randrange(3)] = changed[source : source + 8]
    return bytes(changed)


def status(body: bytes) -> int:
    """What the service answers: 200, or the status of a problem; any other exception is a defect."""
    try:
        write(answer_score(read(body, LIMITS), LIMITS, lambda: None))
    except Problem as problem:
        return problem.status
    return 200


def main(count: int, seed: int) -> None:
    chance, streams = random.Random(seed), bodies()
    whole, end = streams[0], streams[0][-8:]
    for cut in range(len(whole)):
        assert status(whole[:cut]) == 400, cut
        assert status(whole[:cut] + end) in (400, 422) or cut == len(whole) - 8, cut
    found = Counter(status(mutant(chance.choice(streams), chance)) for _ in range(count))
    assert found.keys() <= {200, 400, 413, 422}, found
    assert len(found) == 4, found  # mutants reach the decoder, and what is behind it


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
