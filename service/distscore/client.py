"""A small client: numbers or NumPy arrays in, the service's answer out, its problem documents as exceptions.

from distscore.client import Client

with Client("http://127.0.0.1:8000") as distscore:
    answer = distscore.score(family="poisson", targets={"values": [1, 4]}, predictions={"rate": [1.5, 3.0]})
"""

import json
from types import TracebackType
from typing import Any

import httpx

from distscore import __version__

Document = dict[str, Any]
JSON = {"Content-Type": "application/json"}


class Refused(Exception):
    """An answer that is a problem document: its `status`, its `code`, and for bad input `errors` with JSON pointers."""

    def __init__(self, status: int, problem: Document) -> None:
        self.status, self.problem = status, problem
        self.code: str = problem.get("code", "")
        self.errors: list[Document] = problem.get("errors", [])
        super().__init__(f"{status} {self.code}: {problem.get('detail', '')}")


class Client:
    """A connection pool to the service at a URL, with an optional API key and a timeout in seconds.

    Every POST is pure, so that retries are safe; `retries` are those of connecting.
    """

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
        """Compare several losses of one batch, or several predictions of its rows: the members of POST /v1/compare."""
        return self._ask("POST", "/v1/compare", request)

    def advise(self, **request: Any) -> Document:
        """Ask which family and loss fit the targets, and why: the members of POST /v1/advise."""
        return self._ask("POST", "/v1/advise", request)

    def explain(self, **request: Any) -> Document:
        """Ask whose convention gave the number `observed` for a batch: the members of POST /v1/explain."""
        return self._ask("POST", "/v1/explain", request)

    def merge(self, states: list[str]) -> Document:
        """Merge the states that `score` gave for several batches into one report and one state of all their rows."""
        return self._ask("POST", "/v1/summaries/merge", {"states": states})

    def family(self, name: str) -> Document:
        """Describe a family: its columns, supports, formulas, losses, and a request that works."""
        return self._ask("GET", f"/v1/families/{name}")

    def loss(self, name: str) -> Document:
        """Describe a loss: its formula, derivatives, properties, families and names in other libraries."""
        return self._ask("GET", f"/v1/losses/{name}")

    def close(self) -> None:
        """Close the connections; leaving a `with` block does the same."""
        self._http.close()

    def __enter__(self) -> "Client":
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ask(self, method: str, path: str, request: Document | None = None) -> Document:
        content = None if request is None else _json(request)
        answer = self._http.request(method, path, content=content, headers=JSON if content else None)
        document: Document = answer.json()
        if answer.is_error:
            raise Refused(answer.status_code, document)
        return document


def _json(request: Document) -> bytes:
    """A request as JSON, with arrays as lists wherever they stand; what is not finite is a `ValueError`."""
    return json.dumps(request, default=lambda array: array.tolist(), allow_nan=False).encode()
