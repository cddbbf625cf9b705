"""Softmax cross-entropy of soft labels, loss and gradient per row: the core beside whole-array formulas, one thread."""

from functools import partial
from importlib import import_module
from importlib.util import find_spec

import numpy as np
from numpy.typing import NDArray
from scipy import special

from bench.timing import Contender, interleaved, table
from distscore.core.diagnostics import DIAGNOSTICS, Diagnosis
from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import score
from distscore.core.families import FAMILIES
from distscore.core.losses import losses_of
from distscore.core.state.encoding import encode
from distscore.core.state.state import state_of
from distscore.core.theory.activations import ACTIVATIONS
from distscore.core.theory.columns import COPIED_WIDTH

Array = NDArray[np.float64]
Result = tuple[Array, Array]

SIZES = ((100_000, 10), (20_000, 100), (2_000, 1_000), (300_000, 3))
BLOCK = 1 << 15  # numbers that fit the cache
ROUNDS = 15
WANTED = frozenset({"losses", "gradients"})


def run() -> None:
    print("Soft-label softmax cross-entropy with gradient, one thread, float64: median of interleaved runs")
    for rows, classes in SIZES:
        random = np.random.default_rng(0)
        p, z = random.dirichlet(np.ones(classes), rows), 3 * random.normal(size=(rows, classes))
        contenders: dict[str, Contender] = {
            "distscore.core": partial(by_core, p, z),
            "NumPy, in blocks": partial(by_blocks, p, z),
            "NumPy, whole arrays": partial(by_numpy, p, z),
            "SciPy, log_softmax and softmax": partial(by_scipy, p, z),
        }
        agree(by_core(p, z), by_blocks(p, z), by_numpy(p, z), by_scipy(p, z))
        if find_spec("torch"):
            contenders["PyTorch, forward and backward"] = by_torch(p, z)
        table(f"{rows} x {classes}", interleaved(contenders, ROUNDS))
    print("\nWhat diagnostics cost on top: the same with the summary diagnostics, and with the state for merging")
    for rows, classes in SIZES:
        random = np.random.default_rng(0)
        batch = batch_of(random.dirichlet(np.ones(classes), rows), 3 * random.normal(size=(rows, classes)), "mean")
        names = [name for name, each in DIAGNOSTICS.items() if not each.on_request]
        contenders = {
            "losses and gradients": partial(score, batch, WANTED),
            "and summary diagnostics": partial(diagnosed, batch, names, for_state=False),
            "and a state": partial(diagnosed, batch, names, for_state=True),
        }
        table(f"{rows} x {classes}", interleaved(contenders, ROUNDS))


def batch_of(p: Array, z: Array, reduction: str) -> Batch:
    """Soft labels and logits."""
    family = FAMILIES["categorical"]
    return Batch(
        family,
        next(form for form in family.targets if form.columns[0].name == "probabilities"),
        next(form for form in family.predictions if form.columns[0].name == "logits"),
        losses_of(FAMILIES["categorical"])["cross_entropy"](),
        {"probabilities": p},
        {"logits": z},
        {"logits": ACTIVATIONS["identity"]},
        reduction=reduction,
    )


def by_core(p: Array, z: Array) -> Result:
    """All that the service does beside the wire."""
    scored = score(batch_of(p, z, "none"), WANTED)
    assert scored.losses is not None
    return scored.losses, scored.gradients["logits"]


def diagnosed(batch: Batch, names: list[str], for_state: bool) -> object:
    """Scored and explained."""
    diagnosis = Diagnosis(batch, names, (), for_state)
    scored = score(batch, WANTED, observers=diagnosis.observers)
    summary = diagnosis.summary(scored)
    assert scored.losses is not None
    state = encode(state_of(batch, summary, scored.losses, "")) if for_state else ""
    return diagnosis.report(scored, summary), state


def by_numpy(p: Array, z: Array) -> Result:
    """As a careful person writes it."""
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
        if classes <= COPIED_WIDTH:
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


def by_torch(p: Array, z: Array) -> Contender:
    """torch.nn.functional.cross_entropy and its backward pass."""
    torch = import_module("torch")
    torch.set_num_threads(1)
    target, logits = torch.from_numpy(p), torch.from_numpy(z).requires_grad_()

    def contender() -> object:
        logits.grad = None
        losses = torch.nn.functional.cross_entropy(logits, target, reduction="none")
        losses.sum().backward()
        return losses, logits.grad

    return contender


def agree(*results: Result) -> None:
    """Whoever is fast is also right."""
    for losses, gradients in results[1:]:
        np.testing.assert_allclose(losses, results[0][0], rtol=1e-10)
        np.testing.assert_allclose(gradients, results[0][1], rtol=1e-6, atol=1e-12)
