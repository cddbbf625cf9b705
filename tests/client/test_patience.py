from collections.abc import Callable
from typing import Any

import httpx
import pytest

from distscore import AsyncClient, Busy, Client, DistscoreError, InvalidInput, Refused, Unreachable
from distscore.client import Reply, Unreadable
from distscore.client.patience import Patience

Handler = Callable[[httpx.Request], httpx.Response]
FAMILY = {"name": "poisson"}
OVERLOADED = {"code": "overloaded", "status": 503, "detail": "no place"}


def answering(*answers: httpx.Response | Exception) -> tuple[Handler, list[httpx.Request]]:
    """A handler that gives one answer after the other, the last one again and again, and the requests that it got."""
    asked: list[httpx.Request] = []

    def handler(request: httpx.Request) -> httpx.Response:
        answer = answers[min(len(asked), len(answers) - 1)]
        asked.append(request)
        if isinstance(answer, Exception):
            raise answer
        return answer

    return handler, asked


def client_of(handler: Handler, patience: float = 5.0) -> Client:
    return Client(
        "http://service/base",
        "key",
        patience=patience,
        http_client=httpx.Client(transport=httpx.MockTransport(handler)),
    )


def found() -> httpx.Response:
    return httpx.Response(200, json=FAMILY)


AGAIN: list[Any] = [
    lambda: httpx.Response(503, json=OVERLOADED),
    lambda: httpx.Response(502, text="bad gateway"),
    lambda: httpx.ConnectError("refused"),
    lambda: httpx.ReadError("lost"),
    lambda: httpx.RemoteProtocolError("disconnected"),
]


@pytest.mark.parametrize("fault", AGAIN)
def test_it_is_asked_again(fault: Callable[[], Any]) -> None:
    """What may pass is asked again until it has passed, with its key."""
    handler, asked = answering(fault(), found())
    assert client_of(handler).family("poisson") == FAMILY
    assert [str(request.url) for request in asked] == ["http://service/base/v1/families/poisson"] * 2
    assert asked[0].headers["Authorization"] == "Bearer key"


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (httpx.Response(503, json=OVERLOADED), Busy),
        (httpx.Response(502, text="<html>bad gateway"), Refused),
        (httpx.Response(504, json={"code": "deadline_exceeded"}), Refused),
        (httpx.Response(500, json={"code": "internal"}), Refused),
        (httpx.ConnectError("refused"), Unreachable),
        (httpx.ReadTimeout("slow"), Unreachable),
        (httpx.Response(200, text="<html>welcome"), Unreadable),
        (httpx.Response(200, json=[1]), Unreadable),
        (httpx.Response(200, json={"message": "welcome"}), Unreadable),
        (httpx.Response(307, headers={"location": "https://service"}), Unreadable),
        (httpx.Response(403, json=["go away"]), Refused),
    ],
)
def test_it_is_asked_once_without_patience(fault: Any, kind: type[DistscoreError]) -> None:
    """Each fault has its exception, all of one base."""
    handler, asked = answering(fault)
    with pytest.raises(kind) as raised:
        client_of(handler, patience=0).family("poisson")
    assert len(asked) == 1
    assert isinstance(raised.value, DistscoreError)


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        (httpx.Response(403, json={"message": "no"}), '403: {"message":"no"}'),
        (
            httpx.Response(401, json={"code": "unauthorized", "detail": "A key."}),
            "401 unauthorized: A key. (Client(key=",
        ),
        (httpx.Response(413, text="too large"), "413: too large (client.score_in_parts sends parts)"),
        (httpx.Response(302, headers={"location": "https://a/b"}), "the service is elsewhere: 302, https://a/b"),
    ],
)
def test_messages_say_what_to_do(answer: httpx.Response, says: str) -> None:
    """What a proxy says is shown, and for what is known the way out."""
    with pytest.raises(DistscoreError) as raised:
        client_of(answering(answer)[0]).family("poisson")
    assert str(raised.value).startswith(says)


def test_keys_of_files() -> None:
    """A key loses the end of its line; one that no header can hold is refused, and not shown."""
    handler, asked = answering(found())
    http = httpx.Client(transport=httpx.MockTransport(handler))
    Client("http://service", "key\n", http_client=http).family("poisson")
    assert asked[0].headers["Authorization"] == "Bearer key"
    for key in ("clé", "two\nkeys"):
        with pytest.raises(InvalidInput) as refused:
            Client("http://service", key)
        assert key not in str(refused.value)


@pytest.mark.parametrize("url", ["localhost:8000", "http://localhost:99999", "http://"])
def test_an_address_that_is_none(url: str) -> None:
    """What is no URL says so as any service that is not reached."""
    with pytest.raises(Unreachable), Client(url, patience=0) as client:
        client.limits()


@pytest.mark.parametrize("fault", [httpx.Response(504, json={"code": "deadline_exceeded"}), httpx.ReadTimeout("slow")])
def test_what_took_too_long_is_not_asked_again(fault: Any) -> None:
    """It would take as long again."""
    handler, asked = answering(fault, found())
    with pytest.raises(DistscoreError, match=r"deadline_exceeded|no answer in time; Client\(seconds="):
        client_of(handler).family("poisson")
    assert len(asked) == 1


@pytest.mark.anyio
async def test_awaited_patience() -> None:
    """The asynchronous client asks again as well, and gives up as well."""
    handler, asked = answering(httpx.ConnectError("refused"), httpx.Response(503, json=OVERLOADED), found())
    async with httpx.AsyncClient(transport=httpx.MockTransport(handler)) as http:
        assert await AsyncClient("http://service", http_client=http).family("poisson") == FAMILY
        assert len(asked) == 3
    handler, asked = answering(httpx.ConnectError("refused"))
    async with httpx.AsyncClient(transport=httpx.MockTransport(handler)) as http:
        with pytest.raises(Unreachable, match=r"http://service: refused"):
            await AsyncClient("http://service", patience=0.2, http_client=http).family("poisson")
    assert 1 < len(asked) < 5


def test_pauses_grow_within_the_time() -> None:
    """Pauses double from a tenth of a second to five, each in its upper half, and end where the time would."""
    now = [0.0]
    patience = Patience(20.0, clock=lambda: now[0], draw=lambda: 0.5)
    pauses = []
    while (pause := patience.pause()) is not None:
        pauses.append(pause)
        now[0] += pause
    assert pauses[:6] == pytest.approx([0.075 * 2**at for at in range(6)])
    assert pauses[6:] == pytest.approx([3.75] * len(pauses[6:]))
    assert 20 - 3.75 < sum(pauses) <= 20


@pytest.mark.parametrize(("header", "least"), [("3", 3.0), ("Wed, 21 Oct 2026 07:28:00 GMT", 0.0), ("", 0.0)])
def test_the_service_says_when(header: str, least: float) -> None:
    """A pause is at least what Retry-After says, and a little more, different for each."""
    reply = Reply(503, {"retry-after": header}, b"")
    pauses = {Patience(10.0).pause(reply) for _ in range(5)}
    assert len(pauses) == 5
    assert all(pause is not None and least < pause <= least + 0.1 for pause in pauses)
    assert Patience(2.0).pause(Reply(503, {"retry-after": "3"}, b"")) is None


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTSCORE_URL", "https://scores.example/")
    monkeypatch.setenv("DISTSCORE_API_KEY", "of the environment")


@pytest.mark.usefixtures("environment")
def test_the_environment_says_where() -> None:
    """URL and key come from the environment, unless they are given; a client of one's own is not closed."""
    handler, asked = answering(found())
    http = httpx.Client(transport=httpx.MockTransport(handler))
    with Client(http_client=http) as client:
        client.family("poisson")
    Client("http://other", "", http_client=http).family("poisson")
    http.base_url = httpx.URL("http://own/base")
    Client(http_client=http).family("poisson")
    assert [str(request.url).removesuffix("/v1/families/poisson") for request in asked] == [
        *["https://scores.example", "http://other", "http://own/base"],
    ]
    assert [request.headers.get("Authorization") for request in asked][:2] == ["Bearer of the environment", None]
