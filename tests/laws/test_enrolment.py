"""No family without a second definition and an example, and no loss that no family has."""

import pytest

from distscore.core.families import FAMILIES
from distscore.core.losses import LOSSES
from distscore.wire.describe.examples import EXAMPLES
from tests.laws import harness
from tests.laws.engine import forms_of
from tests.reference.families import reference_of
from tests.reference.losses import reference_of as reference_of_loss
from tests.reference.rows import Row


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_has_a_reference(family: str) -> None:
    """Whoever adds a family defines it a second time, in mpmath, with cases for every pair of its forms."""
    covered = {forms_of(family, Row.of(case, family)) for case in reference_of(family).CASES}
    for combination in harness.combinations():
        if combination.family.name == family:
            assert (combination.target_form, combination.prediction_form) in covered, combination.name


@pytest.mark.parametrize("loss", sorted({loss.name for loss in LOSSES}))
def test_a_loss_has_a_reference(loss: str) -> None:
    """Whoever adds a loss defines it a second time, in mpmath."""
    assert callable(reference_of_loss(loss).loss)


@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_has_an_example(family: str) -> None:
    """Whoever adds a family shows a request that works."""
    assert EXAMPLES[family]["family"] == family


def test_every_loss_is_met() -> None:
    """Every registered loss is measured by the other laws in some combination."""
    met = {type(loss) for combination in harness.combinations() for loss in combination.losses().values()}
    assert met == set(LOSSES)
