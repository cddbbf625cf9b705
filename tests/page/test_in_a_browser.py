"""The page in a real browser: from a file to an answer in words and pictures, without an error or a foreign request.

With SCREENSHOTS set, screenshots of each step are left in that folder, to be looked at.
"""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, FilePayload, Page, Request, sync_playwright

pytestmark = pytest.mark.browser

ROWS = b"case,t_cat,t_dog,z_dog,z_cat,x_cat,x_dog\na,0.3,0.7,1.25,2,1,1\nb,1,0,-1,-2.5,2,0\nc,0.2,0.8,1,0,0,2\n"
BROKEN = b"case,t_cat,t_dog,z_dog,z_cat\na,0.3,0.7,1.25,2\nb,1,0,-1,x\n"
PATIENCE = 30_000  # milliseconds
SHOTS = os.environ.get("SCREENSHOTS")


@pytest.fixture(params=[(1100, "light"), (360, "dark")], ids=["wide and light", "narrow and dark"])
def page(request: pytest.FixtureRequest, url: str) -> Iterator[Page]:
    """The page as it is opened; nothing is logged as an error, nothing is asked of another host."""
    width, scheme = request.param
    said: list[str] = []

    def log(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and "422" not in message.text:
            said.append(message.text)

    def note(asked: Request) -> None:
        if not asked.url.startswith((url, "blob:", "data:")):
            said.append(asked.url)

    chromium = shutil.which("chromium")
    assert chromium is not None, "install Debian's package `chromium`"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        opened = browser.new_page(viewport={"width": width, "height": 800}, color_scheme=scheme)
        opened.set_default_timeout(PATIENCE)
        opened.on("console", log)
        opened.on("pageerror", lambda error: said.append(str(error)))
        opened.on("request", note)
        opened.goto(url)
        yield opened
        browser.close()
    assert said == []


def choose(page: Page, name: str, content: bytes) -> None:
    page.set_input_files("#file", files=[FilePayload(name=name, mimeType="text/csv", buffer=content)])
    page.wait_for_selector("#mapping:not([hidden])")


def score(page: Page) -> None:
    page.click("button.main")
    page.wait_for_selector("#result:not([hidden])")
    page.wait_for_selector(".chart svg")


def check(page: Page, name: str) -> None:
    """Nothing is wider than the window, and nothing keeps people out."""
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    violations = Axe().run(page).response["violations"]
    assert [each["id"] for each in violations if each["impact"] in ("serious", "critical")] == []
    if SHOTS:
        width = page.evaluate("window.innerWidth")
        page.screenshot(path=str(Path(SHOTS) / f"{name}-{width}.png"), full_page=True)


def test_samples(page: Page) -> None:
    """One click on a sample and one on the button: words, pictures, tables."""
    for at in range(page.locator("#samples button").count()):
        page.locator("#samples button").nth(at).click()
        page.wait_for_selector("#mapping:not([hidden])")
        score(page)
        assert "lose" in page.inner_text("#verdict")
        assert page.locator("#details table").count() >= 2
        check(page, f"sample-{at}")


def test_a_file_and_a_second_model(page: Page) -> None:
    """What was guessed can be changed; a second set of predictions makes candidates of both."""
    choose(page, "rows.csv", ROWS)
    values = page.eval_on_selector_all(".parameter input", "inputs => inputs.map(input => input.value)")
    assert values[:6] == ["family", "categorical", "targets.probabilities", "t_*", "predictions.logits", "z_*"]
    page.click("#add")
    page.locator(".parameter input").nth(-2).fill("candidates.second.logits")
    page.locator(".parameter input").nth(-1).fill("x_*")
    score(page)
    assert "second" in page.inner_text("#verdict")
    check(page, "candidates")


def test_a_broken_file_points_at_the_cell(page: Page) -> None:
    choose(page, "broken.csv", BROKEN)
    page.locator(".parameter input").nth(0).fill("family")
    for _ in range(page.locator(".parameter").count()):
        page.locator(".parameter button").first.click()
    for name, value in (
        ("family", "categorical"),
        ("targets.probabilities", "t_*"),
        ("predictions.logits", "z_*"),
    ):
        page.click("#add")
        page.locator(".parameter input").nth(-2).fill(name)
        page.locator(".parameter input").nth(-1).fill(value)
    page.click("button.main")
    page.wait_for_selector("#problem:not([hidden])")
    assert "line 3, column z_cat" in page.inner_text("#problem")
    check(page, "broken")


def test_pasted_lines(page: Page) -> None:
    page.fill("#paste", ROWS.decode())
    page.click("#use-paste")
    page.wait_for_selector("#mapping:not([hidden])")
    with page.expect_download() as download:
        score(page)
        page.click("#tables")
    assert Path(download.value.path()).read_text().startswith("Per class")
    with page.expect_download() as download:
        page.click("#report")
    assert "<svg" in Path(download.value.path()).read_text()
