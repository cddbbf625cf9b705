"""When to ask again: every request is pure, so that asking twice does no harm, only takes time."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from time import monotonic

from distscore.client.transport import Reply

AGAIN = frozenset({502, 503})  # not 504: what took too long once takes as long again
FIRST_PAUSE, LONGEST_PAUSE = 0.1, 5.0  # seconds


@dataclass
class Patience:
    """The pauses between the attempts at one call, within `seconds` in all from its first attempt on.

    Pauses double and are drawn from their upper half, lest clients that were turned away together come back together;
    a pause is never shorter than the service asked for by Retry-After.
    """

    seconds: float
    clock: Callable[[], float] = monotonic
    draw: Callable[[], float] = random.random  # from [0, 1)
    attempts: int = 0
    _begun: float = field(init=False)

    def __post_init__(self) -> None:
        self._begun = self.clock()

    def pause(self, reply: Reply | None = None) -> float | None:
        """Seconds until the next attempt, after a reply or after a fault of the connection; None: no further one."""
        if reply is not None and reply.status not in AGAIN:
            return None
        doubled = min(LONGEST_PAUSE, FIRST_PAUSE * 2**self.attempts)
        self.attempts += 1
        drawn = doubled * (1 + self.draw()) / 2
        pause = drawn if reply is None else retry_after(reply) + drawn
        return pause if self.clock() - self._begun + pause <= self.seconds else None


def retry_after(reply: Reply) -> float:
    """The seconds that the header Retry-After asks for; 0 where there is none, or where it is a date."""
    text = reply.headers.get("retry-after", "")
    return float(text) if text.isdecimal() else 0.0
