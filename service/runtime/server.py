"""The HTTP server: signals that drain first, and headers that must arrive in time."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import prometheus_client
import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from service.runtime.logs import configure
from service.runtime.state import Runtime
from service.settings import Settings
from service.wire import problems


def serve(app: FastAPI, settings: Settings, host: str, port: int) -> None:
    """Serve until a signal says to stop."""
    runtime: Runtime = app.state.runtime
    configure(settings.log_level)
    if settings.metrics_port is not None:
        prometheus_client.start_http_server(settings.metrics_port, host, runtime.metrics.registry)
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
        self.force_exit = self.should_exit
        self.runtime.begin_drain()
        self.close()

    def close(self) -> None:
        """No further requests."""
        self.runtime.closed = True
        self.should_exit = True


def with_header_deadline(seconds: float) -> type[asyncio.Protocol]:
    """The server's protocol, hanging up on connections whose headers do not arrive."""

    class Protocol(HttpToolsProtocol):
        _deadline: asyncio.TimerHandle | None = None

        def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
            super().connection_made(transport)
            self._expect_headers()

        def on_message_begin(self) -> None:
            super().on_message_begin()
            if self._deadline is None:
                self._expect_headers()

        def on_headers_complete(self) -> None:
            self._forget()
            super().on_headers_complete()

        def connection_lost(self, exc: Exception | None) -> None:
            self._forget()
            super().connection_lost(exc)

        def send_400_response(self, msg: str) -> None:
            problem = problems.of_status(400)
            problem.detail = msg
            body = problems.render(problem, "")
            self.transport.write(
                b"HTTP/1.1 400 Bad Request\r\nconnection: close\r\n"
                b"content-type: %s\r\ncontent-length: %d\r\n\r\n" % (problems.MEDIA_TYPE.encode(), len(body)) + body
            )
            self.transport.close()

        def _expect_headers(self) -> None:
            self._deadline = self.loop.call_later(seconds, self._hang_up)

        def _forget(self) -> None:
            if self._deadline is not None:
                self._deadline.cancel()
                self._deadline = None

        def _hang_up(self) -> None:
            self._deadline = None
            if not self.transport.is_closing():
                self.transport.close()

    protocol: Any = Protocol
    return protocol  # type: ignore[no-any-return]
