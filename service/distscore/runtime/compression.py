"""Compression of answers, for clients that accept it and sizes that are worth it."""

import asyncio
import zlib

from starlette.requests import Request
from starlette.responses import Response

from distscore.settings import Settings

LEVEL = 1  # level 9 takes 15 times as long for 7 %
GZIP_WINDOW_BITS = 31  # zlib: the largest window, with the header of gzip
INLINE_BYTES = 1 << 16  # up to this size a thread costs more than it saves the event loop


async def encoded(request: Request, content: bytes, media_type: str, settings: Settings) -> Response:
    """A response of these bytes, with gzip if Accept-Encoding allows it and the size is between the two settings."""
    worthwhile = settings.compress_minimum_bytes <= len(content) <= settings.compress_maximum_bytes
    if not worthwhile or not _accepts_gzip(request.headers.get("accept-encoding", "")):
        return Response(content, media_type=media_type)
    if len(content) <= INLINE_BYTES:
        packed = zlib.compress(content, LEVEL, GZIP_WINDOW_BITS)
    else:
        packed = await asyncio.to_thread(zlib.compress, content, LEVEL, GZIP_WINDOW_BITS)
    return Response(packed, media_type=media_type, headers={"Content-Encoding": "gzip"})


def _accepts_gzip(header: str) -> bool:
    for part in header.lower().split(","):
        name, _, quality = part.replace(" ", "").partition(";q=")
        if name in ("gzip", "x-gzip"):
            return quality not in ("0", "0.0", "0.00", "0.000")
    return False
