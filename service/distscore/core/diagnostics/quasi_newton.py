"""Minimum of a smooth function of a few variables by the limited-memory BFGS method.

Directions by the two-loop recursion of Nocedal and Wright (2006), algorithm 7.4, from a diagonal second derivative that
the caller knows; steps by the weak Wolfe conditions of Lewis and Overton (2013), algorithm 2.6. Near the minimum, where
differences of values are rounding, the slope decides alone, so that the point has more digits than the root of epsilon.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

import numpy as np

from distscore.core.special.elementwise import EPSILON, Array

MEMORY = 20  # pairs of a step and the change of the gradient
ITERATIONS = 100
HALVINGS = 40  # of an interval of steps
STEEP = 2  # searches that may end where it goes on as steeply: the function has no bound
DECREASE, SLOPE = 1e-4, 0.9  # parts of the first slope: of the decrease that is asked for, of the slope that may stay
STEPS = 10  # the fewest steps to the farthest point
ROUNDING = 4 * EPSILON  # of a value of the function, relative to 1 + |value|
RESOLUTION = 2.0**-72  # the decrease that Newton's quadratic predicts, relative to the value, where a search ends


class Point(NamedTuple):
    """Where a function was evaluated, (variables,), with its value and gradient."""

    at: Array
    value: float
    gradient: Array


Function = Callable[[Array], Point]


class Pair(NamedTuple):
    """A step and what it changed of the gradient."""

    step: Array
    change: Array


class Minimum(NamedTuple):
    """Where a search ended, and whether the gradient vanishes there."""

    point: Point
    converged: bool
    pairs: tuple[Pair, ...]  # what was learned of the second derivative, for another search nearby


def minimize(function: Function, start: Array, second: Array, farthest: Array, pairs: Iterable[Pair] = ()) -> Minimum:
    """Search from `start`, as long as no variable moves by more than `farthest`.

    `second` is a positive guess of the diagonal second derivative, (variables,), and `pairs` those of a similar search.
    """
    point, known, longest, steep = function(start), deque(pairs, MEMORY), farthest / STEPS, 0
    for _ in range(ITERATIONS):
        direction = -newton_step(point.gradient, known, second)
        slope = float(direction @ point.gradient)
        possible = np.abs(direction) > 4 * EPSILON * np.abs(point.at)  # shorter steps are of a few doubles
        decrease = -float(direction[possible] @ point.gradient[possible])
        if decrease <= RESOLUTION * (1 + abs(point.value)):
            return Minimum(point, True, tuple(known))
        following = search(function, point, direction / max(1.0, float(np.max(np.abs(direction) / longest))))
        if following is None:
            return Minimum(point, decrease <= 4 * ROUNDING * (1 + abs(point.value)), tuple(known))
        steep += bool(following.gradient @ direction < SLOPE * slope)
        if steep > STEEP:
            break
        pair = Pair(following.at - point.at, following.gradient - point.gradient)
        if pair.step @ pair.change > 0:
            known.append(pair)
        point = following
        if np.any(np.abs(point.at - start) > farthest):
            break
    return Minimum(point, False, tuple(known))


def newton_step(gradient: Array, pairs: Sequence[Pair], second: Array) -> Array:
    """The inverse of the second derivative that the pairs have seen, times the gradient."""
    rest, parts = gradient.copy(), []
    for step, change in reversed(pairs):
        part = (step @ rest) / (step @ change)
        rest -= part * change
        parts.append(part)
    rest = rest / second
    if pairs:
        step, change = pairs[-1]
        rest *= (step @ change) / (change @ (change / second))
    for (step, change), part in zip(pairs, reversed(parts), strict=True):
        rest += step * (part - (change @ rest) / (step @ change))
    return rest


def search(function: Function, start: Point, direction: Array) -> Point | None:
    """A point along the direction that is low enough and less steep, else the lowest that was seen below the start."""
    slope = float(direction @ start.gradient)
    low, high, step, lowest = 0.0, np.inf, 1.0, start
    slack = ROUNDING * (1 + abs(start.value))
    for _ in range(HALVINGS):
        point = function(start.at + step * direction)
        if not point.value <= start.value + DECREASE * step * slope + slack:
            high = step
        elif point.gradient @ direction < SLOPE * slope:
            low, lowest = step, min(point, lowest, key=lambda each: each.value)
        else:
            return point
        step = 2 * low if high == np.inf else (low + high) / 2
    return lowest if lowest.value < start.value - slack else None
