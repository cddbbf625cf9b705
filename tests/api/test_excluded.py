"""What is excluded need only be numbers: its loss and derivatives are 0, and nothing else of the answer knows of it."""

from typing import Any

import httpx
import pytest

pytestmark = pytest.mark.anyio

LABELS: dict[str, Any] = {
    "family": "categorical",
    "targets": {"labels": [0, 2, 1]},
    "predictions": {"logits": [[2.0, 0.5, -1.0], [0.1, 3.0, 0.2], [0.3, -0.4, 1.0]]},
}
DEVIATIONS: dict[str, Any] = {
    "family": "gaussian",
    "targets": {"values": [1.0, 2.0, -1.0]},
    "predictions": {"mean": [0.5, 2.5, -1.0], "standard_deviation": [1.0, 0.5, 2.0]},
}
SEVERAL: dict[str, Any] = {
    "family": "multilabel",
    "targets": {"probabilities": [[0.3, 1.0, 0.0], [0.5, 0.2, 0.9]]},
    "predictions": {"logits": [[0.1, -0.4, 2.0], [1.0, 0.0, -1.0]]},
}
OUTPUTS = ["losses", "floors", "gradients", "hessian_diagonals", "parameters", "diagnostics.all", "state"]
WILD = 1e300


async def ask(client: httpx.AsyncClient, request: dict[str, Any], **members: Any) -> httpx.Response:
    return await client.post("/v1/score", json={"outputs": OUTPUTS, **request, **members})


async def score(client: httpx.AsyncClient, request: dict[str, Any], **members: Any) -> dict[str, Any]:
    answer = await ask(client, request, **members)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def inserted(request: dict[str, Any], at: int, **row: Any) -> dict[str, Any]:
    """A request with one more row, which has these numbers in its columns."""
    sides = {
        side: {name: [*values[:at], row[name], *values[at:]] for name, values in request[side].items()}
        for side in ("targets", "predictions")
    }
    return {**request, **sides}


def without(found: dict[str, Any], at: int) -> dict[str, Any]:
    """An answer without one row, which must have nothing but zeros."""
    rows: dict[str, Any] = {}
    for name in ("losses", "floors", "gradients", "hessian_diagonals", "parameters"):
        arrays = found[name] if isinstance(found[name], dict) else {"": found[name]}
        for values in arrays.values():
            assert values[at] in (0, [0] * 3), name
        cut = {column: [*values[:at], *values[at + 1 :]] for column, values in arrays.items()}
        rows[name] = cut if isinstance(found[name], dict) else cut[""]
    worst = [
        {**record, "row": record["row"] - (record["row"] > at)} for record in found["diagnostics"].get("worst_rows", [])
    ]
    assert at not in [record["row"] for record in found["diagnostics"].get("worst_rows", [])]
    diagnostics = {**found["diagnostics"], "worst_rows": worst}
    return {**found, **rows, "diagnostics": diagnostics, "row_count": found["row_count"] - 1, "state": ""}


@pytest.mark.parametrize("label", [-100, 255, 7])
async def test_ignore_label(client: httpx.AsyncClient, label: int) -> None:
    """Rows with the label to ignore are excluded, counted, and may have any logits."""
    expected = await score(client, LABELS)
    found = await score(client, inserted(LABELS, 1, labels=label, logits=[WILD, -WILD, 0]), ignore_label=label)
    assert found["warnings"][0] == {
        "code": "rows_excluded",
        "message": found["warnings"][0]["message"],
        "count": 1,
        "rows": [1],
        "numbers": {},
    }
    assert without(found, 1) | {"warnings": []} == {**expected, "state": ""}


async def test_a_masked_row_may_have_any_label(client: httpx.AsyncClient) -> None:
    """A row of which the mask keeps nothing may have a label that is none, and any logits."""
    expected = await score(client, LABELS, mask=[[True] * 3] * 3)
    for label in (-100, 255):
        sent = inserted(LABELS, 1, labels=label, logits=[WILD, -WILD, 0])
        found = await score(client, sent, mask=[[True] * 3, [False] * 3, [True] * 3, [True] * 3])
        assert without(found, 1) == {**expected, "state": ""}


async def test_weight_0(client: httpx.AsyncClient) -> None:
    """A row of weight 0 is as good as absent, whatever its numbers."""
    expected = await score(client, DEVIATIONS)
    for at in (0, 1, 3):
        weights = [1.0] * 4
        weights[at] = 0
        request = inserted(DEVIATIONS, at, values=WILD, mean=-WILD, standard_deviation=-3)
        found = await score(client, request, sample_weights=weights)
        assert without(found, at) == {**expected, "state": ""}


@pytest.mark.parametrize("column", ["values", "mean", "standard_deviation"])
async def test_missing(client: httpx.AsyncClient, column: str) -> None:
    """With missing exclude, a null on either side excludes its row, whatever stands beside it; else it is refused."""
    expected = await score(client, DEVIATIONS)
    row = {"values": 7.0, "mean": 1.0, "standard_deviation": -2.0, column: None}
    found = await score(client, inserted(DEVIATIONS, 2, **row), missing="exclude")
    assert [(each["code"], each["count"], each["rows"]) for each in found["warnings"]] == [("rows_excluded", 1, [2])]
    assert without(found, 2) | {"warnings": []} == {**expected, "state": ""}
    refused = await ask(client, inserted(DEVIATIONS, 2, **row))
    (error,) = [each for each in refused.json()["errors"] if each["code"] == "wrong_type"]
    assert error["pointer"].endswith(f"/{column}/2")
    assert "missing" in error["hint"]


async def test_a_row_that_is_null_is_missing(client: httpx.AsyncClient) -> None:
    """A null in place of a row of entries is a missing row."""
    expected = await score(client, LABELS)
    found = await score(client, inserted(LABELS, 0, labels=1, logits=None), missing="exclude")
    assert without(found, 0) | {"warnings": []} == {**expected, "state": ""}


async def test_missing_labels(client: httpx.AsyncClient) -> None:
    """A null among the targets of several labels excludes its entry; among their predictions it excludes the row."""
    targets = {"probabilities": [[0.3, None, 0.0], [0.5, 0.2, 0.9]]}
    found = await score(client, SEVERAL, targets=targets, missing="exclude")
    (warning,) = found["warnings"]
    assert (warning["code"], warning["count"], warning["numbers"]) == ("rows_excluded", 0, {"entries": 1})
    masked = await score(client, SEVERAL, mask=[[True, False, True], [True] * 3])
    assert {**found, "warnings": []} == masked
    wild = {"probabilities": [[0.3, 40.0, 0.0], [0.5, 0.2, 0.9]]}
    logits = {"logits": [[0.1, 800.0, 2.0], [1.0, 0.0, -1.0]]}
    assert (
        await score(client, SEVERAL, targets=wild, predictions=logits, mask=[[True, False, True], [True] * 3]) == masked
    )
    gone = await score(client, SEVERAL, predictions={"logits": [[0.1, None, 2.0], [1.0, 0.0, -1.0]]}, missing="exclude")
    (warning,) = gone["warnings"]
    assert (warning["code"], warning["count"], warning["rows"]) == ("rows_excluded", 1, [0])
    assert gone["losses"][0] == 0
    assert gone["losses"][1] == masked["losses"][1]


async def test_rows_keep_their_numbers(client: httpx.AsyncClient) -> None:
    """Errors and warnings name rows as they were sent, whatever was excluded before them."""
    request = inserted(DEVIATIONS, 0, values=0, mean=0, standard_deviation=-3)
    broken = {**request["predictions"], "standard_deviation": [-3, 1.0, -0.5, 2.0]}
    refused = await ask(client, {**request, "predictions": broken}, sample_weights=[0, 1, 1, 1])
    assert [each["pointer"] for each in refused.json()["errors"]] == ["/predictions/standard_deviation/2"]
    impossible = {"family": "bernoulli", "targets": {"probabilities": [9, 1, 1]}, "sample_weights": [0, 1, 1]}
    found = await score(client, impossible, predictions={"probabilities": [-4, 0.5, 0]}, outputs=["losses"])
    assert [(each["code"], each["rows"]) for each in found["warnings"]] == [("zero_prediction_with_target_mass", [2])]
    assert [each["pointer"] for each in found["nonfinite"]] == ["/value", "/value_standard_error", "/losses/2"]


async def test_what_is_excluded_must_be_numbers(client: httpx.AsyncClient) -> None:
    """An excluded row is read like any other: its entries have their types, its labels are whole."""
    labels = inserted(LABELS, 1, labels=0.5, logits=[0, 0, 0])
    refused = await ask(client, labels, sample_weights=[1, 0, 1, 1])
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [
        ("/targets/labels/1", "wrong_type")
    ]
    text = inserted(LABELS, 1, labels=0, logits=["0", 0, 0])
    refused = await ask(client, text, sample_weights=[1, 0, 1, 1])
    assert refused.json()["errors"][0]["pointer"] == "/predictions/logits/1/0"


async def test_nothing_but_excluded_rows(client: httpx.AsyncClient) -> None:
    """Where every row is excluded there is nothing to score, but there is a state, which merges like any other."""
    refused = await ask(client, LABELS, targets={"labels": [9, 9, 9]}, ignore_label=9)
    assert refused.status_code == 422
    assert refused.json()["errors"][0]["code"] == "all_weights_zero"
    nothing = await score(client, LABELS, targets={"labels": [9, 9, 9]}, ignore_label=9, outputs=["state"])
    whole = await score(client, LABELS, outputs=["state"])
    merged = await client.post("/v1/summaries/merge", json={"states": [nothing["state"], whole["state"]]})
    alone = await client.post("/v1/summaries/merge", json={"states": [whole["state"]]})
    assert {**merged.json(), "state": "", "row_count": 3} == {**alone.json(), "state": ""}
    assert merged.json()["row_count"] == 6


@pytest.mark.parametrize(
    ("family", "members"),
    [("categorical", {}), ("gaussian", {"targets": {"values": [0.5]}, "predictions": {"mean": [1.0]}})],
)
async def test_ignore_label_elsewhere(client: httpx.AsyncClient, family: str, members: dict[str, Any]) -> None:
    """Only labels can be ignored."""
    soft = {"targets": {"probabilities": [[0.5, 0.5]]}, "predictions": {"logits": [[0.0, 1.0]]}}
    refused = await ask(client, {"family": family, **soft, **members}, ignore_label=3, outputs=["value"])
    assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [
        ("/ignore_label", "not_available")
    ]


async def test_compare_excludes_too(client: httpx.AsyncClient) -> None:
    """The table of losses is that of the rows that count."""
    sent = inserted(LABELS, 1, labels=-100, logits=[WILD, 0, 0])
    found = (await client.post("/v1/compare", json={**sent, "ignore_label": -100})).json()
    expected = (await client.post("/v1/compare", json=LABELS)).json()
    assert found["results"] == expected["results"]
    assert found["row_count"] == 4
