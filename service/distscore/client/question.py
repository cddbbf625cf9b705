"""A question: the call that asks it and how its answer is read, in one place and without I/O."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import orjson

from distscore.client.errors import Busy, Refused, Unreadable
from distscore.client.sending import arrow, json
from distscore.client.sending.request import Document, Request
from distscore.client.transport import ARROW, JSON, Call, Reply

T = TypeVar("T")
FIRST_ERROR, OVERLOADED = 400, 503
LONGEST = 200  # characters that are shown of an answer that is no problem document


@dataclass(frozen=True)
class Question(Generic[T]):
    """What is asked: `read` makes the answer of a reply with a status of success.

    `content` is a request, the bytes of a file of type `media_type` whose columns `query` describes, or None for a GET.
    A request is sent as JSON; one that `may_be_arrow` also as an Arrow stream.
    """

    path: str
    read: Callable[[Reply], T]
    content: Request | bytes | None = None
    media_type: str = JSON
    may_be_arrow: bool = False
    query: str = ""

    @property
    def prefers_arrow(self) -> bool:
        """Whether it is better asked as an Arrow stream, if whoever answers reads them."""
        return self.may_be_arrow and isinstance(self.content, Request) and arrow.wanted(self.content)

    def call(self, as_arrow: bool = False) -> Call:
        """The call that asks it; the answer comes in the same format."""
        if self.content is None:
            return Call("GET", self.path)
        if not isinstance(self.content, Request):
            return Call("POST", self.path, self.query, {"Content-Type": self.media_type}, self.content)
        content = arrow.write(self.content) if as_arrow else json.write(self.content)
        return Call("POST", self.path, headers={"Content-Type": ARROW if as_arrow else JSON}, content=content)

    def answer(self, reply: Reply) -> T:
        """The answer that a reply holds; raises Refused for a problem document, and for any other error."""
        if reply.status < FIRST_ERROR:
            return self.read(reply)
        kind = Busy if reply.status == OVERLOADED else Refused
        raise kind(reply.status, problem(reply))


def speaks_arrow(limits: Document) -> bool:
    """Whether a service with these limits reads Arrow streams."""
    return "arrow_body_bytes" in limits


def document(reply: Reply) -> Document:
    """The JSON object of a reply; raises Unreadable where it is none."""
    try:
        found = orjson.loads(reply.content)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise Unreadable(
            f"an answer of type {reply.media_type or 'unknown'} that is not the service's: {_shown(reply)}"
        )
    return found


def problem(reply: Reply) -> Document:
    """The problem document of a reply; what a proxy says stands as its detail."""
    if reply.media_type.endswith("json"):
        return document(reply)
    return {"status": reply.status, "detail": _shown(reply)}


def _shown(reply: Reply) -> str:
    return bytes(reply.content[:LONGEST]).decode(errors="replace")
