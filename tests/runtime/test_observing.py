"""Logs and metrics: enough to run the service by, and nothing of what was sent."""

import json
import signal
import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from tests.runtime.in_process import application, client_of
from tests.runtime.service_process import JSON, PATIENCE, SMALL, SOFT, Service, batch, running

MARK, MARKED_NUMBER = "Zaubermark", 0.123454321
DEFECT = {
    "type": "/problems/internal",
    "title": "Internal error",
    "status": 500,
    "code": "internal",
    "detail": "Internal error",
    "request_id": "defect",
}
BROKEN = f"""
import distscore.__main__, distscore.use_cases.registry

def broken(document, *rest):
    if document["family"] == "gaussian":
        raise ValueError(str(document))
    raise KeyError("{MARK}", document)

distscore.use_cases.registry.USE_CASES["score"] = broken
distscore.__main__.main()
"""


def test_a_line_per_request(service: Service) -> None:
    """Every request has one line of JSON with its name, its route's template, and what it cost."""
    service.post(SMALL, X_Request_Id="line-1")
    service.get("/v1/families/gamma?q=1", headers={"X-Request-Id": "line-2"})
    service.get(f"/{MARK}", headers={"X-Request-Id": "line-3"})
    scored, listed, lost = (service.line(f"line-{number}") for number in (1, 2, 3))
    assert (scored["method"], scored["route"], scored["status"], scored["rows"]) == ("POST", "/v1/score", 200, 2)
    assert scored["bytes_in"] == len(SMALL)
    assert scored["bytes_out"] > 0
    assert all(scored[f"{stage}_seconds"] >= 0 for stage in ("decode", "score", "encode"))
    assert 0 < scored["seconds"] < 5
    assert {"timestamp", "level"} <= scored.keys()
    assert (listed["route"], listed["status"]) == ("/v1/families/{name}", 200)
    assert (lost["route"], lost["status"], lost["code"]) == ("unmatched", 404, "not_found")


def test_nothing_that_was_sent_is_logged(service: Service) -> None:
    """Neither values nor names nor paths, queries or keys stand in a log, whether the request was right or wrong."""
    right = SOFT | {"tag": MARK, "classes": [MARK, "b", "c"], "sample_weights": [MARKED_NUMBER, 1]}
    wrong = SOFT | {MARK: 1, "targets": {"probabilities": [[MARKED_NUMBER, MARK, -MARKED_NUMBER]]}, "family": MARK}
    with_key = {"Authorization": f"Bearer {MARK}", "X-Request-Id": f"{MARK} {MARK}", "User-Agent": MARK}
    assert service.post(json.dumps(right)).status_code == 200
    assert service.post(json.dumps(wrong)).status_code == 422
    assert service.post(MARK.encode()).status_code == 400
    assert service.get(f"/v1/losses/{MARK}?{MARK}={MARK}", headers=with_key).status_code == 404
    with service.connect() as connection:
        connection.send(MARK.encode() + b"\r\n\r\n")
        connection.answer()
    written = service.output.read_bytes()
    assert MARK.encode() not in written
    assert str(MARKED_NUMBER).encode() not in written
    assert all(isinstance(json.loads(line), dict) for line in written.splitlines())
    assert "bad_request" in {line["code"] for line in service.log() if line["event"] == "request"}


def test_a_defect_says_nothing() -> None:
    """An error that nobody foresaw is a 500 with the name of the request; the log has its place, not its message."""
    with running(("-c", BROKEN)) as service:
        for body in (SMALL, batch(2, tag=MARK), batch(5000, tag=MARK)):
            answer = service.post(body, X_Request_Id="defect")
            assert answer.status_code == 500
            assert answer.json() == DEFECT
        errors = [line for line in service.log() if line["level"] == "error"]
        assert [line["error"] for line in errors] == ["KeyError", "ValueError", "ValueError"]
        assert all("broken" in line["at"][-1] for line in errors)
        assert MARK.encode() not in service.output.read_bytes()
        assert service.end(signal.SIGINT) == 0


def test_errors_of_libraries_say_nothing_either() -> None:
    """A line of a library is JSON too, and of an exception only its type and its place are written."""
    program = (
        "import logging; from distscore.runtime.logs import configure; configure('info')\n"
        f"try: int('{MARK}')\n"
        "except ValueError: logging.getLogger('uvicorn.error').exception('It failed')"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=PATIENCE, check=True)
    line = json.loads(ended.stdout)
    assert (line["event"], line["level"], line["exception"]) == ("It failed", "error", "ValueError")
    assert MARK.encode() not in ended.stdout + ended.stderr


def samples(text: str, name: str) -> dict[tuple[str, ...], float]:
    """The samples of a metric by the values of its labels."""
    families = {family.name: family for family in text_string_to_metric_families(text)}
    found = [sample for family in families.values() for sample in family.samples if sample.name == name]
    return {tuple(sample.labels[label] for label in sorted(sample.labels)): sample.value for sample in found}


@pytest.mark.anyio
async def test_metrics() -> None:
    """Requests are counted by method, route's template and status; refused ones by code; rows and stages are summed."""
    app = application()
    async with client_of(app) as client:
        for at in range(50):
            await client.get(f"/nowhere/{at}")
            await client.get(f"/v1/families/{at}")
            await client.request(f"METHOD{at}", f"/v1/score?{at}")
        for _ in range(3):
            await client.post("/v1/score", content=SMALL, headers=JSON)
        text = (await client.get("/metrics")).text
    assert samples(text, "http_server_request_duration_seconds_count") == {
        ("GET", "404", "unmatched"): 50,
        ("GET", "404", "/v1/families/{name}"): 50,
        ("other", "405", "/v1/score"): 50,
        ("POST", "200", "/v1/score"): 3,
    }
    assert samples(text, "distscore_rows_total") == {(): 6}
    assert samples(text, "distscore_rejected_total") == {("not_found",): 100, ("method_not_allowed",): 50}
    assert samples(text, "distscore_stage_seconds_total").keys() == {("decode",), ("score",), ("encode",)}


def test_metrics_on_a_port_of_their_own(service: Service) -> None:
    """Where metrics have their own port, the API does not show them."""
    before = service.metric("distscore_rows_total")
    service.post(SMALL)
    assert service.get("/metrics").status_code == 404
    assert service.metric("distscore_rows_total") == before + 2


def test_the_port_of_the_metrics_is_bounded(service: Service) -> None:
    """It has nothing but its one path, and silent clients cost no thread there."""
    base = f"http://127.0.0.1:{service.metrics_port}"
    assert [httpx.get(base + path).status_code for path in ("/metrics", "/", "/v1/limits")] == [200, 404, 404]
    with ExitStack() as silent:
        for _ in range(50):
            silent.enter_context(socket.create_connection(("127.0.0.1", service.metrics_port)))
        assert "distscore_rows_total" in httpx.get(f"{base}/metrics").text
        status = Path(f"/proc/{service.process.pid}/status").read_text(encoding="ascii")
        assert int(status.split("Threads:")[1].split()[0]) < 10
