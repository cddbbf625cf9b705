"""The README: what it says of the start, and of the way from a handler to a formula."""

import asyncio
import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from time import monotonic
from types import FrameType
from typing import Any

import httpx

import distscore
from distscore.app import create_app
from distscore.runtime.compression import NEVER
from distscore.runtime.jobs import JSON, Job
from distscore.runtime.spool import Spool
from distscore.runtime.workers.worker import answered
from distscore.settings import Settings
from distscore.wire.read.limits import Limits
from tests.docs.pages import ROOT, blocks_of, text_of

README = ROOT / "README.md"
DESIGN = ROOT / "docs" / "design.md"
SOURCE = Path(distscore.__file__).parent
COUNTS = {"seven": 7, "eight": 8, "six": 6, "five": 5, "nine": 9}


def test_commands() -> None:
    """The commands in the README are targets of the Makefile, build the image, or report on files."""
    makefile = text_of(ROOT / "Makefile")
    commands = [line for block in blocks_of(README) if block.language == "console" for line in block.code.splitlines()]
    assert commands
    for command in commands:
        words = command.split()
        assert words[:2] in (["$", "make"], ["$", "docker"], ["$", "distscore"])
        assert words[1] != "make" or f"\n{words[2]}:" in makefile


def name_of(frame: FrameType) -> str:
    """A function of ours as the documentation names it."""
    module = Path(frame.f_code.co_filename).relative_to(SOURCE).with_suffix("")
    return ".".join([*module.parts, frame.f_code.co_qualname.replace("<locals>.", "")])


def way(work: Callable[[], object]) -> list[str]:
    """Our functions that are on the stack when the formula of a gaussian is reached, outermost first."""
    found: list[list[str]] = []

    def look(frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_qualname == "GaussianPrediction.cross_entropy":
            stack: list[FrameType] = []
            at: FrameType | None = frame
            while at is not None:
                stack.append(at)
                at = at.f_back
            ours = [each for each in stack if Path(each.f_code.co_filename).is_relative_to(SOURCE)]
            found.append([name_of(each) for each in reversed(ours)])

    sys.setprofile(look)
    try:
        work()
    finally:
        sys.setprofile(None)
    return found[0]


def post(body: bytes) -> None:
    """Send a body to the application, which does its work in this process."""

    async def posted() -> None:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(create_app(Settings())), base_url="http://s"
        ) as client:
            answer = await client.post("/v1/score", content=body, headers={"Content-Type": JSON})
        assert answer.status_code == 200

    asyncio.run(posted())


def test_the_way_from_the_handler_to_a_formula() -> None:
    """docs/design.md lists every call of ours on it, that of a worker process included; the README counts them."""
    (block,) = (each for each in blocks_of(DESIGN) if each.code.startswith("api.score.score"))
    listed = [line.split()[0] for line in block.code.splitlines()]
    targets, predictions = {"values": [0.5, 1.5]}, {"mean": [0.25, 1.0]}
    request = {"family": "gaussian", "targets": targets, "predictions": predictions, "outputs": ["losses", "gradients"]}
    body = json.dumps(request).encode()
    job = Job("score", "", JSON, False, JSON, NEVER, Limits(10, 10, 10), len(body), 60, monotonic() + 60)
    small, large = way(lambda: post(body)), way(lambda: answered(job, Spool(body)))
    assert small[small.index("api.score.score") :] == [name for name in listed if name != large[0]]
    assert large == listed[listed.index(large[0]) :]
    told = re.search(r"handler of a route to a formula is (\w+) calls of our own, and (\w+) where", text_of(README))
    assert told is not None
    assert (COUNTS[told[1]], COUNTS[told[2]]) == (len(listed) - 2, len(listed) - 1)


def default_of(setting: str) -> str:
    """The default of a setting as the README writes it."""
    default = Settings.model_fields[setting].default
    if setting in ("concurrency", "queue"):
        return {"concurrency": "processors", "queue": "half of them"}[setting]
    return "none" if default in (None, ()) else f"{default:g}" if isinstance(default, float) else str(default).lower()


def test_settings() -> None:
    """The README lists every setting with its default: who misspells one is sent there."""
    rows = [line.split("|")[1:3] for line in text_of(README).splitlines() if line.startswith("| `DISTSCORE_")]
    listed = {
        name.removeprefix("DISTSCORE_").lower(): default.strip()
        for names, defaults in rows
        for name, default in zip(re.findall(r"`(\w+)`", names), defaults.split(","), strict=True)
    }
    assert listed == {name: default_of(name) for name in Settings.model_fields}
