"""Distscore: scores predicted distributions against target distributions, as a service over HTTP and its client."""

from importlib import import_module
from importlib.metadata import version
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from distscore.boosting import metric, objective
    from distscore.client import (
        AsyncClient,
        Busy,
        Client,
        DistscoreError,
        InvalidInput,
        LibraryMissing,
        NotAsked,
        Refused,
        Score,
        Unreachable,
        Unreadable,
    )

__version__ = version("distscore")
__all__ = [
    "AsyncClient",
    "Busy",
    "Client",
    "DistscoreError",
    "InvalidInput",
    "LibraryMissing",
    "NotAsked",
    "Refused",
    "Score",
    "Unreachable",
    "Unreadable",
    "metric",
    "objective",
]

ELSEWHERE = {"metric": "distscore.boosting", "objective": "distscore.boosting"}  # the others are those of the client

if not TYPE_CHECKING:  # to a type checker every name would be there

    def __getattr__(name):
        """A name for users, which is imported when it is first asked for: the service does without it."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(ELSEWHERE.get(name, "distscore.client")), name)

    def __dir__():
        """The names for users among the others, as they are completed while somebody types."""
        return sorted({*globals(), *__all__})
