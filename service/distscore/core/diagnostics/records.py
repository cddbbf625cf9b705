"""The types of which the answers of diagnostics are made.

An answer is a TypedDict: what JSON has, and nothing else. Each member says in `Annotated` what it is; the response
models and the OpenAPI document are derived from that. A member that a batch does not have is `NotRequired` and
absent; one that is undefined (0/0) or infinite is None.
"""

import math
from typing import Annotated, TypedDict

Number = float | None


class Figure(TypedDict):
    """A mean loss and its standard error."""

    value: Annotated[Number, "The mean loss; null where it is infinite or undefined."]
    standard_error: Annotated[Number, "Of the mean; null where fewer than two rows count, or where sums do not tell."]


def finite(value: float | None) -> float | None:
    """A number as answers show it: None where it is infinite, NaN or missing."""
    return value if value is not None and math.isfinite(value) else None
