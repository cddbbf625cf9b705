"""A softmax cross-entropy is right wherever its plain formulas are taken, and its blocks are freed."""

import gc

import mpmath
import numpy as np
import pytest
from mpmath import mp
from numpy.typing import NDArray

from distscore.core.engine.engine import score
from tests.laws import engine, harness
from tests.reference.rows import Row

EPSILON = 2.0**-52
COUNT = 100


def nearly_matched(classes: int, seed: int) -> list[tuple[NDArray[np.float64], NDArray[np.float64]]]:
    """Logits and targets of one class that has most of both sides, and in both almost as much."""
    random = np.random.default_rng(seed)
    rows = []
    for _ in range(COUNT):
        others = random.normal(size=classes - 1)
        share = min(classes, 12) / 48 * random.choice([0.9, 0.999, 1.001, 1.1, 4.0])  # of the others, beside a seam
        z = np.append(others + np.log(share / np.exp(others).sum()), 0.0)
        q = np.exp(z) / np.exp(z).sum()
        p = q * random.uniform(0.5, 1.5, size=classes)
        p[-1] = q[-1] * (1 + random.choice([-1, 1]) * 10 ** random.uniform(-15, -2))
        p[:-1] *= (1 - p[-1]) / p[:-1].sum()
        order = random.permutation(classes)
        rows.append((z[order], p[order]))
    return rows


@pytest.mark.parametrize("classes", [2, 3, 10, 48, 49, 300])
def test_the_seams_keep_their_digits(classes: int) -> None:
    """Loss and gradient are within the bound where the others are just many enough to take the plain formulas."""
    rows = nearly_matched(classes, classes)
    cases = [Row.of(({"probabilities": list(p)}, {"logits": list(z)}, {})) for z, p in rows]
    result = score(engine.batch_of("categorical", cases), frozenset({"gradients"}))
    assert result.losses is not None
    with mpmath.workdps(40):
        for (sent, target), loss, found in zip(rows, result.losses, result.gradients["logits"], strict=True):
            z, p = [mp.mpf(x) for x in sent], [mp.mpf(x) for x in target]
            mass, whole = mp.fsum(p), mp.fsum(map(mp.exp, z))
            top = int(np.argmax(sent))
            q = [mp.exp(each) / whole for each in z]
            assert abs(loss / (mass * mp.log(whole) - mp.fdot(p, z)) - 1) <= 1e-13
            residual, rest = mass * q[top] - p[top], 1 - q[top]
            condition = p[top] * rest + (mass - p[top]) * q[top]  # z[top] is 0
            condition += mass * q[top] * mp.fdot(map(abs, z), q)
            assert abs(found[top] - residual) <= max(1e-13 * abs(residual), 8 * EPSILON * condition)


def test_blocks_are_freed_once_they_are_scored() -> None:
    """No reference cycle holds the arrays of a block until the next garbage collection."""
    plain = [each for each in harness.combinations() if each.is_plain]
    batches = [
        harness.batch_of(each, loss, harness.random_rows(each))
        for each in plain
        for loss in list(each.losses().values())[:2]
    ]
    gc.collect()
    gc.disable()
    try:
        for batch in batches:
            score(batch, frozenset({"floors", "divergences", "gradients", "hessian_diagonals", "fisher_diagonals"}))
        assert gc.collect() == 0
    finally:
        gc.enable()
