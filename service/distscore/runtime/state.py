"""The state of the serving process: ready, draining or closed, and the places that requests hold."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from distscore.page.vega import Vega
from distscore.runtime.keys import Keys
from distscore.runtime.metrics import Metrics
from distscore.runtime.places import Places, Taken
from distscore.runtime.renderer import Renderer
from distscore.runtime.turns import Turns
from distscore.runtime.workers.pool import Pool
from distscore.settings import Settings
from distscore.wire.errors.problems import Draining

SATURATED_SECONDS = 10.0


class Runtime:
    """The state of one process: its places, its workers, its keys, its metrics. Only the event loop changes it."""

    def __init__(self, settings: Settings, pool: Pool | None = None) -> None:
        self.settings, self.pool = settings, pool
        self.metrics = Metrics()
        self.keys = Keys(settings.api_keys_file)
        self.renderer = Renderer()
        self.vega = Vega()
        self.turns = Turns()
        self.ready = False
        self.draining = False  # not ready, still serving
        self.closed = False  # no longer serving
        self.bodies = Places(settings.receiving_places, settings.receiving_bytes, "Too many bodies are arriving")
        self.computing = Places(settings.concurrency + settings.waiting, 0, "All places are taken")
        self.unread = Places(settings.unread_answers, settings.unread_bytes, "Too many answers are not yet read")
        self.metrics.watch(
            busy=lambda: 0 if pool is None else pool.busy,
            admitted=lambda: self.bodies.taken,
            unread=lambda: self.unread.taken,
        )
        self._saturated_since: float | None = None

    def is_ready(self) -> bool:
        """Whether traffic should be sent here: warmed up, not draining and, if so set, not saturated for 10 seconds."""
        since = self._saturated_since
        saturated = since is not None and monotonic() - since > SATURATED_SECONDS
        return self.ready and not self.draining and (self.settings.ready_when_saturated or not saturated)

    def begin_drain(self) -> None:
        """Report not ready, so that balancers send no more; requests that come all the same are still served."""
        self.draining = True

    @contextmanager
    def receiving(self, size: int) -> Iterator[Taken]:
        """Hold a place for a body of so many bytes, as far as that is known, from its headers to its answer."""
        if self.closed:
            raise Draining("The service is shutting down; send the request again.", {"Retry-After": "1"})
        with self.bodies.take(size) as taken:
            yield taken

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """Hold a place to wait and to compute, which there is if answers that were computed before are read as well."""
        self.unread.check()
        with self.computing.take():
            if self.computing.taken >= self.settings.concurrency and self._saturated_since is None:
                self._saturated_since = monotonic()
            try:
                yield
            finally:
                if self.computing.taken <= self.settings.concurrency:
                    self._saturated_since = None
