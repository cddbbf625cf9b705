"""Advice: what the data are, what fits, and that every recommendation works as it stands."""

from typing import Any

import httpx
import numpy as np
import pytest

from distscore.core.families import FAMILIES

pytestmark = pytest.mark.anyio

RANDOM = np.random.default_rng(3)
SOFT = RANDOM.dirichlet(np.ones(3), 6)
EYE = np.eye(3)

CASES: list[tuple[dict[str, Any], dict[str, Any], str, str]] = [
    ({"probabilities": SOFT}, {}, "soft_categorical", "categorical"),
    ({"probabilities": EYE}, {}, "one_hot", "categorical"),
    ({"labels": np.array([0, 1, 2])}, {}, "one_hot", "categorical"),
    ({"probabilities": 0.9 * EYE + 0.1 / 3}, {}, "smoothed_one_hot", "categorical"),
    ({"probabilities": 0.5 * SOFT}, {}, "multilabel", "multilabel"),
    ({"probabilities": SOFT}, {"meaning": "multilabel"}, "multilabel", "multilabel"),
    ({"probabilities": 100 * SOFT}, {}, "soft_categorical", "categorical"),
    ({"probabilities": SOFT.round(3)}, {}, "soft_categorical", "categorical"),
    ({"probabilities": 7 * SOFT}, {"normalization": "rescale"}, "soft_categorical", "categorical"),
    ({"probabilities": SOFT}, {"meaning": "ranks", "classes": ["a", "b", "c"]}, "soft_categorical", "categorical"),
    ({"logits": 3 * SOFT}, {}, "soft_categorical", "categorical"),
    ({"counts": np.array([[7, 2, 1], [0, 3, 3]])}, {}, "counts", "categorical"),
    ({"successes": np.array([1, 2]), "trials": np.array([3, 3])}, {}, "counts", "bernoulli"),
    ({"values": np.array([0.1, 0.4, 1.0])}, {}, "unit_interval_values", "bernoulli"),
    ({"values": np.array([0.1, 0.4, 1.0])}, {"meaning": "intensities"}, "unit_interval_values", "continuous_bernoulli"),
    ({"values": np.array([0, 3, 1, 2])}, {}, "counts", "poisson"),
    ({"values": np.array([0, 30, 1, 2])}, {}, "counts", "negative_binomial"),
    ({"values": np.array([0.5, 3.1])}, {}, "positive_values", "exponential"),
    ({"values": np.array([0.5, 12.5, 300.1, 0.2, 3, 1, 44.2, 7.7])}, {}, "positive_values", "log_normal"),
    ({"values": np.array([0, 12.5, 300.1, 0, 0, 0, 44.2, 7.7])}, {}, "positive_values", "exponential"),
    ({"values": np.array([0, 1, 1, 0])}, {}, "unit_interval_values", "bernoulli"),
    ({"values": np.array([0.5, -3.1])}, {}, "real_values", "gaussian"),
    ({"values": np.array([*RANDOM.normal(size=50), 50.0])}, {}, "real_values", "student_t"),
    ({"values": np.array([0.5, 3.1])}, {"family": "exponential"}, "positive_values", "exponential"),
    ({"mean": np.array([0.0, 1.0]), "standard_deviation": np.ones(2)}, {}, "real_values", "gaussian"),
]


@pytest.mark.parametrize(("targets", "members", "kind", "family"), CASES)
async def test_kinds(
    client: httpx.AsyncClient, targets: dict[str, Any], members: dict[str, Any], kind: str, family: str
) -> None:
    """The kind of the targets is told, the family that fits comes first, and its request works as it stands."""
    document = {"targets": {name: values.tolist() for name, values in targets.items()}, **members}
    answer = await client.post("/v1/advise", json=document)
    advice = answer.json()
    assert answer.status_code == 200, advice
    assert advice["target_kind"] == kind
    assert advice["recommendations"][0]["family"] == family
    assert all(set(entry) == {"fact", "number"} for entry in advice["evidence"])
    for each in advice["recommendations"]:
        assert (await client.post("/v1/score", json=each["request"])).status_code == 200


async def advised(client: httpx.AsyncClient, **document: Any) -> dict[str, Any]:
    """An answer, which must be one."""
    answer = await client.post("/v1/advise", json=document)
    assert answer.status_code == 200, answer.json()
    advice: dict[str, Any] = answer.json()
    return advice


async def scored(client: httpx.AsyncClient, **request: Any) -> dict[str, Any]:
    """What a request to score answers."""
    answer = await client.post("/v1/score", json=request)
    assert answer.status_code == 200, answer.json()
    found: dict[str, Any] = answer.json()
    return found


def constant_of(reading: dict[str, Any], rows: int) -> dict[str, Any]:
    """The prediction columns of a baseline, in every row."""
    return {name: [value] * rows for name, value in reading["baseline"]["parameters"].items()}


AMOUNTS = [0.5, 12.5, 300.1, 0.2, 3, 1, 44.2, 7.7]


async def test_readings_are_compared_at_their_maximum_likelihood(client: httpx.AsyncClient) -> None:
    """Baselines are those of likelihood for every family, their order is, and differences are paired by row."""
    advice = await advised(client, targets={"values": AMOUNTS})
    readings = {each["family"]: each for each in advice["recommendations"]}
    values = {family: each["baseline"]["value"] for family, each in readings.items()}
    assert values["log_normal"] == pytest.approx(3.84366270, abs=1e-8)
    assert values["inverse_gaussian"] == pytest.approx(3.85354992, abs=1e-8)
    assert values["gamma"] == pytest.approx(4.03113254, abs=1e-8)
    assert values["exponential"] == pytest.approx(4.83189696, abs=1e-8)
    assert next(iter(values)) == "log_normal"
    assert list(values.values()) == sorted(values.values())
    losses = {}
    for family, each in readings.items():
        request = {"family": family, "targets": {"values": AMOUNTS}, "predictions": constant_of(each, len(AMOUNTS))}
        found = await scored(client, **request)
        assert found["value"] == pytest.approx(values[family], rel=1e-14)
        losses[family] = np.array(found["losses"])
        difference = each["difference_from_first"]
        expected = losses[family] - losses["log_normal"]
        assert difference["value"] == pytest.approx(expected.mean(), abs=1e-13)
        assert difference["standard_error"] == pytest.approx(expected.std(ddof=1) / 8**0.5, abs=1e-13)
    assert "do not tell the two apart" in readings["inverse_gaussian"]["caveat"]


async def test_intensities_at_their_best(client: httpx.AsyncClient) -> None:
    """A continuous Bernoulli is compared at its best constant, and not at a flat density."""
    advice = await advised(client, targets={"values": [0, 0.3, 1, 0.8, 0, 0, 0.55]})
    values = {each["family"]: each["baseline"]["value"] for each in advice["recommendations"]}
    assert values["continuous_bernoulli"] == pytest.approx(-0.0901, abs=5e-5)
    assert "beta" not in values


@pytest.mark.parametrize(
    ("family", "values", "rows", "words"),
    [
        ("gamma", [0, 12.5, 300.1, 0, 0, 0, 44.2, 7.7], [0, 3, 4, 5], ["exponential would", "two parts"]),
        ("beta", [0, 0.3, 1], [0, 2], ["continuous_bernoulli would", "two parts"]),
        ("gamma", [1.5, -2.0, 3.0], [1], ["gaussian", "student_t would"]),
        ("beta", [0.5, 1.5, 2.5], [1, 2], ["gamma"]),
    ],
)
async def test_a_named_family_that_does_not_admit_the_targets(
    client: httpx.AsyncClient, family: str, values: list[float], rows: list[int], words: list[str]
) -> None:
    """That it does not is said with the rows and with what would, and others are scored."""
    advice = await advised(client, targets={"values": values}, family=family)
    (warning,) = [each for each in advice["warnings"] if each["code"] == "family_does_not_admit"]
    assert (warning["rows"], warning["count"]) == (rows, len(rows))
    assert all(word in warning["message"] for word in [family, *words]), warning["message"]
    assert all(each["family"] != family for each in advice["recommendations"])


async def test_where_a_family_becomes_another(client: httpx.AsyncClient) -> None:
    """Counts that vary less than a Poisson's make one of a negative binomial, and that is said."""
    advice = await advised(client, targets={"values": [0, 3, 1, 2]})
    poisson, other = advice["recommendations"]
    assert (poisson["family"], other["family"]) == ("poisson", "negative_binomial")
    assert "its best constant is poisson" in other["caveat"]
    assert other["baseline"]["value"] == pytest.approx(poisson["baseline"]["value"], rel=1e-13)


@pytest.mark.parametrize("values", [[2.5, 2.5, 2.5], [0.25], [-1.0, -1.0]])
async def test_without_a_best_constant_there_is_none(client: httpx.AsyncClient, values: list[float]) -> None:
    """Values that are all alike have no best gaussian, nor gamma: that is said, and the request works all the same."""
    advice = await advised(client, targets={"values": values})
    lacking = [each for each in advice["recommendations"] if not each["baseline"]["parameters"]]
    assert lacking
    for each in lacking:
        assert each["baseline"]["value"] is None
        assert each["difference_from_first"] == {"value": None, "standard_error": None}
        assert "single out no best constant" in each["caveat"]
    for each in advice["recommendations"]:
        await scored(client, **each["request"])


@pytest.mark.parametrize("rows", [20, 21, 300])
async def test_requests_are_short_and_say_so(client: httpx.AsyncClient, rows: int) -> None:
    """A request has at most the first 20 rows, of predictions and mask too, and says whether those are all."""
    targets, logits = SOFT[np.arange(rows) % 6].tolist(), np.zeros((rows, 3)).tolist()
    mask = [[True, True, row % 2 == 0] for row in range(rows)]
    for more in ({}, {"predictions": {"logits": logits}}, {"mask": mask}):
        advice = await advised(client, targets={"probabilities": targets}, **more)
        for each in advice["recommendations"]:
            assert each["request_is_complete"] == (rows == 20)
            assert each["request"]["targets"] in ({"probabilities": targets[:20]}, {"values": targets[:20]})
            assert (await scored(client, **each["request"]))["row_count"] == 20


async def test_what_counts_is_what_was_sent(client: httpx.AsyncClient) -> None:
    """Predictions that nobody sent do not count against the limit of 5000 numbers, nor are there warnings of them."""
    advice = await advised(client, targets={"probabilities": SOFT[np.arange(900) % 6].tolist()})
    assert advice["warnings"] == []
    document = {"targets": {"probabilities": np.full((900, 6), 1 / 6).tolist()}}
    assert (await client.post("/v1/advise", json=document)).json()["code"] == "too_many_entries"


@pytest.mark.parametrize(
    ("labels", "more", "status", "code"),
    [
        ([0, 1e9], {}, 422, "invalid_request"),
        ([0, 90000], {}, 422, "invalid_request"),
        ([0, 1e300], {}, 422, "invalid_request"),
        ([0] * 900 + [99999], {}, 422, "invalid_request"),
        ([0, 500], {}, 413, "too_many_classes"),
        ([0] * 800 + [150], {}, 413, "too_many_entries"),
        ([0, 150], {}, 200, ""),
        ([0, 150], {"classes": [str(k) for k in range(151)]}, 200, ""),
        ([0, 150], {"predictions": {"logits": [[0.0] * 151] * 2}}, 200, ""),
    ],
)
async def test_labels_are_bounded_before_anything_is_built(
    client: httpx.AsyncClient, labels: list[float], more: dict[str, Any], status: int, code: str
) -> None:
    """A few labels that imply many classes do not cost more than they say."""
    answer = await client.post("/v1/advise", json={"targets": {"labels": labels}, **more})
    assert answer.status_code == status, answer.json()
    assert answer.json().get("code", "") == code
    assert len(answer.content) < 50_000


@pytest.mark.parametrize("meaning", ["votes", "ranks", "fractions", "probabilities", "multilabel", "amounts", None])
@pytest.mark.parametrize("column", ["values", "probabilities", "logits", "counts", "samples"])
async def test_rows_of_one_entry(client: httpx.AsyncClient, column: str, meaning: str | None) -> None:
    """A single class is refused at the targets, never with an internal error; a single label is one."""
    answer = await client.post("/v1/advise", json={"targets": {column: [[0.5], [1]]}, "meaning": meaning})
    assert answer.status_code in (200, 422)
    if answer.status_code == 422:
        assert {error["pointer"] for error in answer.json()["errors"]} == {f"/targets/{column}"}


async def test_options_of_score(client: httpx.AsyncClient) -> None:
    """What is missing or masked is left out of facts and fits, and the requests carry the options."""
    plain = await advised(client, targets={"probabilities": SOFT[:4].tolist()})
    missing = [*SOFT[:4].tolist(), [0.5, None, 0.2], None]
    with_nulls = await advised(client, targets={"probabilities": missing}, missing="exclude")
    masked = await advised(
        client, targets={"probabilities": [*SOFT[:4].tolist(), [9, 9, 9]]}, mask=[[True] * 3] * 4 + [[False] * 3]
    )
    for advice, readings in ((with_nulls, plain["recommendations"]), (masked, plain["recommendations"][:3])):
        assert [each["number"] for each in advice["evidence"][1:5]] == [
            each["number"] for each in plain["evidence"][1:5]
        ]
        for mine, other in zip(advice["recommendations"], readings, strict=True):
            assert mine["baseline"]["value"] == pytest.approx(other["baseline"]["value"], rel=1e-14)
            for name, values in mine["baseline"]["parameters"].items():
                assert values == pytest.approx(other["baseline"]["parameters"][name], rel=1e-8)
            await scored(client, **mine["request"])
    assert [each["code"] for each in with_nulls["warnings"]] == ["rows_excluded"]
    assert with_nulls["recommendations"][0]["request"]["missing"] == "exclude"


async def test_rounded_shares_are_shares(client: httpx.AsyncClient) -> None:
    """Rows whose sums rounding moved are divided by them, which is reported and stands in the request."""
    advice = await advised(client, targets={"probabilities": SOFT.round(3).tolist()})
    assert {each["code"] for each in advice["warnings"]} <= {"targets_rescaled"}
    first = advice["recommendations"][0]
    assert (first["family"], first["request"].get("normalization")) == ("categorical", "rescale")
    strict = {"targets": {"probabilities": SOFT.round(3).tolist()}, "normalization": "strict", "family": "categorical"}
    answer = await client.post("/v1/advise", json=strict)
    assert [error["code"] for error in answer.json()["errors"]] == ["not_normalized"] * answer.json()["error_count"]


async def test_predictions_that_no_reading_can_use(client: httpx.AsyncClient) -> None:
    """Predictions in columns of no reading are said not to be looked at; wrong ones are refused where they stand."""
    for column in ("logits", "foo"):
        advice = await advised(client, targets={"values": AMOUNTS}, predictions={column: AMOUNTS})
        assert [each["code"] for each in advice["warnings"]] == ["not_available"]
    wrong = {"targets": {"values": [1.5, 2]}, "predictions": {"shape": [1, 2], "rate": [1, -1]}, "family": "gamma"}
    answer = await client.post("/v1/advise", json=wrong)
    assert [error["pointer"] for error in answer.json()["errors"]] == ["/predictions/rate/1"]


async def test_what_the_data_cannot_decide_is_said_and_both_readings_are_scored(client: httpx.AsyncClient) -> None:
    """Numbers in [0, 1] may be probabilities or intensities."""
    document = {"targets": {"values": [0.1, 0.4, 1.0]}, "predictions": {"logits": [0.0, 0.3, 2.0]}}
    advice = (await client.post("/v1/advise", json=document)).json()
    readings = {each["family"]: each for each in advice["recommendations"]}
    assert {"bernoulli", "continuous_bernoulli"} <= readings.keys()
    for family, reading in readings.items():
        assert "not in the data" in reading["caveat"]
        (number,) = [e["number"] for e in advice["evidence"] if f"as {family}, with your predictions" in e["fact"]]
        scored = (await client.post("/v1/score", json=reading["request"])).json()
        assert scored["value"] == number


@pytest.mark.parametrize(
    "family", [name for name in FAMILIES if name not in ("categorical", "multilabel", "dirichlet")]
)
@pytest.mark.parametrize("values", [[0.5], [0.2, 0.9], [-1.0, 3.0], [0.0, 0.0], [1e-200, 1e200], [5, 5]])
async def test_every_family_can_be_named(client: httpx.AsyncClient, family: str, values: list[float]) -> None:
    """A family that is named is scored if it can hold the values; else another fits, or the targets are refused."""
    answer = await client.post("/v1/advise", json={"targets": {"values": values}, "family": family})
    column = "values" if family != "bernoulli" else "probabilities"
    if answer.status_code == 422:
        assert all(error["pointer"].startswith("/targets") for error in answer.json()["errors"])
    else:
        first = answer.json()["recommendations"][0]
        assert first["request"]["targets"][column if first["family"] == family else "values"] == values


@pytest.mark.parametrize(
    ("document", "pointer", "code"),
    [
        ({}, "/targets", "missing"),
        ({"targets": 3}, "/targets", "wrong_type"),
        ({"targets": {"weights": [1]}}, "/targets", "wrong_form"),
        ({"targets": {"values": [1]}, "loss": "brier"}, "/loss", "unknown_member"),
        ({"targets": {"values": [1]}, "family": "normal"}, "/family", "unknown_name"),
        ({"targets": {"values": [1]}, "meaning": "numbers"}, "/meaning", "unknown_name"),
        ({"targets": {"values": [1, "2"]}}, "/targets/values/1", "wrong_type"),
        ({"targets": {"probabilities": [[0.5, 0.5], [1]]}}, "/targets/probabilities/1", "ragged_array"),
        ({"targets": {"probabilities": [[-0.5, 1.5]]}}, "/targets/probabilities/0/0", "negative"),
        ({"targets": {"values": [1]}, "predictions": [1]}, "/predictions", "wrong_type"),
        ({"targets": {"values": [1]}, "missing": "keep"}, "/missing", "unknown_name"),
        ({"targets": {"values": [1, None]}}, "/targets/values/1", "wrong_type"),
        ({"targets": {"values": [None]}, "missing": "exclude"}, "/targets", "nothing_left"),
        ({"targets": {"values": [1, 2]}, "mask": [[True], [True]]}, "/mask", "not_available"),
        ({"targets": {"values": [1, 2]}, "classes": ["a"]}, "/classes", "not_available"),
        ({"targets": {"labels": [0, 1]}, "classes": ["a", "a"]}, "/classes/1", "duplicate_name"),
        ({"targets": {"labels": [0, -1]}}, "/targets/labels/1", "negative"),
        ({"targets": {"rate": [1.0, 2.0]}, "normalization": "none"}, "/normalization", "not_available"),
        ({"targets": {"probabilities": [[0.5, 0.5]]}, "mask": [[True]]}, "/mask", "shape_mismatch"),
    ],
)
async def test_wrong_requests(client: httpx.AsyncClient, document: Any, pointer: str, code: str) -> None:
    """A request that is wrong is told where."""
    answer = await client.post("/v1/advise", json=document)
    assert answer.status_code == 422
    assert (pointer, code) in [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
