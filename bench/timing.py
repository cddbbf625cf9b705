"""Contenders take turns, so that whatever else the machine does meets all of them; medians count."""

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter

Contender = Callable[[], object]
Seconds = dict[str, list[float]]  # of each call, by contender


def interleaved(contenders: Mapping[str, Contender], rounds: int, warm_up: int = 2) -> Seconds:
    """One call of each per round."""
    seconds: Seconds = {name: [] for name in contenders}
    for turn in range(warm_up + rounds):
        for name, contender in contenders.items():
            start = perf_counter()
            contender()
            if turn >= warm_up:
                seconds[name].append(perf_counter() - start)
    return seconds


def table(title: str, seconds: Seconds) -> None:
    """One line per contender: its time, and how much of that the first one takes, round by round."""
    ours = next(iter(seconds.values()))
    print(f"\n{title:<44} {'median':>10} {'distscore / this':>20}")
    for name, each in seconds.items():
        ratio = median(mine / theirs for mine, theirs in zip(ours, each, strict=True))
        print(f"  {name:<42} {1e3 * median(each):7.2f} ms {ratio:20.2f}")
