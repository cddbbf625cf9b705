"""The files of the page, under a name that changes whenever one of them does."""

from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files

TYPES = {"html": "text/html", "css": "text/css", "js": "text/javascript"}
VEGA = "vega.js"


@cache
def contents() -> dict[str, bytes]:
    """The files of the page as bytes, by name, read once."""
    here = files("distscore.page")
    return {each.name: each.read_bytes() for each in here.iterdir() if each.name.rpartition(".")[2] in TYPES}


@cache
def edition() -> str:
    """What the address of the files has in it, so that they may be kept for ever."""
    digest = sha256(version("vl-convert-python").encode())
    for name, content in sorted(contents().items()):
        digest.update(name.encode() + content)
    return digest.hexdigest()[:16]


@cache
def index() -> bytes:
    """The page at `/`, with the addresses of this edition of its files in it."""
    where = f"page/{edition()}".encode()
    page = contents()["index.html"].replace(b"STYLE", where + b"/page.css").replace(b"MAIN", where + b"/main.js")
    return page.replace(b"</title>", b'</title>\n<meta name="vega" content="' + where + b'/vega.js">')
