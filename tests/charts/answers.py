"""Answers of every kind that charts are drawn of, with names that would do harm if anything but text."""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np

from distscore.use_cases.compare import answer_compare
from distscore.use_cases.merge import answer_merge
from distscore.use_cases.score import answer_score
from distscore.wire.read.limits import Limits
from distscore.wire.write.answer import Answer
from distscore.wire.write.json import write

LIMITS = Limits(10_000, 100_000, 1000)
HOSTILE = [
    "</style><script>alert(1)</script>",
    'datum["x"] + url(http://a.example)',
    "]]>&lt;!--",
    "{{ 7 * 7 }}\u202e\x00",
]
ALL = ["diagnostics", "charts", "state"]


def patient() -> None:
    """The check of a request that may take its time."""


def read(answer: Answer) -> dict[str, Any]:
    """An answer as a client reads it."""
    document: dict[str, Any] = json.loads(write(answer))
    return document


def soft_labels(rows: int = 60) -> dict[str, Any]:
    """Soft labels of four classes, in segments."""
    random = np.random.default_rng(5)
    logits = random.normal(size=(rows, len(HOSTILE)))
    p = np.exp(logits)
    return {
        "family": "categorical",
        "targets": {"probabilities": (p / p.sum(axis=1, keepdims=True)).tolist()},
        "predictions": {"logits": (1.5 * logits + random.normal(size=logits.shape)).tolist()},
        "classes": HOSTILE,
        "groups": {HOSTILE[0]: [HOSTILE[row % 3] for row in range(rows)]},
        "normalization": "rescale",
    }


def of_candidates() -> dict[str, Any]:
    """Two further predictions of the soft labels, under two losses."""
    batch = soft_labels()
    logits = np.array(batch.pop("predictions")["logits"])
    sent = [(HOSTILE[0], 1.0), (HOSTILE[1], 0.6), (HOSTILE[2], -1.0)]
    return {
        **batch,
        "candidates": [{"name": name, "predictions": {"logits": (by * logits).tolist()}} for name, by in sent],
        "losses": [{"loss": "cross_entropy"}, {"loss": "brier"}],
    }


def requests() -> dict[str, dict[str, Any]]:
    """Requests to POST /v1/score, by what they stand for."""
    random = np.random.default_rng(6)
    values = random.normal(size=50)
    of_values = {"targets": {"values": values.tolist()}, "predictions": {"mean": (values / 2).tolist()}}
    labels = random.uniform(size=(20, 40))
    certain = {"targets": {"labels": [0, 1]}, "predictions": {"probabilities": [[0.0, 1.0], [0.5, 0.5]]}}
    return {
        "soft_labels": soft_labels(),
        "values": {"family": "gaussian", **of_values, "groups": {"key": list(range(50))}},
        "negative": {
            "family": "gaussian",
            **of_values,
            "family_parameters": {"standard_deviation": 0.2},
            "targets": {"values": (values / 2 + 0.01).tolist()},
        },
        "infinite": {"family": "categorical", **certain},
        "one_row": {
            "family": "bernoulli",
            "targets": {"successes": [1], "trials": [3]},
            "predictions": {"logits": [0.5]},
        },
        "many_labels": {
            "family": "multilabel",
            "targets": {"probabilities": labels.tolist()},
            "predictions": {"logits": (labels * 3).tolist()},
        },
        "match": {"family": "bernoulli", "targets": {"probabilities": [0.5]}, "predictions": {"probabilities": [0.5]}},
    }


@cache
def answers() -> Mapping[str, dict[str, Any]]:
    """Answers with their charts, by what they stand for."""
    scored = {name: read(answer_score({**sent, "outputs": ALL}, LIMITS, patient)) for name, sent in requests().items()}
    batch = {name: value for name, value in soft_labels().items() if name != "groups"}
    states = {"states": [scored["soft_labels"]["state"]] * 2, "outputs": ["charts"]}
    candidates = read(answer_compare({**of_candidates(), "outputs": ["charts", "state"]}, LIMITS, patient))
    paired = {"states": [candidates["state"]] * 2, "outputs": ["charts"]}
    return {
        **scored,
        "merged": read(answer_merge(states, LIMITS, patient)),
        "losses": read(answer_compare({**batch, "outputs": ["charts"]}, LIMITS, patient)),
        "candidates": candidates,
        "merged_candidates": read(answer_merge(paired, LIMITS, patient)),
    }
