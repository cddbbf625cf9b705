"""How fast the core and the service are, beside what people would write themselves: `python -m bench [core] [http]`."""

import os
import sys

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")  # before NumPy is imported: one thread for everyone

from bench import core, http  # noqa: E402

PARTS = {"core": core.run, "http": http.run}


def main() -> None:
    asked = sys.argv[1:] or list(PARTS)
    if unknown := set(asked) - PARTS.keys():
        sys.exit(f"bench: no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    for part in asked:
        PARTS[part]()


main()
