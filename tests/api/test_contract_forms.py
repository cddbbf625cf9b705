"""The table of columns: every way to write a distribution down is the same distribution."""

import math
from typing import Any

import httpx
import numpy as np
import pytest
from scipy import integrate, stats

from tests.api.test_contract import SOFT, refused, score

pytestmark = pytest.mark.anyio

Columns = dict[str, Any]

# Family, values, what they are under, and the same prediction in other forms, with constants of their own.
SAME: list[tuple[str, list[Any], Columns, list[tuple[Columns, Columns]]]] = [
    (
        "gaussian",
        [0.5, -2.0],
        {"mean": [1.0, -1.5], "standard_deviation": [2.0, 2.0]},
        [
            ({"mean": [1.0, -1.5], "variance": [4.0, 4.0]}, {}),
            ({"mean": [1.0, -1.5]}, {"standard_deviation": 2}),
            ({"natural": [[0.25, -0.125], [-0.375, -0.125]]}, {}),
        ],
    ),
    (
        "gamma",
        [0.5, 3.0],
        {"shape": [4.0, 4.0], "rate": [2.0, 8.0]},
        [
            ({"shape": [4.0, 4.0], "scale": [0.5, 0.125]}, {}),
            ({"mean": [2.0, 0.5], "shape": [4.0, 4.0]}, {}),
            ({"mean": [2.0, 0.5]}, {"shape": 4}),
            ({"natural": [[-2.0, 3.0], [-8.0, 3.0]]}, {}),
        ],
    ),
    (
        "continuous_bernoulli",
        [0.0, 0.3],
        {"lam": [0.2, 0.75]},
        [
            ({"logits": [-math.log(4), math.log(3)]}, {}),
            ({"natural": [[-math.log(4)], [math.log(3)]]}, {}),
        ],
    ),
    (
        "beta",
        [0.1, 0.7],
        {"alpha": [2.0, 0.5], "beta": [6.0, 1.5]},
        [
            ({"mean": [0.25, 0.25], "precision": [8.0, 2.0]}, {}),
            ({"natural": [[1.0, 5.0], [-0.5, 0.5]]}, {}),
        ],
    ),
    (
        "dirichlet",
        [[0.1, 0.2, 0.7]],
        {"concentration": [[2.0, 0.5, 3.0]]},
        [({"natural": [[1.0, -0.5, 2.0]]}, {})],
    ),
    ("poisson", [0.0, 3.0], {"rate": [2.0, 0.5]}, [({"natural": [[math.log(2)], [-math.log(2)]]}, {})]),
    (
        "exponential",
        [0.0, 3.0],
        {"rate": [2.0, 0.5]},
        [({"mean": [0.5, 2.0]}, {}), ({"natural": [[-2.0], [-0.5]]}, {})],
    ),
    (
        "negative_binomial",
        [0.0, 3.0],
        {"mean": [2.0, 0.5], "dispersion": [0.5, 0.5]},
        [({"mean": [2.0, 0.5]}, {"dispersion": 0.5})],
    ),
    (
        "student_t",
        [0.0, 3.0],
        {"location": [2.0, 0.5], "scale": [2.0, 0.5], "degrees_of_freedom": [3.0, 3.0]},
        [({"location": [2.0, 0.5], "scale": [2.0, 0.5]}, {"degrees_of_freedom": 3})],
    ),
    ("log_normal", [0.5, 3.0], {"location": [2.0, 0.5], "scale": [2.0, 0.5]}, []),
    ("inverse_gaussian", [0.5, 3.0], {"mean": [2.0, 0.5], "shape": [2.0, 0.5]}, []),
    ("laplace", [0.5, 3.0], {"location": [2.0, 0.5], "scale": [2.0, 0.5]}, []),
]
NAMES = [case[0] for case in SAME]


@pytest.mark.parametrize(("family", "values", "prediction", "others"), SAME, ids=NAMES)
async def test_forms(
    client: httpx.AsyncClient,
    family: str,
    values: list[Any],
    prediction: Columns,
    others: list[tuple[Columns, Columns]],
) -> None:
    """Every form has the losses of the others, and a gradient that mirrors its columns."""
    request = {"family": family, "targets": {"values": values}}
    expected = (await score(client, request, predictions=prediction))["losses"]
    for columns, constants in others:
        found = await score(client, request, predictions=columns, family_parameters=constants)
        np.testing.assert_allclose(found["losses"], expected, rtol=1e-14)
        shapes = {name: np.shape(gradient) for name, gradient in found["gradients"].items()}
        assert shapes == {name: np.shape(column) for name, column in columns.items()}


@pytest.mark.parametrize(("family", "values", "prediction"), [case[:3] for case in SAME if case[0] != "dirichlet"])
async def test_samples(client: httpx.AsyncClient, family: str, values: list[float], prediction: Columns) -> None:
    """The cross-entropy of several draws is the mean of theirs."""
    first = {name: [column[0]] * 2 for name, column in prediction.items()}
    each = await score(client, {"family": family}, targets={"values": values}, predictions=first)
    alone = {name: column[:1] for name, column in prediction.items()}
    found = await score(client, {"family": family}, targets={"samples": [values]}, predictions=alone)
    assert found["losses"][0] == pytest.approx(sum(each["losses"]) / 2, rel=1e-14)


def itakura_saito(t: float) -> float:
    return 2 * (t - 1 - math.log(t))


# Family, value, prediction, constants, deviance: as the contract writes them.
DEVIANCES: list[tuple[str, float, Columns, Columns, float]] = [
    ("gaussian", 2.0, {"mean": [1.0], "standard_deviation": [0.5]}, {}, 4.0),
    ("log_normal", 2.0, {"location": [1.0], "scale": [0.5]}, {}, ((math.log(2) - 1) / 0.5) ** 2),
    ("gamma", 2.0, {"mean": [3.0]}, {"shape": 2.5}, 2.5 * itakura_saito(2 / 3)),
    ("exponential", 2.0, {"mean": [3.0]}, {}, itakura_saito(2 / 3)),
    ("exponential", 0.0, {"mean": [3.0]}, {}, math.inf),
    ("poisson", 2.0, {"rate": [3.0]}, {}, 2 * (2 * math.log(2 / 3) - 2 + 3)),
    ("poisson", 0.0, {"rate": [3.0]}, {}, 6.0),
    (
        "negative_binomial",
        2.0,
        {"mean": [3.0]},
        {"dispersion": 0.5},
        2 * (2 * math.log(2 / 3) - (2 + 2) * math.log((1 + 0.5 * 2) / (1 + 0.5 * 3))),
    ),
    ("inverse_gaussian", 2.0, {"mean": [3.0], "shape": [1.5]}, {}, 1.5 / (9 * 2)),
    ("pareto", 2.0, {"shape": [3.0]}, {"minimum": 0.5}, itakura_saito(3 * math.log(4))),
    ("laplace", 2.0, {"location": [3.0], "scale": [0.5]}, {}, 4.0),
    ("student_t", 2.0, {"location": [3.0], "scale": [0.5]}, {"degrees_of_freedom": 3}, 4 * math.log1p(4 / 3)),
]


@pytest.mark.parametrize(("family", "value", "prediction", "constants", "expected"), DEVIANCES)
async def test_deviance(
    client: httpx.AsyncClient, family: str, value: float, prediction: Columns, constants: Columns, expected: float
) -> None:
    """The deviance of an observed value; the divergence of its cross-entropy is half of it."""
    request = {"family": family, "targets": {"values": [value]}, "predictions": prediction}
    request |= {"family_parameters": constants, "outputs": ["losses", "floors", "divergences"]}
    found = await score(client, request, loss="deviance")
    assert found["losses"] == [None if expected == math.inf else pytest.approx(expected, rel=1e-14)]
    plain = await score(client, request)
    assert plain["divergences"] == [None if expected == math.inf else pytest.approx(expected / 2, rel=1e-14)]
    if expected < math.inf:
        assert plain["floors"][0] + plain["divergences"][0] == pytest.approx(plain["losses"][0], rel=1e-12)


@pytest.mark.parametrize(("family", "of"), [("gaussian", stats.norm), ("laplace", stats.laplace)])
async def test_crps(client: httpx.AsyncClient, family: str, of: Any) -> None:
    """The integral of (F(x) - 1[x >= y])^2."""
    columns = {"gaussian": ("mean", "standard_deviation"), "laplace": ("location", "scale")}[family]
    predictions = dict(zip(columns, ([0.5], [2.0]), strict=True))
    found = await score(client, {"family": family}, targets={"values": [1.5]}, predictions=predictions, loss="crps")
    below, _ = integrate.quad(lambda x: of.cdf(x, 0.5, 2) ** 2, -np.inf, 1.5)
    above, _ = integrate.quad(lambda x: of.sf(x, 0.5, 2) ** 2, 1.5, np.inf)
    assert found["losses"][0] == pytest.approx(below + above, rel=1e-8)


LEGAL = {
    "every": ("identity", "exp", "softplus", "sigmoid"),
    "unit": ("identity", "sigmoid"),
    "none": ("identity",),
}
COLUMNS: list[tuple[str, Columns, str, str, Columns]] = [
    ("gaussian", {"values": [1]}, "mean", "every", {"mean": [1]}),
    ("gamma", {"values": [1]}, "mean", "every", {"mean": [1]}),
    ("continuous_bernoulli", {"values": [0.5]}, "lam", "unit", {"lam": [0.3]}),
    ("beta", {"values": [0.5]}, "mean", "unit", {"mean": [0.3], "precision": [2]}),
    ("poisson", {"values": [1]}, "natural", "none", {"natural": [[1]]}),
    ("bernoulli", {"probabilities": [0.5]}, "probabilities", "none", {"probabilities": [0.3]}),
    ("categorical", {"labels": [1]}, "probabilities", "none", {"probabilities": [[0.5, 0.5]]}),
    ("categorical", {"labels": [1]}, "log_probabilities", "none", {"log_probabilities": [[math.log(0.5)] * 2]}),
    ("categorical", {"labels": [1]}, "scores", "every", {"scores": [[1, 2]]}),
]


@pytest.mark.parametrize(("family", "targets", "column", "legal", "predictions"), COLUMNS)
async def test_activations(
    client: httpx.AsyncClient, family: str, targets: Columns, column: str, legal: str, predictions: Columns
) -> None:
    """An activation is legal where its range lies inside the support; what it makes of a column are its parameters."""
    raw = np.array(predictions[column])
    values = {"identity": raw, "exp": np.exp(raw), "softplus": np.log1p(np.exp(raw)), "sigmoid": 1 / (1 + np.exp(-raw))}
    request = {"family": family, "targets": targets, "predictions": predictions, "outputs": ["parameters"]}
    for name, expected in values.items():
        if name in LEGAL[legal]:
            found = await score(client, request, activations={column: name})
            np.testing.assert_allclose(found["parameters"][column], expected, rtol=1e-15)
        else:
            problem = await refused(client, request, activations={column: name})
            assert problem["errors"][0]["code"] == "activation_not_legal"


# Members to change, and the pointers and codes of all that is found; then whether everything was looked at.
COUNTED: list[tuple[Columns, list[tuple[str, str]], bool]] = [
    (
        {"targets": {"probabilities": [[0.5, 0.6, 0], [-1, 1, 1]]}},
        [("/targets/probabilities/1/0", "negative"), ("/targets/probabilities/0", "not_normalized")],
        True,
    ),
    ({"weights": [1, 2], "targets": {"probabilities": [[2, 0, 0]] * 2}}, [("/weights", "unknown_member")], False),
    ({"a/b~c": 1}, [("/a~1b~0c", "unknown_member")], False),
    (
        {"predictions": {"logits": [[1e307, 0, 0], [0, 0, -1e306]]}, "temperature": 1e-3},
        [("/predictions/logits/0/0", "out_of_range"), ("/predictions/logits/1/2", "out_of_range")],
        True,
    ),
    ({"temperature": 10**400}, [("/temperature", "not_finite")], False),
    ({"temperature": True}, [("/temperature", "wrong_type")], False),
]


@pytest.mark.parametrize(("members", "expected", "complete"), COUNTED)
async def test_what_was_looked_at(
    client: httpx.AsyncClient, members: Columns, expected: list[tuple[str, str]], complete: bool
) -> None:
    """error_count is the number found, and error_count_complete says whether there may be more."""
    problem = await refused(client, SOFT, **members)
    assert [(error["pointer"], error["code"]) for error in problem["errors"]] == expected
    assert (problem["error_count"], problem["error_count_complete"]) == (len(expected), complete)
    assert (problem["type"], problem["status"]) == ("/problems/invalid_request", 422)
