"""POST /v1/report: one file that needs nothing else, in which no text of a user is anything but text."""

import base64
import gzip
import hashlib
import html
import re
from html.parser import HTMLParser
from typing import Any

import httpx
import pytest

from distscore.report.drawing import Inspector, UnexpectedMarkup
from distscore.report.tables import cell
from distscore.runtime import renderer
from tests.charts.answers import HOSTILE, of_candidates, requests

pytestmark = pytest.mark.anyio

SOFT_LABELS = {**requests()["soft_labels"], "tag": HOSTILE[0]}
SVG = {"svg", "g", "path", "line", "rect", "text", "tspan"}
STRUCTURE = {
    "html",
    "head",
    "meta",
    "title",
    "style",
    "body",
    "header",
    "main",
    "section",
    "figure",
    "details",
    "summary",
}
TEXTS = {"h1", "h2", "p", "ul", "li", "span", "dl", "div", "dt", "dd", "pre", "code"}
TABLES = {"table", "caption", "thead", "tbody", "tr", "th", "td"}
LOADS_OR_ACTS = re.compile("on.*|style|src.*|href|xlink:href|action|data|background|http-equiv")


class Page(HTMLParser):
    """A page as a browser reads it: its elements, its attributes, and its text by element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.attributes: list[tuple[str, str, str]] = []
        self.tags: list[str] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]

    handle_startendtag = handle_starttag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


async def reported(client: httpx.AsyncClient, body: dict[str, Any]) -> str:
    answer = await client.post("/v1/report", json=body, headers={"Accept": "application/json"})
    assert answer.status_code == 200, answer.text
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "distscore-report.html" in answer.headers["content-disposition"]
    return answer.text


async def bodies(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    """A body of every route that a report may be made of."""
    batch = {name: value for name, value in SOFT_LABELS.items() if name != "groups"}
    state = (await client.post("/v1/score", json={**batch, "outputs": ["state"]})).json()["state"]
    return {
        "score": SOFT_LABELS,
        "losses": {**batch, "losses": [{"loss": "brier"}]},
        "candidates": of_candidates(),
        "merge": {"states": [state, state]},
    }


async def test_pages_need_nothing_and_do_nothing(client: httpx.AsyncClient) -> None:
    """Of every kind of body: plain elements, no script, nothing that is loaded, and the style whose hash is sent."""
    for kind, body in (await bodies(client)).items():
        answer = await client.post("/v1/report", json=body)
        page = Page(answer.text)
        assert set(page.tags) <= SVG | STRUCTURE | TEXTS | TABLES, kind
        found = [(tag, name) for tag, name, _ in page.attributes if LOADS_OR_ACTS.fullmatch(name)]
        assert found == [("meta", "http-equiv")], kind
        (style,) = re.findall(r"<style>(.*?)</style>", answer.text, re.DOTALL)
        assert "url(" not in style
        digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
        for policy in (answer.headers["content-security-policy"], html.unescape(answer.text)):
            assert f"default-src 'none'; style-src 'sha256-{digest}'" in policy


async def test_a_report_says_what_the_answer_says(client: httpx.AsyncClient) -> None:
    """The verdict in words, every chart, every number of the diagnostics, every warning, and the options."""
    body = {**SOFT_LABELS, "label_smoothing": 0.1}
    page = Page(await reported(client, body))
    answer = (await client.post("/v1/score", json={**body, "outputs": ["diagnostics", "charts"]})).json()
    text = "\n".join(page.texts)
    assert answer["diagnostics"]["verdict"]["text"] in text
    assert page.tags.count("figure") == len(answer["charts"]) == 6
    for warning in answer["warnings"]:
        assert warning["message"] in text
    assert answer["warnings"]
    cells = set(page.texts)
    for record in (*answer["diagnostics"]["per_class"], *answer["diagnostics"]["worst_rows"]):
        assert {cell(value) for value in record.values() if isinstance(value, float)} <= cells
    assert '"label_smoothing": 0.1' in text
    assert '"logits": "60 rows of 4"' in text
    assert str(body["predictions"]["logits"][0][0]) not in text


async def test_what_is_left_out_is_counted(client: httpx.AsyncClient) -> None:
    """Rows as rows and states as states, one or several."""
    one = {"family": "poisson", "targets": {"values": [1]}, "predictions": {"rate": [2]}}
    state = (await client.post("/v1/score", json={**one, "outputs": ["state"]})).json()["state"]
    assert '"values": "1 row"' in "\n".join(Page(await reported(client, one)).texts)
    assert '"states": "2 states"' in "\n".join(Page(await reported(client, {"states": [state, state]})).texts)


async def test_names_are_text(client: httpx.AsyncClient) -> None:
    """Names that look like markup are shown as they were sent, but for characters that would turn the text."""
    page = Page(await reported(client, SOFT_LABELS))
    for name in HOSTILE[:3]:
        assert name in page.texts
    assert "49" not in page.texts
    assert "\u202e" not in "".join(page.texts)
    assert "script" not in page.tags


@pytest.mark.parametrize("svg", ["<svg><script>x</script>", '<svg onload="x">', "<svg><a href='x'>", "<svg><!--"])
async def test_drawings_are_inspected(svg: str) -> None:
    """What charts do not have is refused, should the library that draws ever let it through."""
    inspector = Inspector()
    with pytest.raises(UnexpectedMarkup):
        inspector.feed(f"{svg}-->")


async def test_the_same_body_gives_the_same_page(client: httpx.AsyncClient) -> None:
    """A report is pure: nothing of the process or the time is in it; `outputs` is not looked at, and it packs."""
    page = await reported(client, requests()["infinite"])
    assert page == await reported(client, {**requests()["infinite"], "outputs": ["state"]})
    packed = gzip.compress(httpx.Request("POST", "http://x", json=requests()["infinite"]).content)
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip", "Accept-Encoding": "gzip"}
    again = await client.post("/v1/report", content=packed, headers=headers)
    assert again.headers["content-encoding"] == "gzip"
    assert page == again.text


async def test_what_is_wrong_is_told_as_by_the_other_routes(client: httpx.AsyncClient) -> None:
    """A wrong body gets the problem that its own route gives it."""
    wrong = {**SOFT_LABELS, "targets": {"probabilities": [[0.5, "x"]]}}
    report, score = [(await client.post(path, json=wrong)).json() for path in ("/v1/report", "/v1/score")]
    assert report["errors"] == score["errors"]


async def test_a_renderer_that_fails_is_replaced(client: httpx.AsyncClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that dies costs its report only, one that is late its own, and the next report is written."""
    body = requests()["match"]
    writing = client._transport.app.state.runtime.renderer  # type: ignore[attr-defined]
    await reported(client, body)
    writing._process.kill()
    assert (await client.post("/v1/report", json=body)).status_code == 500
    monkeypatch.setattr(renderer, "SECONDS", 0.01)
    assert (await client.post("/v1/report", json=body)).json()["code"] == "deadline_exceeded"
    monkeypatch.undo()
    await reported(client, body)
    monkeypatch.setattr(writing._places, "places", 0)
    assert (await client.post("/v1/report", json=body)).json()["code"] == "overloaded"


async def test_rows_of_a_file_have_its_names(client: httpx.AsyncClient) -> None:
    """A report of a file, and the chart of its worst rows, call rows what the file does, and keep their numbers."""
    lines = ["case,p,q", "first,0.9,0.5", '"<b>2</b>",0.5,0.45', "third,0.2,0.9", "fourth,,0.5"]
    query = "family=bernoulli&targets.probabilities=p&predictions.probabilities=q&id=case&missing=exclude"
    content, headers = "\n".join(lines).encode(), {"Content-Type": "text/csv"}
    answer = (await client.post(f"/v1/score?{query}&outputs=charts", content=content, headers=headers)).json()
    chart = answer["charts"]["worst_rows"]
    assert [(each["row"], each["id"]) for each in chart["data"]["values"]] == [
        (2, "third"),
        (0, "first"),
        (1, "<b>2</b>"),
    ]
    assert chart["title"]["text"][0].startswith("Row third has the largest divergence")
    page = Page((await client.post(f"/v1/report?{query}", content=content, headers=headers)).text)
    assert {"first", "<b>2</b>", "third"} <= set(page.texts)
    assert any(text.startswith("third: ") for text in page.texts)
    assert "Rows fourth." in page.texts
