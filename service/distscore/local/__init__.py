"""The service's answers without a service: the same numbers to the bit, computed in this process.

from distscore import local

answer = local.score(family="poisson", targets={"values": [1, 4]}, predictions={"rate": [1.5, 3.0]})
"""

from typing import Any

from distscore.local.answers import Document, answered, state

__all__ = ["advise", "answered", "compare", "explain", "merge", "score", "state"]


def score(**request: Any) -> Document:
    """Score one batch with one loss: the members of POST /v1/score, whose per-row outputs are arrays."""
    return answered("score", request)


def compare(**request: Any) -> Document:
    """Compare several losses of one batch, or several predictions of its rows: the members of POST /v1/compare."""
    return answered("compare", request)


def advise(**request: Any) -> Document:
    """Ask which family and loss fit the targets, and why: the members of POST /v1/advise."""
    return answered("advise", request)


def explain(**request: Any) -> Document:
    """Ask whose convention gave the number `observed` for a batch: the members of POST /v1/explain."""
    return answered("explain", request)


def merge(states: list[str], **request: Any) -> Document:
    """Merge the states of several batches into one report and one state of all their rows."""
    return answered("merge", {"states": states, **request})
