"""The page as the service hands it out: what it loads, what it may do, and what stays open where keys are set."""

import re
from pathlib import Path

import pytest

from distscore.page.assets import contents, edition
from tests.runtime.in_process import application, client_of

pytestmark = pytest.mark.anyio

HTML = {"Accept": "text/html"}
EXTERNAL = re.compile(rb"(?:src|href|url|import|from)\s*[=(]?\s*[\"']?(?:https?:)?//")


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_the_page_and_what_it_loads() -> None:
    """Everything comes from this service; files are kept under names that change with them, the page itself is not."""
    async with client_of(application()) as client:
        page = await client.get("/", headers=HTML)
        assert page.status_code == 200
        assert page.headers["cache-control"] == "no-store"
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        loaded = re.findall(r'(?:href|src|content)="(page/[^"]+)"', page.text)
        assert len(loaded) == 3
        for path in (path for path in loaded if not path.endswith("vega.js")):
            asset = await client.get(f"/{path}")
            assert asset.status_code == 200
            assert asset.headers.get_list("cache-control") == ["public, max-age=31536000, immutable"]
        for name, content in contents().items():
            assert not EXTERNAL.search(content), name


async def test_other_files_are_not_found() -> None:
    async with client_of(application()) as client:
        for path in ("other/main.js", f"{edition()}/other.js", f"{edition()}/assets.py", f"{edition()}/../assets.py"):
            assert (await client.get(f"/page/{path}")).status_code == 404


async def test_modules_import_what_there_is() -> None:
    """The names that a module imports are exported by the other one."""
    modules = {name: text.decode() for name, text in contents().items() if name.endswith(".js")}
    for name, text in modules.items():
        for names, source in re.findall(r'import \{ ([^}]+) \} from "\./(\w+\.js)"', text):
            for each in names.split(", "):
                assert re.search(rf"export (?:async )?(?:function|const|class) {each}\b", modules[source]), (name, each)


async def test_the_page_is_open_where_keys_are_set(tmp_path: Path) -> None:
    """It asks for a key itself; what it asks the service needs one."""
    keys = tmp_path / "keys"
    keys.write_text("secret\n")
    async with client_of(application(api_keys_file=keys)) as client:
        for path in ("/", f"/page/{edition()}/main.js", "/docs", "/openapi.json"):
            assert (await client.get(path, headers=HTML)).status_code == 200
        assert (await client.post("/v1/table", content=b"a\n1\n")).status_code == 401


async def test_the_page_can_be_turned_off() -> None:
    async with client_of(application(page=False)) as client:
        answer = await client.get("/", headers=HTML)
        assert (answer.status_code, answer.headers["location"]) == (307, "docs")
        assert (await client.get(f"/page/{edition()}/main.js")).status_code == 404


async def test_a_program_is_told_where_things_are() -> None:
    async with client_of(application()) as client:
        assert (await client.get("/")).json()["openapi"] == "/openapi.json"
