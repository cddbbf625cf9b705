"""What the process is doing: ready or not, draining or not, and how many requests are inside."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from time import monotonic

from distscore.runtime.metrics import Metrics
from distscore.settings import Settings, WrongSetting
from distscore.wire.errors.problems import Draining, Overloaded

SATURATED_SECONDS = 10.0


class Runtime:
    """The state of one process, touched from the event loop only."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.metrics = Metrics()
        self.workers = ThreadPoolExecutor(settings.concurrency, thread_name_prefix="score")
        self.keys = read_keys(settings)
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
        """Whether traffic should be sent here."""
        since = self._saturated_since
        saturated = since is not None and monotonic() - since > SATURATED_SECONDS
        return self.ready and not self.draining and (self.settings.ready_when_saturated or not saturated)

    def begin_drain(self) -> None:
        """Stop being ready, so that balancers send nothing more; what comes all the same is still served."""
        self.draining = True

    def stop(self) -> None:
        """Let no worker begin or continue."""
        self.stopped = True
        self.workers.shutdown(wait=False, cancel_futures=True)

    @contextmanager
    def admitted(self) -> Iterator[None]:
        """A place for a request, from its headers to its answer; decided before the body is read."""
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
        """A worker was given something to do."""
        self.computing += 1
        if self.computing >= self.settings.concurrency and self._saturated_since is None:
            self._saturated_since = monotonic()

    def end_computing(self) -> None:
        """A worker is done, whether anyone waited for it or not."""
        self.computing -= 1
        if self.computing < self.settings.concurrency:
            self._saturated_since = None

    def end_abandoned(self) -> None:
        """A worker noticed that time was up."""
        self.abandoned -= 1


def read_keys(settings: Settings) -> list[bytes]:
    """The API keys, one per line; none means that nobody has to show one."""
    if settings.api_keys_file is None:
        return []
    try:
        lines = [line.strip() for line in settings.api_keys_file.read_bytes().splitlines()]
    except OSError as error:
        raise WrongSetting(f"DISTSCORE_API_KEYS_FILE: {error.strerror}: {settings.api_keys_file}") from None
    keys = [line for line in lines if line and not line.startswith(b"#")]
    if not keys:
        raise WrongSetting(f"DISTSCORE_API_KEYS_FILE: {settings.api_keys_file} has no keys: nobody could get in")
    return keys
