"""What is asked of the parts and of their states, as conversations: questions come out, answers go in, without I/O."""

from collections.abc import Awaitable, Callable, Generator, Mapping
from typing import Any, TypeVar

import numpy as np

from distscore.client import questions
from distscore.client.answers.rows import DERIVATIVES, OF_COLUMNS, OF_ROWS, Floats
from distscore.client.answers.score import Score
from distscore.client.errors import Refused
from distscore.client.parts.cutting import Part
from distscore.client.parts.located import located
from distscore.client.question import Question
from distscore.client.sending.request import Request

T = TypeVar("T")
Conversation = Generator[Question[Any], Any, T]  # yields questions, is sent their answers or thrown their refusals

STATE = ("state",)
WEIGHTLESS = "all_weights_zero"


def converse(ask: Callable[[Question[Any]], Any], conversation: Conversation[T]) -> T:
    """What a conversation comes to, each question of which is asked."""
    try:
        question = next(conversation)
        while True:
            try:
                answer = ask(question)
            except Refused as refused:
                question = conversation.throw(refused)
            else:
                question = conversation.send(answer)
    except StopIteration as end:
        result: T = end.value
        return result


async def converse_async(ask: Callable[[Question[Any]], Awaitable[Any]], conversation: Conversation[T]) -> T:
    """The same where questions are awaited."""
    try:
        question = next(conversation)
        while True:
            try:
                answer = await ask(question)
            except Refused as refused:
                question = conversation.throw(refused)
            else:
                question = conversation.send(answer)
    except StopIteration as end:
        result: T = end.value
        return result


def of_part(part: Part, outputs: tuple[str, ...]) -> Conversation[Score]:
    """The score of a part; a refusal speaks of the rows that they are in its batch."""
    try:
        score: Score = yield questions.scored(_asking(part.request, (*outputs, *STATE)))
    except Refused as refused:
        if {each["code"] for each in refused.errors} != {WEIGHTLESS}:
            raise located(refused, part.place, part.where) from None
    else:
        return Score(score.members, _typed(part.request, score.rows), score.axes)
    try:  # rows that weigh nothing have only a state: those of other parts may weigh something
        state: Score = yield questions.scored(_asking(part.request, STATE))
    except Refused as refused:
        raise located(refused, part.place, part.where) from None
    return Score(state.members, _zeros(part.request, outputs), state.axes)


def _asking(request: Request, outputs: tuple[str, ...]) -> Request:
    return Request({**request.members, "outputs": list(outputs)}, request.rows, request.axes)


def _typed(request: Request, rows: Mapping[str, Floats]) -> dict[str, Floats]:
    """Per-row outputs with derivatives in the types of their columns, in whichever format a part was sent."""
    with np.errstate(over="ignore"):
        return {
            name: values.astype(np.float32, copy=False) if _is_single(request, name) else values
            for name, values in rows.items()
        }


def _is_single(request: Request, name: str) -> bool:
    """Whether an output is a derivative in a column of no more than 32 bits."""
    output, _, column = name.partition(".")
    return output in DERIVATIVES and column in request.singles


def _zeros(request: Request, outputs: tuple[str, ...]) -> dict[str, Floats]:
    """The per-row outputs of rows that weigh nothing, which are 0."""
    predicted = {str(path[1]): values for path, values in request.rows.items() if path[0] == "predictions"}
    found: dict[str, Floats] = {name: np.zeros(request.row_count) for name in OF_ROWS if name in outputs}
    for output in OF_COLUMNS:
        if output in outputs:
            found |= {f"{output}.{name}": np.zeros(values.shape) for name, values in predicted.items()}
    return _typed(request, found)
