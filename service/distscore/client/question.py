"""A question: the call that asks it and how its answer is read, in one place and without I/O."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

import orjson

from distscore.client.errors import Busy, Refused, Unreadable
from distscore.client.sending import json
from distscore.client.sending.request import Document, Request
from distscore.client.transport import JSON, Call, Reply

T = TypeVar("T")
FIRST_ERROR, OVERLOADED = 400, 503
LONGEST = 200  # characters that are shown of an answer that is no problem document


@dataclass(frozen=True)
class Question(Generic[T]):
    """What is asked: `read` makes the answer of a reply with a status of success.

    `content` is a request, the bytes of a file of type `media_type`, or None for a GET.
    """

    path: str
    read: Callable[[Reply], T]
    content: Request | bytes | None = None
    media_type: str = JSON

    def call(self) -> Call:
        """The call that asks it."""
        if self.content is None:
            return Call("GET", self.path)
        content = json.write(self.content) if isinstance(self.content, Request) else self.content
        return Call("POST", self.path, headers={"Content-Type": self.media_type}, content=content)

    def answer(self, reply: Reply) -> T:
        """The answer that a reply holds; raises Refused for a problem document, and for any other error."""
        if reply.status < FIRST_ERROR:
            return self.read(reply)
        kind = Busy if reply.status == OVERLOADED else Refused
        raise kind(reply.status, problem(reply))


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
