"""The alpha family of divergences; KL, reverse KL and Hellinger are members of it (Amari, Cichocki 2010).

    f = (p^a q^(1-a) - a p - (1-a) q) / (a (a - 1)),    df/dq = (1 - e^(-a t)) / a,    d2f/dq2 = e^(-a t) / q

with t = log(q/p). Of the three masses p, q and m = p^a q^(1-a) = p e^((1-a) t) = q e^(-a t), one lies between the
others; seen from it, with the others at distances c t, the loss has no negative part (phi2(x) = (e^x - 1 - x) / x^2):

    0 <= a <= 1:   f = m t^2 ((1-a) phi2(-(1-a) t) + a phi2(a t))
    a > 1:         f = p t^2 (phi2(t) + (a-1) phi2((1-a) t)) / a
    a < 0:         f = q t^2 (phi2(-t) - a phi2(-a t)) / (1-a)
"""

import numpy as np
from numpy.typing import NDArray

from distscore.core.special.elementwise import Array, phi2, product


def mixture(p: Array, q: Array, t: Array, alpha: float) -> Array:
    """m = p^a q^(1-a), from the larger of p and q."""
    high = t > 0
    m = np.where(high, q, p) * np.exp(product(np.where(high, -alpha, 1 - alpha), t))
    return np.where(np.isnan(m), np.inf, m)  # the exponential outgrows what is too small for a double


def divergence_entries(p: Array, q: Array, t: Array, alpha: float) -> Array:
    """f; infinite where p = 0 < q and a <= 0, or q = 0 < p and a >= 1."""
    m = mixture(p, q, t, alpha)
    if alpha > 1:
        middle, sides = p, ((q, 1.0, 1 / alpha), (m, 1 - alpha, (alpha - 1) / alpha))
    elif alpha < 0:
        middle, sides = q, ((p, -1.0, 1 / (1 - alpha)), (m, -alpha, alpha / (alpha - 1)))
    else:
        middle, sides = m, ((p, alpha - 1, 1 - alpha), (q, alpha, alpha))
    found = sum((share * _side(middle, side, t, c) for side, c, share in sides if share), np.zeros_like(t))
    return np.where(unbounded(t, alpha), np.inf, found)


def unbounded(t: Array, alpha: float) -> NDArray[np.bool_]:
    """Where one side has nothing and the other cannot bear it."""
    nowhere: NDArray[np.bool_] = ((t == np.inf) & (alpha <= 0)) | ((t == -np.inf) & (alpha >= 1))
    return nowhere


def infinite_entries(p: Array, q: Array, t: Array, alpha: float) -> NDArray[np.bool_]:
    """Where f is infinite: without bound, or beyond the doubles."""
    return unbounded(t, alpha) | np.isinf(mixture(p, q, t, alpha))


def _side(middle: Array, side: Array, t: Array, c: float) -> Array:
    """t^2 middle phi2(c t), with side = middle e^(c t)."""
    x = c * t
    near = np.abs(x) < 1
    within = np.where(near, t, 0.0)
    far = np.where(np.isposinf(side), np.inf, side - middle - product(middle, x)) / (c * c)
    return np.where(near, middle * within * within * phi2(c * within), far)
