"""How large a body may be, however it comes."""

import gzip
from collections.abc import Iterator

import pytest

from distscore.runtime.bodies import unpacked
from distscore.wire.errors.problems import BadContentEncoding
from tests.runtime.service_process import SMALL, Service
from tests.runtime.test_connections import peak

LIMIT = 100_000


def padded(size: int) -> bytes:
    """A valid request of exactly this many bytes."""
    return SMALL + b" " * (size - len(SMALL))


def in_chunks(body: bytes) -> Iterator[bytes]:
    for at in range(0, len(body), 30_000):
        yield body[at : at + 30_000]


@pytest.mark.parametrize("excess", [-1, 0, 1])
@pytest.mark.parametrize("framing", ["length", "chunked", "gzip", "gzip chunked", "gzip members"])
def test_a_body_may_be_as_large_as_the_limit(service: Service, framing: str, excess: int) -> None:
    """Bytes are counted after unpacking, to the last one, whatever the framing."""
    body = padded(LIMIT + excess)
    headers = {"Content_Encoding": "gzip"} if "gzip" in framing else {}
    if "members" in framing:
        body = b"".join(gzip.compress(part) for part in in_chunks(body))
    elif "gzip" in framing:
        body = gzip.compress(body)
    answer = service.post(in_chunks(body) if "chunked" in framing else body, **headers)
    code = answer.json().get("code", "none")
    assert (answer.status_code, code) == ((413, "body_too_large") if excess > 0 else (200, "none"))


def test_a_body_is_refused_by_its_length(service: Service) -> None:
    """Nobody sends what would be refused: the length alone is enough, and asking first is possible."""
    with service.connect() as connection:
        connection.head(LIMIT + 1, "Expect: 100-continue")
        status, headers, document = connection.answer()
    assert (status, document["code"], headers["connection"]) == (413, "body_too_large", "close")


def test_a_body_that_is_waited_for(service: Service) -> None:
    """A client that asks before it sends is told to go on."""
    with service.connect() as connection:
        connection.head(len(SMALL), "Expect: 100-continue")
        assert connection.file.readline() == b"HTTP/1.1 100 Continue\r\n"
        assert connection.file.readline() == b"\r\n"
        connection.send(SMALL)
        assert connection.answer()[0] == 200


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        (b"", 400, "truncated_body"),
        (gzip.compress(SMALL)[:-1], 400, "truncated_body"),
        (gzip.compress(SMALL) + b"rest", 400, "bad_content_encoding"),
        (gzip.compress(SMALL)[:-8] + bytes(8), 400, "bad_content_encoding"),
        (gzip.compress(b"") * 20_000, 413, "body_too_large"),
        (gzip.compress(b"", 1) * 4_000, 400, "malformed_json"),
    ],
)
def test_gzip_is_read_whole(service: Service, body: bytes, status: int, code: str) -> None:
    """Every member is there, its checksum is right, and nothing follows."""
    answer = service.post(body, Content_Encoding="gzip")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_many_members_are_no_work() -> None:
    """A stream of empty members is given up, rather than unpacked for minutes."""
    with pytest.raises(BadContentEncoding):
        unpacked(gzip.compress(b"") * 1_000_000, 1 << 26)


def test_bombs_take_no_memory(service: Service) -> None:
    """A body is unpacked as far as the limit and no farther."""
    bomb = gzip.compress(bytes(60_000_000))
    assert len(bomb) < LIMIT
    before = peak(service)
    for _ in range(5):
        assert service.post(bomb, Content_Encoding="gzip").json()["code"] == "body_too_large"
    assert peak(service) - before < 20_000
