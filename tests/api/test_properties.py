"""The properties of the catalog hold: no counterexample is found where one is stated, and one is where it is denied."""

import numpy as np
import pytest

from distscore.core.engine.blocks import Batch
from distscore.core.engine.engine import score
from distscore.core.families import FAMILIES
from distscore.core.losses import LOSSES
from distscore.core.losses.cross_entropy import CrossEntropy
from distscore.core.theory.distributions import Family
from distscore.core.theory.losses import AnyLoss
from tests.api.test_formulas import plain
from tests.laws import harness
from tests.laws.harness import Array, Rows
from tests.reference.families import reference_of

CLASSES = 3
FINE = 1e-9
OUTCOME_LOSSES = [loss for loss in LOSSES if loss.families is None or "categorical" in loss.families]
OTHER_LOSSES = [loss for loss in LOSSES if loss not in OUTCOME_LOSSES]


def softmax(z: Array) -> Array:
    weights = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(weights / weights.sum(axis=1, keepdims=True))


def losses_of(loss: type[AnyLoss], p: Array, predictions: Array, column: str = "probabilities") -> Array:
    """The loss of each row of categorical probabilities."""
    combination = plain(FAMILIES["categorical"], "probabilities", column)
    return harness.losses_at(combination, loss(), Rows({"probabilities": p}, {column: predictions}, {}))


def shares(count: int, size: float = 1.5) -> Array:
    return softmax(size * np.random.default_rng(7).normal(size=(count, CLASSES)))


@pytest.mark.parametrize("loss", OUTCOME_LOSSES, ids=lambda loss: loss.name)
def test_zero_at_match(loss: type[AnyLoss]) -> None:
    """A loss that is zero at the match is zero there and above it elsewhere; any other is above zero there."""
    p = shares(50)
    matched = losses_of(loss, p, p)
    if loss.formulas.zero_at_match:
        assert (np.abs(matched) <= FINE).all()
        assert (losses_of(loss, p, p[::-1]) > FINE).all()
    else:
        assert (matched > FINE).all()


@pytest.mark.parametrize("loss", OUTCOME_LOSSES, ids=lambda loss: loss.name)
def test_proper(loss: type[AnyLoss]) -> None:
    """Expected over sampled labels, a proper loss is nowhere less than at their distribution; another is somewhere."""
    grid = np.array([(i, j, 20 - i - j) for i in range(1, 19) for j in range(1, 20 - i)]) / 20
    p = shares(20)
    sampled = np.stack([losses_of(loss, np.tile(np.eye(CLASSES)[k], (len(grid), 1)), grid) for k in range(CLASSES)])
    at_p = np.stack([losses_of(loss, np.tile(np.eye(CLASSES)[k], (len(p), 1)), p) for k in range(CLASSES)])
    if np.isinf(sampled).all():  # of any prediction: nothing is told from anything
        assert not loss.formulas.proper
        return
    best = (p @ sampled).min(axis=1)
    expected = (p.T * at_p).sum(axis=0)
    assert (expected <= best + FINE).all() == loss.formulas.proper


@pytest.mark.parametrize("loss", OUTCOME_LOSSES, ids=lambda loss: loss.name)
def test_convex_in_logits(loss: type[AnyLoss]) -> None:
    """Between any two logits a convex loss is at most the mean of their losses; another is more somewhere."""
    random = np.random.default_rng(11)
    a, b = 4 * random.normal(size=(2, 4000, CLASSES))
    p = softmax(2 * random.normal(size=(4000, CLASSES)))
    ends = (losses_of(loss, p, a, "logits") + losses_of(loss, p, b, "logits")) / 2
    middle = losses_of(loss, p, (a + b) / 2, "logits")
    assert (middle <= ends + FINE).all() == loss.formulas.convex_in_logits


@pytest.mark.parametrize("loss", [loss for loss in LOSSES if loss.formulas.bounded_below], ids=lambda loss: loss.name)
def test_bounded_below(loss: type[AnyLoss]) -> None:
    """A loss that is bounded below is never negative, of whatever family and however it is written down."""
    for combination in harness.combinations():
        if any(type(each) is loss for each in combination.losses().values()):
            rows = harness.random_rows(combination)
            assert (harness.losses_at(combination, loss(), rows) >= 0).all(), combination.name


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_bounded_below_family(family: Family) -> None:
    """The cross-entropy of a family falls without bound towards the edge of its predictions, unless it is bounded."""
    combination = plain(family, family.targets[0].columns[0].name)
    if family.formulas.bounded_below:
        assert (harness.losses_at(combination, CrossEntropy(), harness.random_rows(combination)) >= 0).all()
    else:
        assert harness.losses_at(combination, CrossEntropy(), sharp_fit(family))[0] < -15


def sharp_fit(family: Family) -> Rows:
    """An exact fit, as sharp as it gets."""
    targets, predictions, constants = reference_of(family.name).SHARP_FIT
    first, second = ({name: np.array([value]) for name, value in side.items()} for side in (targets, predictions))
    return Rows(first, second, constants)


@pytest.mark.parametrize("loss", OTHER_LOSSES, ids=lambda loss: loss.__name__)
def test_losses_of_values(loss: type[AnyLoss]) -> None:
    """Zero at an exact fit as the scale goes to 0; expected over draws of a distribution no less than for itself."""
    name = next(iter(loss.families or ()))
    location, scale = FAMILIES[name].predictions[0].columns
    combination = plain(FAMILIES[name], "values")
    values = reference_of(name).density(0, 1).rvs(4000, random_state=3)

    def mean_loss(values: Array, at: float, scale_sent: float) -> float:
        columns = {location.name: np.full(len(values), at), scale.name: np.full(len(values), scale_sent)}
        batch: Batch = harness.batch_of(combination, loss(), Rows({"values": values}, columns, {}), "mean")
        found = score(batch, frozenset()).value
        assert found is not None
        return found

    assert loss.formulas.convex_in_logits is None
    assert mean_loss(np.ones(1), 1.0, 1e-12) == pytest.approx(0, abs=1e-11)
    assert loss.formulas.zero_at_match
    values = np.concatenate((values, -values))  # so that they are centered
    right = mean_loss(values, 0.0, 1.0)
    others = [mean_loss(values, at, scale_sent) for at in (-0.5, 0.0, 0.5) for scale_sent in (0.5, 1.0, 2.0)]
    assert (right <= min(others) + FINE) == loss.formulas.proper
