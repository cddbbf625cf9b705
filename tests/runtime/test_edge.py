"""What holds for every request, whatever its route."""

import asyncio
import gc
import gzip
import json
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from distscore.runtime.state import Runtime
from distscore.settings import WrongSetting
from distscore.wire.errors.problems import Problem
from tests.runtime.in_process import ORIGIN, application, client_of
from tests.runtime.service_process import JSON, SMALL, SOFT

pytestmark = pytest.mark.anyio

LIMIT = 10_000
LARGE = b" " * (LIMIT + 1)
DIAGNOSED = json.dumps(SOFT | {"outputs": ["losses", "gradients", "diagnostics", "state"]}).encode()
KEYS = b"# for the tests\nfirst-key\n\n  second-key  \n  # indented\n\xc3\xa9\n"
GET_PATHS = ["/v1/families", "/v1/families/gamma", "/v1/losses", "/v1/limits", "/docs", "/openapi.json", "/livez"]


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    path = tmp_path / "keys"
    path.write_bytes(KEYS)
    return path


@pytest.fixture
async def client() -> Any:
    app = application(json_body_bytes=LIMIT, entries=1000)
    async with client_of(app) as client:
        yield client


def is_problem(answer: httpx.Response, status: int, code: str) -> bool:
    document = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert document["request_id"] == answer.headers["x-request-id"]
    assert document["status"] == answer.status_code
    assert document["type"] == f"/problems/{document['code']}"
    assert document["title"]
    assert document["detail"]
    return (answer.status_code, document["code"]) == (status, code)


@pytest.mark.parametrize("shown", ["Bearer first-key", "bearer second-key", "BEARER   first-key ", b"Bearer \xc3\xa9"])
async def test_any_key_opens(keys: Path, shown: Any) -> None:
    """Each key of the file is as good as another; comments and blank lines are no keys."""
    async with client_of(application(api_keys_file=keys)) as client:
        answer = await client.get("/v1/limits", headers={"Authorization": shown})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "shown",
    [
        *["", "Bearer", "Bearer ", "first-key", "Basic first-key", "Bearer first", "Bearer first-key2"],
        *["Bearer #", "Bearer # for the tests", "Bearer # indented", "Bearer first-key second-key", b"Bearer \xe9"],
    ],
)
@pytest.mark.parametrize(
    "path", ["/v1/limits", "/v1/score", "/v1/table", "/nowhere", "/pages", "/livez/", "/page", "/docsx/y"]
)
async def test_nothing_else_opens(keys: Path, path: str, shown: Any) -> None:
    """Without a key there is nothing but 401, not even the knowledge of what paths there are."""
    async with client_of(application(api_keys_file=keys)) as client:
        answer = await client.get(path, headers={"Authorization": shown} if shown else {})
    assert is_problem(answer, 401, "unauthorized")
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_one_key_is_shown(keys: Path) -> None:
    """Two Authorization headers open nothing, whichever of them is right."""
    async with client_of(application(api_keys_file=keys)) as client:
        for shown in (["first-key", "wrong"], ["wrong", "first-key"], ["first-key", "first-key"]):
            headers = [("Authorization", f"Bearer {key}") for key in shown]
            assert is_problem(await client.get("/v1/limits", headers=headers), 401, "unauthorized")


async def test_a_byte_order_mark_is_no_part_of_a_key(tmp_path: Path) -> None:
    """Keys of a file in UTF-8 with a byte order mark open; one in UTF-16 stops the service at its start."""
    path = tmp_path / "keys"
    path.write_bytes(b"\xef\xbb\xbffirst-key\n")
    async with client_of(application(api_keys_file=path)) as client:
        assert (await client.get("/v1/limits", headers={"Authorization": "Bearer first-key"})).status_code == 200
    path.write_bytes("first-key\n".encode("utf-16"))
    with pytest.raises(WrongSetting, match="UTF-16"):
        application(api_keys_file=path)


def test_keys_are_rotated(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A new file of keys is read without a restart; one without keys, or none at all, leaves the former ones valid."""
    monkeypatch.setattr("distscore.runtime.keys.SECONDS", 0.0)
    found = application(api_keys_file=keys).state.runtime.keys
    assert b"first-key" in found.current()
    keys.write_bytes(b"a-new-key\n")
    assert found.current() == [b"a-new-key"]
    keys.write_bytes(b"# nothing\n")
    assert found.current() == [b"a-new-key"]
    keys.unlink()
    assert found.current() == [b"a-new-key"]
    keys.write_bytes(b"the-last-key\n")
    assert found.current() == [b"the-last-key"]


async def test_what_an_error_echoes_is_short(client: httpx.AsyncClient) -> None:
    """Neither the name of a duplicate member nor a Content-Type is repeated in full."""
    name = "a" * 4000
    answer = await client.post("/v1/score", content=f'{{"{name}": 1, "{name}": 2}}', headers=JSON)
    assert is_problem(answer, 400, "malformed_json")
    assert len(answer.content) < 1000
    assert "line 1 column" in answer.json()["detail"]
    for media_type in ("a" * 60_000, "application/json; " + " " * 60_000):
        answer = await client.post("/v1/score", content=SMALL, headers={"Content-Type": media_type})
        assert is_problem(answer, 415, "unsupported_media_type")
        assert len(answer.content) < 1000


@pytest.mark.parametrize(("length", "status"), [("9" * 5000, 413), ("0" * 5000 + "99999999", 413), ("9" * 19, 413)])
async def test_lengths_of_many_digits(client: httpx.AsyncClient, length: str, status: int) -> None:
    """A Content-Length is a number however many digits it has."""
    answer = await client.post("/v1/score", content=SMALL, headers={**JSON, "Content-Length": length})
    assert is_problem(answer, status, "body_too_large")


async def test_a_request_leaves_no_cycles(client: httpx.AsyncClient) -> None:
    """What a request made is free at its end: else the collector would look for it, and hold all others up."""
    await client.post("/v1/score", content=DIAGNOSED, headers=JSON)
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        for content in (DIAGNOSED, SMALL, b"{}"):
            await client.post("/v1/score", content=content, headers=JSON)
        gc.collect()
        assert not [kept for kept in gc.garbage if type(kept).__module__.startswith("distscore")]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()


async def test_a_refused_body_is_not_kept() -> None:
    """Once it is answered, nothing holds a problem that a worker raised, nor the body and the document with it."""
    app = application(inline_bytes=0)
    async with client_of(app) as client:
        gc.collect()
        gc.disable()
        try:
            for content in (b'{"family": "gamma", "targets": {"values": [-1]}, "predictions": {"mean": [1]}}', b"{"):
                assert (await client.post("/v1/score", content=content, headers=JSON)).status_code in (400, 422)
            await asyncio.sleep(0.2)  # the worker lets go of what it did after it was waited for
            assert [type(each) for each in gc.get_objects() if isinstance(each, Problem)] == []
        finally:
            gc.enable()


async def test_keys_are_compared_in_constant_time(keys: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every key is compared, by a comparison that takes the same time wherever they differ."""
    compared = []

    def compare(key: bytes, _: bytes) -> bool:
        compared.append(key)
        return len(compared) == 1

    monkeypatch.setattr("distscore.runtime.edge.hmac.compare_digest", compare)
    async with client_of(application(api_keys_file=keys)) as client:
        assert (await client.get("/v1/limits", headers={"Authorization": "Bearer first-key"})).status_code == 200
    assert compared == [b"first-key", b"second-key", b"\xc3\xa9"]


@pytest.mark.parametrize("path", ["/livez", "/metrics"])
async def test_probes_ask_for_no_key(keys: Path, path: str) -> None:
    """Probes and metrics are open, whatever key is shown."""
    async with client_of(application(api_keys_file=keys)) as client:
        assert (await client.get(path)).status_code == 200
        assert (await client.get(path, headers={"Authorization": "Bearer wrong"})).status_code == 200
        assert (await client.get("/readyz")).status_code == 503


# A request with every fault; each is mended in its turn: status, code, and what is mended then.
WRONG: dict[str, Any] = {
    "method": "PUT",
    "url": "/v1/scores",
    "content": gzip.compress(LARGE)[:-1] + LARGE,
    "headers": {"Content-Type": "text/plain", "Content-Encoding": "br", "Accept": "text/html"},
}
ORDER: list[tuple[int, str, dict[str, Any], dict[str, str]]] = [
    (401, "unauthorized", {}, {"Authorization": "Bearer first-key"}),
    (404, "not_found", {"url": "/v1/score"}, {}),
    (405, "method_not_allowed", {"method": "POST"}, {}),
    (415, "unsupported_media_type", {}, {"Content-Type": "application/json"}),
    (415, "unsupported_content_encoding", {}, {"Content-Encoding": "gzip"}),
    (406, "not_acceptable", {}, {"Accept": "application/json"}),
    (413, "body_too_large", {"content": gzip.compress(LARGE)}, {}),
    (503, "overloaded", {}, {}),
    (413, "body_too_large", {"content": gzip.compress(b"{")[:-1]}, {}),
    (400, "truncated_body", {"content": gzip.compress(b"[" + b"0," * 12_000)}, {}),
]


async def test_the_first_fault_is_told(keys: Path) -> None:
    """A request with many faults is told the first of them in the order of the contract."""
    app = application(json_body_bytes=LIMIT, api_keys_file=keys)
    runtime: Runtime = app.state.runtime
    runtime.bodies.taken = runtime.bodies.places
    request = {**WRONG, "headers": dict(WRONG["headers"])}
    async with client_of(app) as client:
        for status, code, mended, headers in ORDER:
            answer = await client.request(**request)
            assert is_problem(answer, status, code), (answer.json(), status, code)
            request = {**request, **mended, "headers": request["headers"] | headers}
            runtime.bodies.taken = 0 if code == "overloaded" else runtime.bodies.taken
    assert runtime.bodies.taken == 0


async def test_numbers_are_counted_before_the_document_is_read(client: httpx.AsyncClient) -> None:
    """413 comes before 400, and 400 before 422."""
    many = b"[" + b"0," * 3_000
    assert is_problem(await client.post("/v1/score", content=many, headers=JSON), 400, "malformed_json")
    async with client_of(application(json_body_bytes=100_000, entries=1000)) as roomy:
        many = b"[" + b"0," * 12_000
        assert is_problem(await roomy.post("/v1/score", content=many, headers=JSON), 413, "too_many_entries")
    assert is_problem(await client.post("/v1/score", content=b"[]", headers=JSON), 422, "invalid_request")


@pytest.mark.parametrize(
    ("method", "path", "status", "code", "allow"),
    [
        ("GET", "/v1", 404, "not_found", None),
        ("POST", "/", 405, "method_not_allowed", "GET"),
        ("POST", "/v1/families/none", 405, "method_not_allowed", "GET"),
        ("GET", "/v1/families/none", 404, "not_found", None),
        ("GET", "/v1/score", 405, "method_not_allowed", "POST"),
        ("DELETE", "/v1/limits", 405, "method_not_allowed", "GET"),
        ("OPTIONS", "/v1/score", 405, "method_not_allowed", "POST"),
        ("BREW", "/v1/score", 405, "method_not_allowed", "POST"),
        ("POST", "/v1/score/", 404, "not_found", None),
        ("POST", "/livez", 405, "method_not_allowed", "GET"),
        ("GET", "/docs/../openapi", 404, "not_found", None),
        ("GET", "/docs/%2e%2e%2f__init__.py", 404, "not_found", None),
    ],
)
async def test_paths_and_methods(
    client: httpx.AsyncClient, method: str, path: str, status: int, code: str, allow: str | None
) -> None:
    """What is not there is a 404, what has other methods a 405 that names them; both are problem documents."""
    answer = await client.request(method, path)
    assert is_problem(answer, status, code)
    assert answer.headers.get("allow") == allow


@pytest.mark.parametrize("path", GET_PATHS)
async def test_head_is_get_without_its_body(client: httpx.AsyncClient, path: str) -> None:
    """HEAD answers as GET does, headers and all, and says nothing more."""
    full, bare = await client.get(path), await client.head(path)
    assert (full.status_code, bare.status_code, bare.content) == (200, 200, b"")
    assert bare.headers["content-length"] == str(len(full.content))
    assert bare.headers["content-type"] == full.headers["content-type"]
    assert (await client.head("/v1/score")).status_code == 405


COMPARED = b'{"family": "gaussian", "targets": {"values": [0.5]}, "predictions": {"mean": [1.0]}}'


@pytest.mark.parametrize(
    ("accept", "status"),
    [
        *[("", 200), ("*/*", 200), ("application/*", 200), ("application/json", 200), ("text/html, */*;q=0.1", 200)],
        *[("application/json;q=nan", 200), ("application/json; charset=utf-8", 200), ("APPLICATION/JSON", 200)],
        *[("text/html", 406), ("application/json;q=0", 406), ("application/json;q=0.000, text/*", 406), (",", 406)],
        *[("*/*, application/json;q=0", 406), ("application/xml;q=1e999", 406)],
    ],
)
async def test_accept(client: httpx.AsyncClient, accept: str, status: int) -> None:
    """JSON is written to whoever accepts it, by the most specific of their wishes."""
    answer = await client.post("/v1/compare", content=COMPARED, headers=JSON | {"Accept": accept})
    assert answer.status_code == status


@pytest.mark.parametrize("path", [*GET_PATHS, "/nowhere", "/v1/score"])
async def test_headers_of_every_answer(client: httpx.AsyncClient, path: str) -> None:
    """Nothing is stored or guessed at by others, and every answer has the name of its request."""
    headers = (await client.get(path, headers={"X-Request-Id": "my.request_1-a"})).headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["vary"] == "Accept, Accept-Encoding"
    assert headers["x-request-id"] == "my.request_1-a"
    assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize("given", ["", "a b", "x" * 65, "a/b", "é".encode(), "a\tb"])
async def test_other_names_are_replaced(client: httpx.AsyncClient, given: Any) -> None:
    """A name that could do harm in a log is replaced by a new one."""
    answers = [await client.get("/livez", headers={"X-Request-Id": given}) for _ in range(2)]
    first, second = (answer.headers["x-request-id"] for answer in answers)
    assert re.fullmatch("[0-9a-f]{32}", first)
    assert first != second


async def test_the_time_of_each_stage(client: httpx.AsyncClient) -> None:
    """A scored request says how long its stages took, in milliseconds."""
    answer = await client.post("/v1/score", content=SMALL, headers=JSON)
    stages = re.fullmatch(
        r"decode;dur=([\d.]+), score;dur=([\d.]+), encode;dur=([\d.]+)", answer.headers["server-timing"]
    )
    assert stages
    assert all(0 < float(stage) < 1000 for stage in stages.groups())
    assert "server-timing" not in (await client.get("/livez")).headers


async def test_answers_across_origins(keys: Path) -> None:
    """A page of a known origin may ask without a key whether it may call, call with one, and read errors too."""
    known, other = {"Origin": ORIGIN}, {"Origin": "https://other.example"}
    asks = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization, content-type"}
    async with client_of(application(api_keys_file=keys, cors_origins=(ORIGIN,))) as client:
        preflight = await client.options("/v1/score", headers=known | asks)
        assert preflight.status_code == 200
        assert preflight.headers["access-control-allow-origin"] == ORIGIN
        assert "POST" in preflight.headers["access-control-allow-methods"]
        assert "authorization" in preflight.headers["access-control-allow-headers"]
        assert preflight.headers["x-request-id"]
        refused = await client.options("/v1/score", headers=other | asks)
        assert is_problem(refused, 403, "forbidden")
        assert "access-control-allow-origin" not in refused.headers
        for path, key, status in (("/v1/limits", "first-key", 200), ("/v1/limits", "", 401), ("/no", "first-key", 404)):
            answer = await client.get(path, headers=known | {"Authorization": f"Bearer {key}"})
            assert answer.status_code == status
            assert answer.headers["access-control-allow-origin"] == ORIGIN
            assert "X-Request-Id" in answer.headers["access-control-expose-headers"]
            assert "Origin" in ", ".join(answer.headers.get_list("vary"))
            stranger = await client.get(path, headers=other | {"Authorization": f"Bearer {key}"})
            assert "access-control-allow-origin" not in stranger.headers


@pytest.mark.parametrize(
    ("accepts", "packed"),
    [("gzip", True), ("gzip, br", True), ("br;q=1, gzip;q=0.5", True), ("gzip;q=0", False), ("br", False), ("", False)],
)
async def test_answers_are_compressed_for_those_who_accept_it(accepts: str, packed: bool) -> None:
    """Answers of a middling size are compressed, and say so; what they say is the same."""
    async with client_of(application(compress_minimum_bytes=100)) as client:
        plain = await client.post("/v1/score", content=SMALL, headers=JSON | {"Accept-Encoding": "identity"})
        answer = await client.post("/v1/score", content=SMALL, headers=JSON | {"Accept-Encoding": accepts})
    assert answer.headers.get("content-encoding") == ("gzip" if packed else None)
    assert answer.json() == plain.json()
