"""Rows of exponential families that once lost their digits, and others of their kind, against exact values."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from mpmath import mp

from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import Scored, score
from distscore.core.families import FAMILIES
from distscore.core.losses import losses_of
from distscore.core.theory.activations import ACTIVATIONS

WANTED = frozenset({"floors", "divergences", "gradients", "hessian_diagonals"})


def scored(family: str, targets: Mapping[str, Any], predictions: Mapping[str, Any]) -> Scored:
    """One row per entry, as parameters."""
    known = FAMILIES[family]
    (target_form,) = (form for form in known.targets if {column.name for column in form.columns} == set(targets))
    (form,) = (form for form in known.predictions if {column.name for column in form.columns} == set(predictions))
    batch = Batch(
        known,
        target_form,
        form,
        losses_of(known)["cross_entropy"](),
        {name: np.asarray(values, dtype=np.float64) for name, values in targets.items()},
        {name: np.asarray(values, dtype=np.float64) for name, values in predictions.items()},
        dict.fromkeys(predictions, ACTIVATIONS["identity"]),
        reduction="none",
    )
    return score(batch, WANTED)


def test_a_rate_times_a_value_beyond_the_shape() -> None:
    """k t = rate y is a double where t = rate y / k is none: the derivatives are those of -k log rate + rate y."""
    found = scored("gamma", {"values": [1e120, 1e-120]}, {"shape": [1e-96, 1e96], "rate": [1e113, 1e-110]})
    np.testing.assert_allclose(found.gradients["rate"], [1e120, -1e206], rtol=1e-15)
    np.testing.assert_allclose(found.gradients["shape"][0], -1e96, rtol=1e-15)
    np.testing.assert_allclose(found.hessian_diagonals["rate"][1], 1e96 / 1e-220, rtol=1e-15)


@pytest.mark.parametrize("offset", [0.0, 1e8, -3e10])
def test_draws_are_centered_before_their_mean_is_rounded(offset: float) -> None:
    """The gradient of a gaussian mean is mean - E[y] to the last digit, though E[y] has more digits than a double."""
    draws = offset + np.array([0.1, 0.25, 0.47])
    with mp.workdps(40):
        expected = float((3 * mp.mpf(offset) - mp.fsum(map(mp.mpf, draws))) / 3)
    found = scored("gaussian", {"samples": [draws]}, {"mean": [offset], "standard_deviation": [1.0]})
    assert found.gradients["mean"][0] == pytest.approx(expected, rel=1e-15, abs=0)
    natural = scored("gaussian", {"samples": [draws]}, {"natural": [[offset, -0.5]]})
    assert natural.gradients["natural"][0, 0] == pytest.approx(expected, rel=1e-15, abs=0)
    assert found.losses == pytest.approx(natural.losses, rel=1e-15, abs=0)


def test_expectations_far_inside_and_near_the_boundary() -> None:
    """Entropy and divergence of a beta with concentrations from 1e-6 to 1e9, found from its expectations."""
    with mp.workdps(60):
        for a, b in ((1e-6, 2e-6), (1e-6, 3.0), (0.5, 40.0), (1e3, 2e3), (1e9, 1.0)):
            alpha, beta = mp.mpf(a), mp.mpf(b)
            chi = [float(mp.digamma(x) - mp.digamma(alpha + beta)) for x in (alpha, beta)]
            found = scored("beta", {"expectations": [chi]}, {"alpha": [a], "beta": [b]})
            normalizer = mp.loggamma(alpha) + mp.loggamma(beta) - mp.loggamma(alpha + beta)
            entropy = normalizer - (alpha - 1) * mp.mpf(chi[0]) - (beta - 1) * mp.mpf(chi[1])
            size = abs(normalizer) + abs((alpha - 1) * chi[0]) + abs((beta - 1) * chi[1])
            assert found.floors is not None
            assert found.divergences is not None
            assert abs(found.floors[0] - entropy) <= 8 * 2.0**-52 * size
            assert found.divergences[0] <= 8 * 2.0**-52 * size
