"""What others call a thing leads to what there is here."""

from distscore.core.families import FAMILIES
from distscore.core.losses import LOSSES
from distscore.core.theory.activations import ACTIVATIONS
from distscore.wire.describe.members import CompareMembers, ScoreMembers
from distscore.wire.describe.outputs import OUTPUTS
from distscore.wire.errors.names import ALIASES, did_you_mean, of_request

COLUMNS = {column.name for family in FAMILIES.values() for form in family.targets for column in form.columns} | {
    column.name for family in FAMILIES.values() for form in family.predictions for column in form.columns
}
CONSTANTS = {
    constant.name for family in FAMILIES.values() for form in family.predictions for constant in form.constants
}
MEMBERS = {*ScoreMembers.model_fields, *CompareMembers.model_fields}
SETTINGS = {"mean", "rescale", "exclude"}
KNOWN = COLUMNS | CONSTANTS | MEMBERS | SETTINGS | {*FAMILIES, *OUTPUTS, *ACTIVATIONS} | {loss.name for loss in LOSSES}


def test_aliases_lead_somewhere() -> None:
    """Every name in the table is a name that may be sent, and none of those is taken for an alias of another."""
    assert {name for names in ALIASES.values() for name in names} <= KNOWN
    assert {alias for alias, names in ALIASES.items() if alias in KNOWN and alias not in names} <= {"beta", "log"}


def test_an_alias_means_what_is_known_where_it_stands() -> None:
    """The same alias is one thing among columns and another among members."""
    assert did_you_mean("y_true", ["targets", "predictions"]) == "did you mean targets?"
    assert did_you_mean("y_true", ["labels", "counts"]) == "did you mean labels?"
    assert did_you_mean("sigma", ["location", "scale"]) == "did you mean scale?"


def test_what_stands_inside_is_told_where() -> None:
    """A column or a parameter that was sent as a member is told where it stands."""
    assert "targets or in predictions" in str(of_request("logits", MEMBERS))
    assert "loss_parameters" in str(of_request("gamma", MEMBERS))
    assert "family_parameters" in str(of_request("dispersion", MEMBERS))
    assert of_request("losses", MEMBERS - {"losses"}) == "did you mean loss?"
