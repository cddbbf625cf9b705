"""Oracles that need no numbers."""

import numpy as np
import pytest

from distscore.core.families import FAMILIES
from distscore.core.losses import losses_of
from tests.laws import harness
from tests.laws.harness import Combination, Rows
from tests.laws.test_classes import find

CLASSES = np.eye(5)


@pytest.mark.parametrize("loss", ["ranked_probability_score", "earth_mover_distance"])
def test_ordered_scores_of_two_points_are_their_distance(loss: str) -> None:
    """Where all mass is at one class on either side, an ordered score is how many classes lie between."""
    combination = find("categorical", "probabilities", "probabilities")
    target, prediction = np.repeat(np.arange(5), 5), np.tile(np.arange(5), 5)
    rows = Rows({"probabilities": CLASSES[target]}, {"probabilities": CLASSES[prediction]}, {})
    found = harness.losses_at(combination, losses_of(FAMILIES["categorical"])[loss](), rows)
    np.testing.assert_array_equal(found, np.abs(target - prediction))


@pytest.mark.parametrize(
    ("family", "location", "scale"), [("gaussian", "mean", "standard_deviation"), ("laplace", "location", "scale")]
)
def test_the_crps_of_a_point_is_its_distance(family: str, location: str, scale: str) -> None:
    """With a deviation that goes to 0 the continuous ranked probability score is the absolute error."""
    (combination,) = (
        each
        for each in harness.combinations()
        if each.is_plain
        and [column.name for column in each.columns] == [location, scale]
        and each.family.name == family
        and each.target_form.columns[0].name == "values"
    )
    values, means = np.array([0.0, 1.0, -3.5]), np.array([1.0, 1.0 + 1e-8, 4.0])
    rows = Rows({"values": values}, {location: means, scale: np.full(3, 1e-100)}, {})
    found = harness.losses_at(combination, losses_of(FAMILIES[family])["crps"](), rows)
    np.testing.assert_allclose(found, np.abs(values - means), rtol=1e-14)


@pytest.mark.parametrize(
    "combination",
    [each for each in harness.combinations() if each.is_plain and each.has_same_form],
    ids=harness.name_of,
)
def test_gibbs(combination: Combination) -> None:
    """No prediction beats the target itself: the floor is the least of all cross-entropies."""
    loss = combination.losses().get("cross_entropy")
    if loss is None:
        return
    rows = harness.random_rows(combination, 10)
    floors = harness.scored(combination, loss, rows).floors
    assert floors is not None
    for shift in range(10):
        others = Rows(rows.targets, rows.take(np.roll(np.arange(10), shift)).predictions, rows.constants)
        assert (harness.losses_at(combination, loss, others) > floors).all()
