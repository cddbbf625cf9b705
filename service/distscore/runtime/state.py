"""The state of the serving process: ready, draining or closed, and how many requests are admitted and computing."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic

from distscore.runtime.keys import Keys
from distscore.runtime.metrics import Metrics
from distscore.settings import Settings
from distscore.wire.errors.problems import Draining, Overloaded

SATURATED_SECONDS = 10.0


class Runtime:
    """The state of one process: its places, its workers, its keys, its metrics. Only the event loop changes it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.workers = ThreadPoolExecutor(settings.concurrency, thread_name_prefix="score")
        self.keys = Keys(settings.api_keys_file)
        self.ready = False
        self.draining = False  # not ready, still serving
        self.closed = False  # no longer serving
        self.stopped = False  # no longer computing either
        self.admitted_requests = 0
        self.computing = 0
        self.abandoned = 0  # computing, though nobody waits any more
        self.metrics.watch(computing=lambda: self.computing, admitted=lambda: self.admitted_requests)
        self._saturated_since: float | None = None

    def is_ready(self) -> bool:
        """Whether traffic should be sent here: warmed up, not draining and, if so set, not saturated for 10 seconds."""
        since = self._saturated_since
        saturated = since is not None and monotonic() - since > SATURATED_SECONDS
        return self.ready and not self.draining and (self.settings.ready_when_saturated or not saturated)

    def begin_drain(self) -> None:
        """Report not ready, so that balancers send no more; requests that come all the same are still served."""
        self.draining = True

    def stop(self) -> None:
        """Let no worker begin another computation, or go on with one beyond its next check."""
        self.stopped = True
        self.workers.shutdown(wait=False, cancel_futures=True)

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """Hold a place for a request from its headers to its answer; `Overloaded` or `Draining` where there is none."""
        if self.closed:
            raise Draining("The service is shutting down; send the request again.", {"Retry-After": "1"})
        if self.admitted_requests + self.abandoned >= self.settings.concurrency + self.settings.waiting:
            raise Overloaded("All places are taken; send the request again in a moment.", {"Retry-After": "1"})
        self.admitted_requests += 1
        try:
            yield
        finally:
            self.admitted_requests -= 1

    def begin_computing(self) -> None:
        """Count a worker that begins to compute, and note since when all of them do."""
        self.computing += 1
        if self.computing >= self.settings.concurrency and self._saturated_since is None:
            self._saturated_since = monotonic()

    def end_computing(self) -> None:
        """Count a worker that has ended, whether or not anyone still waits for its answer."""
        self.computing -= 1
        if self.computing < self.settings.concurrency:
            self._saturated_since = None

    def end_abandoned(self) -> None:
        """Give back the place of a request that was answered with 504 while its worker still computed."""
        self.abandoned -= 1
