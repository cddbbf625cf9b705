"""The HTTP server: on a signal it drains before it ends."""

import asyncio
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import prometheus_client
import uvicorn
from fastapi import FastAPI

from distscore.runtime.logs import configure
from distscore.runtime.protocol import with_header_deadline
from distscore.runtime.state import Runtime
from distscore.settings import Settings


def serve(app: FastAPI, settings: Settings, host: str, port: int) -> None:
    """Serve until a signal says to stop."""
    runtime: Runtime = app.state.runtime
    configure(settings.log_level)
    if settings.metrics_port is not None:
        try:
            prometheus_client.start_http_server(settings.metrics_port, host, runtime.metrics.registry)
        except OSError as error:
            sys.exit(f"distscore: DISTSCORE_METRICS_PORT: {error.strerror}: {settings.metrics_port}")
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        loop="uvloop",
        http=with_header_deadline(settings.header_seconds),
        ws="none",
        lifespan="on",
        access_log=False,
        log_config=None,
        server_header=False,
        proxy_headers=False,
        backlog=2048,
        timeout_keep_alive=75,
        timeout_graceful_shutdown=max(1, round(settings.shutdown_seconds)),
    )
    Server(config, runtime).run()


class Server(uvicorn.Server):
    """On SIGTERM: not ready, still serving for a while so that balancers notice, then closed; the exit code is 0."""

    def __init__(self, config: uvicorn.Config, runtime: Runtime) -> None:
        super().__init__(config)
        self.runtime = runtime

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self.drain)
        loop.add_signal_handler(signal.SIGINT, self.interrupt)
        yield

    def drain(self) -> None:
        """SIGTERM."""
        if not self.runtime.draining:
            self.runtime.begin_drain()
            asyncio.get_running_loop().call_later(self.runtime.settings.drain_seconds, self.close)

    def interrupt(self) -> None:
        """Ctrl-C: at once; twice: whatever is in flight."""
        if self.should_exit:
            self.force_exit = True
            self.runtime.stop()
        self.runtime.begin_drain()
        self.close()

    def close(self) -> None:
        """No further requests."""
        self.runtime.closed = True
        self.should_exit = True
