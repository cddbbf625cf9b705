"""Soft-label softmax cross-entropy with its gradient in the logits, one row of targets p and logits z per row."""

from collections.abc import Callable
from importlib import import_module
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray
from scipy import special

Array = NDArray[np.float64]
Result = tuple[Array, Array]  # losses and gradients
Peer = Callable[[], Result]

BLOCK = 1 << 15  # numbers that fit the cache
FEW = 48  # so many classes are copied to be summed along rows


def by_numpy(p: Array, z: Array) -> Result:
    """As a careful person writes it, on whole arrays."""
    shifted = z - z.max(axis=1, keepdims=True)
    e = np.exp(shifted)
    whole = e.sum(axis=1, keepdims=True)
    mass = p.sum(axis=1, keepdims=True)
    return mass[:, 0] * np.log(whole[:, 0]) - (p * shifted).sum(axis=1), mass * (e / whole) - p


def by_blocks(p: Array, z: Array) -> Result:
    """The same formula on blocks that fit the cache, classes first: as fast as plain NumPy gets."""
    rows, classes = z.shape
    losses, gradients, step = np.empty(rows), np.empty_like(z), max(2, BLOCK // classes)
    for start in range(0, rows, step):
        block = slice(start, start + step)
        target, logits = p[block].T, z[block].T
        if classes <= FEW:
            target, logits = np.ascontiguousarray(target), np.ascontiguousarray(logits)
        shifted = logits - logits.max(axis=0)
        e = np.exp(shifted)
        whole, mass = e.sum(axis=0), target.sum(axis=0)
        losses[block] = mass * np.log(whole) - (target * shifted).sum(axis=0)
        e *= mass / whole
        e -= target
        gradients[block] = e.T
    return losses, gradients


def by_scipy(p: Array, z: Array) -> Result:
    """As SciPy's documentation suggests."""
    log_q = special.log_softmax(z, axis=1)
    return -(p * log_q).sum(axis=1), p.sum(axis=1, keepdims=True) * special.softmax(z, axis=1) - p


def limit(p: Array, z: Array) -> Result:
    """No loss at all, but what none does without: one exponential per entry, both arrays read and one written."""
    rows, classes = z.shape
    gradients, step = np.empty_like(z), max(2, BLOCK // classes)
    for start in range(0, rows, step):
        block = slice(start, start + step)
        e = np.exp(z[block])
        np.subtract(e, p[block], out=gradients[block])
    return gradients[:, 0], gradients


def by_torch(p: Array, z: Array) -> Peer:
    """torch.nn.functional.cross_entropy and its backward pass."""
    torch = import_module("torch")
    torch.set_num_threads(1)
    target, logits = torch.from_numpy(p), torch.from_numpy(z).requires_grad_()

    def peer() -> Result:
        logits.grad = None
        losses = torch.nn.functional.cross_entropy(logits, target, reduction="none")
        losses.sum().backward()
        return losses.detach().numpy(), logits.grad.numpy()

    return peer


def by_jax(p: Array, z: Array) -> Peer:
    """The same formula, compiled; arrays are on its device already."""
    jax = import_module("jax")
    jax.config.update("jax_enable_x64", True)

    def losses(logits: object) -> object:
        return -(target * jax.nn.log_softmax(logits, axis=1)).sum(axis=1)

    def whole(logits: object) -> object:
        each = losses(logits)
        return each.sum(), each  # type: ignore[attr-defined]

    target, logits = jax.numpy.asarray(p), jax.numpy.asarray(z)
    compiled = jax.jit(jax.value_and_grad(whole, has_aux=True))

    def peer() -> Result:
        (_, each), gradients = jax.block_until_ready(compiled(logits))
        return np.asarray(each), np.asarray(gradients)

    return peer


def installed(module: str) -> bool:
    """Whether a peer can be imported."""
    if find_spec(module) is None:
        return False
    try:
        import_module(module)
    except (ImportError, OSError, ValueError):  # its native libraries are not there
        return False
    return True
