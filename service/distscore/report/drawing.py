"""Charts as SVG that may stand in a page: text takes the color of the page, and nothing in it acts or loads."""

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import Any

import vl_convert
from markupsafe import Markup

TEXT = {"labelColor": "currentColor", "titleColor": "currentColor"}
THEME = {"axis": TEXT, "legend": TEXT, "title": {"color": "currentColor", "subtitleColor": "currentColor"}}
ELEMENTS = frozenset({"svg", "g", "path", "line", "rect", "text", "tspan"})
ATTRIBUTES = re.compile(
    "xmlns(:xlink)?|version|class|width|height|viewbox|d|x2?|y2?|dy|transform|display|opacity|fill|pointer-events|role"
    "|stroke(-(width|miterlimit|dasharray|opacity))?|text-anchor|font-(family|size|weight)"
    "|aria-(hidden|label|roledescription)"
)


class UnexpectedMarkup(Exception):
    """A drawing has an element or an attribute that charts do not have."""


class Inspector(HTMLParser):
    """Reads a drawing as a browser does, and raises `UnexpectedMarkup` for all that is not a plain shape or text."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [tag, *(name for name, _ in attrs if not ATTRIBUTES.fullmatch(name))]
        if tag not in ELEMENTS or len(names) > 1:
            raise UnexpectedMarkup(" ".join(names))

    handle_startendtag = handle_starttag

    def handle_decl(self, decl: str) -> None:
        raise UnexpectedMarkup("a declaration")

    def handle_comment(self, data: str) -> None:
        raise UnexpectedMarkup("a comment")


def drawing(specification: Mapping[str, Any]) -> Markup:
    """The SVG of a Vega-Lite specification, inspected."""
    svg = vl_convert.vegalite_to_svg(dict(specification), config=THEME, allowed_base_urls=[])
    inspector = Inspector()
    inspector.feed(svg)
    inspector.close()
    return Markup(svg)  # noqa: S704  inspected
