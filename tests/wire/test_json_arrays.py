"""The quick reader of JSON against the strict one, which alone decides what a body says."""

import json
import random
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from distscore.use_cases.registry import USE_CASES
from distscore.wire.describe.examples import ADVISE_EXAMPLES, COMPARE_EXAMPLES, EXAMPLES
from distscore.wire.errors.problems import MalformedJson, Problem
from distscore.wire.read import json as reader
from distscore.wire.read import json_arrays
from distscore.wire.read.limits import Limits
from distscore.wire.write.json import write
from tests.api.test_bad_requests import WRONG, changed

LIMITS = Limits(1000, 5000, 200)
MASKED = {
    "targets": {"counts": [[3, 2, 0], [1, 1, 5], [0, 0, 2]]},
    "predictions": {"probabilities": [[0.5, 0.5, 0.0], [0.25, 0.25, 0.5], [0.5, 0.25, 0.25]]},
    "mask": [[True, True, True], [True, False, True], [True, True, True]],
}
ABSENT = [
    {"family": family, "targets": {target: values}, "predictions": {"logits": logits}, "missing": missing}
    for missing in ("refuse", "exclude")
    for family, target, values, logits in (
        ("categorical", "labels", [1, None, 0], [[1, 2], [3, 4], [5, 6.5]]),
        ("categorical", "probabilities", [[0.5, 0.5], [None, 1], [1, 0]], [[1, 2], [3, None], [5, 6]]),
        ("multilabel", "probabilities", [[0.5, 0.5], [None, 1], [1, 0]], [[1, 2], [3, 4], [5, 6]]),
        ("bernoulli", "probabilities", [None, 1, 0.25], [None, 2, -0.5]),
    )
]
OF_ADVICE = [{name: each[name] for name in ("targets", "predictions", "missing")} for each in ABSENT]
TRIED = {
    "score": [*EXAMPLES.values(), *ABSENT, *(changed(base, members) for _, base, members, _, _ in WRONG)],
    "compare": [*COMPARE_EXAMPLES.values()],
    "advise": [*ADVISE_EXAMPLES.values(), MASKED, {**MASKED, "meaning": "votes", "missing": "exclude"}, *OF_ADVICE],
}


@pytest.fixture(autouse=True)
def every_array_is_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Arrays of a few bytes are read as those of megabytes are: cut out, and parsed in several pieces."""
    monkeypatch.setattr(json_arrays, "LONG", 0)
    monkeypatch.setattr(json_arrays, "PIECE", 10)


ALIKE = ['": [1, 2]', ": [1, 2], ", '\\": [[1], [2]]}', "[1", "]}", '"a":[1],']  # strings that look like columns
names = st.text(st.characters(codec="utf-8"), max_size=4) | st.sampled_from(ALIKE)
scalars = st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | names
integers = st.integers(-(1 << 70), 1 << 70)
numbers = integers | st.floats(allow_nan=False, allow_infinity=False)


def arrays(entries: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Lists of entries, rows of one width, and lists that are no array."""
    row = st.integers(0, 3).flatmap(lambda width: st.lists(st.lists(entries, min_size=width, max_size=width)))
    return st.lists(entries) | row | st.lists(st.lists(entries) | entries)


columns = st.one_of(arrays(integers), arrays(numbers), arrays(st.booleans()), arrays(numbers | scalars), scalars)
sides = st.dictionaries(names, columns, max_size=2)
documents = st.fixed_dictionaries(
    {},
    optional={
        **dict.fromkeys(("targets", "predictions"), sides | columns),
        **dict.fromkeys(("sample_weights", "mask", "classes", "é["), columns),
        "candidates": st.lists(st.fixed_dictionaries({"name": names, "predictions": sides}), max_size=2),
    },
)


def doubles(value: Any) -> Any:
    """What a reader found, arrays as lists and every number as a double, down to the sign of zero."""
    if isinstance(value, dict):
        return {name: doubles(entry) for name, entry in value.items()}
    if isinstance(value, list | np.ndarray):
        return [doubles(entry) for entry in (value.tolist() if isinstance(value, np.ndarray) else value)]
    if isinstance(value, int | float | np.number) and not isinstance(value, bool):
        return repr(float(value))
    return repr(value.item() if isinstance(value, np.bool_) else value)


def strict(body: bytes) -> Any:
    """What the strict reader finds, None where it finds no document."""
    try:
        return reader.read_strictly(body)
    except Problem:
        return None


def assert_same(body: bytes) -> bool:
    """The quick reader doubts the body, or finds the same numbers to the bit; says whether it does not doubt."""
    quick = json_arrays.read(body)
    if quick is None:
        return False
    assert doubles(quick) == doubles(strict(body))
    return True


@given(documents, st.booleans(), st.sampled_from([None, 1]))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_readers_find_the_same(document: Any, ascii_only: bool, indent: int | None) -> None:
    """Whatever valid JSON holds where columns are expected, the quick reader doubts it or finds the same."""
    assert_same(json.dumps(document, ensure_ascii=ascii_only, indent=indent).encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("dtype", [np.float64, np.int64, np.bool_])
@pytest.mark.parametrize("shape", [(7,), (7, 1), (3, 5), (1, 1)])
def test_columns_become_arrays(dtype: type[np.generic], shape: tuple[int, ...]) -> None:
    """Arrays of one type and width are not doubted, and keep their type and shape, on either side and in candidates."""
    column = np.random.default_rng(1).normal(size=shape).astype(dtype)
    side = {"targets": {"a": column}, "candidates": [{"name": "[", "predictions": {"b": column}}], "mask": column}
    found = json_arrays.read(orjson.dumps(side, option=orjson.OPT_SERIALIZE_NUMPY))
    assert found is not None
    absent = json_arrays.read(b'{"targets":{"a":[[1,null],[null,0.5]]}}')
    assert absent is not None
    assert absent["targets"]["a"].tolist() == [[1, None], [None, 0.5]]
    for read in (found["targets"]["a"], found["candidates"][0]["predictions"]["b"], found["mask"]):
        assert read.dtype == dtype
        np.testing.assert_array_equal(read, column)


PIECES = [
    b"null",
    *map(bytes, zip(b'[]{}",:0123456789.-+eE truefalsn\\/\x00\x80\xff')),
    b"1e999",
    b"[[",
    b"]]",
    b'"a":',
    b"\\u005b",
]
SEEDS = [
    b'{"targets":{"a":[[0.5,1,-2e3],[1,2,3]],"b":[1,null]},"predictions":{"c":[1e-5,0.25]},"sample_weights":[1,2.5]}',
    b'{"mask":[[true,false],[false,true]],"classes":["[a","\\u00e9"],"targets":{"x":[9007199254740993,1]},"t":null}',
    b'{"tag":"\\"[1,2],","classes":["[[1,2],[3]]},","\\\\"],"targets":{"a\\u0000b":[1,2,3,4],"a":[[1,2],[3,4]]}}',
    b'{"candidates":[{"name":"p","predictions":{"q":[[1.5],[2]]}},{"name":"r"}],"targets":{"y":[-0.0,-0,18446744073709551615]}}',
]


@pytest.mark.parametrize("seed", range(4))
def test_mutants(seed: int) -> None:
    """Bytes are cut out, doubled or replaced: what the quick reader does not doubt is what the strict one finds."""
    chance, certain = random.Random(seed), 0
    for _ in range(2500):
        body = bytearray(SEEDS[seed])
        for _ in range(chance.randint(1, 3)):
            at = chance.randrange(len(body))
            end = at + chance.choice((0, 1, 1, 2, 5))
            body[at:end] = chance.choice((b"", chance.choice(PIECES), bytes(body[at : at + 9])))
        certain += assert_same(bytes(body))
    assert certain > 100  # mutants do reach what is compared


@pytest.mark.parametrize(
    "body",
    [
        b'{"targets":{"a":[1,2],"a":[1,2]}}',
        b'{"targets":{"a":[1,2]},"tag":"x","tag":"x"}',
        b'{"targets":{"a":[[1,2],[3]]}}',
        b'{"targets":{"a":[[1,2],[3],[4,5,6]]}}',
        b'{"targets":{"a":[[1,[2]],[3,4]]}}',
        b'{"targets":{"a":[[[1,2]]]}}',
        b'{"targets":{"a":[[1,2],"ab"]}}',
        b'{"targets":{"a":[[1],2]}}',
        b'{"targets":{"a":[1,true]}}',
        b'{"targets":{"a":[true,1]}}',
        b'{"targets":{"a":[true,"t"]}}',
        b'{"targets":{"a":[[1,2],null]}}',
        b'{"targets":{"a":[null,-1.7976931348623157e308]}}',
        b'{"targets":{"a":[1,nullnull]}}',
        b'{"mask":[true,null]}',
        b'{"targets":{"a":[1,"2"]}}',
        b'{"targets":{"a":[]}}',
        b'{"targets":{"a":[[[1],2]]},"classes":["\\u005b"]}',
        b'{"targets":{"a":[1e999]}}',
        b'{"targets":{"a":[NaN]}}',
        b'{"targets":{"a":[1,2,3,4,5,6,]}}',
        b'{"targets":{"a":[1,2,3,4,5,,6]}}',
        b'{"targets":{"a":[[1,2],[3,4],[5,6],]}}',
        b'{"targets":{"a":[[1,2],[3,4],[5,true]]}}',
        b'{"targets":{"a":[1.5,2.5,3.5,true,false,true]}}',
        b'{"targets":{"a":[[1,2],[3,4],[5],[6]]}}',
        b'{"targets":{"a":[1]]}}',
        b'{"targets":{"a":[1]"b":2}}',
        b'{"classes":[1,2,3]}',
        b'{"classes":[": [1,2],"],"targets":{"a":[1]}}',
        b'\xef\xbb\xbf{"targets":{"a":[1]}}',
        b'{"targets":{"a":[1]}} {}',
        b"[" * 2000 + b"]" * 2000,
        b'{"a":' * 400 + b"1" + b"}" * 400,
        b"[1]",
        b"",
    ],
)
def test_doubt(body: bytes) -> None:
    """Duplicates, raggedness, depth, other types, what the parser skips: each is left to the strict reader."""
    assert json_arrays.read(body) is None


def told(use_case: str, document: Any) -> Any:
    """The answer to a document, or the problem that there is with it."""
    try:
        return orjson.loads(write(USE_CASES[use_case](document, LIMITS, lambda: None)))
    except Problem as problem:
        return problem.document("")


@pytest.mark.parametrize("use_case", TRIED)
def test_answers_do_not_depend_on_the_reader(use_case: str) -> None:
    """Every example, and every wrong request of the contract, gets the same answer above the size as below it."""
    certain = 0
    for request in TRIED[use_case]:
        body = json.dumps(request).encode()
        quick = json_arrays.read(body)
        certain += quick is not None
        if quick is not None:
            assert told(use_case, quick) == told(use_case, reader.read_strictly(body)), body
    assert certain > len(TRIED[use_case]) / 2


def test_a_wide_row_is_left_to_the_strict_reader(monkeypatch: pytest.MonkeyPatch) -> None:
    """A row, which cannot be cut, is parsed only up to a size, for the parser takes a multiple of its memory."""
    body = b'{"targets":{"a":[[1,2,3,4,5,6,7,8,9]]}}'
    assert json_arrays.read(body) is not None
    monkeypatch.setattr(json_arrays, "LARGEST", 10)
    assert json_arrays.read(body) is None


def test_size_decides() -> None:
    """A body above the size is read into arrays, one below it into lists, and errors are told by the strict reader."""
    body = b'{"targets":{"a":[1,2]}}'
    padded = b" " * reader.QUICK_BYTES + body
    assert isinstance(reader.read(body, LIMITS)["targets"]["a"], list)
    assert isinstance(reader.read(padded, LIMITS)["targets"]["a"], np.ndarray)
    with pytest.raises(MalformedJson, match=f"line 1 column {len(padded)}"):
        reader.read(padded.replace(b"}}", b"}]"), LIMITS)
