"""GET /v1/families, /v1/losses and their entries: complete, derived from the code, and true."""

import importlib
import re
from typing import Any

import httpx
import numpy as np
import pytest
from scipy import special

from distscore.core.families import FAMILIES
from distscore.core.losses import LOSSES
from distscore.wire.describe.entries import ENTRIES
from tests.laws import harness

LOSS_NAMES = sorted({loss.name for loss in LOSSES})
ENTRY_PATHS = [*(f"/v1/families/{name}" for name in FAMILIES), *(f"/v1/losses/{name}" for name in LOSS_NAMES)]
LIBRARIES = {
    "PyTorch",
    "Keras",
    "TensorFlow",
    "scikit-learn",
    "SciPy",
    "statsmodels",
    "R",
    "scoringrules",
    "properscoring",
    "XGBoost",
    "LightGBM",
}


async def got(client: httpx.AsyncClient, path: str) -> dict[str, Any]:
    response = await client.get(path)
    assert response.status_code == 200
    found: dict[str, Any] = response.json()
    return found


@pytest.mark.anyio
async def test_lists(client: httpx.AsyncClient) -> None:
    """Every registered name is listed once, with a description."""
    for kind, names in (("families", list(FAMILIES)), ("losses", list(dict.fromkeys(loss.name for loss in LOSSES)))):
        listed = (await got(client, f"/v1/{kind}"))[kind]
        assert [entry["name"] for entry in listed] == names
        assert all(entry["description"] for entry in listed)


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/v1/families", "/v1/losses", *ENTRY_PATHS])
async def test_entries_are_as_the_document_says(client: httpx.AsyncClient, path: str) -> None:
    """An entry has the members that the OpenAPI document describes, and no other; nothing in it is null."""
    kind, _, name = path.removeprefix("/v1/").partition("/")
    model = ENTRIES[f"/v1/{kind}/{{name}}" if name else f"/v1/{kind}"]
    found = await got(client, path)
    assert model.model_validate(found, strict=True).model_dump(exclude_none=True) == found


@pytest.mark.anyio
@pytest.mark.parametrize("path", ENTRY_PATHS)
async def test_examples_work(client: httpx.AsyncClient, path: str) -> None:
    """The request of an entry is answered by finite numbers, for the family or the loss that it is an example of."""
    entry = await got(client, path)
    response = await client.post("/v1/score", json=entry["example"])
    assert response.status_code == 200, response.text
    assert response.json()["loss" if "/losses/" in path else "family"] == entry["name"]
    assert response.json()["nonfinite_count"] == 0


@pytest.mark.anyio
@pytest.mark.parametrize("name", FAMILIES)
async def test_losses_of_a_family(client: httpx.AsyncClient, name: str) -> None:
    """Each target form lists the losses that can be computed, and says of the others why they cannot."""
    entry = await got(client, f"/v1/families/{name}")
    for form, described in zip(FAMILIES[name].targets, entry["targets"], strict=True):
        there = next(each for each in harness.combinations() if each.target_form is form)
        assert described["losses"] == list(there.losses())
        assert all(described["unavailable"].values())
        assert set(described["losses"]).isdisjoint(described["unavailable"])
    assert set(entry["losses"]) == {loss for form in entry["targets"] for loss in form["losses"]}


@pytest.mark.anyio
@pytest.mark.parametrize("name", LOSS_NAMES)
async def test_families_of_a_loss(client: httpx.AsyncClient, name: str) -> None:
    """A loss lists the families that list it; where one of them lacks it, the reason is the family's own."""
    entry = await got(client, f"/v1/losses/{name}")
    families = {family: await got(client, f"/v1/families/{family}") for family in FAMILIES}
    assert entry["families"] == [family for family, described in families.items() if name in described["losses"]]
    refused = {(each["family"], target): each["why"] for each in entry["unavailable"] for target in each["targets"]}
    for family, described in families.items():
        for form in described["targets"]:
            columns = " + ".join(column["name"] for column in form["columns"])
            assert refused.get((family, columns)) == form["unavailable"].get(name)


@pytest.mark.anyio
@pytest.mark.parametrize("path", ENTRY_PATHS)
async def test_reasons_are_those_of_the_refusal(client: httpx.AsyncClient, path: str) -> None:
    """A request for a loss that is not available is refused with the reason of the catalog."""
    entry = await got(client, path)
    if "/losses/" in path:
        return
    sent = entry["example"]
    form = next(form for form in entry["targets"] if {c["name"] for c in form["columns"]} == set(sent["targets"]))
    for loss, why in form["unavailable"].items():
        response = await client.post("/v1/score", json={**sent, "loss": loss})
        assert response.status_code == 422
        assert why in response.json()["errors"][0]["detail"]


@pytest.mark.anyio
@pytest.mark.parametrize("path", ENTRY_PATHS)
async def test_caveats_and_names_elsewhere(client: httpx.AsyncClient, path: str) -> None:
    """Every entry has caveats and names elsewhere; those of installed libraries exist there."""
    entry = await got(client, path)
    assert entry["notes"]
    assert entry["elsewhere"]
    assert set(entry["elsewhere"]) <= LIBRARIES
    for text in entry["elsewhere"].values():
        for dotted in re.findall(r"\b(?:sklearn|scipy|statsmodels)(?:\.\w+)+", text):
            module, _, name = dotted.rpartition(".")
            try:
                assert hasattr(importlib.import_module(module), name), dotted
            except ModuleNotFoundError:
                outer, _, kind = module.rpartition(".")
                assert hasattr(getattr(importlib.import_module(outer), kind), name), dotted


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("path", "caveat"),
    [
        ("/v1/families/categorical", "kl_divergence has the gradient of cross_entropy"),
        ("/v1/families/categorical", "one-hot case"),
        ("/v1/families/categorical", "prepend a zero"),
        ("/v1/families/gaussian", "mean squared error"),
        ("/v1/families/gaussian", "no relu"),
        ("/v1/families/continuous_bernoulli", "not at lam = y"),
        ("/v1/losses/cross_entropy", "Soft targets are no misuse"),
    ],
)
async def test_what_people_ask(client: httpx.AsyncClient, path: str, caveat: str) -> None:
    """The entries answer what is asked most."""
    assert any(caveat in note for note in (await got(client, path))["notes"])


Z = np.array([[2.0, 0.5, -1.0], [0.1, 3.0, 0.2], [0.3, -0.4, 1.0]])
Y = np.array([0, 2, 1])
CLASS_WEIGHTS = np.array([1.0, 0.5, 3.0])


@pytest.mark.anyio
async def test_class_weights_elsewhere(client: httpx.AsyncClient) -> None:
    """The mean of PyTorch's weighted cross-entropy of labels is that of sample weights w[y], as the note says."""
    notes = (await got(client, "/v1/losses/cross_entropy"))["notes"]
    assert any("w[y] as sample_weights" in note for note in notes)
    losses = special.logsumexp(Z, axis=1) - Z[np.arange(3), Y]
    weights = CLASS_WEIGHTS[Y]
    batch = {"family": "categorical", "targets": {"labels": Y.tolist()}, "predictions": {"logits": Z.tolist()}}
    theirs = await client.post("/v1/score", json={**batch, "sample_weights": weights.tolist()})
    assert theirs.json()["value"] == pytest.approx((weights * losses).sum() / weights.sum(), rel=1e-14)
    ours = await client.post("/v1/score", json={**batch, "class_weights": CLASS_WEIGHTS.tolist()})
    assert ours.json()["value"] == pytest.approx((weights * losses).mean(), rel=1e-14)


@pytest.mark.anyio
async def test_hessians_elsewhere(client: httpx.AsyncClient) -> None:
    """The diagonal is q (1 - q); what boosting libraries take is larger by the factors that the catalog names."""
    elsewhere = (await got(client, "/v1/families/categorical"))["elsewhere"]
    batch = {"family": "categorical", "targets": {"labels": Y.tolist()}, "predictions": {"logits": Z.tolist()}}
    asked = {"reduction": "none", "outputs": ["hessian_diagonals"]}
    ours = np.array((await client.post("/v1/score", json={**batch, **asked})).json()["hessian_diagonals"]["logits"])
    q = special.softmax(Z, axis=1)
    np.testing.assert_allclose(ours, q * (1 - q), rtol=1e-14)
    assert "2 q (1 - q), twice the diagonal" in elsewhere["XGBoost"]
    assert "K / (K - 1) q (1 - q)" in elsewhere["LightGBM"]


@pytest.mark.anyio
@pytest.mark.parametrize("path", ["/v1/families/cauchy", "/v1/losses/hinge"])
async def test_unknown_names(client: httpx.AsyncClient, path: str) -> None:
    """What is not there is not found."""
    response = await client.get(path)
    assert response.status_code == 404
    assert response.json()["code"] == "not_found"
