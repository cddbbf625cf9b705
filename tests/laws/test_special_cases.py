"""Law 13: a general loss or family is its named special case at one value of a parameter, and approaches it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import pytest

from distscore.core.families import FAMILIES
from distscore.core.losses import losses_of
from distscore.core.theory.activations import ACTIVATIONS
from distscore.core.theory.distributions import PredictionForm
from tests.laws import harness
from tests.laws.harness import Array, Combination, Rows
from tests.laws.test_classes import find

DISTANCES = (1e-4, 1e-7, 1e-10, 1e-13)  # from the parameter of the special case
CHANGE = 300.0  # of an output with the parameter, at most, relative to its size or to 1
ROUNDING = 1e-12
OF_CLASSES = [each for each in harness.combinations() if each.family.has_classes]

# General loss, parameter, its value, the special case, and what that is multiplied by.
LOSSES = [
    ("alpha_divergence", "alpha", 1.0, "generalized_kl_divergence", 1.0),
    ("alpha_divergence", "alpha", 0.0, "reverse_kl_divergence", 1.0),
    ("alpha_divergence", "alpha", 0.5, "squared_hellinger", 4.0),
    ("focal", "gamma", 0.0, "cross_entropy", 1.0),
]


def outputs(combination: Combination, loss: str, rows: Rows, **settings: float) -> dict[str, Array]:
    found = harness.scored(combination, losses_of(combination.family)[loss](**settings), rows)
    return {name: values for name, values in harness.outputs(found).items() if not name.startswith("parameters")}


def assert_close(found: Array, expected: Array, distance: float, what: str) -> None:
    """But for rounding, and for a change in proportion to the distance."""
    tolerance = ROUNDING + CHANGE * distance
    np.testing.assert_allclose(found, expected, rtol=tolerance, atol=tolerance, err_msg=f"{what} at {distance:g}")


@pytest.mark.parametrize(("general", "parameter", "value", "special", "factor"), LOSSES)
@pytest.mark.parametrize("combination", OF_CLASSES, ids=harness.name_of)
def test_law_13_a_loss_approaches_its_special_case(
    combination: Combination, general: str, parameter: str, value: float, special: str, factor: float
) -> None:
    """Values and derivatives of a loss with a parameter are continuous where it is a loss with a name of its own."""
    if special not in combination.losses():
        return
    rows = harness.random_rows(combination)
    named = outputs(combination, special, rows)
    finite = np.isfinite(named["losses"])  # of labels the reverse divergence is infinite in the limit alone
    for distance in (0.0, *DISTANCES):
        for side in (distance, -distance) if value else (distance,):
            found = outputs(combination, general, rows, **{parameter: value + side})
            for output in found.keys() & named.keys():
                assert_close(found[output][finite], factor * named[output][finite], distance, output)


# Two losses that are the same but for a factor, by the family and the number of classes or labels.
SAME = [
    ("deviance", "kl_divergence", lambda family, k: 2.0),
    ("brier", "mean_squared_error", lambda family, k: k),
    ("total_variation", "mean_absolute_error", lambda family, k: k / 2 if FAMILIES[family].exclusive else k),
]


@pytest.mark.parametrize(("loss", "other", "factor"), SAME)
@pytest.mark.parametrize("combination", OF_CLASSES, ids=harness.name_of)
def test_law_13_losses_that_differ_by_a_factor(
    combination: Combination, loss: str, other: str, factor: Callable[[str, float], float]
) -> None:
    """Deviance is twice KL, and errors of probabilities are sums or means over classes or labels."""
    rows = harness.random_rows(combination)
    width = float(next(iter(rows.predictions.values()))[0].size)
    found, expected = outputs(combination, loss, rows), outputs(combination, other, rows)
    for output in found.keys() & expected.keys():
        assert_close(found[output], factor(combination.family.name, width) * expected[output], 0.0, output)


@pytest.mark.parametrize("prediction", ["logits", "scores"])
def test_law_13_two_classes_have_one_distance(prediction: str) -> None:
    """Of two classes the earth mover's distance is the total variation, and a ranked score half the Brier score."""
    combination = find("categorical", "probabilities", prediction)
    rows = harness.random_rows(combination, wide=2)
    for loss, other, factor in (
        ("earth_mover_distance", "total_variation", 1.0),
        ("ranked_probability_score", "brier", 0.5),
        ("one_vs_rest_cross_entropy", "cross_entropy", 2.0),
    ):
        found, expected = outputs(combination, loss, rows), outputs(combination, other, rows)
        for output in found.keys() & expected.keys():
            assert_close(found[output], factor * expected[output], 0.0, f"{loss}, {output}")


@dataclass(frozen=True)
class Limit:
    """A family that is another one at the end of a parameter's range, or where it is 1."""

    general: str
    special: str
    columns: dict[str, str]  # of the prediction, in either family
    parameter: str
    near: Callable[[float], float]  # the parameter at a distance

    @property
    def name(self) -> str:
        return f"{self.general} {'+'.join(self.columns)} to {self.special}"

    def forms(self) -> Iterator[PredictionForm]:
        """The forms of the general family with these columns, and the parameter as a column or as a constant."""
        for form in FAMILIES[self.general].predictions:
            columns, constants = {each.name for each in form.columns}, {each.name for each in form.constants}
            if columns | constants == {*self.columns, self.parameter}:
                yield form


LIMITS = [
    Limit(
        "student_t",
        "gaussian",
        {"location": "mean", "scale": "standard_deviation"},
        "degrees_of_freedom",
        lambda distance: 1 / distance,
    ),
    Limit("negative_binomial", "poisson", {"mean": "rate"}, "dispersion", lambda distance: distance),
    Limit("gamma", "exponential", {"rate": "rate"}, "shape", lambda distance: 1 + distance),
    Limit("gamma", "exponential", {"mean": "mean"}, "shape", lambda distance: 1 - distance),
    Limit("weibull", "exponential", {"mean": "mean"}, "shape", lambda distance: 1 + distance),
]


@pytest.mark.parametrize("limit", LIMITS, ids=[limit.name for limit in LIMITS])
@pytest.mark.parametrize("target", ["values", "samples"])
@pytest.mark.parametrize("loss", ["cross_entropy", "deviance"])
def test_law_13_a_family_approaches_its_special_case(limit: Limit, target: str, loss: str) -> None:
    """Losses, derivatives and information of a family are continuous where it is another family."""
    special = written(limit.special, target, tuple(limit.columns.values()))
    rows = harness.random_rows(special, 20)
    expected = outputs(special, loss, rows)
    for form in limit.forms():
        general = with_form(limit.general, target, form)
        for distance in DISTANCES if loss in general.losses() else ():
            near = predicting(rows, limit, general, limit.near(distance))
            found = outputs(general, loss, near)
            for output, same in shared(limit):
                assert_close(found[output], expected[same], distance, f"{general.name}, {output}")


def written(family: str, target: str, prediction: tuple[str, ...]) -> Combination:
    """The combination without activations whose prediction has these columns."""
    (form,) = (f for f in FAMILIES[family].predictions if tuple(c.name for c in f.columns) == prediction)
    return with_form(family, target, form)


def with_form(family: str, target: str, form: PredictionForm) -> Combination:
    """A prediction form, without activations, and the target form of one column."""
    (target_form,) = (f for f in FAMILIES[family].targets if [c.name for c in f.columns] == [target])
    activations = {column.name: ACTIVATIONS["identity"] for column in form.columns}
    return Combination(FAMILIES[family], target_form, form, activations)


def predicting(rows: Rows, limit: Limit, general: Combination, parameter: float) -> Rows:
    """The same rows in the columns of the general family."""
    columns = {general: rows.predictions[special] for general, special in limit.columns.items()}
    known = {**columns, limit.parameter: np.full(len(next(iter(columns.values()))), parameter)}
    predictions = {column.name: known[column.name] for column in general.columns}
    return Rows(rows.targets, predictions, {} if limit.parameter in predictions else {limit.parameter: parameter})


def shared(limit: Limit) -> Iterator[tuple[str, str]]:
    """The outputs that both families have, by the name in either."""
    yield "losses", "losses"
    for output in ("gradients", "hessian_diagonals", "fisher_diagonals"):
        yield from ((f"{output}.{general}", f"{output}.{special}") for general, special in limit.columns.items())


@pytest.mark.parametrize(("family", "base"), [("log_normal", "gaussian"), ("pareto", "exponential")])
def test_law_13_a_transformed_family_is_its_base(family: str, base: str) -> None:
    """The loss of a transformed value is that of the value, and the logarithm of the derivative of the transform."""
    combination = with_form(family, "values", FAMILIES[family].predictions[0])
    rows = harness.random_rows(combination, 20)
    values = np.log(rows.targets["values"])
    shifted = values - np.log(rows.constants["minimum"]) if rows.constants else values
    plain = with_form(base, "values", FAMILIES[base].predictions[0])
    columns = {column.name: numbers for column, numbers in zip(plain.columns, rows.predictions.values(), strict=True)}
    found = outputs(combination, "cross_entropy", rows)
    expected = outputs(plain, "cross_entropy", Rows({"values": shifted}, columns, {}))
    assert_close(found["losses"], expected["losses"] + values, 0.0, "losses")


@pytest.mark.parametrize("prediction", [("alpha", "beta"), ("natural",)])
def test_law_13_a_dirichlet_of_two_shares_is_a_beta(prediction: tuple[str, ...]) -> None:
    """Losses, derivatives and information are the same in the same concentrations."""
    one = written("beta", "values", prediction)
    two = written("dirichlet", "values", ("natural",) if prediction == ("natural",) else ("concentration",))
    rows = harness.random_rows(one, 20)
    y, (column,) = rows.targets["values"], (column.name for column in two.columns)
    pairs = {column: np.column_stack(list(rows.predictions.values()))}
    both = outputs(two, "cross_entropy", Rows({"values": np.column_stack((y, 1 - y))}, pairs, {}))
    found = outputs(one, "cross_entropy", rows)
    assert_close(found["losses"], both["losses"], 0.0, "losses")
    for output in ("gradients", "hessian_diagonals", "fisher_diagonals"):
        each = np.column_stack([found[f"{output}.{name}"] for name in prediction])
        assert_close(each, both[f"{output}.{column}"], 0.0, output)
