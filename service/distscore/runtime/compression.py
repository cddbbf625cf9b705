"""Compression of answers, for clients that accept it and sizes that are worth it."""

import zlib

from distscore.runtime.spool import Spool, spooled

LEVEL = 1  # level 9 takes 15 times as long for 7 %
GZIP_WINDOW_BITS = 31  # zlib: the largest window, with the header of gzip
NEVER = (1, 0)  # no size is between them


def compressed(content: Spool, sizes: tuple[int, int]) -> tuple[Spool, str]:
    """The content and its Content-Encoding: gzip if its size is between the two, else empty."""
    least, largest = sizes
    if not least <= content.size <= largest:
        return content, ""
    with content:
        return spooled([zlib.compress(content.view(), LEVEL, GZIP_WINDOW_BITS)]), "gzip"


def accepts_gzip(header: str) -> bool:
    """Whether an Accept-Encoding names gzip, and not with the weight 0."""
    for part in header.lower().split(","):
        name, _, quality = part.replace(" ", "").partition(";q=")
        if name in ("gzip", "x-gzip"):
            return quality not in ("0", "0.0", "0.00", "0.000")
    return False
