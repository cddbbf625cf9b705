"""A summary in a state: what it is about and the names of its sums as JSON, and its whole numbers in their order.

What is read is checked until every report can be made of it.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from distscore.core.diagnostics.requirements import unmet_by
from distscore.core.diagnostics.sums.subject import NUMBERS, REDUCTIONS, TEXTS, Subject
from distscore.core.diagnostics.sums.summary import Summary, Sums
from distscore.core.diagnostics.sums.tally import AnyTally
from distscore.core.exact.weighted_means import Series, Weights
from distscore.core.families import FAMILIES
from distscore.core.losses import losses_of
from distscore.core.state.header import Header, need
from distscore.core.state.numbers import Numbers
from distscore.core.state.tags import Tags
from distscore.core.theory.distributions import Family
from distscore.core.theory.losses import AnyLoss

SUMS = 32  # names of sums of one tally, at most
Tallies = Mapping[str, type[AnyTally]]  # that a state may have, by name


def header_of(summary: Summary) -> dict[str, Any]:
    """What a summary is about, its rows and the names of its sums, as members of a JSON object."""
    subject = summary.subject
    return {
        "subject": {**vars(subject), "family": subject.family.name, "loss": subject.loss.name},
        "rows": [summary.row_count, summary.sent_row_count],
        "sums": {tally: sorted(sums) for tally, sums in summary.tallies.items()},
    }


def numbers_of(summary: Summary) -> Iterator[int]:
    """The whole numbers of a summary, in the order in which they are read."""
    yield from summary.weights
    yield from summary.loss
    for _, sums in sorted(summary.tallies.items()):
        for _, column in sorted(sums.items()):
            yield from column


def summary_of(header: Header, numbers: Numbers, width: int, tallies: Tallies) -> Summary:
    """The summary of a header, with the next numbers; raises BadState."""
    subject = subject_of(header.part("subject"), width)
    rows, sent_rows = header.wholes("rows", 2)
    weights, loss = Weights(*numbers.take(2)), Series(*numbers.take(len(Series._fields)))
    need(rows <= sent_rows and all((weight > 0) == (rows > 0) for weight in weights))
    need(min(*weights, loss.above, loss.below) >= 0 and loss.above + loss.below <= rows)
    found = tallies_of(header.part("sums"), numbers, subject, tallies)
    return Summary(subject, rows, sent_rows, weights, loss, found)


def subject_of(header: Header, width: int) -> Subject:
    """What the rows of a summary have in common, checked against the registries; raises BadState."""
    need(header.text("family") in FAMILIES and header.text("reduction") in REDUCTIONS)
    family = FAMILIES[header.text("family")]
    need(header.text("loss") in losses_of(family) and header.whole("width", 1) == width)
    loss, classes = losses_of(family)[header.text("loss")], header.texts("classes")
    weights, positive = header.weights("class_weights"), header.weights("positive_weight")
    need(len(classes) in (0, width) and len(weights) in (0, width) and len(positive) in (1, width))
    return Subject(
        family=family,
        loss=loss,
        reduction=header.text("reduction"),
        width=width,
        counts_votes=header.flag("counts_votes"),
        masked=header.flag("masked"),
        class_weights=tuple(weights),
        positive_weight=tuple(positive),
        settings=settings_of(header.part("settings"), family, loss),
        classes=tuple(classes),
    )


def settings_of(header: Header, family: Family, loss: type[AnyLoss]) -> dict[str, float | str]:
    """The settings of a subject: those that every batch of this loss has, and constants of its form."""
    settings = header.settings(TEXTS)
    always = {*NUMBERS, *TEXTS, *loss.parameters}
    constants = {constant.name for form in family.predictions for constant in form.constants}
    need(always <= settings.keys() <= always | constants)
    return settings


def tallies_of(header: Header, numbers: Numbers, subject: Subject, known: Tallies) -> dict[str, Sums]:
    """The sums of each tally by name, checked by the tally; raises BadState."""
    tallies: dict[str, Sums] = {}
    unmet = unmet_by(subject)
    for name in header.names():
        need(name in known)
        tally, names = known[name], header.texts(name)
        need(unmet.isdisjoint(tally.requires))
        need(len(names) <= SUMS + (0 if tally.per_class else 2 * subject.width))
        length = tally.length * (subject.width if tally.per_class else 1)
        sums = {each: numbers.take(length) for each in names}
        need(tally.accepts(sums))
        tallies[name] = {each: tally.typed(column) for each, column in sums.items()}
    return tallies


def tags_header(tags: Tags) -> dict[str, Any]:
    """Tags as members of a JSON object."""
    return {"kept": list(tags.kept), "beyond": tags.beyond}


def tags_of(header: Header) -> Tags:
    """The tags of a state, as many as there is room for."""
    tags = Tags(tuple(header.texts("kept")), header.text_or_none("beyond"))
    need(tags.merge(Tags()) == tags)
    return tags
