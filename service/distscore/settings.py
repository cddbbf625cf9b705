"""Every setting, read from DISTSCORE_* environment variables; a wrong name or value stops the service at start."""

import os
import re
import sys
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

MIB = 1 << 20
PREFIX = "DISTSCORE_"
CLIENT = {"DISTSCORE_URL", "DISTSCORE_API_KEY"}  # which are the client's, in whatever environment both run
OPTIONS = {"DISTSCORE_HOST": "--host", "DISTSCORE_PORT": "--port"}  # of the command line, often looked for here
# What Kubernetes sets in every container beside a Service that is called distscore.
SERVICE_LINK = re.compile(r"DISTSCORE_(SERVICE_(HOST|PORT\w*)|PORT_\d+_\w+)|DISTSCORE_PORT=\w+://.*")
Seconds = Annotated[float, Field(gt=0, le=3600)]
Count = Annotated[int, Field(ge=1, le=1 << 40)]


def processors() -> int:
    """How many processors this process may use: those of its affinity, or fewer by the quota of its control group."""
    available = len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1
    try:
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text(encoding="ascii").split()
        return max(1, min(available, round(int(quota) / int(period))))
    except (OSError, ValueError):  # no control group of version 2, or no quota
        return available


class WrongSetting(Exception):
    """A reason why the service cannot start, as one line that names the setting or option."""


class Settings(BaseSettings):
    """The settings of one service: limits in bytes and numbers, deadlines in seconds, what is shown and logged."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    json_body_bytes: Count = Field(64 * MIB, title="Largest JSON body, decoded")
    arrow_body_bytes: Count = Field(64 * MIB, title="Largest Arrow body, decoded")
    table_body_bytes: Count = Field(64 * MIB, title="Largest CSV or Parquet file, decoded")
    rows: Count = Field(2_000_000, title="Most rows of a batch")
    entries: Count = Field(4_000_000, title="Most numbers of a batch")
    classes: Count = Field(300_000, title="Most classes, labels or draws of a row")
    concurrency: Count = Field(default_factory=processors, title="Requests that compute at the same time")
    queue: int | None = Field(
        None, ge=0, le=10_000, title="Requests that may wait besides; half as many as compute if unset"
    )
    worker_bytes: Count = Field(
        512 * MIB, title="Memory of one worker beyond what all share; its answer may take half as much again"
    )
    receiving_places: Count = Field(
        64, title="Bodies that may be here at the same time, still arriving or not answered"
    )
    receiving_bytes: Count = Field(256 * MIB, title="Bytes of these bodies together")
    unread_answers: Count = Field(64, title="Answers that may wait to be read by their clients")
    unread_bytes: Count = Field(256 * MIB, title="Bytes of these answers, beyond which no further one is computed")
    unread_seconds: Seconds = Field(10.0, title="Time for a client to take a quarter of a MiB of its answer")
    body_seconds: Seconds = Field(30.0, title="Time for a body to arrive")
    header_seconds: Seconds = Field(10.0, title="Time for the headers of a request to arrive")
    receive_bytes_per_second: int = Field(
        1024, ge=0, le=1 << 30, title="Slowest pace of a body, after a grace of 5 seconds; 0 is none"
    )
    request_seconds: Seconds = Field(60.0, title="Time for an answer, from the complete body on")
    drain_seconds: float = Field(2.0, ge=0, le=600, title="Time between not ready and closed, on SIGTERM")
    shutdown_seconds: Seconds = Field(10.0, title="Time for requests in flight to end, after the drain")
    inline_bytes: int = Field(16_384, ge=0, le=MIB, title="Bodies up to this size are scored on the event loop")
    compress_minimum_bytes: Count = Field(1024, title="Smallest answer that is compressed")
    compress_maximum_bytes: Count = Field(MIB, title="Largest answer that is compressed")
    api_keys_file: Path | None = Field(None, title="File of API keys, one per line; none means no keys are asked for")
    metrics_port: int | None = Field(None, ge=1, le=65535, title="Own port for /metrics; beside the API if unset")
    cors_origins: tuple[str, ...] = Field((), title="Origins whose pages may call the service")
    ready_when_saturated: bool = Field(True, title="Stay ready when all slots have been taken for 10 seconds")
    page: bool = Field(True, title="Whether there is a page for people at /")
    log_level: str = Field("info", pattern="^(debug|info|warning|error)$", title="Least level that is logged")

    @property
    def waiting(self) -> int:
        """How many requests may wait for a place to compute: `queue`, or half as many as may compute.

        So waiting takes equal ones about half as long as computing does, where several compute.
        """
        return (self.concurrency + 1) // 2 if self.queue is None else self.queue

    def limits(self) -> dict[str, float | int]:
        """The limits in force by name, as GET /v1/limits answers them."""
        shown = ["json_body_bytes", "arrow_body_bytes", "table_body_bytes", "rows", "entries", "classes", "concurrency"]
        shown += ["receiving_places", "receiving_bytes", "worker_bytes", "unread_answers", "unread_bytes"]
        shown += ["body_seconds", "request_seconds", "drain_seconds", "unread_seconds", "receive_bytes_per_second"]
        return self.model_dump(include={*shown}) | {"queue": self.waiting}


def read_settings() -> Settings:
    """The settings that the environment says; `WrongSetting` for a name that is none, and for a value out of range."""
    check_names(os.environ)
    try:
        return Settings()
    except SettingsError as error:
        name = PREFIX + str(error).split('"')[1].upper()
        raise WrongSetting(f'{name}: not valid JSON; a list looks like ["https://a.example"]') from None
    except ValidationError as error:
        wrong = error.errors()[0]
        name = PREFIX + "_".join(map(str, wrong["loc"])).upper()
        raise WrongSetting(f"{name}: {wrong['msg']}, got {wrong['input']!r}") from None


def check_names(environment: Mapping[str, str]) -> None:
    """Refuse a variable with the prefix that is no setting, and name the nearest one: ignored, it would do nothing."""
    known = [field.upper() for field in Settings.model_fields]
    for variable, value in environment.items():
        name = variable.upper()
        field = name.removeprefix(PREFIX)
        if (
            field in (name, *known)
            or name in CLIENT
            or SERVICE_LINK.fullmatch(name)
            or SERVICE_LINK.fullmatch(f"{name}={value}")
        ):
            continue
        nearest = get_close_matches(field, known, 1)
        advice = f"did you mean {PREFIX}{nearest[0]}?" if nearest else "the README lists the settings"
        if name in OPTIONS:
            advice = f"say distscore serve {OPTIONS[name]} instead"
        raise WrongSetting(f"{variable}: there is no such setting; {advice}")
