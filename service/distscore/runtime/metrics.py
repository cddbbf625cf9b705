"""Prometheus metrics of one process. Labels are route templates, never paths, so that their number is bounded."""

from collections.abc import Callable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp

CONTENT_TYPE = CONTENT_TYPE_LATEST
STAGES = ("decode", "score", "encode")
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class Metrics:
    """The Prometheus metrics of one process, in a registry of their own so that several can live in one interpreter."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        labels = ("http_request_method", "http_route", "http_response_status_code")
        self.duration = Histogram(
            "http_server_request_duration_seconds",
            "Time from the headers of a request to its answer",
            labels,
            buckets=BUCKETS,
            registry=self.registry,
        )
        self.rows = Counter("distscore_rows", "Rows scored", registry=self.registry)
        self.stages = Counter("distscore_stage_seconds", "Time spent per stage", ("stage",), registry=self.registry)
        self.rejected = Counter(
            "distscore_rejected", "Requests answered by an error", ("code",), registry=self.registry
        )
        self.busy = Gauge("distscore_busy_slots", "Requests that compute in a worker", registry=self.registry)
        self.admitted = Gauge(
            "distscore_admitted_requests", "Requests admitted, waiting ones too", registry=self.registry
        )
        self.unread = Gauge(
            "distscore_unread_answers", "Answers that are being sent to their clients", registry=self.registry
        )

        # Looking labels up costs more than counting.
        self._answers: dict[tuple[str, str, int], Histogram] = {}
        self._stages = {stage: self.stages.labels(stage) for stage in STAGES}

    def watch(self, busy: Callable[[], int], admitted: Callable[[], int], unread: Callable[[], int]) -> None:
        """Read the gauges from these functions: busy workers, admitted requests, answers that are being sent."""
        self.busy.set_function(busy)
        self.admitted.set_function(admitted)
        self.unread.set_function(unread)

    def record(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answer and the seconds it took, by method, route template and status."""
        labels = (method, route, status)
        answers = self._answers.get(labels)
        if answers is None:
            answers = self._answers[labels] = self.duration.labels(*labels)
        answers.observe(seconds)

    def record_work(self, rows: int, timings: Mapping[str, float]) -> None:
        """Add the rows of one POST, and the seconds of each of its stages: decode, score, encode."""
        self.rows.inc(rows)
        for stage, seconds in timings.items():
            self._stages[stage].inc(seconds)

    def exposition(self) -> bytes:
        """All metrics in the text format of Prometheus."""
        return generate_latest(self.registry)


def exposition_of(metrics: Metrics) -> ASGIApp:
    """An application that knows nothing but GET /metrics."""

    async def answer(_: Request) -> Response:
        return Response(metrics.exposition(), media_type=CONTENT_TYPE)

    return Starlette(routes=[Route("/metrics", answer)])
