"""A client that costs next to nothing: a raw socket that is kept, and so is the memory that answers are received in."""

import socket
from select import select
from types import TracebackType

JSON = "application/json"
ARROW = "application/vnd.apache.arrow.stream"
END_OF_HEAD = b"\r\n\r\n"


def request(path: str, body: bytes, media_type: str = JSON) -> bytes:
    """A POST as it goes over the wire."""
    head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: {media_type}\r\nContent-Length: {len(body)}\r\n\r\n"
    return head.encode() + body


class Answer:
    """Where an answer is received, which must have its length; grows to the largest one."""

    status: int

    def __init__(self) -> None:
        self._memory = bytearray(1 << 16)
        self._filled = self._end = 0
        self._length = -1

    def clear(self) -> None:
        """Make room for the next answer."""
        self._filled, self._length = 0, -1

    def receive(self, connection: socket.socket) -> bool:
        """Take what is there; whether the answer is complete."""
        if self._filled == len(self._memory):
            self._memory.extend(bytes(len(self._memory)))
        with memoryview(self._memory) as memory:
            count = connection.recv_into(memory[self._filled :])
        assert count, "the server hung up"
        self._filled += count
        if self._length < 0:
            self._read_head()
        return self._length >= 0 and self._filled >= self._end + self._length

    def _read_head(self) -> None:
        end = self._memory.find(END_OF_HEAD, 0, self._filled)
        if end < 0:
            return
        lines = bytes(self._memory[:end]).lower().split(b"\r\n")
        self.status = int(lines[0].split()[1])
        self._end = end + len(END_OF_HEAD)
        self._length = next(int(line.split(b":")[1]) for line in lines if line.startswith(b"content-length:"))
        missing = self._end + self._length - len(self._memory)
        if missing > 0:
            self._memory.extend(bytes(missing))

    @property
    def body(self) -> bytes:
        return bytes(self._memory[self._end : self._end + self._length])


class Connection:
    """A kept connection to a server of this machine, which answers one request after the other."""

    def __init__(self, port: int) -> None:
        self._port, self.answer = port, Answer()
        self.socket = self._connected()

    def _connected(self) -> socket.socket:
        connection = socket.create_connection(("127.0.0.1", self._port), timeout=120)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return connection

    def __enter__(self) -> "Connection":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.socket.close()

    def status(self, sent: bytes) -> int:
        """The status of the answer to a request, which is received completely."""
        if select([self.socket], [], [], 0)[0]:  # it was idle for so long that the server hung up
            self.socket.close()
            self.socket = self._connected()
        self.socket.sendall(sent)
        self.answer.clear()
        while not self.answer.receive(self.socket):
            pass
        return self.answer.status

    def send(self, sent: bytes) -> Answer:
        """The answer to a request that is answered with 200; its body is not copied."""
        assert self.status(sent) == 200, self.answer.body[:1000]
        return self.answer
