"""What is written to a connection in one turn of the event loop, sent by one call to the system."""

import asyncio


class Writer:
    """A transport that keeps what is written until the loop is done with this turn, or `flush`.

    The head of an answer and its body are written one after the other. Sent so, the client would wake up for the head.
    """

    def __init__(self, transport: asyncio.Transport) -> None:
        self._transport = transport
        self._parts: list[bytes] = []
        self.is_closing = transport.is_closing

    def write(self, part: bytes) -> None:
        """Send a part soon, after those before it."""
        if not self._parts:
            asyncio.get_running_loop().call_soon(self.flush)
        self._parts.append(part)

    def flush(self) -> None:
        """Send now what was written."""
        if self._parts:
            self._transport.write(b"".join(self._parts))
            self._parts.clear()

    def close(self) -> None:
        """Close the connection once all that was written is sent."""
        self.flush()
        self._transport.close()

    def abort(self) -> None:
        """Close the connection now, whatever was written."""
        self._parts.clear()
        self._transport.abort()
