"""Contenders take turns, so that whatever else the machine does meets all of them; medians of ratios count."""

from collections.abc import Callable, Mapping
from statistics import median
from time import perf_counter

Contender = Callable[[], object]
Seconds = Mapping[str, list[float]]  # of each call, by contender


def interleaved(contenders: Mapping[str, Contender], budget: float, least: int = 3) -> Seconds:
    """One call of each per round, at least so many rounds, until so many seconds are spent; one round to warm up."""
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    end = perf_counter() + budget
    warm = False
    while len(next(iter(seconds.values()))) < least or perf_counter() < end:
        for name, contender in contenders.items():
            start = perf_counter()
            contender()
            if warm:
                seconds[name].append(perf_counter() - start)
        warm = True
    return seconds


def ratio(seconds: Seconds, one: str, other: str) -> float:
    """How many times as long one takes as another: the median over rounds."""
    return median(a / b for a, b in zip(seconds[one], seconds[other], strict=True))


def milliseconds(seconds: Seconds, name: str) -> str:
    """The median time of a contender, for orientation: only ratios of one run compare."""
    return f"{1e3 * median(seconds[name]):.3g}"
