"""Conditions name a figure of the report, compare it, and never pass what has no value."""

from typing import Any

import pytest

from distscore.files.condition import condition, figures_of
from distscore.files.paths import WrongInput

REPORT: dict[str, Any] = {
    "family": "categorical",
    "value": 1.25,
    "row_count": 7,
    "diagnostics": {
        "decomposition": {"loss": 1.25, "floor": 1.0, "divergence": 0.25},
        "skill": {"d_squared": None},
        "worst_rows": [{"row": 3, "loss": 2.5, "divergence": 9.0}],
        "per_class": [{"name": "cat", "bias": -0.5}, {"name": "dog", "bias": 0.5}],
    },
    "groups": [{"of": "place", "group": "here", "decomposition": {"divergence": 0.75}}],
}
FIGURES = dict(figures_of(REPORT))


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        ("divergence > 0.3", False),
        ("divergence>0.2", True),
        ("diagnostics.decomposition.divergence >= 0.25", True),
        ("groups.place.here.decomposition.divergence > 0.7", True),
        ("value != 1.25", False),
        ("value == 1.25", True),
        ("row_count < 1e1", True),
        ("row_count <= 6", False),
        ("cat.bias < -4e-1", True),
        ("d_squared < 0", True),
        ("d_squared > 0", True),
    ],
)
def test_holds(text: str, holds: bool) -> None:
    """A name is a path or the end of one, the shortest of several; without a value every condition holds."""
    assert condition(text).holds(FIGURES) is holds


@pytest.mark.parametrize("text", ["divergence", "> 3", "divergence > a lot", "divergence => 3", "", "value > "])
def test_grammar(text: str) -> None:
    """What is no condition is refused with an example of one."""
    with pytest.raises(WrongInput, match="write a figure, a comparison and a number"):
        condition(text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("divergance > 1", "did you mean divergence?"),
        ("qqqqqqq > 1", "there are: value, row_count, diagnostics.decomposition.loss"),
        ("bias > 1", "is ambiguous: say which of diagnostics.per_class.cat.bias, diagnostics.per_class.dog.bias"),
        ("family > 1", "no figure family"),
    ],
)
def test_unknown_figures(text: str, says: str) -> None:
    """A figure that the report does not have is refused with what there is."""
    with pytest.raises(WrongInput) as wrong:
        condition(text).holds(FIGURES)
    assert says in str(wrong.value)
