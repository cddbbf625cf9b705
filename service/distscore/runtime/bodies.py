"""The body of a request: refused by its headers where they suffice, else received within its time and its size."""

import asyncio
import re
import zlib
from collections.abc import Mapping
from functools import lru_cache

from starlette.requests import Request

from distscore.runtime.places import Taken
from distscore.runtime.spool import Spool
from distscore.settings import Settings
from distscore.wire.errors import problems
from distscore.wire.read.document import Buffer
from distscore.wire.table.reading import MEDIA_TYPES as TABLES

GRACE_SECONDS = 5.0  # before the slowest pace is held against a body
ANY = "*/*"  # the media type of bodies whose type is not asked for, and that are answered in one of their own
ENCODINGS = "identity", "gzip", ""
WINDOW_BITS = 47  # zlib: the largest window, with the header of gzip, or of zlib for deflate
WINDOW = 1 << 16  # a member's end is found by unpacking, and what follows it in the window is copied
MEMBERS = 10_000
LONGEST = 1000  # characters of Content-Type and Accept that are looked at, and kept for the next request
SHOWN = 100  # characters of a Content-Type that an error shows
DIGITS = 18  # of a length that can be meant
QUALITY = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)")


def check_headers(
    request: Request,
    media_types: tuple[str, ...],
    answer_types: tuple[str, ...],
    limits: Mapping[str, int],
    negotiates: bool = True,
) -> tuple[str, str, int]:
    """The types of the body and of the answer, and the length if it is told, else 0; each is refused if it is wrong.

    `limits` has the largest body of each type. An answer is of the type that came in where Accept leaves it open,
    and of the first one if a table came in, or where nothing is negotiated.
    """
    headers = request.headers
    header = headers.get("content-type", "")
    given = ANY if media_types == (ANY,) else media_type(header[:LONGEST])
    if given not in media_types or len(header) > LONGEST:
        expected = " or ".join(media_types)
        raise problems.UnsupportedMediaType(f"Send Content-Type: {expected}; this is {given[:SHOWN] or 'nothing'}.")
    encoding = headers.get("content-encoding", "identity").strip().lower()
    if encoding not in (ENCODINGS if given != ANY else (*ENCODINGS, "deflate")):
        raise problems.UnsupportedContentEncoding("Send the body as it is, or with Content-Encoding: gzip.")
    is_mirrored = given in answer_types and given not in TABLES
    by_preference = (given, *answer_types) if is_mirrored else answer_types
    accept = (headers.get("accept") or "*/*")[:LONGEST]
    answer_type = accepted(accept, by_preference) if negotiates and given != ANY else answer_types[0]
    limit = limits[given]
    length = headers.get("content-length", "").lstrip("0")
    if length.isdecimal() and (len(length) > DIGITS or int(length) > limit):
        raise problems.BodyTooLarge(
            f"The body has {length[:DIGITS]} bytes; the limit is {limit}. Send the batch in parts."
        )
    return given, answer_type, int(length) if length.isdecimal() else 0


@lru_cache(256)
def media_type(header: str) -> str:
    """The media type that a Content-Type names, in lower case and without parameters.

    A charset other than UTF-8 is kept, so that the type is refused.
    """
    name, _, parameters = header.lower().partition(";")
    charset = parameters.replace(" ", "").replace('"', "")
    utf8 = "charset=" not in charset or "charset=utf-8" in charset or "charset=utf8" in charset
    return name.strip() if utf8 else header.strip()


@lru_cache(256)
def accepted(accept: str | None, media_types: tuple[str, ...]) -> str:
    """The media type to answer with: of those with the largest weight in Accept the first (RFC 9110, 12.5.1)."""
    if accept is None or not accept.strip():
        return media_types[0]
    weights = {}
    for part in accept.lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        qualities = [found[1] for found in map(QUALITY.fullmatch, parameters) if found]
        weights[name] = float(qualities[0]) if qualities else 1.0
    found = [(_weight_of(name, weights), name) for name in media_types]
    best = max(weight for weight, _ in found)
    if best <= 0:
        raise problems.NotAcceptable(f"The service writes {' or '.join(media_types)}.")
    return next(name for weight, name in found if weight == best)


def _weight_of(name: str, weights: dict[str, float]) -> float:
    kind = name.split("/", maxsplit=1)[0]
    for known in (name, f"{kind}/*", "*/*"):
        if known in weights:
            return weights[known]
    return 0.0


async def receive(request: Request, settings: Settings, limit: int, taken: Taken) -> Spool:
    """The body as it was sent, still encoded: at most `limit` bytes (413), in time and not too slowly (408).

    Its bytes are counted into `taken`, which refuses what is too much for all bodies together.
    """
    loop = asyncio.get_running_loop()
    start = loop.time()
    body = Spool()
    try:
        async with asyncio.timeout_at(start + _seconds(settings, 0)) as deadline:
            while True:
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    raise problems.TruncatedBody("The connection was closed before the body was complete.")
                part = message.get("body", b"")
                if body.size + len(part) > limit:
                    raise problems.BodyTooLarge(f"The body has more than {limit} bytes. Send the batch in parts.")
                taken.grow(len(part))
                body.write(part)
                if not message.get("more_body", False):
                    return body
                deadline.reschedule(start + _seconds(settings, body.size))
    except TimeoutError:
        body.close()
        raise problems.BodyTimeout(f"Only {body.size} bytes of the body arrived in time.") from None
    except BaseException:
        body.close()
        raise


def _seconds(settings: Settings, size: int) -> float:
    """How long a body of which `size` bytes have arrived may take."""
    pace = settings.receive_bytes_per_second
    return min(settings.body_seconds, GRACE_SECONDS + size / pace) if pace else settings.body_seconds


def unpacked(body: Buffer, limit: int) -> bytes:
    """The content of a gzip stream; unpacking stops beyond `limit` bytes, so that no bomb goes off."""
    if not body:
        raise problems.TruncatedBody("The gzip stream is empty.")
    parts: list[bytes] = []
    at, left = 0, limit
    for _ in range(MEMBERS):
        decoder = zlib.decompressobj(WINDOW_BITS)
        while not decoder.eof:
            window = body[at : at + WINDOW]
            if not window:
                raise problems.TruncatedBody("The gzip stream ends too early.")
            try:
                part = decoder.decompress(window, left + 1)
            except zlib.error:
                raise problems.BadContentEncoding("The body is not gzip, as its Content-Encoding says.") from None
            left -= len(part)
            if left < 0:
                raise problems.BodyTooLarge(f"The body has more than {limit} bytes when it is unpacked.")
            parts.append(part)
            at += len(window) - len(decoder.unused_data)
        if at == len(body):
            return parts[0] if len(parts) == 1 else b"".join(parts)
    raise problems.BadContentEncoding(f"The gzip stream has more than {MEMBERS} members.")
