"""The dashboards ask for metrics that the service has, and for members that a merged report has."""

import json
import re
from typing import Any

import httpx
import pytest

from distscore.use_cases.merge import answer_merge
from distscore.use_cases.score import answer_score
from distscore.wire.describe.examples import EXAMPLES
from distscore.wire.read.limits import Limits
from tests.docs.pages import ROOT

FOLDER = ROOT / "deploy" / "grafana"
DASHBOARDS = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in FOLDER.glob("dashboards/*.json")}
METRIC = re.compile(r"\b(?:http_server|distscore)_\w+")
LABELS = re.compile(r"by \((\w+)\)")
LIMITS = Limits(1000, 10_000, 100)


def targets(name: str) -> list[dict[str, Any]]:
    return [target for panel in DASHBOARDS[name]["panels"] for target in panel["targets"]]


def test_metrics_are_there(url: str) -> None:
    """Each is in the exposition of a service that has answered and refused, with the labels that are summed by."""
    httpx.post(f"{url}/v1/score", json=EXAMPLES["categorical"])
    httpx.post(f"{url}/v1/score", json={})
    exposed = httpx.get(f"{url}/metrics").text
    asked = [target["expr"] for target in targets("service")]
    assert len(asked) >= 6
    for expression in asked:
        (metric,) = METRIC.findall(expression)
        lines = [line for line in exposed.splitlines() if line.startswith(metric)]
        assert lines, metric
        assert all(f'{label}="' in lines[0] for label in LABELS.findall(expression)), expression


def test_reports_have_what_is_shown() -> None:
    """Root selectors lead to a record, or to flat records, with the columns that are shown."""
    scored = answer_score({**EXAMPLES["categorical"], "outputs": ["state"]}, LIMITS, lambda: None)
    report = answer_merge({"states": [scored.members["state"]]}, LIMITS, lambda: None).members
    for target in targets("quality"):
        found: Any = report
        for name in target["root_selector"].split("."):
            found = found[name]
        for record in found if isinstance(found, list) else [found]:
            assert {column["selector"] for column in target["columns"]} <= record.keys()
        assert "/v1/summaries/merge" in target["url"]


@pytest.mark.parametrize("name", sorted(DASHBOARDS))
def test_panels_are_told_apart(name: str) -> None:
    """Every panel has a number, a title and a place of its own."""
    panels = DASHBOARDS[name]["panels"]
    for key in ("id", "title", "gridPos"):
        shown = [json.dumps(panel[key], sort_keys=True) for panel in panels]
        assert len(set(shown)) == len(shown)


def test_mounted_files_exist() -> None:
    """What the compose file mounts stands beside it."""
    text = (ROOT / "deploy" / "compose.monitoring.yaml").read_text(encoding="utf-8")
    mounted = re.findall(r"(\./[\w./-]+):/", text)
    assert len(mounted) == 3
    assert all((ROOT / "deploy" / path).exists() for path in mounted)
