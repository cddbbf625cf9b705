"""Small batches as requests to POST /v1/score, and their columns under the names that code uses."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

SOFT = [[0.7, 0.2, 0.1], [0.05, 0.9, 0.05], [0.3, 0.3, 0.4], [0.5, 0.0, 0.5]]
LOGITS = [[1.2, 0.4, -0.9], [0.3, 2.1, 0.2], [0.6, -0.7, 0.1], [1.5, 0.2, 0.9]]
POSITIVE_LOGITS = [[2.1, 0.4, 0.5], [0.3, 3.0, 0.8], [0.9, 0.6, 0.7], [1.8, 0.2, 0.9]]
SHARES = [[0.6, 0.3, 0.1], [0.2, 0.7, 0.1], [0.25, 0.35, 0.4], [0.5, 0.1, 0.4]]
CERTAIN = [[1.0, 0.0, 0.0], [0.2, 0.8, 0.0], [0.0, 0.4, 0.6], [0.0, 0.0, 1.0]]
ONE_HOT = [[0.0, 1.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, 1.0]]
VOTES = [[3, 1, 0], [0, 5, 1], [1, 1, 2], [2, 0, 0]]
LABELS = [0, 1, 2, 0]
WEIGHTS = [1.0, 2.0, 0.5, 3.0]
CLASS_WEIGHTS = [1.0, 2.0, 5.0]
EVENTS = [0.7, 0.0, 1.0, 0.35, 0.2]
EVENT_LOGITS = [0.4, -1.3, 2.2, 0.1, -0.6]
EVENT_SHARES = [0.6, 0.2, 0.9, 0.45, 0.3]
CERTAIN_EVENTS = [1.0, 1.0, 0.0, 0.45, 0.0]
SEVERAL = [[0.9, 0.2, 1.0], [0.0, 1.0, 0.4]]
SEVERAL_LOGITS = [[1.7, -1.1, 0.6], [-2.0, 1.5, 0.2]]
COUNTS = [2.0, 0.0, 5.0, 1.0, 3.0]
RATES = [1.7, 0.4, 4.2, 1.3, 2.6]
REAL = [0.3, -1.2, 2.5, 0.9]
MEANS = [0.1, -0.8, 1.7, 1.4]
VARIANCES = [0.49, 1.21, 0.09, 2.25]
AMOUNTS = [0.7, 2.4, 5.1, 0.2]
AMOUNT_MEANS = [1.1, 1.9, 4.0, 0.5]
UNIT = [0.1, 0.45, 1.0, 0.7]
TINY_RATES = [1.7, 1e-6, 4.2, 1.3, 2.6]


def request(family: str, targets: dict[str, Any], predictions: dict[str, Any], **options: Any) -> dict[str, Any]:
    """A request to POST /v1/score."""
    return {"family": family, "targets": targets, "predictions": predictions, **options}


def classes(targets: Any, predictions: dict[str, Any], **options: Any) -> dict[str, Any]:
    """Soft labels."""
    return request("categorical", {"probabilities": targets}, predictions, **options)


BATCHES: dict[str, dict[str, Any]] = {
    "soft": classes(SOFT, {"logits": LOGITS}),
    "soft_summed": classes(SOFT, {"logits": LOGITS}, reduction="sum"),
    "shares": classes(SOFT, {"probabilities": SHARES}),
    "brier": classes(SOFT, {"probabilities": SHARES}, loss="brier"),
    "positive_logits": classes(SOFT, {"logits": POSITIVE_LOGITS}),
    "certain": classes(ONE_HOT, {"probabilities": CERTAIN}),
    "all_soft": classes([SOFT[0], SOFT[1], SOFT[2], SHARES[0]], {"probabilities": SHARES}),
    "amounts": classes(SOFT, {"probabilities": [[0.5, 0.3, 0.1], *SHARES[1:]]}, normalization="none"),
    "labels": request("categorical", {"labels": LABELS}, {"logits": LOGITS}),
    "labels_of_shares": request("categorical", {"labels": LABELS}, {"probabilities": SHARES}),
    "weighted": classes(SOFT, {"logits": LOGITS}, sample_weights=WEIGHTS),
    "class_weights": request("categorical", {"labels": LABELS}, {"logits": LOGITS}, class_weights=CLASS_WEIGHTS),
    "ignored": request("categorical", {"labels": [0, 1, -100, 0]}, {"logits": LOGITS}, ignore_label=-100),
    "soft_class_weights": classes(SOFT, {"logits": LOGITS}, class_weights=CLASS_WEIGHTS),
    "votes": request("categorical", {"counts": VOTES}, {"logits": LOGITS}),
    "event": request("bernoulli", {"probabilities": EVENTS}, {"logits": EVENT_LOGITS}),
    "event_shares": request("bernoulli", {"probabilities": EVENTS}, {"probabilities": EVENT_SHARES}),
    "certain_events": request("bernoulli", {"probabilities": EVENTS}, {"probabilities": CERTAIN_EVENTS}),
    "certain_labels": request(
        "bernoulli", {"probabilities": [1.0, 0.0, 0.0, 1.0]}, {"probabilities": [0.0, 1.0, 0.3, 0.45]}
    ),
    "binomial": request("bernoulli", {"successes": [3, 1, 4], "trials": [6, 5, 9]}, {"probabilities": [0.4, 0.4, 0.4]}),
    "several": request("multilabel", {"probabilities": SEVERAL}, {"logits": SEVERAL_LOGITS}),
    "several_weighted": request(
        "multilabel", {"probabilities": SEVERAL}, {"logits": SEVERAL_LOGITS}, sample_weights=[2.0, 0.5]
    ),
    "masked": request(
        "multilabel",
        {"probabilities": SEVERAL},
        {"logits": SEVERAL_LOGITS},
        mask=[[True, True, False], [True, True, True]],
    ),
    "poisson": request("poisson", {"values": COUNTS}, {"rate": RATES}),
    "tiny_rates": request("poisson", {"values": [2.0, 1.0, 5.0, 1.0, 3.0]}, {"rate": TINY_RATES}),
    "negative_binomial": request(
        "negative_binomial", {"values": COUNTS}, {"mean": RATES}, family_parameters={"dispersion": 0.6}
    ),
    "gaussian": request("gaussian", {"values": REAL}, {"mean": MEANS, "variance": VARIANCES}),
    "tiny_variances": request("gaussian", {"values": REAL}, {"mean": MEANS, "variance": [0.49, 1.21, 0.09, 1e-8]}),
    "squared": request("gaussian", {"values": REAL}, {"mean": MEANS}, loss="mean_squared_error"),
    "laplace": request("laplace", {"values": REAL}, {"location": MEANS, "scale": [0.7, 1.1, 0.3, 1.5]}),
    "gamma": request("gamma", {"values": AMOUNTS}, {"mean": AMOUNT_MEANS}, family_parameters={"shape": 1.5}),
    "gamma_rates": request("gamma", {"values": AMOUNTS}, {"shape": [1.5, 2.0, 3.0, 0.8], "rate": [1.2, 0.7, 0.9, 2.1]}),
    "exponential": request("exponential", {"values": AMOUNTS}, {"rate": [1.2, 0.7, 0.4, 2.1]}),
    "log_normal": request("log_normal", {"values": AMOUNTS}, {"location": [0.1, 0.6, 1.4, -1.0], "scale": [0.5] * 4}),
    "unit": request("continuous_bernoulli", {"values": UNIT}, {"lam": [0.2, 0.5, 0.8, 0.6]}),
    "unit_logits": request("continuous_bernoulli", {"values": UNIT}, {"logits": [-1.2, 0.1, 1.5, 0.4]}),
}


def columns_of(batch: str) -> dict[str, Array]:
    """The arrays of a batch: `target_<column>`, `<column>` of predictions, and `q` where logits make probabilities."""
    document = BATCHES[batch]
    arrays = {f"target_{name}": np.array(values) for name, values in document["targets"].items()}
    arrays |= {name: np.array(values, dtype=float) for name, values in document["predictions"].items()}
    arrays |= {
        name: np.array(document[name]) for name in ("sample_weights", "class_weights", "mask") if name in document
    }
    if "logits" in arrays:
        z = arrays["logits"]
        exclusive = document["family"] == "categorical"
        arrays["q"] = np.exp(z) / np.exp(z).sum(axis=1, keepdims=True) if exclusive else 1 / (1 + np.exp(-z))
    constants = {name: np.array(value) for name, value in document.get("family_parameters", {}).items()}
    return arrays | constants
