"""Models of what the service says about itself."""

from pydantic import Field

from distscore.wire.describe.diagnostics import Model


class Status(Model):
    """The answer of a probe: what the process is doing."""

    status: str = Field(description="alive, ready, or not ready.")


class LimitsInForce(Model):
    """Every limit in force, and the version."""

    version: str = Field(description="Of the service.")
    json_body_bytes: int = Field(description="The largest JSON body, unpacked.")
    arrow_body_bytes: int = Field(description="The largest Arrow body, unpacked.")
    rows: int = Field(description="The most rows of a batch.")
    entries: int = Field(description="The most numbers of a batch.")
    classes: int = Field(description="The most classes, labels or draws of a row.")
    concurrency: int = Field(description="How many requests compute at the same time.")
    queue: int = Field(description="How many may wait besides.")
    body_seconds: float = Field(description="The time for a body to arrive.")
    request_seconds: float = Field(description="The time for an answer.")
    drain_seconds: float = Field(description="The time between not ready and closed.")
    receive_bytes_per_second: int = Field(description="The slowest pace of a body; 0 is none.")


STATUSES: dict[str, type[Model]] = {"/livez": Status, "/readyz": Status, "/v1/limits": LimitsInForce}
