"""The first minutes: what is wrong is told in one line, and what is right is greeted once the service listens."""

import contextlib
import errno
import json
import os
import pty
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from distscore.runtime.server import bind
from distscore.settings import WrongSetting, check_names
from tests.runtime.in_process import application, client_of
from tests.runtime.service_process import JSON, PATIENCE, SLOWEST_START, SMALL, Service, environment, free_port

ROOT = Path(__file__).parents[2]
GREETING = re.compile(r"Distscore [\d.]+ on (http://\S+), documentation on (http://\S+/docs)\.")
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"


def ended(*arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """A command that cannot start, and says why."""
    return subprocess.run(
        [sys.executable, "-m", "distscore", *arguments],
        env=environment(settings),
        capture_output=True,
        timeout=PATIENCE,
        check=False,
        text=True,
    )


@pytest.mark.parametrize("port", ["99999", "65536", "-1", "8000x", "80.5", ""])
def test_a_port_that_is_none(port: str) -> None:
    """A port out of range is refused, and not taken modulo 65536: one line, exit code 2."""
    done = ended("serve", f"--port={port}")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert done.stderr.startswith(f"distscore serve: argument --port: {port} is no port: ")


def test_an_address_that_is_none() -> None:
    """A host that this machine does not have is refused in the same way."""
    for host in ("nowhere.invalid", "192.0.2.1", "2001:db8::1"):
        done = ended("serve", "--host", host, "--port", "0")
        assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
        assert done.stderr.startswith(f"distscore: cannot listen on {host}, port 0: ")


def test_a_machine_without_the_protocol(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no IPv6, its addresses are refused like any other that is not there."""
    monkeypatch.setattr(socket, "socket", without_sockets)
    with pytest.raises(WrongSetting, match="cannot listen on ::1, port 0: Address family not supported by protocol"):
        bind("::1", 0)


def test_packets_are_not_delayed() -> None:
    """The listener names its protocol, else the event loop leaves Nagle's algorithm on: 40 ms for each answer."""
    with bind("127.0.0.1", 0) as listener:
        assert listener.proto == socket.IPPROTO_TCP


def without_sockets(*_: int) -> None:
    raise OSError(errno.EAFNOSUPPORT, os.strerror(errno.EAFNOSUPPORT))


@pytest.mark.parametrize("of", ["--port", "DISTSCORE_METRICS_PORT"])
def test_a_port_that_is_taken(of: str, service: Service) -> None:
    """Two services cannot listen on one port: the second says so in one line and ends with 2."""
    taken = str(service.port)
    port, settings = (taken, {}) if of == "--port" else (str(free_port()), {"metrics_port": taken})
    done = ended("serve", "--port", port, **settings)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert taken in done.stderr
    assert "in use" in done.stderr


@pytest.mark.parametrize(
    ("variable", "advice"),
    [
        ("DISTSCORE_ENTRYS", "did you mean DISTSCORE_ENTRIES?"),
        ("DISTSCORE_MAX_ROWS", "did you mean DISTSCORE_ROWS?"),
        ("DISTSCORE_JSON_BODY_BYTE", "did you mean DISTSCORE_JSON_BODY_BYTES?"),
        ("distscore_corsorigins", "did you mean DISTSCORE_CORS_ORIGINS?"),
        ("DISTSCORE_API_KEY_FILE", "did you mean DISTSCORE_API_KEYS_FILE?"),
        ("DISTSCORE_PORT", "say distscore serve --port instead"),
        ("DISTSCORE_HOST", "say distscore serve --host instead"),
        ("DISTSCORE_XYZZY", "the README lists the settings"),
        ("DISTSCORE_", "the README lists the settings"),
    ],
)
def test_a_misspelt_setting(variable: str, advice: str) -> None:
    """A variable with the prefix that is no setting would be ignored silently: it is refused, with the nearest name."""
    with pytest.raises(WrongSetting) as refused:
        check_names({variable: "1000"})
    assert str(refused.value) == f"{variable}: there is no such setting; {advice}"


def test_a_misspelt_setting_stops_the_service() -> None:
    """The process writes the line and ends with 2."""
    done = ended("serve", entrys="10")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "distscore: DISTSCORE_ENTRYS: there is no such setting; did you mean DISTSCORE_ENTRIES?\n"


def test_names_that_are_no_slip() -> None:
    """Settings in any case, variables of others, and what Kubernetes sets beside a Service called distscore."""
    check_names({"distscore_rows": "5", "DISTSCORE_Queue": "1", "DISTSCORES": "1", "PATH": "/bin", "PORT": "80"})
    links = {
        "DISTSCORE_SERVICE_HOST": "10.0.0.11",
        "DISTSCORE_SERVICE_PORT": "80",
        "DISTSCORE_SERVICE_PORT_HTTP": "80",
        "DISTSCORE_PORT": "tcp://10.0.0.11:80",
        "DISTSCORE_PORT_80_TCP": "tcp://10.0.0.11:80",
        "DISTSCORE_PORT_80_TCP_PROTO": "tcp",
        "DISTSCORE_PORT_80_TCP_PORT": "80",
        "DISTSCORE_PORT_80_TCP_ADDR": "10.0.0.11",
    }
    check_names(links)


def test_make_serve_takes_host_and_port(tmp_path: Path) -> None:
    """The port and the host of the command line reach the service, and those of the environment do not."""
    shutil.copy(ROOT / "Makefile", tmp_path)
    for stamp in (".venv/.created", ".venv/.runtime", "requirements/build.txt", "requirements/runtime.txt"):
        (tmp_path / stamp).parent.mkdir(exist_ok=True)
        (tmp_path / stamp).touch()
    (tmp_path / "pyproject.toml").touch()
    elsewhere = os.environ | {"HOST": "elsewhere", "PORT": "1"}
    for given, told in (([], "127.0.0.1 --port 8000"), (["HOST=::1", "PORT=8123"], "::1 --port 8123")):
        command = ["make", "-n", "-s", "-o", ".venv/.runtime", "serve", *given]
        done = subprocess.run(command, cwd=tmp_path, env=elsewhere, capture_output=True, check=True, text=True)
        assert done.stdout.splitlines()[-1] == f".venv/bin/distscore serve --host {told}"


def test_on_a_terminal() -> None:
    """On a terminal logs are for people, and the greeting comes after them, when the service listens."""
    terminal, end = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "distscore", "serve", "--port", "0"], env=environment({}), stdout=end, stderr=end
    )
    os.close(end)
    shown = b""
    while b"Ctrl-C stops it." not in shown:
        shown += os.read(terminal, 4096)
    found = GREETING.search(shown.decode())
    assert found is not None
    assert "[0m" not in shown.decode()[found.start() :], "something is logged after the greeting"
    answer = httpx.post(f"{found[1]}/v1/score", content=SMALL, headers=JSON)
    assert answer.status_code == 200
    assert httpx.get(found[2]).status_code == 200
    process.send_signal(signal.SIGINT)
    assert process.wait(PATIENCE) == 0
    shown += os.read(terminal, 1 << 16)
    os.close(terminal)
    lines = re.sub(r"\x1b\[[\d;]*m", "", shown.decode()).splitlines()
    (scored,) = (line for line in lines if "/v1/score 200" in line)
    assert re.fullmatch(r"\d\d:\d\d:\d\d \[info +\] POST /v1/score 200 +rows=2 seconds=[\d.e-]+", scored)
    assert not any(line.startswith('{"') for line in lines)


@pytest.mark.heavy
def test_without_a_standard_output() -> None:
    """A service whose standard output is closed, then or later, serves on: its lines are lost, not requests."""
    for shell in ("exec {} >&-", "exec {} | head -c 1"):
        port = free_port()
        command = shell.format(f"{sys.executable} -m distscore serve --port {port} 2>/dev/null")
        process = subprocess.Popen(["/bin/sh", "-c", command], env=environment({}), start_new_session=True)
        try:
            wait_until_ready(port)
            for _ in range(3):
                assert httpx.post(f"http://127.0.0.1:{port}/v1/score", content=SMALL, headers=JSON).status_code == 200
        finally:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(PATIENCE)


def wait_until_ready(port: int) -> None:
    """Ask for readiness until it is there."""
    deadline = time.monotonic() + SLOWEST_START
    while True:
        with contextlib.suppress(httpx.TransportError):
            if httpx.get(f"http://127.0.0.1:{port}/readyz").status_code == 200:
                return
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_every_address() -> None:
    """`::` is every address, those of IPv4 too."""
    if not socket.has_dualstack_ipv6():
        pytest.skip("there is no IPv6 here")
    with bind("::", 0) as listener:
        listener.listen()
        socket.create_connection(("127.0.0.1", listener.getsockname()[1])).close()


def test_beside_a_pipe(service: Service) -> None:
    """Where nobody looks, every line is JSON."""
    service.get("/livez")
    assert all(isinstance(json.loads(line), dict) for line in service.output.read_bytes().splitlines())


@pytest.mark.anyio
async def test_the_root_leads_on() -> None:
    """A browser gets the page for people, a program is told where the documentation is."""
    async with client_of(application()) as client:
        page = await client.get("/", headers={"Accept": BROWSER})
        assert (page.status_code, page.headers["content-type"]) == (200, "text/html; charset=utf-8")
        assert (await client.get("/docs")).headers["content-type"].startswith("text/html")
        for accept in ("*/*", "application/json", "text/html;q=0.5, application/json"):
            told = await client.get("/", headers={"Accept": accept})
            assert (told.status_code, told.json()["documentation"], told.json()["openapi"]) == (
                200,
                "/docs",
                "/openapi.json",
            )
        assert (await client.get(told.json()["openapi"])).json()["info"]["version"] == told.json()["version"]


@pytest.mark.anyio
@pytest.mark.parametrize(("classes", "status"), [(300_000, 200), (300_001, 413)])
async def test_how_many_classes_a_row_may_have(classes: int, status: int) -> None:
    """The vocabulary of a language model fits by default; what is wider has a code of its own."""
    logits = [0.0] * classes
    body = {
        "family": "categorical",
        "targets": {"labels": [0]},
        "predictions": {"logits": [logits]},
        "outputs": ["value"],
    }
    async with client_of(application()) as client:
        answer = await client.post("/v1/score", json=body)
    assert answer.status_code == status
    assert status == 200 or answer.json()["code"] == "too_many_classes"
