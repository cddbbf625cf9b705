"""How many calls of our own functions a small request makes: a layer more, or a wrapper per call, shows here first."""

import asyncio
import sys
from collections import Counter
from pathlib import Path
from types import FrameType
from typing import Any

import httpx
import pytest

import distscore

pytestmark = pytest.mark.anyio

SOURCE = Path(distscore.__file__).parent
REQUEST: dict[str, Any] = {
    "family": "categorical",
    "targets": {"probabilities": [[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]]},
    "predictions": {"logits": [[2.0, 0.5, -1.0], [0.1, 3.0, 0.2]]},
}
ASKED: dict[str, tuple[dict[str, Any], int]] = {
    "losses and gradients": ({"outputs": ["losses", "gradients"]}, 350),
    "default diagnostics": ({}, 1275),
}


@pytest.mark.parametrize("name", ASKED)
async def test_calls(client: httpx.AsyncClient, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """A request of two rows takes no more calls than this, from the first byte to the last."""
    members, most = ASKED[name]
    counts: Counter[str] = Counter()

    def count(frame: FrameType, event: str, _: Any) -> None:
        file = Path(frame.f_code.co_filename)
        if event == "call" and file.is_relative_to(SOURCE):
            counts["/".join(file.relative_to(SOURCE).parts[:2])] += 1

    for profile in (None, count):  # what is computed once and kept is there the second time
        await asyncio.sleep(0.001)  # it comes in a turn of the loop of its own
        sys.setprofile(profile)
        try:
            answer = await client.post("/v1/score", json={**REQUEST, **members})
        finally:
            sys.setprofile(None)
        assert answer.status_code == 200
    with capsys.disabled():
        shown = ", ".join(f"{part} {calls}" for part, calls in counts.most_common())
        sys.stdout.write(f"\n{name}: {counts.total()} calls; {shown}\n")
    assert counts.total() <= most
