"""Numbers that other libraries gave are explained by the conventions that they follow, with as few as five digits."""

import json
import math
from functools import cache
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from distscore.core.conventions import search
from distscore.core.conventions.convention import Library
from distscore.core.conventions.matching import Observed, compare
from distscore.core.conventions.registry import CONVENTIONS
from distscore.core.conventions.search import Candidate
from distscore.core.engine.engine import score
from distscore.use_cases.explain import answer_explain
from distscore.use_cases.score import answer_score
from distscore.wire.describe.examples import EXAMPLES
from distscore.wire.errors.problems import InvalidRequest
from distscore.wire.read.batch import read_score
from distscore.wire.read.limits import Limits
from tests.reference.conventions.batches import BATCHES
from tests.reference.conventions.cases import CASES, DOCUMENTED, DOCUMENTED_CASES, Case
from tests.reference.conventions.tools import AT_HAND, number

Document = dict[str, Any]
LIMITS = Limits(10**6, 10**7, 10**5)
REFERENCE = Path(__file__).parents[1] / "reference" / "conventions" / "recorded.json"
RECORDED = json.loads(REFERENCE.read_text(encoding="utf-8"))
LIBRARIES = set(get_args(Library))


def explain(batch: Document, observed: float, **more: Any) -> Document:
    return answer_explain({**batch, "observed": observed, **more}, LIMITS, lambda: None).members


def conventions(answer: Document) -> list[str]:
    return [match["convention"] for match in answer["matches"]]


@cache
def candidates(batch: str, library: Library | None) -> list[Candidate]:
    """The numbers that conventions make of a batch."""
    read = read_score(BATCHES[batch], LIMITS).batch
    found = search.Search(read, library)
    value = score(read, frozenset(), lambda: None, [found]).value
    assert value is not None
    return found.candidates(value)


def explained(batch: str, library: Any, observed: Observed) -> dict[str, float]:
    """The values of the combinations that match, by their names."""
    matches = compare(candidates(batch, library), observed).matches
    return {" + ".join(each.name for each in match.combination) or "as_asked": match.value for match in matches}


def given(case: Case) -> float:
    """What the library gives now, or gave when it was asked."""
    if case.library in AT_HAND:
        return number(case)
    return float(RECORDED[case.library]["values"][case.key])


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.library}-{case.convention}-{case.batch}")
def test_what_a_library_gave_is_explained(case: Case) -> None:
    """By the convention that the case names: with five digits, and with all of them by that library."""
    observed, library = given(case), case.library if case.library in LIBRARIES else None
    assert case.convention in explained(case.batch, None, Observed(float(f"{observed:.5g}"), 5))
    value = explained(case.batch, library, Observed(observed))[case.convention]
    assert value == pytest.approx(observed, rel=1e-6)


@pytest.mark.parametrize("case", DOCUMENTED_CASES, ids=lambda case: f"{case.library}-{case.convention}")
def test_what_a_library_documents_is_explained(case: Case) -> None:
    """Libraries that were not run: their formula as their documentation has it."""
    assert DOCUMENTED[case.convention, case.batch, case.library][0]
    observed = number(case._replace(library="scipy"))
    assert case.convention in explained(case.batch, case.library, Observed(observed))


def test_every_convention_has_a_case() -> None:
    """Whoever adds a convention shows a number that a library, or code like it, gave; every library has one."""
    shown = {name for case in (*CASES, *DOCUMENTED_CASES) for name in case.convention.split(" + ")} - {"as_asked"}
    assert shown == {convention.name for convention in CONVENTIONS}
    assert len(shown) >= 30
    assert {case.library for case in (*CASES, *DOCUMENTED_CASES)} >= LIBRARIES


def test_every_library_that_is_said_to_have_a_convention_was_asked() -> None:
    """A convention is found in a number of each library that it names, or in one that its documentation gives."""
    asked = {(name, case.library) for case in (*CASES, *DOCUMENTED_CASES) for name in case.convention.split(" + ")}
    said = {(convention.name, library) for convention in CONVENTIONS for library in convention.functions}
    assert said <= asked, said - asked


@pytest.mark.parametrize("batch", BATCHES)
def test_a_request_of_a_match_gives_its_value(batch: str) -> None:
    """Wherever an explanation comes with a request, POST /v1/score answers it with the number that was explained."""
    whole = explain(BATCHES[batch], 0.5)
    values = {case.convention: given(case) for case in CASES if case.batch == batch}
    reproducible = sorted(
        values.keys() & {"sum", "kl_divergence", "label_smoothing_0.1", "mean_of_row_shares", "brier"}
    )
    own = [] if whole["value"] is None else [whole["value"]]
    for observed in [*own, *(values[name] for name in reproducible)]:
        sent = [match for match in explain(BATCHES[batch], observed)["matches"] if "request" in match]
        assert sent
        for match in sent:
            value = answer_score(match["request"], LIMITS, lambda: None).members["value"]
            assert value == pytest.approx(match["value"], rel=1e-12)


def test_the_score_itself_needs_no_convention() -> None:
    """A number that is the service's own comes first, whatever else gives it, and its request is what was sent."""
    for example in EXAMPLES.values():
        value = answer_score({**example, "outputs": ["value"]}, LIMITS, lambda: None).members["value"]
        first = explain(example, value)["matches"][0]
        assert (first["convention"], first["value"], first["relative_difference"]) == ("as_asked", value, 0.0)
        assert answer_score(first["request"], LIMITS, lambda: None).members["value"] == value


def test_matches_are_in_order_and_within_the_digits() -> None:
    """Fewest conventions first, then closest; none is farther than half of the last digit and float32's noise."""
    batch = BATCHES["certain"]
    for observed in (4.2, 3.64, 9.4, 12.02):
        matches = explain(batch, observed)["matches"]
        keys = [(match["convention"].count(" + "), match["relative_difference"]) for match in matches]
        assert keys == sorted(keys)
        assert all(abs(match["value"] - observed) <= Observed(observed).tolerance for match in matches)


def test_of_equals_the_one_that_tells_most_comes_first() -> None:
    """Of two rows the sum is twice the mean, and of two labels the mean is half: options and libraries go first."""
    two = EXAMPLES["multilabel"]
    value = explain(two, 0.5)["value"]
    assert conventions(explain(two, 2 * value))[:2] == ["sum", "twice"]
    assert conventions(explain(two, value / 2))[0] == "mean_over_entries"


@pytest.mark.parametrize(
    ("written", "digits", "last"),
    [(0.4152, None, 1e-4), (0.415, 4, 1e-4), (36.0, None, 1.0), (36.0, 4, 1e-2), (120.0, None, 1.0), (2e-5, 3, 1e-7)],
)
def test_digits(written: float, digits: int | None, last: float) -> None:
    """The last digit is the last one that was written, or the one that `digits` says."""
    assert Observed(written, digits).last_digit == pytest.approx(last)


def test_too_few_digits_are_said() -> None:
    """A number that much would match by chance is said to be one, and its matches are counted."""
    few = explain(BATCHES["certain"], 4.0)
    assert few["match_count"] > len(few["matches"]) == 10
    assert "by chance" in few["text"]
    assert "by chance" not in explain(BATCHES["soft"], 0.85032)["text"]


def test_no_match_is_said_with_the_nearest() -> None:
    """Numbers that no convention gives."""
    answer = explain(BATCHES["soft"], 0.123457)
    assert answer["matches"] == []
    assert len(answer["near"]) == 3
    assert answer["text"].startswith("None of")
    distances = [match["relative_difference"] for match in answer["near"]]
    assert distances == sorted(distances)
    assert math.isclose(distances[0], abs(answer["near"][0]["value"] / 0.123457 - 1), rel_tol=1e-9)


def test_a_library_leaves_out_the_conventions_of_others() -> None:
    """PyTorch does not clip as Keras does."""
    batch, observed = (
        BATCHES["certain"],
        RECORDED["keras"]["values"]["certain: losses.CategoricalCrossentropy()(target_probabilities, probabilities)"],
    )
    assert "keras_clip" in conventions(explain(batch, observed, library="keras"))
    assert "keras_clip" not in conventions(explain(batch, observed, library="pytorch"))
    assert explain(batch, observed)["value"] is None


def test_classes_without_weight_divide_nothing() -> None:
    """Where no target has a class with a weight, the mean by class weights has no value, and the others are there."""
    batch = {**BATCHES["class_weights"], "class_weights": [0.0, 1.0, 1.0]}
    batch |= {"targets": {"labels": [0, 0, 0, 0]}}
    assert explain(batch, 0.0)["matches"][0]["convention"] == "as_asked"


def test_zero_has_no_relative_difference() -> None:
    """What is observed may be 0."""
    same = {"family": "categorical", "targets": {"labels": [0]}, "predictions": {"probabilities": [[1.0, 0.0]]}}
    assert explain(same, 0.0)["matches"][0]["relative_difference"] == 0.0
    assert explain(BATCHES["soft"], 0.0)["near"][0]["relative_difference"] is None


def test_what_is_excluded_explains_nothing() -> None:
    """Rows of weight 0 and masked classes may hold any numbers."""
    batch = BATCHES["soft"]
    observed = explain(batch, 0.5)["value"] / math.log(2)
    more = {
        "family": "categorical",
        "targets": {"probabilities": [*batch["targets"]["probabilities"], [7.0, -3.0, 0.0]]},
        "predictions": {"logits": [*batch["predictions"]["logits"], [900.0, 0.0, 0.0]]},
    }
    plain = explain(batch, observed)
    excluded = explain({**more, "sample_weights": [1, 1, 1, 1, 0]}, observed)
    masked = explain({**more, "mask": [[True] * 3] * 4 + [[False] * 3]}, observed)
    assert conventions(plain)[0] == conventions(excluded)[0] == conventions(masked)[0] == "log_base_2"


def test_large_batches_combine_less(monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond a size, one convention at most costs a loss of every row; reductions and scales still combine."""
    case = next(each for each in CASES if each.convention == "logits_as_probabilities + keras_clip")
    observed = given(case)
    assert case.convention in conventions(explain(BATCHES[case.batch], observed))
    monkeypatch.setattr(search, "LARGE", 1)
    assert case.convention not in conventions(explain(BATCHES[case.batch], observed))
    soft = explain(BATCHES["soft"], 0.5)["value"] * 4 / math.log(2)
    assert conventions(explain(BATCHES["soft"], soft))[0] == "sum + log_base_2"


def test_a_large_batch_is_not_sent_back() -> None:
    """Options are told, but the request is not written out."""
    random = np.random.default_rng(0)
    batch = {
        "family": "categorical",
        "targets": {"labels": random.integers(4, size=3000).tolist()},
        "predictions": {"logits": random.normal(size=(3000, 4)).tolist()},
    }
    first = explain(batch, explain(batch, 0.5)["value"] * 3000)["matches"][0]
    assert (first["convention"], first["options"], "request" in first) == ("sum", {"reduction": "sum"}, False)


@pytest.mark.parametrize(
    ("more", "pointer", "code", "hint"),
    [
        ({"observed": None}, "/observed", "missing", None),
        ({"observed": "0.4"}, "/observed", "wrong_type", None),
        ({"observed": True}, "/observed", "wrong_type", None),
        ({"observed": [0.4]}, "/observed", "wrong_type", "unbox"),
        ({"digits": 0}, "/digits", "out_of_range", None),
        ({"digits": 18}, "/digits", "out_of_range", None),
        ({"digits": 4.5}, "/digits", "wrong_type", None),
        ({"library": "Pytorch"}, "/library", "unknown_name", "pytorch"),
        ({"library": 3}, "/library", "wrong_type", None),
        ({"reduction": "none"}, "/reduction", "unknown_name", None),
        ({"obserwed": 0.4}, "/obserwed", "unknown_member", "observed"),
    ],
)
def test_bad_input(more: Document, pointer: str, code: str, hint: str | None) -> None:
    """What is wrong is told where it stands."""
    with pytest.raises(InvalidRequest) as refused:
        answer_explain({**BATCHES["soft"], "observed": 0.4, **more}, LIMITS, lambda: None)
    (issue,) = refused.value.issues
    assert (issue.pointer, issue.code) == (pointer, code)
    assert hint is None or (issue.hint is not None and hint in issue.hint)
