"""The process that writes pages: JSON of reports in, HTML out, each after its length, until the input ends.

It is a process of its own because the JavaScript engine that draws takes memory, must not be forked, and may be killed.
"""

import sys
from typing import BinaryIO

import orjson

from distscore.report.page import html

LENGTH = 8  # bytes of a length, the largest first


def serve(source: BinaryIO, sink: BinaryIO) -> None:
    """Answer each report with its page."""
    while prefix := source.read(LENGTH):
        page = html(orjson.loads(source.read(int.from_bytes(prefix)))).encode()
        sink.write(len(page).to_bytes(LENGTH) + page)
        sink.flush()


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
