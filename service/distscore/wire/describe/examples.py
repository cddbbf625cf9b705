"""Requests that work, for every route: in the catalog, in the OpenAPI document, and posted by the tests."""

from typing import Any

from distscore.core.families import FAMILIES

EXAMPLES: dict[str, dict[str, Any]] = {name: {"family": name, **family.example} for name, family in FAMILIES.items()}

COMPARE_EXAMPLES: dict[str, dict[str, Any]] = {
    "usual_losses": EXAMPLES["categorical"],
    "two_losses": {**EXAMPLES["bernoulli"], "losses": [{"loss": "brier"}, {"loss": "focal"}]},
    "values": EXAMPLES["gaussian"],
    "candidates": {
        "family": "categorical",
        "targets": {"probabilities": [[0.7, 0.2, 0.1], [0.0, 1.0, 0.0], [0.1, 0.3, 0.6], [0.8, 0.1, 0.1]]},
        "candidates": [
            {"name": "old", "predictions": {"logits": [[2.0, 0.5, -1.0], [0.1, 3.0, 0.2], [0, 0, 1], [1, 0, 0]]}},
            {
                "name": "new",
                "predictions": {"probabilities": [[0.7, 0.2, 0.1], [0.1, 0.8, 0.1], [0.2, 0.3, 0.5], [0.6, 0.2, 0.2]]},
            },
        ],
        "margin": 0.1,
    },
}

ADVISE_EXAMPLES: dict[str, dict[str, Any]] = {
    "soft_labels": {"targets": {"probabilities": [[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]]}},
    "intensities": {"targets": {"values": [0.1, 0.45, 1.0]}, "predictions": {"logits": [-1.5, 0.2, 3.0]}},
    "amounts": {"targets": {"values": [0.7, 2.4, 11.0]}, "meaning": "amounts"},
}

EXPLAIN_EXAMPLES: dict[str, dict[str, Any]] = {
    "bits": {**EXAMPLES["categorical"], "observed": 0.51, "digits": 4},
    "mean_over_labels": {**EXAMPLES["multilabel"], "observed": 0.2725, "library": "keras"},
    "nothing": {**EXAMPLES["poisson"], "observed": 123.4},
}

# Batches whose states are merged: losses of which no processor rounds another way.
STATE_EXAMPLES: list[dict[str, Any]] = [
    {"family": "gaussian", "targets": {"values": values}, "predictions": {"mean": means}, "tag": tag}
    for tag, values, means in (("monday", [1.5, -0.5], [1.0, 0.0]), ("tuesday", [2.0, 0.25, -1.0], [1.0, 0.5, -0.5]))
]

TABLE_EXAMPLE = """case,camera,votes_cat,votes_dog,logit_cat,logit_dog
a,day,9,1,2.1,0.2
b,night,2,8,0.3,0.9
"""
