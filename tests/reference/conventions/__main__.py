"""Write down what the libraries that are installed here give for their cases."""

import importlib.util
import json
import shutil
from pathlib import Path

from tests.reference.conventions.cases import BY_LIBRARY, CASES
from tests.reference.conventions.tools import AT_HAND, COMMANDS, number, version

RECORDED = Path(__file__).with_name("recorded.json")
MODULES = {"pytorch": "torch", "jax": "optax"}


def is_installed(library: str) -> bool:
    """Whether its module can be imported, or its program run."""
    if library in COMMANDS:
        return shutil.which(COMMANDS[library]) is not None
    return importlib.util.find_spec(MODULES.get(library, library)) is not None


def main() -> None:
    """Keep what others recorded; replace what can be computed here."""
    recorded = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    for library in BY_LIBRARY.keys() - AT_HAND:
        if is_installed(library):
            values = {case.key: number(case) for case in CASES if case.library == library}
            recorded[library] = {"version": version(library), "values": values}
    RECORDED.write_text(json.dumps(dict(sorted(recorded.items())), indent=1) + "\n")


if __name__ == "__main__":
    main()
