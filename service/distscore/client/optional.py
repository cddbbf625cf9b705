"""Libraries that the client can do without: whether they are here, and what to do where one is needed."""

import importlib
from functools import cache
from importlib.util import find_spec
from typing import Any

from distscore.client.errors import LibraryMissing

IN_PROCESS = "to compute in this process: pip install 'distscore[server]'"


@cache
def installed(name: str) -> bool:
    """Whether a library is installed; it is not imported."""
    return find_spec(name) is not None


def needed(name: str, purpose: str) -> Any:
    """The library; raises LibraryMissing where it is not installed, with the purpose that it is needed for."""
    if not installed(name):
        raise LibraryMissing(f"{purpose} needs {name}, which is not installed: pip install {name}")
    return importlib.import_module(name)
