"""Answers that a client takes its time to read: sent in slices, and counted until they are sent."""

import asyncio
from collections.abc import Mapping

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from distscore.runtime.places import Places
from distscore.runtime.spool import Spool

SLICE = 1 << 18
LARGE = 1 << 24  # bytes that take the kernel some milliseconds to free


class SpooledResponse(Response):
    """An answer that holds a place until the last slice of it has been handed to the connection."""

    def __init__(
        self, content: Spool, media_type: str, encoding: str, unread: Places, headers: Mapping[str, str] | None = None
    ) -> None:
        encoded = {"Content-Encoding": encoding} if encoding else {}
        length = {"Content-Length": str(content.size)}
        super().__init__(None, media_type=media_type, headers={**(headers or {}), **length, **encoded})
        self.content, self.unread = content, unread

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer, a slice whenever there is room for it."""
        size = self.content.size
        with self.unread.hold(size):
            try:
                await send({"type": "http.response.start", "status": self.status_code, "headers": self.raw_headers})
                for at in range(0, max(size, 1), SLICE):
                    if at:
                        await asyncio.sleep(0)  # others have their turn, however fast this client reads
                    part = self.content.part(at, SLICE)
                    await send({"type": "http.response.body", "body": part, "more_body": at + SLICE < size})
            finally:
                await self._release()

    async def _release(self) -> None:
        """Let go of the answer; of a large one in a thread, so that nobody waits until its memory is free."""
        if self.content.size > LARGE:
            await asyncio.to_thread(self.content.close)
        else:
            self.content.close()
