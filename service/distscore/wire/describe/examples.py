"""A request that works for every family: in the catalog, in the OpenAPI document, and posted by the tests."""

from typing import Any

from distscore.core.families import FAMILIES

EXAMPLES: dict[str, dict[str, Any]] = {name: {"family": name, **family.example} for name, family in FAMILIES.items()}

ADVISE_EXAMPLES: dict[str, dict[str, Any]] = {
    "soft_labels": {"targets": {"probabilities": [[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]]}},
    "intensities": {"targets": {"values": [0.1, 0.45, 1.0]}, "predictions": {"logits": [-1.5, 0.2, 3.0]}},
    "amounts": {"targets": {"values": [0.7, 2.4, 11.0]}, "meaning": "amounts"},
}
