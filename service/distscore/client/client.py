"""The two clients: questions in, answers out, by a transport."""

import os
from functools import cached_property
from types import TracebackType
from typing import Self, TypeVar

import httpx

from distscore.client.errors import InvalidInput
from distscore.client.http import AsyncHttpTransport, HttpTransport
from distscore.client.methods import AsyncMethods, Methods
from distscore.client.question import Question, speaks_arrow
from distscore.client.transport import AsyncTransport, Transport

T = TypeVar("T")
URL, KEY = "DISTSCORE_URL", "DISTSCORE_API_KEY"  # environment variables
LOCAL_URL = "http://127.0.0.1:8000"  # where `distscore serve` listens
SECONDS, PATIENCE = 75.0, 10.0  # an answer may take a minute by default of the service


def address(url: str | None, http: httpx.Client | httpx.AsyncClient | None) -> str:
    """The URL of the service: as given, or that of `http`, or from the environment, or on this machine."""
    return url or (str(http.base_url) if http else "") or os.environ.get(URL) or LOCAL_URL


def api_key(key: str | None) -> str:
    """The API key: as given, or from the environment, without blanks around it; empty if there is none."""
    found = (os.environ.get(KEY, "") if key is None else key).strip()
    if not (found.isascii() and found.isprintable()):
        raise InvalidInput("/key", "a key has letters, digits and signs of ASCII only")
    return found


class Client(Methods):
    """A service at a URL, asked by as many threads as there are.

    Parameters
    ----------
    url, key
        Where the service is, and its API key; by default the environment's `DISTSCORE_URL` and `DISTSCORE_API_KEY`,
        and without these the service on this machine, at http://127.0.0.1:8000.
    seconds
        Longest silence that is waited for, in connecting, sending and receiving.
    patience
        Seconds within which a call is tried again while the service has no place (503), a proxy finds none (502) or
        the connection is lost; 0 is one attempt.
    http_client
        Your own httpx.Client, with its certificates, proxies, times and base URL; it is not closed.
    transport
        What carries calls instead of HTTP; see `distscore.client.transport`.
    """

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        seconds: float = SECONDS,
        patience: float = PATIENCE,
        *,
        http_client: httpx.Client | None = None,
        transport: Transport | None = None,
    ) -> None:
        self._transport = transport or HttpTransport(
            address(url, http_client),
            api_key(key),
            patience,
            http_client or httpx.Client(timeout=seconds),
            http_client is None,
        )

    def close(self) -> None:
        """Close the connections; leaving a `with` block does the same."""
        self._transport.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, question: Question[T]) -> T:
        as_arrow = question.prefers_arrow and self._speaks_arrow
        answer = question.answer(self._transport.send(question.call(as_arrow)))
        if question.needs_arrow(answer) and self._speaks_arrow:
            return question.answer(self._transport.send(question.call(as_arrow=True)))
        return answer

    @cached_property
    def _speaks_arrow(self) -> bool:
        """Whether the service reads Arrow streams, asked once."""
        return speaks_arrow(self.limits())


class AsyncClient(AsyncMethods):
    """A service at a URL, asked from the tasks of one event loop; the parameters are those of `Client`."""

    def __init__(
        self,
        url: str | None = None,
        key: str | None = None,
        seconds: float = SECONDS,
        patience: float = PATIENCE,
        *,
        http_client: httpx.AsyncClient | None = None,
        transport: AsyncTransport | None = None,
    ) -> None:
        self._arrow: bool | None = None
        self._transport = transport or AsyncHttpTransport(
            address(url, http_client),
            api_key(key),
            patience,
            http_client or httpx.AsyncClient(timeout=seconds),
            http_client is None,
        )

    async def close(self) -> None:
        """Close the connections; leaving an `async with` block does the same."""
        await self._transport.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def _ask(self, question: Question[T]) -> T:
        as_arrow = question.prefers_arrow and await self._speaks_arrow()
        answer = question.answer(await self._transport.send(question.call(as_arrow)))
        if question.needs_arrow(answer) and await self._speaks_arrow():
            return question.answer(await self._transport.send(question.call(as_arrow=True)))
        return answer

    async def _speaks_arrow(self) -> bool:
        """Whether the service reads Arrow streams, asked once."""
        if self._arrow is None:
            self._arrow = speaks_arrow(await self.limits())
        return self._arrow
