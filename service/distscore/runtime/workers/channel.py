"""Messages between processes on a socket that keeps their borders: plain data, and content of any size."""

import socket
from collections.abc import Mapping
from typing import Any

import orjson

from distscore.runtime.spool import IN_PROCESS, Spool

LARGEST = 2 * IN_PROCESS  # of a datagram: the data, and content that is no file
KIND = socket.SOCK_SEQPACKET


def pair() -> tuple[socket.socket, socket.socket]:
    """Two ends of a channel."""
    return socket.socketpair(socket.AF_UNIX, KIND)


def send(channel: socket.socket, data: Mapping[str, Any], content: Spool) -> None:
    """Send data and content; a file in memory is passed on, not copied."""
    head = orjson.dumps(data) + b"\n"
    if content.file is None:
        channel.sendmsg([head, content.content])
    else:
        socket.send_fds(channel, [head], [content.file.fileno()])


def receive(channel: socket.socket) -> tuple[dict[str, Any], Spool] | None:
    """The next message; None where the other side has ended."""
    try:
        message, files, _, _ = socket.recv_fds(channel, LARGEST, 1)
    except ConnectionResetError:
        return None
    head, _, content = message.partition(b"\n")
    return (orjson.loads(head), Spool(content, *files)) if head else None
