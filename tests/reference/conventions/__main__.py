"""Write down what the libraries that are installed here give for their cases."""

import importlib.util
import json
from pathlib import Path

from tests.reference.conventions.cases import BY_LIBRARY, CASES
from tests.reference.conventions.tools import AT_HAND, number, version

RECORDED = Path(__file__).with_name("recorded.json")
MODULES = {"pytorch": "torch", "jax": "optax"}


def main() -> None:
    """Keep what others recorded; replace what can be computed here."""
    recorded = json.loads(RECORDED.read_text()) if RECORDED.exists() else {}
    for library in BY_LIBRARY.keys() - AT_HAND:
        if importlib.util.find_spec(MODULES.get(library, library)):
            values = {case.key: number(case) for case in CASES if case.library == library}
            recorded[library] = {"version": version(library), "values": values}
    RECORDED.write_text(json.dumps(dict(sorted(recorded.items())), indent=1) + "\n")


if __name__ == "__main__":
    main()
