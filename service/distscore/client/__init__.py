"""A client: arrays, frames and tensors in, typed answers with NumPy arrays out, refusals as exceptions.

from distscore import Client

with Client("http://127.0.0.1:8000") as distscore:
    score = distscore.score(family="poisson", targets={"values": [1, 4]}, predictions={"rate": [1.5, 3.0]})
    print(score.value, score.losses, score.gradients["rate"])

It needs httpx, NumPy and orjson, and imports nothing of the service. `distscore.client.transport` says what carries a
call and how to put something else in the place of HTTP.
"""

from distscore.client.answers.others import Advice, Comparison, Explanation, Page, Table
from distscore.client.answers.score import Score
from distscore.client.answers.summary import Summary
from distscore.client.client import AsyncClient, Client
from distscore.client.errors import (
    Busy,
    DistscoreError,
    InvalidInput,
    LibraryMissing,
    NotAsked,
    Refused,
    Unreachable,
    Unreadable,
)
from distscore.client.http import AsyncHttpTransport, HttpTransport
from distscore.client.transport import AsyncTransport, Call, Reply, Transport

__all__ = [
    "Advice",
    "AsyncClient",
    "AsyncHttpTransport",
    "AsyncTransport",
    "Busy",
    "Call",
    "Client",
    "Comparison",
    "DistscoreError",
    "Explanation",
    "HttpTransport",
    "InvalidInput",
    "LibraryMissing",
    "NotAsked",
    "Page",
    "Refused",
    "Reply",
    "Score",
    "Summary",
    "Table",
    "Transport",
    "Unreachable",
    "Unreadable",
]
