"""Calls over HTTP, by httpx: one pool of connections, asked again while the service has no place."""

import asyncio
import time

import httpx

from distscore import __version__
from distscore.client.errors import Unreachable
from distscore.client.patience import Patience
from distscore.client.transport import Call, Reply

# Faults of a connection, after which another attempt may succeed; of times that ran out only that of connecting.
FAULTS = (httpx.NetworkError, httpx.RemoteProtocolError, httpx.ConnectTimeout)
LATE = "no answer in time; Client(seconds=...) waits longer"


class _Http:
    """What both transports know: where the service is, how to address it, how long to try."""

    def __init__(self, url: str, key: str, patience: float) -> None:
        self._url, self._patience = url.rstrip("/"), patience
        self._headers = {"User-Agent": f"distscore/{__version__}", "Accept-Encoding": "identity"}
        if key:
            self._headers["Authorization"] = f"Bearer {key}"

    def _request(self, http: httpx.Client | httpx.AsyncClient, call: Call) -> httpx.Request:
        url = f"{self._url}{call.path}" + (f"?{call.query}" if call.query else "")
        headers = {**self._headers, **call.headers}
        return http.build_request(call.method, url, headers=headers, content=bytes(call.content) or None)

    def _pause(self, patience: Patience, error: Exception) -> float:
        """Seconds until the next attempt after a fault; raises Unreachable where there is none."""
        pause = patience.pause() if isinstance(error, FAULTS) else None
        if pause is None:
            late = isinstance(error, httpx.TimeoutException)
            what = LATE if late else str(error) or type(error).__name__
            raise Unreachable(f"{self._url}: {what} (attempts: {max(1, patience.attempts)})") from error
        return pause


class HttpTransport(_Http):
    """Synchronous calls, from any number of threads; it closes `http` only where it `owns` it."""

    def __init__(self, url: str, key: str, patience: float, http: httpx.Client, owns: bool) -> None:
        super().__init__(url, key, patience)
        self._http, self._owns = http, owns

    def send(self, call: Call) -> Reply:
        patience = Patience(self._patience)
        while True:
            pause: float | None
            try:
                reply = _reply(self._http.send(self._request(self._http, call)))
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                pause = self._pause(patience, error)
            else:
                pause = patience.pause(reply)
                if pause is None:
                    return reply
            time.sleep(pause)

    def close(self) -> None:
        if self._owns:
            self._http.close()


class AsyncHttpTransport(_Http):
    """Asynchronous calls of one event loop; it closes `http` only where it `owns` it."""

    def __init__(self, url: str, key: str, patience: float, http: httpx.AsyncClient, owns: bool) -> None:
        super().__init__(url, key, patience)
        self._http, self._owns = http, owns

    async def send(self, call: Call) -> Reply:
        patience = Patience(self._patience)
        while True:
            pause: float | None
            try:
                reply = _reply(await self._http.send(self._request(self._http, call)))
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                pause = self._pause(patience, error)
            else:
                pause = patience.pause(reply)
                if pause is None:
                    return reply
            await asyncio.sleep(pause)

    async def close(self) -> None:
        if self._owns:
            await self._http.aclose()


def _reply(answer: httpx.Response) -> Reply:
    return Reply(answer.status_code, {name.lower(): value for name, value in answer.headers.items()}, answer.content)
