"""Clients that are slow, silent, rude or gone."""

import socket
import struct
import threading
import time
from pathlib import Path

import httpx
import pytest

from tests.runtime.service_process import SECONDS, SMALL, Connection, Service, running

MARGIN = 1.5


def peak(service: Service) -> int:
    """The most memory that the serving process ever had, in kB."""
    lines = Path(f"/proc/{service.process.pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def freed(service: Service) -> bool:
    """Whether every place is free again, soon."""
    for _ in range(40):
        if service.metric("distscore_admitted_requests") == 0:
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize("length", [1000, None])
def test_a_late_body_is_refused(service: Service, length: int | None) -> None:
    """A body that does not arrive in time is a 408, and the connection is closed."""
    with service.connect() as connection:
        connection.head(length)
        connection.send(b"3\r\n{  \r\n" if length is None else b"{")
        start = time.monotonic()
        status, headers, document = connection.answer()
        assert SECONDS - 0.1 < time.monotonic() - start < SECONDS + MARGIN
        assert (status, document["code"], headers["connection"]) == (408, "body_timeout", "close")
        assert connection.seconds_to_close() < MARGIN
    assert freed(service)


def test_a_body_in_drops_is_refused(service: Service) -> None:
    """Sending a byte now and then does not prolong the time for a body."""
    with service.connect() as connection:
        connection.head(1000)
        start = time.monotonic()
        connection.socket.settimeout(0.1)
        while time.monotonic() - start < SECONDS + MARGIN:
            connection.send(b" ")
            try:
                if connection.socket.recv(12):
                    break
            except TimeoutError:
                continue
        assert time.monotonic() - start < SECONDS + MARGIN


@pytest.mark.parametrize("sent", [b"", b"POST", b"POST /v1/score HTTP/1.1\r\nHost: test\r\nX-Slow: "])
def test_headers_that_do_not_arrive(service: Service, sent: bytes) -> None:
    """A silent connection, or half the headers, is closed after the time for headers."""
    with service.connect() as connection:
        connection.send(sent)
        assert SECONDS - 0.2 < connection.seconds_to_close() < SECONDS + MARGIN


def test_headers_in_drops(service: Service) -> None:
    """Sending a byte of headers now and then does not prolong the time for headers."""
    with service.connect() as connection:
        start = time.monotonic()
        connection.send(b"GET /livez HTTP/1.1\r\nX-Slow: ")
        with pytest.raises(ConnectionError):  # noqa: PT012  it may break at any of them
            while time.monotonic() - start < SECONDS + MARGIN:
                connection.send(b"x")
                time.sleep(0.1)
        assert time.monotonic() - start < SECONDS + MARGIN


def test_a_second_request_has_its_own_time(service: Service) -> None:
    """A kept connection may be silent for longer, but not in the middle of headers."""
    with service.connect() as connection:
        connection.head(len(SMALL))
        connection.send(SMALL)
        assert connection.answer()[0] == 200
        time.sleep(SECONDS + 0.3)
        connection.head(len(SMALL))
        connection.send(SMALL)
        assert connection.answer()[0] == 200
        connection.send(b"POST /v1")
        assert connection.seconds_to_close() < SECONDS + MARGIN


def test_pipelined_requests(service: Service) -> None:
    """Requests sent at once are answered in order."""
    with service.connect() as connection:
        for _ in range(3):
            connection.head(len(SMALL))
            connection.send(SMALL)
        connection.head(2)
        connection.send(b"[]")
        assert [connection.answer()[0] for _ in range(4)] == [200, 200, 200, 422]


def test_half_closed_is_not_gone(service: Service) -> None:
    """A client that closes its side after the request is answered; one that does so before is not waited for."""
    with service.connect() as connection:
        connection.head(len(SMALL))
        connection.send(SMALL)
        connection.socket.shutdown(socket.SHUT_WR)
        assert connection.answer()[0] == 200
        assert connection.seconds_to_close() < MARGIN
    with service.connect() as connection:
        connection.head(len(SMALL))
        connection.send(SMALL[:-1])
        connection.socket.shutdown(socket.SHUT_WR)
        assert connection.seconds_to_close() < SECONDS
    assert freed(service)


def test_a_reset_frees_the_place(service: Service) -> None:
    """A connection that breaks in the middle of a body leaves nothing behind."""
    for _ in range(5):
        with service.connect() as connection:
            connection.head(1000)
            connection.send(b"{")
            reset(connection)
        assert freed(service)
    assert service.post(SMALL).status_code == 200
    assert not [line for line in service.log() if line["level"] in ("warning", "error")]


def reset(connection: Connection) -> None:
    connection.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    connection.file.close()
    connection.socket.close()


@pytest.mark.parametrize("path", ["/v1/score", "/nowhere", "/livez"])
def test_an_early_answer_arrives(service: Service, path: str) -> None:
    """A client that sends a large body to its end gets the whole of an answer that came before."""
    body = b" " * 30_000_000
    with service.connect() as connection:
        connection.head(len(body), path=path)
        connection.send(body)
        status, headers, document = connection.answer()
        assert status in (413, 404, 405)
        assert document["status"] == status
        assert headers["connection"] == "close"
        assert connection.seconds_to_close() < MARGIN


def test_a_refused_body_is_not_swallowed_forever(service: Service) -> None:
    """A client that goes on sending after it was refused is hung up on."""
    with service.connect() as connection:
        connection.head(1 << 40)
        start = time.monotonic()
        with pytest.raises(ConnectionError):  # noqa: PT012
            while time.monotonic() - start < 10:
                connection.send(b" " * 65_536)
        assert time.monotonic() - start < 5


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01",
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost test\r\n\r\n",
        b"POST /v1/score HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
        b"POST /v1/score HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n",
        b"POST /nowhere HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"GET /" + b"a" * 400_000 + b" HTTP/1.1\r\n",
        b"GET /livez HTTP/1.1\r\n" + b"X-Header: value\r\n" * 30_000,
        b"GET /livez HTTP/1.1\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: test\r\nHost: test\r\n\r\n",
        b"POST /v1/score HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: gzip, chunked\r\n\r\n",
        b"CONNECT test:80 HTTP/1.1\r\nHost: test\r\n\r\n",
    ],
)
def test_what_is_not_http(service: Service, sent: bytes) -> None:
    """What is no request, or has endless headers, is told so in a problem document and closed."""
    with service.connect() as connection:
        try:
            connection.send(sent)
        except ConnectionError:
            return
        status, headers, document = connection.answer()
        assert status in (400, 404)
        assert document["code"] in ("bad_request", "not_found")
        assert headers["content-type"] == "application/problem+json"
        assert headers["x-request-id"] == document["request_id"]


@pytest.mark.parametrize(
    "rest", [b"GARBAGE\r\n\r\n", b"\x16\x03\x01", b"POST /v1/score HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"]
)
def test_garbage_after_a_request(service: Service, rest: bytes) -> None:
    """What is no request after one that is, is told so after the answer, in a segment with it or not."""
    with service.connect() as connection:
        connection.head(len(SMALL))
        connection.send(SMALL + rest)
        assert connection.answer()[0] == 200
        assert connection.answer()[2]["code"] == "bad_request"
        assert connection.seconds_to_close() < MARGIN


def test_garbage_is_recorded(service: Service) -> None:
    """What is no request has a line in the log and is counted, like any other refusal."""
    with service.connect() as connection:
        connection.send(b"GARBAGE\r\n\r\n")
        request_id = connection.answer()[1]["x-request-id"]
    line = service.line(request_id)
    assert (line["method"], line["route"], line["status"], line["code"]) == ("other", "unmatched", 400, "bad_request")
    exposition = httpx.get(f"http://127.0.0.1:{service.metrics_port}/metrics").text
    assert 'distscore_rejected_total{code="bad_request"}' in exposition


def test_many_pipelined_requests(service: Service) -> None:
    """Thousands of requests at once are parsed as they are answered: in order, all of them, and in little memory."""
    count = 3000
    request = b"GET /livez HTTP/1.1\r\nHost: test\r\nX-Request-Id: %d\r\n\r\n"
    before = peak(service)
    with service.connect() as connection:
        sender = threading.Thread(target=lambda: connection.send(b"".join(request % each for each in range(count))))
        sender.start()
        assert [connection.answer()[1]["x-request-id"] for _ in range(count)] == [str(each) for each in range(count)]
        sender.join()
    assert peak(service) - before < 8_000


@pytest.mark.parametrize("cut", [0, 30, 90, 135, 160])
def test_offers_of_other_protocols_are_ignored(service: Service, cut: int) -> None:
    """A client that would rather speak HTTP/2 is answered in HTTP/1.1, in however many segments it says so."""
    lines = "POST /v1/score HTTP/1.1,Host: test,Connection: Upgrade,Content-Type: application/json,Upgrade: h2c"
    request = "\r\n".join([*lines.split(","), f"Content-Length: {len(SMALL)}", "", ""]).encode() + SMALL
    with service.connect() as connection:
        for sent in (request[:cut], request[cut:], request + request, request[:cut], request[cut:]):
            connection.send(sent)
            time.sleep(0.02)
        assert [connection.answer()[0] for _ in range(4)] == [200] * 4


def test_an_answer_is_sent_at_once(service: Service) -> None:
    """Head and body of a small answer come together, so that its client wakes up once."""
    with service.connect() as connection:
        for _ in range(10):
            connection.head(len(SMALL))
            connection.send(SMALL)
            head, _, body = connection.socket.recv(1 << 16).partition(b"\r\n\r\n")
            assert b"content-length: %d\r\n" % len(body) in head + b"\r\n"


def test_silent_connections_disturb_nobody(service: Service) -> None:
    """While hundreds of connections are silent, probes answer at once; then the connections are closed."""
    connections = [service.connect() for _ in range(300)]
    start = time.monotonic()
    assert service.get("/livez").status_code == 200
    assert time.monotonic() - start < 0.5
    assert max(connection.seconds_to_close() for connection in connections) < SECONDS + MARGIN
    for connection in connections:
        reset(connection)


@pytest.mark.heavy
def test_a_slow_pace_is_refused() -> None:
    """After a grace a body must come at the pace that is set."""
    with running(receive_bytes_per_second=1000, body_seconds=60) as service, service.connect() as connection:
        connection.head(100_000)
        start = time.monotonic()
        connection.socket.settimeout(0.2)
        while time.monotonic() - start < 15:
            connection.send(b" " * 20)
            try:
                if connection.socket.recv(12) == b"HTTP/1.1 408":
                    break
            except TimeoutError:
                continue
        assert 4.5 < time.monotonic() - start < 8
