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
    table_body_bytes: int = Field(description="The largest CSV or Parquet file, unpacked.")
    rows: int = Field(description="The most rows of a batch.")
    entries: int = Field(description="The most numbers of a batch.")
    classes: int = Field(description="The most classes, labels or draws of a row.")
    concurrency: int = Field(description="How many requests compute at the same time.")
    queue: int = Field(description="How many may wait besides.")
    worker_bytes: int = Field(description="The memory that one request may take while it computes.")
    receiving_places: int = Field(description="How many bodies may be here, still arriving or not yet answered.")
    receiving_bytes: int = Field(description="The bytes of these bodies together.")
    unread_answers: int = Field(description="How many answers may wait to be read by their clients.")
    unread_bytes: int = Field(description="The bytes of these answers, beyond which no further one is computed.")
    body_seconds: float = Field(description="The time for a body to arrive.")
    request_seconds: float = Field(description="The time for an answer.")
    drain_seconds: float = Field(description="The time between not ready and closed.")
    unread_seconds: float = Field(description="The time for a client to take a quarter of a MiB of its answer.")
    receive_bytes_per_second: int = Field(description="The slowest pace of a body; 0 is none.")


STATUSES: dict[str, type[Model]] = {"/livez": Status, "/readyz": Status, "/v1/limits": LimitsInForce}
