"""The HTTP server: it binds its address before anything else, and on a signal it drains before it ends."""

import asyncio
import gc
import logging
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from functools import partial
from typing import Any

import uvicorn
from fastapi import FastAPI

from distscore.runtime.connection import Connection
from distscore.runtime.logs import configure
from distscore.runtime.metrics import exposition_of
from distscore.runtime.recording import Recorder
from distscore.runtime.state import Runtime
from distscore.settings import Settings, WrongSetting


def bind(host: str, port: int) -> socket.socket:
    """A socket bound to an address, port 0 being any free one; it does not listen yet, so that nobody waits there."""
    try:
        return _bound(host, port)
    except OSError as error:
        raise WrongSetting(f"cannot listen on {host}, port {port}: {error.strerror}") from None


def _bound(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # unnamed, the loop would delay packets
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # else a restart waits for old connections
        if listener.family == socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)  # `::` is every address, IPv4 too
        listener.bind((host, port))
    except OSError:
        listener.close()
        raise
    return listener


def url_of(listener: socket.socket) -> str:
    """The URL of the service at a bound socket."""
    host, port, *_ = listener.getsockname()
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(app: FastAPI, settings: Settings, listener: socket.socket, announce: Callable[[str], None]) -> None:
    """Serve on a bound socket until a signal says to stop; `announce` is given the URL once the service listens."""
    runtime: Runtime = app.state.runtime
    configure(settings.log_level)
    connection: Any = partial(Connection, settings, Recorder(runtime.metrics))
    config = uvicorn.Config(
        app,
        loop="asyncio",
        http=connection,
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
    with metrics_listener(listener, settings.metrics_port) as metrics:
        Server(config, runtime, announce, metrics).run([listener])


@contextmanager
def metrics_listener(main: socket.socket, port: int | None) -> Iterator[socket.socket | None]:
    """A socket on the same address and the port of the metrics; none if they have no port of their own."""
    if port is None:
        yield None
        return
    try:
        found = _bound(main.getsockname()[0], port)
    except OSError as error:
        raise WrongSetting(f"DISTSCORE_METRICS_PORT: {error.strerror}: {port}") from None
    with found:
        yield found


class Server(uvicorn.Server):
    """On SIGTERM: not ready, still serving for a while so that balancers notice, then closed; the exit code is 0."""

    def __init__(
        self,
        config: uvicorn.Config,
        runtime: Runtime,
        announce: Callable[[str], None],
        metrics: socket.socket | None = None,
    ) -> None:
        super().__init__(config)
        self.runtime, self.announce, self.metrics = runtime, announce, metrics

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        gc.collect()
        gc.freeze()  # a collection that looks at the whole application takes 90 ms, in which no probe is answered
        if self.metrics is not None:
            self.servers.append(await self.serve_metrics(self.metrics))
        for url in map(url_of, sockets or ()):
            logging.getLogger(__name__).info("Listening on %s", url)
            self.announce(url)

    async def serve_metrics(self, listener: socket.socket) -> asyncio.Server:
        """Answer GET /metrics on a port of its own, with the same bounds on connections as everywhere."""
        config = copy(self.config)
        config.loaded_app = exposition_of(self.runtime.metrics)
        connection: Any = config.http_protocol_class
        opened = partial(connection, config=config, server_state=self.server_state, app_state={})
        return await asyncio.get_running_loop().create_server(opened, sock=listener)

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGTERM, self.drain)
        loop.add_signal_handler(signal.SIGHUP, self.drain)  # the terminal has gone
        loop.add_signal_handler(signal.SIGINT, self.interrupt)
        yield

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        await super().shutdown(sockets)
        if self.force_exit:  # else the end of the loop cancels what is unfinished, and logs errors
            for task in self.server_state.tasks:
                task.cancel()
            await self.lifespan.shutdown()

    def drain(self) -> None:
        """Answer SIGTERM and SIGHUP: report not ready now, and close the listener after the drain time."""
        if not self.runtime.draining:
            self.runtime.begin_drain()
            asyncio.get_running_loop().call_later(self.runtime.settings.drain_seconds, self.close)

    def interrupt(self) -> None:
        """Answer Ctrl-C: close at once and finish the requests in flight; the second time abandon those as well."""
        if self.should_exit:
            self.force_exit = True
        self.runtime.begin_drain()
        self.close()

    def close(self) -> None:
        """Take no further requests, close the listener and end when those in flight are answered."""
        self.runtime.closed = True
        self.should_exit = True
