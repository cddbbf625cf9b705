"""Members and entries of a document are counted before each wrong one costs an error of its own."""

import tracemalloc
from time import perf_counter
from typing import Any

import pytest

from distscore.use_cases.advise import answer_advise
from distscore.use_cases.compare import answer_compare
from distscore.use_cases.merge import answer_merge
from distscore.use_cases.score import answer_score
from distscore.wire.describe.examples import EXAMPLES
from distscore.wire.errors.problems import LISTED, InvalidRequest
from distscore.wire.read.limits import Limits

LIMITS = Limits(10**6, 4 * 10**6, 300_000)
COUNT = 100_000
MANY = {f"a{index}": 1 for index in range(COUNT)}
BRIER = {"loss": "brier"}
WRONG: dict[str, Any] = {
    "document": MANY,
    "targets": {"targets": MANY},
    "predictions": {"predictions": MANY},
    "family_parameters": {"family_parameters": MANY},
    "activations": {"activations": MANY},
    "loss_parameters": {"loss_parameters": MANY},
    "loss_parameters in losses": {"losses": [{**BRIER, "loss_parameters": MANY}]},
    "classes of another type": {"classes": [1] * COUNT},
    "equal classes": {"classes": ["a"] * COUNT},
    "outputs": {"outputs": ["losses"] * COUNT},
    "outputs of another type": {"outputs": [1] * COUNT},
    "losses": {"losses": [BRIER] * COUNT},
    "losses that are none": {"losses": [{}] * COUNT},
    "losses of another type": {"losses": [1] * COUNT},
}


@pytest.mark.parametrize("answer", [answer_score, answer_compare, answer_advise, answer_merge])
@pytest.mark.parametrize("name", WRONG)
def test_wrong_entries_cost_little(name: str, answer: Any) -> None:
    """A hundred thousand wrong members or entries are refused within a second and a few hundred bytes each."""
    document = {member: EXAMPLES["categorical"][member] for member in ("family", "targets", "predictions")}
    start = perf_counter()
    with pytest.raises(InvalidRequest) as refused:
        answer({**document, **WRONG[name]}, LIMITS, lambda: None)
    assert perf_counter() - start < 2.0
    assert len(refused.value.issues) <= LISTED


def test_memory_of_refusals_is_bounded() -> None:
    """What is wrong with class names that are no strings takes less memory than the names."""
    document = {**EXAMPLES["categorical"], "classes": [1] * COUNT}
    tracemalloc.start()
    with pytest.raises(InvalidRequest) as refused:
        answer_score(document, LIMITS, lambda: None)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.count == COUNT
    assert peak < 50 * COUNT


def test_as_many_losses_as_may_be_compared() -> None:
    """Fifty losses are compared, one more is refused by its list."""
    example = {**EXAMPLES["categorical"], "losses": [BRIER] * 50}
    example = {name: example[name] for name in ("family", "targets", "predictions", "losses")}
    assert len(answer_compare(example, LIMITS, lambda: None).members["results"]) == 50
    with pytest.raises(InvalidRequest) as refused:
        answer_compare({**example, "losses": [BRIER] * 51}, LIMITS, lambda: None)
    (issue,) = refused.value.issues
    assert (issue.pointer, issue.code) == ("/losses", "out_of_range")
