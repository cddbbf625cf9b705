"""What the OpenAPI document says about Arrow streams, which it can only describe in words."""

from typing import Any

COLUMN = "one column per array with an entry per row, under its dotted name"
BINARY: dict[str, Any] = {"type": "string", "format": "binary"}

ARROW_REQUEST = BINARY | {
    "description": f"An Arrow IPC stream: {COLUMN} (`targets.probabilities`, `predictions.logits`, `sample_weights`, "
    "`mask`), `FixedSizeList` where a row has several entries, of float64, float32, integers or, for `mask`, booleans, "
    "without nulls, dictionaries or compressed buffers. All other members of ScoreRequest are one JSON object in the "
    "metadata of the schema, under the key `request`."
}
ARROW_RESPONSE = BINARY | {
    "description": f"An Arrow IPC stream: {COLUMN} (`losses`, `gradients.logits`), with infinities as they are; "
    "derivatives of float32 columns are float32. All other members of ScoreResponse are one JSON object in the "
    "metadata of the schema, under the key `response`. Record batches have at most 65 536 rows."
}
