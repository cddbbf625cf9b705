import base64
import json
import math
import tracemalloc
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from distscore.core.exact.sums import ExactSums, exact_sum, units
from distscore.core.families import FAMILIES
from distscore.core.state.encoding import PREFIX, SIZE, SIZE_PER_CLASS, VERSION, decode, encode
from distscore.core.state.header import BadState
from distscore.core.state.numbers import Numbers, checksum, pack
from distscore.core.state.sketch import BINS, sketch
from distscore.core.state.tags import ROOM, Tags, first_tags
from distscore.use_cases.merge import answer_merge
from distscore.use_cases.score import answer_score
from distscore.wire.describe.examples import EXAMPLES
from distscore.wire.errors.problems import InvalidRequest
from distscore.wire.read.limits import Limits
from distscore.wire.write.json import write

Document = dict[str, Any]
LIMITS = Limits(10**6, 10**7, 10**5)
EXACT = (
    *["decomposition", "skill", "per_class", "per_class_omitted", "calibration", "agreement"],
    *["weighted_likelihood", "residuals"],
)
BY_ROW = ("sample_weights", "mask")


def post(document: Document) -> Document:
    answer = answer_score(document, LIMITS, lambda: None)
    answered: Document = json.loads(write(answer))
    return answered


def merge(states: Sequence[str]) -> Document:
    answer = answer_merge({"states": list(states)}, LIMITS, lambda: None)
    answered: Document = json.loads(write(answer))
    return answered


def rows_of(document: Document) -> int:
    return len(next(iter(document["targets"].values())))


def part(document: Document, rows: slice) -> Document:
    """Some rows of a request."""
    sides = {
        side: {name: values[rows] for name, values in document[side].items()} for side in ("targets", "predictions")
    }
    return {**document, **sides, **{name: document[name][rows] for name in BY_ROW if name in document}}


def states_of(document: Document, cuts: Sequence[int]) -> list[str]:
    ends = sorted({0, rows_of(document), *cuts})
    parts = [part(document, slice(*pair)) for pair in pairwise(ends)]
    return [post({**each, "outputs": ["state"]})["state"] for each in parts]


def soft(rows: int, width: int, seed: int, size: float = 2.0, **options: Any) -> Document:
    generator = np.random.default_rng(seed)
    p = generator.dirichlet(np.full(width, 0.4), size=rows)
    z = size * generator.normal(size=(rows, width))
    targets, predictions = {"probabilities": p.tolist()}, {"logits": z.tolist()}
    return {"family": "categorical", "targets": targets, "predictions": predictions, **options}


def weights(rows: int, seed: int) -> list[float]:
    """Ones, others and zeros, over many orders of magnitude."""
    generator = np.random.default_rng(seed)
    drawn = 10.0 ** generator.uniform(-12, 12, size=rows) * (generator.uniform(size=rows) < 0.8)
    ordinary: list[float] = np.where(generator.uniform(size=rows) < 0.5, 1.0, drawn).tolist()
    return ordinary


VARIANTS: dict[str, Document] = {
    "plain": {},
    "weights": {"sample_weights": weights(40, 1)},
    "sum": {"reduction": "sum"},
    "none": {"reduction": "none"},
    "brier": {"loss": "brier"},
    "focal": {"loss": "focal", "sample_weights": weights(40, 2)},
    "class weights": {"class_weights": [1.0, 0.0, 2.5]},
    "smoothing": {"label_smoothing": 0.1, "temperature": 2.0},
    "mask": {"mask": [[True, bool(i % 3), True] for i in range(40)]},
    "names": {"classes": ["a", "b", "c" * 500]},
    "steep": {"size": 300.0},
}


@pytest.mark.parametrize("name", VARIANTS)
@settings(max_examples=12, deadline=None, derandomize=True)
@given(cuts=st.lists(st.integers(1, 39), max_size=5), order=st.randoms(use_true_random=False))
def test_merging_is_exact(name: str, cuts: list[int], order: Any) -> None:
    """However the rows are split, in whatever order and tree: the same state, and the report of the whole batch."""
    document = soft(40, 3, 7, **VARIANTS[name])
    whole = post({**document, "outputs": ["state", "diagnostics"]})
    states = states_of(document, cuts)
    while len(states) > 1:
        order.shuffle(states)
        states[:2] = [merge(states[:2])["state"]]
    merged = merge(states)
    assert merged["state"] == whole["state"]
    for member in ("value", "value_standard_error", "total_weight"):
        assert merged.get(member) == whole.get(member)
    for member in EXACT:
        assert merged["diagnostics"].get(member) == whole["diagnostics"].get(member)


@pytest.mark.parametrize("family", EXAMPLES)
def test_every_family_merges(family: str) -> None:
    """Row by row and in reverse, the example of each family merges to the state of the whole."""
    document = EXAMPLES[family]
    whole = post({**document, "outputs": ["state", "diagnostics"]})
    merged = merge(states_of(document, range(rows_of(document)))[::-1])
    assert merged["state"] == whole["state"]
    for report in (merged["diagnostics"], whole["diagnostics"]):  # sums over rows do not tell what is taken out
        for name in ("marginal", "gain"):
            report["verdict"].get(name, {}).pop("standard_error", None)
            if not FAMILIES[family].has_classes:
                report["verdict"].pop(name, None)
        if not FAMILIES[family].has_classes:
            report["verdict"]["text"] = report["verdict"]["text"].partition("The best prediction")[0].rstrip()
        if "gain" in report["verdict"]:
            report["verdict"]["gain"]["value"] = pytest.approx(report["verdict"]["gain"]["value"], rel=1e-12)
    for member in (*EXACT, "verdict"):
        assert merged["diagnostics"].get(member) == whole["diagnostics"].get(member)


def test_blocks_do_not_matter() -> None:
    """A batch of many blocks has the state of its parts, wherever they are cut."""
    document = soft(30_000, 3, 1)
    assert merge(states_of(document, [1, 11_111, 29_999]))["state"] == states_of(document, [])[0]


@pytest.mark.parametrize("scale", [1.0, 1e-9, 1e-20])
def test_tiny_entries_do_not_depend_on_their_neighbors(scale: float) -> None:
    """A class that is matched but for rounding, or rare, in rows that are far off: the same sums for every split."""
    generator = np.random.default_rng(5)
    p = generator.dirichlet(np.ones(4), size=60)
    p[:, 0] *= scale
    p /= p.sum(axis=1, keepdims=True)
    document = soft(60, 4, 0, targets={"probabilities": p.tolist()})
    document["predictions"] = {"logits": np.log(p[:, [0, 3, 1, 2]]).tolist()}
    whole = states_of(document, [])[0]
    assert merge(states_of(document, range(60)))["state"] == whole
    assert merge(states_of(document, [7, 20, 21]))["state"] == whole


@pytest.mark.parametrize("classes", [2, 10, 64, 65, 400])
@pytest.mark.parametrize("size", [2.0, 300.0])
def test_states_are_small(classes: int, size: float) -> None:
    """At most 32 kB and 1 kB per class, whatever the logits."""
    generator = np.random.default_rng(0)
    document = soft(300, classes, 0, size, sample_weights=generator.uniform(size=300).tolist())
    assert len(states_of(document, [])[0]) <= 32_000 + 1000 * classes


def test_quantiles_are_approximate_and_their_extremes_exact() -> None:
    """Every quantile is within 1 % of that of the rows, by the same interpolation."""
    document = soft(3000, 3, 0, outputs=["state", "diagnostics.quantiles"])
    scored = post(document)
    found = merge([scored["state"]])["diagnostics"]["quantiles_approximate"]
    for mine, exact in zip(found, scored["diagnostics"]["quantiles"], strict=True):
        assert abs(mine["loss"] - exact["loss"]) <= 0.0101 * abs(exact["loss"])
    assert [found[0], found[-1]] == [scored["diagnostics"]["quantiles"][at] for at in (0, -1)]


def test_a_sketch_forgets_the_smallest_losses_first() -> None:
    """With losses over 600 orders of magnitude the bins are bounded, and merging is still exact."""
    losses = 10.0 ** np.linspace(-300, 300, 5000) * np.where(np.arange(5000) % 3, 1, -1)
    whole = sketch(losses)
    assert len(whole.counts) == BINS
    assert sketch(losses[:1700]).merge(sketch(losses[1700:])) == whole
    assert abs(whole.quantile(0.99) / np.quantile(losses, 0.99) - 1) < 0.02


@settings(max_examples=60, deadline=None, derandomize=True)
@given(st.lists(st.text("abc", min_size=1, max_size=300), max_size=60), st.integers(0, 60), st.integers(0, 60))
def test_tags_are_left_out_in_one_way(tags: list[str], low: int, high: int) -> None:
    """What there is no room for does not depend on how tags were merged."""
    parts = [tags[: min(low, high)], tags[min(low, high) : max(low, high)], tags[max(low, high) :]]
    a, b, c = map(first_tags, map(set, parts))
    assert a.merge(b).merge(c) == c.merge(a.merge(b)) == a.merge(b.merge(c)) == Tags().merge(first_tags(set(tags)))
    assert sum(map(len, a.merge(b).kept)) <= ROOM


def test_tags_are_sorted_and_kept() -> None:
    """The tags of the parts are told once each, in order."""
    document = EXAMPLES["categorical"]
    states = [post({**document, "outputs": ["state"], "tag": tag})["state"] for tag in ("b", "a", "b")]
    merged = merge(states)
    assert merged["tags"] == ["a", "b"]
    assert merged["tags_complete"]


def refusal(states: list[Any]) -> tuple[str, str]:
    with pytest.raises(InvalidRequest) as refused:
        merge(states)
    return refused.value.issues[0].pointer, refused.value.issues[0].code


GOOD = post({**EXAMPLES["categorical"], "outputs": ["state"]})["state"]


@pytest.mark.parametrize(
    "change",
    [
        {"loss": "brier"},
        {"temperature": 2.0},
        {"classes": ["a", "b", "c"]},
        {"reduction": "sum"},
        {"class_weights": [1.0, 2.0, 3.0]},
        {"normalization": "rescale"},
        {"loss": "alpha_divergence", "loss_parameters": {"alpha": 0.3}},
    ],
)
def test_what_differs_does_not_merge(change: Document) -> None:
    """States of another loss, option or set of names are refused by their index."""
    other = post({**EXAMPLES["categorical"], **change, "outputs": ["state"]})["state"]
    assert refusal([GOOD, GOOD, other]) == ("/states/2", "bad_state")


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.integers(0, len(GOOD) - 1), st.sampled_from("AQgw/+z="))
def test_a_damaged_state_is_refused(at: int, letter: str) -> None:
    """One wrong letter anywhere is noticed."""
    damaged = GOOD[:at] + letter + GOOD[at + 1 :]
    if damaged != GOOD:
        assert refusal([damaged, GOOD]) == ("/states/0", "bad_state")


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.integers(0, 10**6), st.binary(min_size=1, max_size=4))
def test_a_forged_state_is_refused_or_answered(at: int, patch: bytes) -> None:
    """Bytes that were changed under a right checksum lead to a refusal or a report, and to nothing else."""
    body = base64.b64decode(GOOD)[:-8]
    at %= len(body)
    forged = body[:at] + patch + body[at + len(patch) :]
    assert codes_of(forged) <= {"bad_state"}


def codes_of(body: bytes) -> set[str]:
    """Why a state of these bytes, under a right checksum, is refused; nothing if it is answered."""
    state = base64.b64encode(body + checksum(body)).decode()
    try:
        merge([state, state])
    except InvalidRequest as refused:
        return {issue.code for issue in refused.issues}
    return set()


HEADERS: dict[str, Any] = {
    "deep": "[" * 100_000,
    "family": {"subject": {"family": "gamma"}},
    "unknown family": {"subject": {"family": "none"}},
    "width": {"subject": {"width": 10**9}},
    "no width": {"subject": {"width": 0}},
    "names": {"subject": {"classes": ["a"]}},
    "settings": {"subject": {"settings": {"temperature": [1.0]}}},
    "weights": {"subject": {"class_weights": "heavy"}},
    "fewer weights": {"subject": {"class_weights": [1.0]}},
    "unknown loss": {"subject": {"loss": "none"}},
    "loss of another family": {"subject": {"loss": "crps"}},
    "reduction": {"subject": {"reduction": "most"}},
    "rows": {"rows": 0},
    "bins": {"bins": 10**9},
    "fewer bins": {"bins": -1},
    "sums": {"sums": {"rows": ["floor"]}},
    "unknown sums": {"sums": {"weight": ["weight"]}},
    "extremes": {"least": "nan", "most": "inf"},
    "tags": {"tags": {"kept": [1, 2], "beyond": None}},
    "nothing": {"subject": None, "sums": None},
    "negative rows": {"rows": [-5, -5]},
    "rows of no batch": {"rows": [1 << 80, 1 << 80]},
    "more rows than were sent": {"rows": [2, 1]},
    "rows without losses": {"rows": [3, 3]},
    "settings as a list": {"subject": {"settings": [1.0]}},
    "no settings": {"subject": {"settings": {}}},
    "settings of another loss": {"subject": {"settings": {"gamma": 2.0}}},
    "settings named as the subject": {"subject": {"settings": {"family": "categorical"}}},
    "nested settings": {"subject": {"settings": {"temperature": {"temperature": 1.0}}}},
    "no bins": {"bins": 0},
    "negative weights": {"subject": {"class_weights": [-1.0, 1.0, 1.0]}},
    "half a surrogate": {"tags": {"kept": ["\ud800"], "beyond": None}},
    "half a surrogate beyond": {"tags": {"kept": [], "beyond": "\ud800"}},
    "beyond as a number": {"tags": {"kept": [], "beyond": 0}},
    "beyond as a list": {"tags": {"kept": [], "beyond": []}},
    "tags in disorder": {"tags": {"kept": ["b", "a"], "beyond": None}},
    "tags without room": {"tags": {"kept": ["a" * 5000], "beyond": None}},
    "an unknown reduction": {"subject": {"reduction": "most"}},
}


def forged(header: bytes) -> bytes:
    """The bytes of a state with another header."""
    body = base64.b64decode(GOOD)[:-8]
    version, width, length = PREFIX.unpack_from(body)
    return PREFIX.pack(version, width, len(header)) + header + body[PREFIX.size + length :]


def header_of_good() -> Document:
    body = base64.b64decode(GOOD)[:-8]
    header: Document = json.loads(body[PREFIX.size :][: PREFIX.unpack_from(body)[2]])
    return header


@pytest.mark.parametrize("name", HEADERS)
def test_a_forged_header_is_refused(name: str) -> None:
    """A header of other types or sizes than a batch can have is a bad state, and nothing else."""
    header, change = header_of_good(), HEADERS[name]
    if isinstance(change, dict):
        for member, value in change.items():
            header[member] = {**header[member], **value} if isinstance(value, dict) else value
        change = json.dumps(header, sort_keys=True, separators=(",", ":"))
    assert codes_of(forged(change.encode())) == {"bad_state"}


def test_sums_of_other_names_lead_to_no_figure() -> None:
    """A state whose statistics have other names than the family's is answered without what is made of them."""
    state = post({**EXAMPLES["gaussian"], "outputs": ["state"]})["state"]
    body = base64.b64decode(state)[:-8]
    assert b'"statistic_1"' in body
    for name in (b"statistic_x", b"statistic_7", b"tatistics_1"):
        assert codes_of(body.replace(b"statistic_1", name)) <= {"bad_state"}


def test_a_header_is_written_in_one_way() -> None:
    """The header of a state is accepted as it is, and neither with spaces nor with a member twice."""
    text = json.dumps(header_of_good(), sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()
    assert codes_of(forged(text)) == set()
    assert codes_of(forged(text + b" ")) == {"bad_state"}
    assert codes_of(forged(b'{"bins":1,' + text[1:])) == {"bad_state"}


@pytest.mark.parametrize(
    "filling",
    ["[" * 10**6, '{"a":' * 10**5, "[],", "1,", '"",', "{},", '"' + "a" * 100 + '",', '\\"'],
    ids=lambda each: each[:6],
)
def test_a_long_state_is_refused_before_it_is_read(filling: str) -> None:
    """Of 1 MB under a right checksum, of however many classes it claims to be."""
    header = ('{"bins":[' + filling * (1_000_000 // len(filling))).encode()
    for width in (3, LIMITS.classes, 2**32 - 1):
        body = PREFIX.pack(VERSION, width, len(header)) + header
        state = base64.b64encode(body + checksum(body)).decode()
        tracemalloc.start()
        assert refusal([state]) == ("/states/0", "bad_state")
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < (10 * len(state) if width == LIMITS.classes else 20_000)


def test_an_unusually_long_state_merges() -> None:
    """With 64 classes, the longest names and weights of all sizes a state is far within what is accepted."""
    generator = np.random.default_rng(0)
    sent = {"sample_weights": (10.0 ** generator.uniform(-300, 140, size=300)).tolist()}
    sent["class_weights"] = generator.uniform(size=64).tolist()
    names = [chr(0x1F300 + k) * 100 for k in range(64)]
    state = states_of(soft(300, 64, 0, 300.0, classes=names, **sent), [])[0]
    assert len(state) <= 0.7 * (SIZE + SIZE_PER_CLASS * 64)
    assert merge([state])["state"] == state


@pytest.mark.parametrize("states", [[], None, "state", [1], [None]])
def test_states_are_a_list_of_strings(states: Any) -> None:
    """Anything else is refused where it stands."""
    with pytest.raises(InvalidRequest):
        answer_merge({"states": states}, LIMITS, lambda: None)


def test_weights_of_zero_are_a_state_too() -> None:
    """A part of which no row counts changes nothing but the number of rows."""
    document = EXAMPLES["categorical"]
    nothing = post({**document, "sample_weights": [0, 0], "outputs": ["state"]})["state"]
    merged = merge([GOOD, nothing])
    alone = merge([GOOD])
    assert merged["row_count"] == alone["row_count"] + 2
    assert merged["value"] == alone["value"]
    assert merged["diagnostics"]["per_class"] == alone["diagnostics"]["per_class"]
    assert merge([nothing])["total_weight"] == 0


def test_a_state_survives_being_written() -> None:
    """Decoding and encoding gives the same string."""
    assert encode(decode(GOOD, 3)) == GOOD
    with pytest.raises(BadState):
        decode(GOOD[4:], 3)


@given(st.lists(st.integers(-(2**2100), 2**2100), max_size=5))
@settings(max_examples=50, deadline=None, derandomize=True)
def test_numbers_are_packed_whole(numbers: list[int]) -> None:
    """Whole numbers of any size are read as they were written."""
    body = b"".join(map(pack, numbers))
    read = Numbers(body)
    assert read.take(len(numbers)) == numbers
    assert read.done


@pytest.mark.parametrize("size", [1, 100, 300])
@pytest.mark.parametrize("rows", [1, 17, 1000, 70_000])
def test_sums_are_exact(size: int, rows: int) -> None:
    """A sum of doubles is that of whole numbers, in one column or several, or by groups."""
    generator = np.random.default_rng(rows + size)
    x = generator.normal(size=(2, rows)) * 10.0 ** generator.uniform(-size, size, size=(2, rows))
    expected = [sum(map(units, row.tolist())) for row in x]
    sums, grouped = ExactSums(2), ExactSums(3)
    sums.add(x)
    group = generator.integers(0, 3, size=rows)
    grouped.add_groups(group, x[0])
    assert sums.totals() == expected
    assert exact_sum(x[0]) == expected[0]
    assert grouped.totals() == [sum(map(units, x[0][group == k].tolist())) for k in range(3)]


@pytest.mark.parametrize("bits", [74, 112, 400])
def test_sums_of_rounded_numbers_do_not_depend_on_their_neighbors(bits: int) -> None:
    """To the nearest multiple of 2^-bits: each number by itself, ties to even, whatever stands beside it."""
    generator = np.random.default_rng(bits)
    x = generator.normal(size=400) * 2.0 ** generator.uniform(-bits - 4, 3, size=400)
    x[:100] = np.ldexp(generator.integers(-9, 9, size=100) / 2, -bits)
    alone = 0
    for number in x:
        one = ExactSums(1)
        one.add(np.array([[number, 0.0]]), bits)
        alone += one.totals()[0]
        assert one.totals()[0] == units(math.ldexp(round(math.ldexp(number, bits)), -bits))
    together = ExactSums(1)
    together.add(x[None], bits)
    assert together.totals() == [alone]


@pytest.mark.parametrize("rows", [2, 40])
def test_losses_whose_squares_have_no_finite_sum(rows: int) -> None:
    """Their mean is what each of them is, and its standard error is 0, for few rows and for many."""
    document = {"family": "laplace", "targets": {"values": [0.0] * rows}}
    document["predictions"] = {"location": [1.1e154] * rows, "scale": [1.0] * rows}
    answered = post(document)
    assert answered["value"] == 1.1e154
    assert answered["value_standard_error"] == 0
