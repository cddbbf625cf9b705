"""Contenders take turns, so that whatever else the machine does meets all of them; the median counts."""

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter

Contender = Callable[[], object]


def interleaved(contenders: Mapping[str, Contender], rounds: int, warm_up: int = 2) -> dict[str, float]:
    """Median seconds of one call of each."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(warm_up + rounds):
        for name, contender in contenders.items():
            start = perf_counter()
            contender()
            if turn >= warm_up:
                seconds[name].append(perf_counter() - start)
    return {name: median(each) for name, each in seconds.items()}


def table(title: str, medians: Mapping[str, float], unit: float = 1e3, name: str = "ms") -> None:
    """One line per contender: its time, and how many times the first one's that is."""
    print(f"\n{title}")
    ours = next(iter(medians.values()))
    for contender, seconds in medians.items():
        print(f"  {contender:<44} {seconds * unit:10.2f} {name} {seconds / ours:8.2f} x")
