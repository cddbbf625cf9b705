"""The state of the serving process: ready, draining or closed, and the places that requests hold."""

from time import monotonic

from distscore.page.vega import Vega
from distscore.runtime.jobs import body_limits
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
        self.body_limits = body_limits(settings)
        self.metrics = Metrics()
        self.keys = Keys(settings.api_keys_file)
        self.renderer = Renderer()
        self.vega = Vega()
        self.turns = Turns()
        self.ready = False
        self.draining = False  # not ready, still serving
        self.closed = False  # no longer serving
        self.bodies = Places(settings.receiving_places, settings.receiving_bytes, "Too many bodies are arriving")
        many = settings.concurrency
        self.computing = Places(many + settings.waiting, 0, "All places are taken", many)
        self.unread = Places(settings.unread_answers, settings.unread_bytes, "Too many answers are not yet read")
        self.metrics.watch(
            busy=lambda: 0 if pool is None else pool.busy,
            admitted=lambda: self.bodies.taken,
            unread=lambda: self.unread.taken,
        )

    def is_ready(self) -> bool:
        """Whether traffic should be sent here: warmed up, not draining and, if so set, not saturated for 10 seconds."""
        since = self.computing.since
        saturated = since is not None and monotonic() - since > SATURATED_SECONDS
        return self.ready and not self.draining and (self.settings.ready_when_saturated or not saturated)

    def begin_drain(self) -> None:
        """Report not ready, so that balancers send no more; requests that come all the same are still served."""
        self.draining = True

    def receiving(self, size: int) -> Taken:
        """A place to hold for a body of so many bytes, as far as that is known, from its headers to its answer."""
        if self.closed:
            raise Draining("The service is shutting down; send the request again.", {"Retry-After": "1"})
        return self.bodies.take(size)

    def admitted(self) -> Taken:
        """A place to wait and to compute, which there is if answers that were computed before are read as well."""
        self.unread.check()
        return self.computing.take()
