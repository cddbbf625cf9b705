"""No family or loss without a second definition, no loss that no family has, and no law without a test."""

import re
from pathlib import Path

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


def test_every_law_has_a_test() -> None:
    """The laws that the documentation numbers are those that tests are named after."""
    root = Path(__file__).parents[2]
    _, _, laws = (root / "docs" / "mathematics.md").read_text(encoding="utf-8").partition("## The laws")
    stated = re.findall(r"^(\d+)\. ", laws, re.MULTILINE)
    tested = {
        number
        for path in Path(__file__).parent.glob("test_*.py")
        for number in re.findall(r"^def test_law_(\d+)_", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert len(stated) >= 13
    assert tested == set(stated)


def test_every_loss_is_met() -> None:
    """Every registered loss is measured by the other laws in some combination."""
    met = {type(loss) for combination in harness.combinations() for loss in combination.losses().values()}
    assert met == set(LOSSES)
