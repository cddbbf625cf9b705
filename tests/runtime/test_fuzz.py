"""The running service against everything that its own document allows and forbids."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.runtime.service_process import running

SCHEMATHESIS = Path(sys.executable).parent / "schemathesis"
SECONDS = 60
# Sums of rows, lengths of arrays, and which columns make a form are no matter of a JSON schema: where it is content,
# 422 is a fair answer; so is 404 to a name that nothing has. And null, [] and {} mean "not given" to the service, which
# the schema does not say, so that generated types stay plain: some of what it forbids is answered. Of any bytes that
# /v1/table may be sent most are no table: 400.
CONFIGURATION = """
[checks]
positive_data_acceptance.expected-statuses = ["2xx", 400, 404, 422]
"""
UNCHECKED = "negative_data_rejection"


@pytest.mark.heavy
def test_fuzz(tmp_path: Path) -> None:
    """A minute of generated requests, valid and not, finds no check of the fuzzer that fails."""
    configuration = tmp_path / "schemathesis.toml"
    configuration.write_text(CONFIGURATION)
    command: list[str | Path] = [SCHEMATHESIS, "--config-file", configuration, "run"]
    options = ["--checks", "all", "--exclude-checks", UNCHECKED, "--max-time", str(SECONDS)]
    options += ["--generation-database", "none", "--no-color"]
    with running() as service:
        ended = subprocess.run(
            [*command, f"{service.url}/openapi.json", *options],
            capture_output=True,
            text=True,
            timeout=3 * SECONDS,
            check=False,
            cwd=tmp_path,
        )
        assert ended.returncode == 0, ended.stdout
        assert not [line for line in service.log() if line["level"] == "error"]
        statuses = {line["status"] for line in service.log() if line["event"] == "request"}
        assert statuses >= {200, 404, 422}  # what else it tries differs from run to run
