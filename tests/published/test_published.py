"""What others have published is what the service answers."""

import math
from typing import Any

import numpy as np
import pytest

from distscore.use_cases.score import answer_score
from distscore.wire.read.limits import Limits
from distscore.wire.write.answer import Answer
from tests.published.published import ORACLES, Oracle

LIMITS = Limits(rows=1000, entries=100_000, classes=1000)
OUTPUTS = ["losses", "floors", "divergences", "gradients", "hessian_diagonals"]


def answer(document: dict[str, Any]) -> Answer:
    """An answer with all rows, of each row's own loss."""
    return answer_score({"outputs": OUTPUTS, **document}, LIMITS, lambda: None)


@pytest.mark.parametrize("oracle", ORACLES, ids=lambda oracle: f"{oracle.source}: {oracle.document['family']}")
def test_published_numbers(oracle: Oracle) -> None:
    """A number that others have published is answered, to the digits in which it was."""
    found = answer(oracle.document)
    for name, expected in oracle.numbers.items():
        number = np.asarray(found.members[name] if name == "value" else found.rows[name])
        np.testing.assert_allclose(number, expected, rtol=oracle.relative, atol=oracle.absolute, err_msg=name)


def event(p: float, q: float) -> dict[str, Any]:
    return {"family": "bernoulli", "targets": {"probabilities": [p]}, "predictions": {"probabilities": [q]}}


def test_nothing_is_clipped() -> None:
    """Keras clips probabilities at 1e-7, so that its tests assert 3.98559 = 15.94 / 4 for what is infinite."""
    found = answer(event(1.0, 0.0))
    assert found.rows["losses"] == [math.inf]
    assert found.members["nonfinite_count"] > 0
    classes = {"targets": {"probabilities": [[0, 1]]}, "predictions": {"probabilities": [[1 - 1e-9, 1e-9]]}}
    certain = answer({"family": "categorical", **classes})
    np.testing.assert_allclose(np.asarray(certain.rows["losses"]), np.array([-math.log(1e-9)]), rtol=1e-15)
