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
FIRST_REDIRECT, FIRST_ERROR, OVERLOADED = 300, 400, 503
LONGEST = 200  # characters that are shown of an answer that is no problem document


@dataclass(frozen=True)
class Question(Generic[T]):
    """What is asked: `read` makes the answer of a reply with a status of success.

    `content` is a request, the bytes of a file of type `media_type` whose columns `query` describes, or None for a GET.
    It is asked and answered in JSON; one that `may_be_arrow` also as Arrow streams, and better so where `falls_short`
    says of an answer in JSON that it leaves something out.
    """

    path: str
    read: Callable[[Reply], T]
    content: Request | bytes | None = None
    media_type: str = JSON
    may_be_arrow: bool = False
    query: str = ""
    falls_short: Callable[[T], bool] = lambda _: False

    @property
    def prefers_arrow(self) -> bool:
        """Whether it is better asked for an Arrow stream, if whoever answers writes them."""
        return self.may_be_arrow and isinstance(self.content, Request) and arrow.wanted(self.content)

    def needs_arrow(self, answer: T) -> bool:
        """Whether an answer in JSON leaves out what an Arrow stream has, which can be read here."""
        return self.falls_short(answer) and arrow.readable()

    def call(self, as_arrow: bool = False) -> Call:
        """The call that asks it, for an answer in JSON or as an Arrow stream, which the request is too if it can be."""
        if self.content is None:
            return Call("GET", self.path)
        accept = {"Accept": ARROW} if as_arrow else {}
        if not isinstance(self.content, Request):
            return Call("POST", self.path, self.query, {"Content-Type": self.media_type, **accept}, self.content)
        if as_arrow and arrow.writable(self.content):
            return Call("POST", self.path, headers={"Content-Type": ARROW, **accept}, content=arrow.write(self.content))
        return Call("POST", self.path, headers={"Content-Type": JSON, **accept}, content=json.write(self.content))

    def answer(self, reply: Reply) -> T:
        """The answer that a reply holds; raises Refused for a problem document, and for any other error."""
        if reply.status >= FIRST_ERROR:
            kind = Busy if reply.status == OVERLOADED else Refused
            raise kind(reply.status, problem(reply))
        if reply.status >= FIRST_REDIRECT:
            raise Unreadable(
                f"the service is elsewhere: {reply.status}, {reply.headers.get('location', 'nobody says where')}"
            )
        return self.read(reply)


def speaks_arrow(limits: Document) -> bool:
    """Whether a service with these limits reads Arrow streams."""
    return "arrow_body_bytes" in limits


def document(reply: Reply, member: str) -> Document:
    """The JSON object of a reply, which has a member; raises Unreadable for anything else."""
    found = _object(reply)
    if member not in found:
        raise unreadable(reply)
    return found


def problem(reply: Reply) -> Document:
    """The problem document of a reply; what a proxy says stands as its detail."""
    found = _object(reply)
    return found if "code" in found else {"status": reply.status, "detail": _shown(reply)}


def unreadable(reply: Reply) -> Unreadable:
    """What to raise of a reply that cannot be the service's."""
    return Unreadable(f"an answer of type {reply.media_type or 'unknown'} that is not the service's: {_shown(reply)}")


def _object(reply: Reply) -> Document:
    """The JSON object of a reply, empty where it is none."""
    try:
        found = orjson.loads(reply.content)
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


def _shown(reply: Reply) -> str:
    return bytes(reply.content[:LONGEST]).decode(errors="replace")
