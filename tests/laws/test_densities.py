"""Laws 4 and 5: an observation costs minus its log-density, and a distribution the average of its observations."""

import numpy as np
import pytest

from distscore.core.families import FAMILIES
from tests.laws import harness
from tests.laws.densities import COUNTS, DENSITIES, density, describes, nodes
from tests.laws.harness import Combination, Rows

SCALAR = [name for name in FAMILIES if name not in ("categorical", "bernoulli", "multilabel")]
MULTIVARIATE = "dirichlet"
PLAIN = [each for each in harness.combinations() if each.family.name in SCALAR and each.is_plain]
ROWS = 4
ROUGH = {"laplace": 2e-3, "beta": 2e-3}  # where the rule is: across a kink, and where values round to the edge


def names(combination: Combination) -> set[str]:
    """Columns and constants of the prediction."""
    form = combination.prediction_form
    return {column.name for column in form.columns} | {constant.name for constant in form.constants}


OBSERVED = [
    each for each in PLAIN if each.target_form.columns[0].name == "values" and describes(each.family.name, names(each))
]
DISTRIBUTIONS = [each for each in PLAIN if each.target_form.is_distribution and each.family.name != MULTIVARIATE]


@pytest.mark.parametrize("family", SCALAR)
def test_a_family_has_a_density(family: str) -> None:
    """Whoever adds a family says where its density is known from."""
    assert family in DENSITIES
    assert any(each.family.name == family for each in OBSERVED)


@pytest.mark.parametrize("combination", OBSERVED, ids=harness.name_of)
def test_an_observation_costs_minus_its_log_density(combination: Combination) -> None:
    """The cross-entropy of an observed value is minus the log-density of the prediction there."""
    family = combination.family.name
    rows = harness.random_rows(combination, 20)
    if family in COUNTS:
        rows = Rows({"values": np.floor(4 * rows.targets["values"])}, rows.predictions, rows.constants)
    losses = harness.losses_at(combination, combination.losses()["cross_entropy"], rows)
    for at, (loss, value) in enumerate(zip(losses, rows.targets["values"], strict=True)):
        one = density(family, {name: values[at] for name, values in rows.predictions.items()}, rows.constants)
        expected = -(one.logpmf(value) if family in COUNTS else one.logpdf(value))
        np.testing.assert_allclose(loss, expected, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("combination", DISTRIBUTIONS, ids=harness.name_of)
def test_a_distribution_costs_the_average_of_its_observations(combination: Combination) -> None:
    """Cross-entropy and its derivatives for a distribution are the expectations of those for its values."""
    family, loss = combination.family, combination.losses().get("cross_entropy")
    if loss is None:
        return  # what is left of it has no expectation over values
    (values_form,) = (form for form in family.targets if form.columns[0].name == "values")
    observed = Combination(family, values_form, combination.prediction_form, combination.activations)
    rows = harness.random_rows(combination, ROWS)
    whole = harness.scored(combination, loss, rows)
    assert whole.losses is not None
    for at in range(ROWS):
        target = density(family.name, {name: v[at] for name, v in rows.targets.items()}, rows.constants)
        values, weights = nodes(family.name, target)
        inside = values_form.columns[0].support.contains(values)  # the outermost may round to the edge
        values, weights = values[inside], weights[inside]
        repeated = {name: np.repeat(v[at : at + 1], len(values), axis=0) for name, v in rows.predictions.items()}
        each = Rows({"values": values}, repeated, rows.constants)
        mean = harness.scored(observed, loss, each, reduction="mean", sample_weights=weights)
        assert mean.value is not None
        close = ROUGH.get(family.name, 1e-5)
        np.testing.assert_allclose(mean.value, whole.losses[at], rtol=close, atol=close)
        for column in rows.predictions:
            for output in ("gradients", "hessian_diagonals"):
                expected = getattr(whole, output)[column][at]
                summed = getattr(mean, output)[column].sum(axis=0)
                if family.name == "laplace" and column == "location" and output == "hessian_diagonals":
                    continue  # of a value it is 0 but for the kink, where all of the curvature is
                np.testing.assert_allclose(summed, expected, rtol=close, atol=close)
