"""A small client: numbers or NumPy arrays in, the service's answer out, its problems as exceptions.

from distscore.client import Client

with Client("http://127.0.0.1:8000") as distscore:
    answer = distscore.score(family="poisson", targets={"values": [1, 4]}, predictions={"rate": [1.5, 3.0]})
"""

from types import TracebackType
from typing import Any

import httpx

from distscore import __version__

Document = dict[str, Any]


class Refused(Exception):
    """The service did not answer with numbers: `status`, `code`, and for bad input `errors` with JSON pointers."""

    def __init__(self, status: int, problem: Document) -> None:
        self.status, self.problem = status, problem
        self.code: str = problem.get("code", "")
        self.errors: list[Document] = problem.get("errors", [])
        super().__init__(f"{status} {self.code}: {problem.get('detail', '')}")


class Client:
    """Talks to one service. Every POST is pure, so that retries are safe; `retries` are those of the connection."""

    def __init__(self, url: str, key: str = "", seconds: float = 60.0, retries: int = 2) -> None:
        headers = {"User-Agent": f"distscore/{__version__}", "Accept-Encoding": "identity"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        transport = httpx.HTTPTransport(retries=retries)
        self._http = httpx.Client(base_url=url, headers=headers, timeout=seconds, transport=transport)

    def score(self, **request: Any) -> Document:
        """Score one batch with one loss: the members of POST /v1/score."""
        return self._ask("POST", "/v1/score", request)

    def compare(self, **request: Any) -> Document:
        """Several losses of one batch: the members of POST /v1/compare."""
        return self._ask("POST", "/v1/compare", request)

    def advise(self, **request: Any) -> Document:
        """Which family and loss fit: the members of POST /v1/advise."""
        return self._ask("POST", "/v1/advise", request)

    def merge(self, states: list[str]) -> Document:
        """One report of several batches, from the states that `score` gave for them."""
        return self._ask("POST", "/v1/summaries/merge", {"states": states})

    def family(self, name: str) -> Document:
        """The columns, supports, formulas and an example of a family."""
        return self._ask("GET", f"/v1/families/{name}")

    def loss(self, name: str) -> Document:
        """The formula and the properties of a loss."""
        return self._ask("GET", f"/v1/losses/{name}")

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, method: str, path: str, request: Document | None = None) -> Document:
        answer = self._http.request(method, path, json=None if request is None else _plain(request))
        document: Document = answer.json()
        if answer.is_error:
            raise Refused(answer.status_code, document)
        return document


def _plain(value: Any) -> Any:
    """Arrays as lists, wherever they stand."""
    if isinstance(value, dict):
        return {name: _plain(entry) for name, entry in value.items()}
    return getattr(value, "tolist", lambda: value)()
