"""A newcomer who makes the commonest mistakes is led by the errors alone to the right request."""

import copy
import json
from dataclasses import dataclass, field
from typing import Any

import httpx
import numpy as np
import pytest

from distscore.wire.errors import arrays, hints
from tests.api.newcomer import JSON, Request, led
from tests.wire.streams import ARROW, parted, stream

pytestmark = pytest.mark.anyio

P = [[0.7, 0.2, 0.1], [0.1, 0.6, 0.3], [0.2, 0.3, 0.5], [0.25, 0.25, 0.5]]
Z = [[2.0, 0.5, -1.0], [0.1, 3.0, 0.2], [0.3, -0.4, 1.0], [-0.6, 0.2, 1.4]]
SOFT: Request = {"family": "categorical", "targets": {"probabilities": P}, "predictions": {"logits": Z}}
HARD: Request = {"family": "categorical", "targets": {"labels": [0, 1, 2, 2]}, "predictions": {"logits": Z}}
Q = [0.8, 0.3, 0.6]
EVENT: Request = {"family": "bernoulli", "targets": {"probabilities": [1, 0, 0.5]}, "predictions": {"probabilities": Q}}
SEVERAL: Request = {
    "family": "multilabel",
    "targets": {"probabilities": [[1, 0, 1], [0, 0.33, 1]]},
    "predictions": {"logits": [[0.1, -0.4, 2.0], [1.0, 0.0, -1.0]]},
}
NORMAL: Request = {
    "family": "gaussian",
    "targets": {"values": [1.2, -0.4, 3.1]},
    "predictions": {"mean": [1.0, 0.0, 2.5], "standard_deviation": [0.5, 0.8, 1.0]},
}
RAW: Request = {
    "family": "gaussian",
    "targets": {"values": [1.2, -0.4, 3.1]},
    "predictions": {"mean": [1.0, 0.0, 2.5], "standard_deviation": [-0.5, 0.1, 0.3]},
    "activations": {"standard_deviation": "softplus"},
}
COUNTS: Request = {"family": "poisson", "targets": {"values": [1, 4, 0]}, "predictions": {"rate": [1.5, 3.0, 0.5]}}
DISPERSED: Request = {
    "family": "negative_binomial",
    "targets": {"values": [1, 4, 0]},
    "predictions": {"mean": [1.5, 3.0, 0.5]},
    "family_parameters": {"dispersion": 0.5},
}
AMOUNTS: Request = {"family": "gamma", "targets": {"values": [0.7, 2.4]}, "predictions": {"mean": [1.0, 2.0]}}
INTENSITIES: Request = {
    "family": "continuous_bernoulli",
    "targets": {"values": [0.2, 1.0, 0.6]},
    "predictions": {"logits": [-1.0, 2.0, 0.3]},
}
ZEROS: Request = {"family": "exponential", "targets": {"values": [0.0, 2.4]}, "predictions": {"mean": [1.0, 2.0]}}
EXPECTED: Request = {
    "family": "gaussian",
    "loss": "kl_divergence",
    "targets": {"expectations": [[1.0, 5.0], [2.0, 4.0]]},
    "predictions": {"mean": [1.0, 1.5], "standard_deviation": [2.0, 1.0]},
}
FOCAL: Request = {**SOFT, "loss": "focal", "loss_parameters": {"gamma": 1.5}}


@dataclass
class Mistake:
    """A request that is wrong, what its sender knows of the data, and the request that was meant."""

    name: str
    wrong: Request
    meant: Request
    knows: str = ""
    members: dict[str, Any] = field(default_factory=dict)  # beside both


def changed(request: Request, **members: Any) -> Request:
    return {name: value for name, value in {**request, **members}.items() if value is not ...}


def columns(request: Request, side: str, **sent: Any) -> Request:
    """The request with other columns on one side."""
    return {**request, side: sent}


def times(values: Any, factor: float) -> Any:
    return [times(value, factor) for value in values] if isinstance(values, list) else values * factor


def boxed(values: list[float]) -> list[list[float]]:
    return [[value] for value in values]


SUMS_OF_20 = [[14.0, 4.0, 2.0], [2.0, 12.0, 6.0], [4.0, 6.0, 10.0], [5.0, 5.0, 10.0]]
ROUND = [[0.69, 0.2, 0.1], [0.1, 0.6, 0.3], [0.2, 0.3, 0.51], [0.25, 0.25, 0.5]]
NOBODY = [*P[:3], [0, 0, 0]]
ONE_HOT = [[1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 1]]
POSITIVE_Z = [[2.0, 0.5, 1.0], [0.1, 3.0, 0.2], [0.3, 0.4, 1.0], [0.6, 0.2, 1.4]]
WORDS = ["cat", "dog", "cow"]
SQUARE = [[0.5, 0.2, 0.3], [0.3, 0.1, 0.6], [0.9, 0.05, 0.05]]
MEAN, DEVIATION = NORMAL["predictions"]["mean"], NORMAL["predictions"]["standard_deviation"]

MISTAKES = [
    # names of families
    *(
        Mistake(f"family {name}", changed(meant, family=name), meant)
        for name, meant in {
            "Categorical": SOFT,
            "softmax": SOFT,
            "multiclass": SOFT,
            "normal": NORMAL,
            "guassian": NORMAL,
            "binomial": EVENT,
            "binary": EVENT,
            "multi-label": SEVERAL,
            "negative-binomial": DISPERSED,
            "nbinom": DISPERSED,
            "expon": ZEROS,
        }.items()
    ),
    Mistake("no family", changed(NORMAL, family=...), NORMAL),
    # names of members
    Mistake(
        "y_true, y_pred",
        {"family": "poisson", "y_true": {"values": [1, 4, 0]}, "y_pred": {"rate": [1.5, 3, 0.5]}},
        COUNTS,
    ),
    Mistake("target", {**changed(SOFT, targets=...), "target": SOFT["targets"]}, SOFT),
    Mistake("sample_weight", changed(SOFT, sample_weight=[1, 2, 3, 4]), changed(SOFT, sample_weights=[1, 2, 3, 4])),
    Mistake("weights", changed(SOFT, weights=[1, 2, 3, 4]), changed(SOFT, sample_weights=[1, 2, 3, 4])),
    Mistake("class_weight", changed(SOFT, class_weight=[1, 2, 3]), changed(SOFT, class_weights=[1, 2, 3])),
    Mistake("pos_weight", changed(EVENT, pos_weight=3.0), changed(EVENT, positive_weight=3.0)),
    Mistake("ignore_index", changed(HARD, ignore_index=2), changed(HARD, ignore_label=2)),
    Mistake("a parameter outside", changed(DISPERSED, family_parameters=..., dispersion=0.5), DISPERSED),
    Mistake("gamma outside", changed(FOCAL, loss_parameters=..., gamma=1.5), FOCAL),
    # names of columns
    *(
        Mistake(f"column {name}", columns(NORMAL, "predictions", mean=MEAN, **{name: DEVIATION}), NORMAL)
        for name in ("sigma", "std", "sd", "stddev", "standard-deviation", "standart_deviation")
    ),
    Mistake("column mu", columns(NORMAL, "predictions", mu=MEAN, standard_deviation=DEVIATION), NORMAL),
    Mistake("column lambda", columns(COUNTS, "predictions", **{"lambda": [1.5, 3.0, 0.5]}), COUNTS),
    Mistake("column probabilites", columns(SOFT, "targets", probabilites=P), SOFT),
    Mistake("column probs", columns(SOFT, "targets", probs=P), SOFT),
    Mistake("column y", columns(NORMAL, "targets", y=NORMAL["targets"]["values"]), NORMAL),
    Mistake("column y_true", columns(HARD, "targets", y_true=[0, 1, 2, 2]), HARD),
    Mistake("predict_proba", columns(EVENT, "predictions", predict_proba=[[1 - q, q] for q in Q]), EVENT),
    # names of losses, outputs, activations and settings
    *(
        Mistake(f"loss {name}", changed(SOFT, loss=name), changed(SOFT, loss=meant))
        for name, meant in {
            "kl": "kl_divergence",
            "mse": "mean_squared_error",
            "nll": "cross_entropy",
            "log_loss": "cross_entropy",
            "crossentropy": "cross_entropy",
            "brier_score": "brier",
            "emd": "earth_mover_distance",
            "focal_loss": "focal",
        }.items()
    ),
    Mistake("loss bce", changed(EVENT, loss="bce"), EVENT),
    Mistake("output gradient", changed(SOFT, outputs=["gradient"]), changed(SOFT, outputs=["gradients"])),
    Mistake(
        "output temperature", changed(SOFT, outputs=["temperature"]), changed(SOFT, outputs=["diagnostics.temperature"])
    ),
    Mistake("relu", changed(RAW, activations={"standard_deviation": "relu"}), RAW),
    Mistake("reduction average", changed(SOFT, reduction="average"), SOFT),
    Mistake("values without a name", changed(NORMAL, targets=[1.2, -0.4, 3.1]), NORMAL),
    Mistake(
        "labels from 1, some of -100",
        columns(HARD, "targets", labels=[1, -100, 3, 3]),
        changed(columns(HARD, "targets", labels=[0, 9, 2, 2]), ignore_label=9),
    ),
    # shapes
    Mistake("targets without a name", changed(SOFT, targets=P), SOFT),
    Mistake("boxed values", columns(NORMAL, "targets", values=boxed([1.2, -0.4, 3.1])), NORMAL),
    Mistake(
        "one row",
        {**SOFT, "targets": {"probabilities": P[0]}, "predictions": {"logits": Z[0]}},
        {**SOFT, "targets": {"probabilities": P[:1]}, "predictions": {"logits": Z[:1]}},
    ),
    Mistake("one event per row", {**EVENT, "family": "categorical"}, EVENT, knows="event"),
    Mistake("one-hot labels", columns(HARD, "targets", labels=ONE_HOT), HARD),
    Mistake("indices as probabilities", columns(HARD, "targets", probabilities=[0, 1, 2, 2]), HARD),
    Mistake("classes as an event", {**SOFT, "family": "bernoulli"}, SOFT),
    Mistake(
        "several draws",
        columns(NORMAL, "targets", values=[[1, 1.4], [0, -0.8], [3, 3.2]]),
        columns(NORMAL, "targets", samples=[[1, 1.4], [0, -0.8], [3, 3.2]]),
    ),
    Mistake(
        "transposed",
        {
            **SOFT,
            "targets": {"probabilities": [list(row) for row in zip(*SQUARE, strict=True)]},
            "predictions": {"logits": Z[:3]},
        },
        {**SOFT, "targets": {"probabilities": SQUARE}, "predictions": {"logits": Z[:3]}},
    ),
    Mistake("numbers in a list of one", changed(SOFT, temperature=[2.0]), changed(SOFT, temperature=2.0)),
    # numbers
    Mistake("labels from 1", columns(HARD, "targets", labels=[1, 2, 3, 3]), HARD),
    Mistake(
        "labels of -100",
        columns(HARD, "targets", labels=[0, -100, 2, 2]),
        changed(columns(HARD, "targets", labels=[0, 9, 2, 2]), ignore_label=9),
    ),
    Mistake(
        "labels of 255",
        columns(HARD, "targets", labels=[0, 255, 2, 2]),
        changed(columns(HARD, "targets", labels=[0, 9, 2, 2]), ignore_label=9),
    ),
    Mistake(
        "labels in words",
        changed(columns(HARD, "targets", labels=["cat", "dog", "cow", "cow"]), classes=WORDS),
        changed(HARD, classes=WORDS),
    ),
    Mistake("percent", columns(SOFT, "targets", probabilities=times(P, 100)), SOFT),
    Mistake("percent of an event", columns(EVENT, "targets", probabilities=[100, 0, 50]), EVENT),
    Mistake("8-bit intensities", columns(INTENSITIES, "targets", values=[51, 255, 153]), INTENSITIES),
    Mistake(
        "sums of 20",
        columns(SOFT, "targets", probabilities=SUMS_OF_20),
        changed(columns(SOFT, "targets", probabilities=SUMS_OF_20), normalization="rescale"),
    ),
    Mistake(
        "votes as probabilities",
        columns(SOFT, "targets", probabilities=SUMS_OF_20),
        columns(SOFT, "targets", counts=SUMS_OF_20),
        knows="votes",
    ),
    Mistake(
        "rounded",
        columns(SOFT, "targets", probabilities=ROUND),
        changed(columns(SOFT, "targets", probabilities=ROUND), normalization="rescale"),
    ),
    Mistake("independent labels", {**SEVERAL, "family": "categorical"}, SEVERAL),
    Mistake("nobody voted", columns(SOFT, "targets", probabilities=NOBODY), changed(SOFT, sample_weights=[1, 1, 1, 0])),
    Mistake(
        "nobody counted",
        columns(SOFT, "targets", counts=[*SUMS_OF_20[:3], [0, 0, 0]]),
        changed(columns(SOFT, "targets", counts=SUMS_OF_20), sample_weights=[1, 1, 1, 0]),
    ),
    Mistake("logits as probabilities", columns(SOFT, "predictions", probabilities=Z), SOFT),
    Mistake(
        "positive logits as probabilities",
        columns(SOFT, "predictions", probabilities=POSITIVE_Z),
        columns(SOFT, "predictions", logits=POSITIVE_Z),
    ),
    Mistake(
        "logits of an event",
        columns(EVENT, "predictions", probabilities=[1.5, -0.8, 0.4]),
        columns(EVENT, "predictions", logits=[1.5, -0.8, 0.4]),
    ),
    Mistake(
        "probabilities as logarithms",
        columns(SOFT, "predictions", log_probabilities=P),
        columns(SOFT, "predictions", probabilities=P),
    ),
    Mistake("logits as logarithms", columns(SOFT, "predictions", log_probabilities=Z), SOFT),
    Mistake("a raw deviation", changed(RAW, activations=...), RAW),
    Mistake("amounts of zero", {**ZEROS, "family": "gamma"}, ZEROS),
    Mistake(
        "kl of what does not sum to 1",
        changed(columns(SOFT, "predictions", probabilities=SUMS_OF_20), loss="kl_divergence", normalization="none"),
        changed(columns(SOFT, "predictions", probabilities=SUMS_OF_20), loss="kl_divergence", normalization="rescale"),
    ),
    Mistake("quoted numbers", columns(NORMAL, "targets", values=["1.2", -0.4, 3.1]), NORMAL),
    # missing values
    Mistake(
        "null from a data frame",
        columns(NORMAL, "targets", values=[1.2, None, 3.1]),
        changed(NORMAL, sample_weights=[1, 0, 1]),
    ),
    Mistake(
        "null among predictions",
        columns(SOFT, "predictions", logits=[None, *Z[1:]]),
        changed(SOFT, sample_weights=[0, 1, 1, 1]),
    ),
    Mistake(
        "null for one label",
        columns(SEVERAL, "targets", probabilities=[[1, None, 1], [0, 0.33, 1]]),
        changed(SEVERAL, mask=[[True, False, True], [True] * 3]),
    ),
    Mistake("an observation has no divergence", EXPECTED, changed(EXPECTED, sample_weights=[1, 0])),
    Mistake(
        "NA in words", columns(NORMAL, "targets", values=[1.2, "NA", 3.1]), changed(NORMAL, sample_weights=[1, 0, 1])
    ),
]


async def value_of(client: httpx.AsyncClient, request: Request) -> tuple[float, float]:
    answer = await client.post("/v1/score", json=request)
    assert answer.status_code == 200, answer.text
    return answer.json()["value"], answer.json()["total_weight"]


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
async def test_a_mistake_leads_to_what_was_meant(client: httpx.AsyncClient, mistake: Mistake) -> None:
    """Whoever follows the hints of the errors arrives at the answer to the request that was meant."""
    found, _ = await led(client, copy.deepcopy(mistake.wrong), mistake.knows)
    assert (found["value"], found["total_weight"]) == pytest.approx(await value_of(client, mistake.meant), rel=1e-12)


async def test_there_are_enough_mistakes() -> None:
    """At least forty different ones."""
    assert len({mistake.name for mistake in MISTAKES}) >= 40


async def hint_of_nan(client: httpx.AsyncClient) -> str:
    """NaN among targets, which JSON does not have, by Arrow; whoever follows its hint is answered."""
    columns, request = parted(NORMAL)
    columns["targets.values"][1] = np.nan
    headers = {"Content-Type": ARROW, "Accept": "application/json"}
    refused = await client.post("/v1/score", content=stream(columns, request), headers=headers)
    content = stream(columns, {**request, "missing": "exclude"})
    assert (await client.post("/v1/score", content=content, headers=headers)).status_code == 200
    hint: str = refused.json()["errors"][0]["hint"]
    return hint


async def test_every_hint_is_met(client: httpx.AsyncClient) -> None:
    """Each hint that stands in the code is met, and followed, by one of the mistakes."""
    met = {hint for mistake in MISTAKES for hint in (await led(client, copy.deepcopy(mistake.wrong), mistake.knows))[1]}
    met.add(await hint_of_nan(client))
    written = {
        value
        for module in (arrays, hints)
        for name, value in vars(module).items()
        if name.isupper() and isinstance(value, str)
    }
    assert written <= met
    named = (
        "divide by 100",
        "divide by 255",
        "subtract 1",
        "transposed?",
        "did you mean",
        "these columns fit",
        "takes them",
    )
    assert all(any(words in hint for hint in met) for words in named)


async def test_losses_that_are_named_can_be_asked_for(client: httpx.AsyncClient) -> None:
    """A loss that a family does not have is answered with those that it has for these targets."""
    heavy = {
        "family": "student_t",
        "targets": {"values": [0.2, 1.0]},
        "predictions": {"location": [1, 2], "scale": [3, 4]},
        "family_parameters": {"degrees_of_freedom": 4},
    }
    (error,) = (await client.post("/v1/score", json={**heavy, "loss": "crps"})).json()["errors"]
    assert error["code"] == "not_available"
    for name in error["detail"].split(": ")[1].split(", "):
        assert (await client.post("/v1/score", json={**heavy, "loss": name})).status_code == 200, name


async def test_families_that_take_an_edge(client: httpx.AsyncClient) -> None:
    """Exact zeros and ones, which a beta does not have, are told of the family that does."""
    beta = {"family": "beta", "targets": {"values": [0.2, 1.0]}, "predictions": {"alpha": [1, 2], "beta": [3, 4]}}
    (error,) = (await client.post("/v1/score", json=beta)).json()["errors"]
    assert error["hint"] == "exact zeros or ones? the family continuous_bernoulli takes them"


SOFTMAX_TWICE = [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.3, 0.2, 0.5], [0.2, 0.3, 0.5]]


@pytest.mark.parametrize(
    ("request_", "code", "words"),
    [
        (
            columns(SOFT, "predictions", logits=SOFTMAX_TWICE),
            "logits_look_like_probabilities",
            "send them as probabilities",
        ),
        (
            {**SOFT, "targets": {"probabilities": P}, "predictions": {"probabilities": ONE_HOT}},
            "arguments_look_swapped",
            "swapped",
        ),
    ],
    ids=["softmax twice", "swapped"],
)
async def test_what_is_not_wrong_is_warned_of(
    client: httpx.AsyncClient, request_: Request, code: str, words: str
) -> None:
    """A slip that every rule allows has a warning that names the way out."""
    warnings = (await client.post("/v1/score", json=request_)).json()["warnings"]
    assert words in next(warning["message"] for warning in warnings if warning["code"] == code)


BODIES = {
    "NaN": (b'{"family": "poisson", "targets": {"values": [1, NaN]}, "predictions": {"rate": [1.5, 3.0]}}', "null"),
    "Infinity": (
        b'{"family": "poisson", "targets": {"values": [1, -Infinity]}, "predictions": {"rate": [1, 3]}}',
        "missing",
    ),
    "None": (b'{"family": "poisson", "tag": None}', "null, not None"),
    "True": (b'{"family": "poisson", "mask": [[True]]}', "lower case"),
    "single quotes": (b"{'family': 'poisson'}", "double quotes"),
    "byte order mark": (b'\xef\xbb\xbf{"family": "poisson"}', "byte order mark"),
    "undefined": (b'{"family": "poisson",\n "tag": undefined}', "undefined"),
}


@pytest.mark.parametrize("name", BODIES)
async def test_what_is_almost_json(client: httpx.AsyncClient, name: str) -> None:
    """What libraries write that is no JSON is named, and what to write in its place."""
    body, words = BODIES[name]
    answer = await client.post("/v1/score", content=body, headers=JSON)
    assert (answer.status_code, answer.json()["code"]) == (400, "malformed_json")
    assert words in answer.json()["detail"]
    assert "line" in answer.json()["detail"]


async def test_nan_as_its_error_says(client: httpx.AsyncClient) -> None:
    """NaN, written as its error says, excludes its row."""
    body = BODIES["NaN"][0].replace(b"NaN", b"null")
    request = {**json.loads(body), "missing": "exclude"}
    meant = {**COUNTS, "targets": {"values": [1]}, "predictions": {"rate": [1.5]}}
    assert await value_of(client, request) == await value_of(client, meant)


@pytest.mark.parametrize(
    "request_",
    [changed(SOFT, outputs=["x"]), changed(SOFT, family="x"), changed(SOFT, loss="x"), columns(SOFT, "targets", x=P)],
    ids=["output", "family", "loss", "column"],
)
async def test_lists_of_names_are_short(client: httpx.AsyncClient, request_: Request) -> None:
    """No error lists more than ten names."""
    (error, *_) = (await client.post("/v1/score", json=request_)).json()["errors"]
    names = error["detail"].split(": ", 1)[1].split(" and ")[0]
    assert len(names.replace(";", ",").split(",")) <= 10
