"""Clipping comes after the division of a row by its sum: what is clipped, and what is said of it."""

from typing import Any

import httpx
import numpy as np
import pytest

from distscore.core.families import FAMILIES
from distscore.core.losses import losses_of

pytestmark = pytest.mark.anyio

SENT = np.array([[0.597026, 0.002974, 0.4], [1.0, 300.0, 20.0], [5.0, 5.0, 5.0]])
CLIP = 0.01


async def score(client: httpx.AsyncClient, **members: Any) -> dict[str, Any]:
    document = {
        "family": "categorical",
        "targets": {"probabilities": [[0.5, 0.2, 0.3], [0.1, 0.8, 0.1], [0.3, 0.3, 0.4]]},
        "predictions": {"probabilities": SENT.tolist()},
        "normalization": "rescale",
        **members,
    }
    answer = await client.post("/v1/score", json=document)
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


@pytest.mark.parametrize("loss", sorted(losses_of(FAMILIES["categorical"]).keys() - {"kl_divergence", "deviance"}))
async def test_a_clipped_row_is_that_row_sent(client: httpx.AsyncClient, loss: str) -> None:
    """Dividing and clipping gives the losses of what is left, sent without either."""
    left = np.maximum(SENT / SENT.sum(axis=1, keepdims=True), CLIP)
    clipped = await score(client, loss=loss, clip=CLIP)
    plain = await score(client, loss=loss, normalization="none", predictions={"probabilities": left.tolist()})
    np.testing.assert_allclose(clipped["losses"], plain["losses"], rtol=1e-12)


async def test_the_warning_counts_what_was_clipped(client: httpx.AsyncClient) -> None:
    """Two entries in two rows are below the clip after the division, and none before it in the second row."""
    (warning,) = [each for each in (await score(client, clip=CLIP))["warnings"] if each["code"] == "clipped"]
    assert warning["rows"] == [0, 1]
    assert warning["numbers"]["entries"] == 2
    assert warning["numbers"]["unclipped_value"] == (await score(client))["value"]
