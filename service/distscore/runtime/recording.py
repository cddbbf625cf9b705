"""What is kept of every request: a line in the log, and its numbers in the metrics."""

from collections.abc import Mapping

from distscore.runtime.logs import request_log
from distscore.runtime.metrics import Metrics

PROBES = frozenset({"/livez", "/readyz", "/metrics"})  # what those ask who watch the service


class Recorder:
    """Writes the log and the metrics of requests, those included that never were one."""

    def __init__(self, metrics: Metrics) -> None:
        self.metrics, self.log = metrics, request_log()

    def refused(self, code: str) -> None:
        """Count an answer that is an error, by its code."""
        self.metrics.rejected.labels(code).inc()

    def record(
        self,
        request_id: str,
        *,
        method: str = "other",
        route: str = "unmatched",
        status: int,
        code: str,
        seconds: float = 0.0,
        rows: int = 0,
        bytes_in: int = 0,
        bytes_out: int,
        stages: Mapping[str, float] | None = None,
    ) -> None:
        """Count one request, and log it: route template, status, sizes, and the seconds of its stages."""
        self.metrics.record(method, route, status, seconds)
        if stages:
            self.metrics.record_work(rows, stages)
        self.log.info(
            "request",
            request_id=request_id,
            method=method,
            route=route,
            status=status,
            code=code,
            seconds=round(seconds, 6),
            rows=rows,
            bytes_in=bytes_in,
            bytes_out=bytes_out,
            **{f"{stage}_seconds": round(spent, 6) for stage, spent in (stages or {}).items()},
        )
