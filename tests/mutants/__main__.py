"""Lists the mutants that no law catches, and exits with 1 if there are any.

python -m tests.mutants [--all] [text ...]     those of combinations whose name has every text
"""

import argparse
import sys
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor

from tests.laws.trials import COMBINATIONS, trials
from tests.mutants import mutants

STATED = "states a number that no output has"


def fates(name: str) -> list[tuple[str, str]]:
    """The mutants of a combination of forms, and what becomes of them."""
    found = [(mutant, mutant.fate()) for trial in trials(name) for mutant in mutants(trial)]
    return [(m.name, STATED if fate == "without effect" and m.must_have_effect else fate) for m, fate in found]


def main() -> int:
    """Print survivors, and how many there were."""
    parser = argparse.ArgumentParser("python -m tests.mutants", description="Plant errors and list those that survive.")
    parser.add_argument("text", nargs="*", help="only combinations whose name has every text, such as `gamma: values`")
    parser.add_argument("--all", action="store_true", help="print the fate of every mutant")
    arguments = parser.parse_args()
    chosen = [name for name in COMBINATIONS if all(text in name for text in arguments.text)]
    counts, start = Counter[str](), time.monotonic()
    with ProcessPoolExecutor() as pool:
        for found in pool.map(fates, chosen):
            counts.update(fate for _, fate in found)
            for mutant, fate in found:
                if arguments.all or fate in ("survived", STATED):
                    sys.stdout.write(f"{fate}: {mutant}\n")
    told = ", ".join(f"{count} {fate}" for fate, count in sorted(counts.items()))
    sys.stdout.write(f"{told} in {time.monotonic() - start:.0f} s\n")
    return 1 if counts["survived"] or counts[STATED] or not counts["caught"] else 0


if __name__ == "__main__":
    sys.exit(main())
