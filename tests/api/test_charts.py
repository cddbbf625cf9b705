"""`charts` over HTTP: what is asked for is answered, merged batches included."""

import httpx
import pytest

from tests.charts.answers import answers, requests

pytestmark = pytest.mark.anyio


async def test_charts_are_answered_as_asked(client: httpx.AsyncClient) -> None:
    """Alone, all that there are and no diagnostics; by name, that one; of what there is not, a warning."""
    batch = requests()["values"]
    alone = (await client.post("/v1/score", json={**batch, "outputs": ["charts"]})).json()
    assert alone["charts"] == answers()["values"]["charts"]
    assert "diagnostics" not in alone
    assert alone["warnings"] == []
    del batch["groups"]
    named = ["charts.groups", "charts.calibration", "charts.coverage"]
    some = (await client.post("/v1/score", json={**batch, "outputs": named})).json()
    assert some["charts"] == {"coverage": alone["charts"]["coverage"]}
    assert [(each["code"], each["message"].split()[0]) for each in some["warnings"]] == [
        ("not_available", "charts.calibration"),
        ("not_available", "charts.groups"),
    ]
    wrong = await client.post("/v1/score", json={**batch, "outputs": ["charts.converage"]})
    assert "charts.coverage" in wrong.json()["errors"][0]["hint"]


async def test_merged_batches_have_charts(client: httpx.AsyncClient) -> None:
    """Of two halves the charts are those of the whole, as far as sums tell; what needs rows is no output there."""
    batch = requests()["values"]
    halves = [
        {**batch, "targets": {"values": batch["targets"]["values"][part]}, "predictions": {"mean": means[part]}}
        for means in [batch["predictions"]["mean"]]
        for part in (slice(0, 20), slice(20, 50))
    ]
    states = []
    for half in halves:
        del half["groups"]
        states.append((await client.post("/v1/score", json={**half, "outputs": ["state"]})).json()["state"])
    merged = (await client.post("/v1/summaries/merge", json={"states": states, "outputs": ["charts"]})).json()
    whole = answers()["values"]["charts"]
    assert merged["charts"].keys() == {"verdict", "coverage", "residuals", "losses"}
    assert {name: merged["charts"][name] for name in ("coverage", "residuals")} == {
        name: whole[name] for name in ("coverage", "residuals")
    }
    refused = await client.post("/v1/summaries/merge", json={"states": states, "outputs": ["charts.worst_rows"]})
    assert refused.json()["errors"][0]["code"] == "unknown_name"
    assert refused.json()["errors"][0]["pointer"] == "/outputs/0"
