"""States of compared candidates as strings, written as those of one prediction are.

The bytes are a version, the number of classes, the number of summaries (losses times candidates), the length of the
header, the header as JSON, whole numbers, and a checksum. The numbers are the weights of the units, then for each loss
the summary of each candidate, its losses over clusters if there are any, and the sums of each difference.
"""

import base64
import struct
from collections.abc import Hashable, Iterator

from distscore.core.diagnostics.candidates.paired import TALLIES, Comparison, has_top_class
from distscore.core.diagnostics.candidates.report import Design
from distscore.core.diagnostics.candidates.units import Units
from distscore.core.diagnostics.requirements import unmet_by
from distscore.core.diagnostics.sums.subject import Subject
from distscore.core.diagnostics.sums.summary import Summary, Sums
from distscore.core.exact.weighted_means import Series, Weights
from distscore.core.state import summaries
from distscore.core.state.encoding import SIZE, SIZE_PER_CLASS
from distscore.core.state.header import BadState, Header, need, read_header, written
from distscore.core.state.numbers import CHECKSUM, Numbers, checksum, pack, unpacked
from distscore.core.state.paired import PairedState

VERSION = b"\x43"
PREFIX = struct.Struct("<cIII")  # version, classes, summaries, bytes of the header
PREFIX_LETTERS = 20  # of base64, for the 13 bytes of the prefix
MOST = 1000  # summaries
KNOWN = {tally.name: tally for tally in TALLIES}
SERIES = len(Series._fields)
LENGTHS = {
    "difference": SERIES,
    "difference_of_clusters": SERIES,
    "flips": SERIES,
    "split": 3,
    "infinite": 1,
    "hits": 4,
}
ALWAYS, OF_CLUSTERS, OF_CLASSES = {"difference", "split", "infinite"}, {"difference_of_clusters"}, {"hits", "flips"}


def is_paired(text: str) -> bool:
    """Whether a string begins as a state of compared candidates."""
    try:
        return unpacked(text[:4])[:1] == VERSION
    except BadState:
        return False


def encode(state: PairedState) -> str:
    """The state of compared candidates as a string in base64."""
    found = [summary for each in state.comparisons for summary in each.summaries]
    units, design = state.comparisons[0].units, state.design
    header = {
        "names": list(design.names),
        "baseline": design.baseline,
        "confidence": design.confidence,
        "margins": list(design.margins),
        "units": units.count,
        "clustered": units.clustered,
        "differences": sorted(state.comparisons[0].differences[0]),
        "summaries": [summaries.header_of(summary) for summary in found],
        "tags": summaries.tags_header(state.tags),
    }
    text = written(header)
    prefix = PREFIX.pack(VERSION, found[0].subject.width, len(found), len(text))
    body = b"".join((prefix, text, *map(pack, numbers_of(state))))
    return base64.b64encode(body + checksum(body)).decode()


def numbers_of(state: PairedState) -> Iterator[int]:
    """All whole numbers of a state, in the order in which they are read."""
    yield from state.comparisons[0].units.weights
    for each in state.comparisons:
        for summary, losses in zip(each.summaries, each.losses, strict=True):
            yield from summaries.numbers_of(summary)
            if each.units.clustered:
                yield from losses
        for sums in each.differences:
            for _, column in sorted(sums.items()):
                yield from column


def decode(text: str, widest: int) -> PairedState:
    """The state of a string, of so many classes at most; raises BadState."""
    prefix = unpacked(text[:PREFIX_LETTERS])
    if len(prefix) < PREFIX.size:
        raise BadState("damaged")
    _, width, count, length = PREFIX.unpack_from(prefix)
    if width > widest:
        raise BadState("too_wide")
    if count > MOST or len(text) > (SIZE + SIZE_PER_CLASS * width) * count:
        raise BadState("too_long")
    whole = unpacked(text)
    body, found = whole[:-CHECKSUM], whole[-CHECKSUM:]
    if checksum(body) != found:
        raise BadState("damaged")
    start = PREFIX.size + length
    return read(read_header(body[PREFIX.size : start], width, count), Numbers(body, start), width, count)


def read(header: Header, numbers: Numbers, width: int, count: int) -> PairedState:
    """The state of a header and the numbers after it."""
    design = design_of(header)
    found, parts = len(design.names), header.parts("summaries")
    need(len(parts) == count == found * len(design.margins) and len(parts) > 0)
    units = Units(header.whole("units", 1), Weights(*numbers.take(2)), header.flag("clustered"))
    need(min(units.weights) > 0 and (units.count > 1 or not units.weights.several))
    names = header.texts("differences")
    comparisons = [
        comparison_of(parts[start : start + found], names, units, numbers, width) for start in range(0, count, found)
    ]
    need(numbers.done)
    state = PairedState(design, comparisons, summaries.tags_of(header.part("tags")))
    need(all(map(is_whole, comparisons)) and len({common(each.summaries[0]) for each in comparisons}) == 1)
    return state


def design_of(header: Header) -> Design:
    """The design of a comparison of two candidates or more."""
    names, margins, confidence = header.texts("names"), header.bounds("margins"), header.number("confidence")
    need(len(names) > 1 and len(margins) > 0 and 0.5 <= confidence < 1)
    return Design(tuple(names), header.whole("baseline", 0, len(names) - 1), confidence, tuple(margins))


def comparison_of(parts: list[Header], names: list[str], units: Units, numbers: Numbers, width: int) -> Comparison:
    """The sums of all candidates under one loss, from the next numbers; raises BadState."""
    found: list[Summary] = []
    losses: list[Series] = []
    for part in parts:
        found.append(summaries.summary_of(part, numbers, width, KNOWN))
        losses.append(Series(*numbers.take(SERIES)) if units.clustered else found[-1].loss)
    need(set(names) == names_of(found[0].subject, units.clustered))
    differences = [{name: numbers.take(LENGTHS[name]) for name in names} for _ in parts[1:]]
    return Comparison(units, found, losses, differences)


def names_of(subject: Subject, clustered: bool) -> set[str]:
    """The sums that a difference has."""
    of_classes = OF_CLASSES if has_top_class(subject.family) else set()
    return ALWAYS | of_classes | (OF_CLUSTERS if clustered else set())


def is_whole(comparison: Comparison) -> bool:
    """Whether the candidates have the same rows, and all sums that reports are made of."""
    units, first = comparison.units, comparison.summaries[0]
    same = {(common(each), each.subject.loss) for each in comparison.summaries} == {(common(first), first.subject.loss)}
    if units.clustered:
        fits = units.count <= first.row_count
    else:
        fits = (units.count, units.weights) == (first.row_count, first.weights)
    return same and fits and all(map(has_sums, comparison.summaries)) and all(map(could_be, comparison.differences))


def common(summary: Summary) -> Hashable:
    """What all candidates have in common, whatever the loss."""
    subject = summary.subject
    of_rows = summary.row_count, summary.sent_row_count, summary.weights
    return subject.family.name, subject.reduction, subject.counts_votes, of_rows


def has_sums(summary: Summary) -> bool:
    """Whether a summary has what its candidate's figures are made of."""
    unmet = unmet_by(summary.subject)
    needed = {name for name, tally in KNOWN.items() if unmet.isdisjoint(tally.requires)} - {"statistics"}
    return summary.row_count > 0 and needed <= summary.tallies.keys()


def could_be(sums: Sums) -> bool:
    """Whether no weight or number of rows is negative, nor a sum of squares."""
    counts = [number for name in ("split", "infinite", "hits") for number in sums.get(name, [])]
    squares = [Series(*sums[name]).squared for name in ("flips",) if name in sums]
    return min([*counts, *squares]) >= 0
