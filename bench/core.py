"""The core without the wire: losses and gradients of a softmax cross-entropy beside other libraries, one thread."""

from functools import partial

import numpy as np

from bench.batches import Array, batch_of, soft_labels
from bench.machine import one_processor
from bench.peers import softmax
from bench.report import Table
from bench.timing import Contender, interleaved, milliseconds, ratio
from distscore.core.engine.engine import score

SHAPES = ((1_000_000, 2), (300_000, 3), (100_000, 10), (20_000, 100), (2_000, 1_000))
BUDGET = 5.0  # seconds per shape
WANTED = frozenset({"losses", "gradients"})
PEERS = ("NumPy", "SciPy", "PyTorch", "JAX")
NOTE = """Loss and gradient per row of a softmax cross-entropy with soft labels, float64, one processor. NumPy and SciPy
on whole arrays, PyTorch forward and backward, JAX compiled; `plain in blocks` is the plain formula on blocks that fit
the cache, `limit` one exponential per entry, two arrays read and one written. Without a figure: not installed."""


def run() -> Table:
    columns = ["rows x classes", "ms", *(f"{peer} / ours" for peer in PEERS), "ours / plain in blocks", "ours / limit"]
    table = Table("Core", NOTE, columns)
    with one_processor():
        for rows, classes in SHAPES:
            seconds = interleaved(contenders(*soft_labels(rows, classes)), BUDGET)
            peers = [ratio(seconds, peer, "ours") if peer in seconds else None for peer in PEERS]
            bounds = [ratio(seconds, "ours", bound) for bound in ("blocks", "limit")]
            table.rows.append([f"{rows} x {classes}", milliseconds(seconds, "ours"), *peers, *bounds])
    return table


def contenders(p: Array, z: Array) -> dict[str, Contender]:
    """Everybody, once their results agree: whoever is fast is also right."""
    found: dict[str, softmax.Peer] = {
        "ours": partial(by_core, p, z),
        "NumPy": partial(softmax.by_numpy, p, z),
        "SciPy": partial(softmax.by_scipy, p, z),
        "blocks": partial(softmax.by_blocks, p, z),
    }
    if softmax.installed("torch"):
        found["PyTorch"] = softmax.by_torch(p, z)
    if softmax.installed("jax"):
        found["JAX"] = softmax.by_jax(p, z)
    losses, gradients = by_core(p, z)
    for peer in found.values():
        of_peer = peer()
        np.testing.assert_allclose(of_peer[0], losses, rtol=1e-10)
        np.testing.assert_allclose(of_peer[1], gradients, rtol=1e-6, atol=1e-12)
    return {**found, "limit": partial(softmax.limit, p, z)}


def by_core(p: Array, z: Array) -> softmax.Result:
    """All that the service does beside the wire."""
    scored = score(batch_of(p, z, "none"), WANTED)
    assert scored.losses is not None
    return scored.losses, scored.gradients["logits"]
