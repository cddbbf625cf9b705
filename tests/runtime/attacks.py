"""Bodies that try to take a service down: small ones that ask for much, and large legal ones."""

import gzip
from collections.abc import Callable
from typing import NamedTuple

EVERYTHING = b"""["losses","floors","divergences","gradients","hessian_diagonals","fisher_diagonals","parameters",
"diagnostics.all","state"]"""


class Attack(NamedTuple):
    """A body, where it is sent, and the statuses that are fair answers."""

    name: str
    path: str
    body: Callable[[], bytes]
    statuses: tuple[int, ...]
    is_gzip: bool = False


def rows(entry: bytes, count: int) -> bytes:
    return b"[" + b",".join([entry]) + (b"," + entry) * (count - 1) + b"]"


def scored(
    family: bytes, targets: bytes, predictions: bytes, outputs: bytes = b'["losses","gradients","diagnostics"]'
) -> bytes:
    return b'{"family":"%s","targets":{%s},"predictions":{%s},"outputs":%s}' % (family, targets, predictions, outputs)


def categorical(count: int, outputs: bytes) -> bytes:
    targets, predictions = rows(b"[0.25,0.75]", count), rows(b"[0.125,1.5]", count)
    return scored(b"categorical", b'"probabilities":' + targets, b'"logits":' + predictions, outputs)


def wide(outputs: bytes) -> bytes:
    row = b"[" + b",".join([b"0.00001"] * 100_000) + b"]"
    return scored(b"categorical", b'"probabilities":' + rows(row, 20), b'"logits":' + rows(row, 20), outputs)


def bernoulli(count: int) -> bytes:
    return scored(
        b"bernoulli", b'"probabilities":' + rows(b"0.25", count), b'"logits":' + rows(b"0.5", count), EVERYTHING
    )


def multilabel(count: int) -> bytes:
    return scored(b"multilabel", b'"probabilities":' + rows(b"[0.25]", count), b'"logits":' + rows(b"[0.5]", count))


def dirichlet(count: int) -> bytes:
    return scored(
        b"dirichlet",
        b'"values":' + rows(b"[0.25,0.75]", count),
        b'"concentration":' + rows(b"[1.5,2.5]", count),
        EVERYTHING,
    )


def huge_losses() -> bytes:
    return scored(
        b"laplace",
        b'"values":' + rows(b"0", 1_300_000),
        b'"location":' + rows(b"1e200", 1_300_000) + b',"scale":' + rows(b"1", 1_300_000),
    )


def packed(body: bytes) -> bytes:
    return gzip.compress(body, 6)


LEGAL = [
    Attack(
        "a million rows of two classes",
        "/v1/score",
        lambda: categorical(1_000_000, b'["losses","gradients","diagnostics"]'),
        (200,),
    ),
    Attack("the same, everything", "/v1/score", lambda: categorical(1_000_000, EVERYTHING), (200, 413)),
    Attack("two million rows of one label", "/v1/score", lambda: multilabel(2_000_000), (200, 413)),
    Attack("two million events, everything", "/v1/score", lambda: bernoulli(2_000_000), (200, 413)),
    Attack("twenty rows of many classes, everything", "/v1/score", lambda: wide(EVERYTHING), (200, 413)),
    Attack("a million compositions, everything", "/v1/score", lambda: dirichlet(1_000_000), (200, 413)),
    Attack(
        "advice on a million rows",
        "/v1/advise",
        lambda: b'{"targets":{"probabilities":%s}}' % rows(b"[0.25,0.75]", 1_000_000),
        (200, 413, 504),
    ),
    Attack("huge losses", "/v1/score", huge_losses, (200, 413, 504)),
]
ILLEGAL = [
    Attack("a label of a billion", "/v1/advise", lambda: b'{"targets":{"labels":[0,1e9]}}', (413, 422)),
    Attack(
        "labels up to 99999",
        "/v1/advise",
        lambda: b'{"targets":{"labels":%s}}' % (b"[" + b"0," * 8000 + b"99999]"),
        (200, 413, 422),
    ),
    Attack(
        "names that are numbers",
        "/v1/score",
        lambda: packed(b'{"family":"gamma","classes":[1' + b",1" * 3_900_000 + b"]}"),
        (413, 422),
        True,
    ),
    Attack(
        "losses that are nothing",
        "/v1/compare",
        lambda: packed(b'{"family":"gamma","losses":[{}' + b",{}" * 3_900_000 + b"]}"),
        (413, 422),
        True,
    ),
    Attack(
        "many parameters",
        "/v1/score",
        lambda: (
            b'{"family":"gamma","family_parameters":{%s}}' % b",".join(b'"%d":1' % each for each in range(1_000_000))
        ),
        (413, 422),
    ),
    Attack("only brackets", "/v1/score", lambda: packed(b"[" * 60_000_000), (400, 413, 422), True),
    Attack(
        "rows without entries",
        "/v1/score",
        lambda: packed(b'{"family":"gamma","targets":{"values":[[]' + b",[]" * 3_900_000 + b"]}}"),
        (400, 413, 422),
        True,
    ),
    Attack(
        "one long name", "/v1/score", lambda: b'{"%s":1,"%s":2}' % (b"a" * 30_000_000, b"a" * 30_000_000), (400, 422)
    ),
    Attack("only spaces", "/v1/score", lambda: packed(b" " * 60_000_000), (400,), True),
    Attack("more than is allowed", "/v1/score", lambda: packed(b"0" * 500_000_000), (413,), True),
    Attack(
        "null instead of numbers",
        "/v1/score",
        lambda: scored(b"gamma", b'"values":' + rows(b"null", 2_000_000), b'"mean":[1]'),
        (413, 422),
    ),
    Attack(
        "states of nothing",
        "/v1/summaries/merge",
        lambda: packed(b'{"states":["%s"]}' % (b"A" * 50_000_000)),
        (413, 422),
        True,
    ),
]
