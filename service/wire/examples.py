"""A request that works for every family: in the catalog, in the OpenAPI document, and posted by the tests."""

from typing import Any

EXAMPLES: dict[str, dict[str, Any]] = {
    "categorical": {
        "family": "categorical",
        "targets": {"probabilities": [[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]]},
        "predictions": {"logits": [[2.0, 0.5, -1.0], [0.1, 3.0, 0.2]]},
        "sample_weights": [1.0, 2.0],
    },
    "bernoulli": {
        "family": "bernoulli",
        "targets": {"successes": [3, 0, 8], "trials": [10, 4, 8]},
        "predictions": {"logits": [-0.5, -2.0, 1.5]},
    },
    "multilabel": {
        "family": "multilabel",
        "classes": ["sky", "sea"],
        "targets": {"probabilities": [[0.9, 0.2], [0.0, 1.0]]},
        "predictions": {"logits": [[2.0, -1.0], [-3.0, 1.5]]},
    },
    "gaussian": {
        "family": "gaussian",
        "targets": {"values": [1.2, -0.4, 3.1]},
        "predictions": {"mean": [1.0, 0.0, 2.5], "standard_deviation": [-0.5, 0.1, 0.3]},
        "activations": {"standard_deviation": "softplus"},
    },
    "gamma": {
        "family": "gamma",
        "targets": {"values": [0.7, 2.4, 11.0]},
        "predictions": {"mean": [-0.2, 1.0, 2.0]},
        "activations": {"mean": "exp"},
        "family_parameters": {"shape": 2.0},
    },
    "continuous_bernoulli": {
        "family": "continuous_bernoulli",
        "targets": {"values": [0.0, 0.35, 0.9]},
        "predictions": {"logits": [-2.0, -0.5, 1.5]},
    },
    "beta": {
        "family": "beta",
        "targets": {"values": [0.2, 0.65, 0.97]},
        "predictions": {"mean": [0.3, 0.6, 0.9], "precision": [5.0, 10.0, 20.0]},
    },
    "dirichlet": {
        "family": "dirichlet",
        "targets": {"values": [[0.2, 0.5, 0.3], [0.6, 0.1, 0.3]]},
        "predictions": {"concentration": [[2.0, 5.0, 3.0], [4.0, 1.0, 2.0]]},
    },
    "poisson": {
        "family": "poisson",
        "targets": {"values": [0, 3, 7]},
        "predictions": {"rate": [-0.7, 1.2, 1.8]},
        "activations": {"rate": "exp"},
    },
    "exponential": {
        "family": "exponential",
        "targets": {"values": [0.2, 1.7, 4.0]},
        "predictions": {"mean": [0.5, 1.5, 3.0]},
    },
    "negative_binomial": {
        "family": "negative_binomial",
        "targets": {"values": [0, 4, 19]},
        "predictions": {"mean": [1.5, 4.5, 12.0], "dispersion": [0.5, 0.5, 0.8]},
    },
    "log_normal": {
        "family": "log_normal",
        "targets": {"values": [0.5, 2.0, 30.0]},
        "predictions": {"location": [-0.5, 0.8, 3.0], "scale": [0.5, 0.4, 0.9]},
    },
    "inverse_gaussian": {
        "family": "inverse_gaussian",
        "targets": {"values": [0.8, 1.5, 3.2]},
        "predictions": {"mean": [1.0, 1.4, 2.8], "shape": [2.0, 3.0, 5.0]},
    },
    "pareto": {
        "family": "pareto",
        "targets": {"values": [1.1, 2.5, 8.0]},
        "predictions": {"shape": [2.0, 1.5, 1.2]},
        "family_parameters": {"minimum": 1.0},
    },
    "laplace": {
        "family": "laplace",
        "targets": {"values": [-0.3, 1.8, 2.2]},
        "predictions": {"location": [0.0, 1.5, 2.5], "scale": [0.5, 0.7, 1.0]},
    },
    "student_t": {
        "family": "student_t",
        "targets": {"values": [-0.3, 1.8, 9.0]},
        "predictions": {"location": [0.0, 1.5, 2.5], "scale": [0.5, 0.7, 1.0]},
        "family_parameters": {"degrees_of_freedom": 4.0},
    },
}

ADVISE_EXAMPLES: dict[str, dict[str, Any]] = {
    "soft_labels": {"targets": {"probabilities": [[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]]}},
    "intensities": {"targets": {"values": [0.1, 0.45, 1.0]}, "predictions": {"logits": [-1.5, 0.2, 3.0]}},
    "amounts": {"targets": {"values": [0.7, 2.4, 11.0]}, "meaning": "amounts"},
}
