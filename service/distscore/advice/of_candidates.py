"""Which of several candidates is better, in words: by how much, how sure that is, and whether more rows are needed."""

import math
from collections.abc import Sequence

from distscore.core.diagnostics.candidates.paired import Comparison
from distscore.core.diagnostics.candidates.report import ComparedCandidates, Design, PairedDifference

LISTED = 3  # candidates that a sentence names


def sentences(told: ComparedCandidates, design: Design, found: Comparison) -> str:
    """What the differences from the baseline mean, under one loss."""
    speaker = Speaker(design, found)
    differences = [each for each in told["differences"] if each["value"] is not None]
    undefined = [each for each in told["differences"] if each["value"] is None]
    said = [speaker.undefined(undefined)] if undefined else []
    if differences:
        best = min(differences, key=lambda each: each["value"] or 0.0)
        others = len(told["differences"])
        said.append(speaker.difference(best, others))
        (margin,) = design.margins
        if margin is not None:
            said.append(speaker.equivalence(differences, margin))
        if others > 1:
            said.append(speaker.count(differences))
    return " ".join(said)


class Speaker:
    """Sentences about one comparison of candidates: each method answers for one kind of difference."""

    def __init__(self, design: Design, found: Comparison) -> None:
        self.baseline, self.confidence = design.names[design.baseline], design.confidence
        subject = found.summaries[0].subject
        self.per = "in all" if subject.reduction == "sum" else "per vote" if subject.counts_votes else "per row"
        self.unit, self.units = ("cluster" if found.units.clustered else "row"), found.units.count

    def undefined(self, differences: Sequence[PairedDifference]) -> str:
        """Why some candidates have no difference from the baseline."""
        rows = max(each["infinite_rows"] for each in differences)
        cause = f"a loss is infinite in {counted(rows, 'row')}" if rows else "a sum is beyond what a double can hold"
        have = "has" if len(differences) == 1 else "have"
        return f"{listed(differences)} {have} no difference from {self.baseline}: {cause}."

    def difference(self, each: PairedDifference, others: int) -> str:
        """How a candidate, the best of so many or the only one, compares with the baseline."""
        value, name = each["value"] or 0.0, each["name"]
        among = f", the best of {others}," if others > 1 else ""
        if not value and not each["standard_error"] and not each["better_rows"] and not each["worse_rows"]:
            return f"{name}{among} loses the same as {self.baseline} in every row: there is nothing to test."
        if each["standard_error"] and each["interval"] is not None and each["p_value"] is None:
            return f"{name}{among} loses the same as {self.baseline}, but for rounding."
        said = f"{name}{among} loses {abs(value):.4g} {'less' if value < 0 else 'more'} {self.per} than {self.baseline}"
        return f"{said}{self.certainty(each, others)}"

    def certainty(self, each: PairedDifference, others: int) -> str:
        """The interval of a difference, whether it can be told from none, and how many rows would tell."""
        if each["interval"] is None:
            return f"; fewer than two {self.unit}s say nothing of others."
        p = each["adjusted_p_value"]
        if p is None:
            return f", which is the same in every {self.unit}: there is nothing to test."
        low, high = each["interval"]
        said = f" ({100 * self.confidence:g} % interval of the difference: {low:.3g} to {high:.3g}), "
        as_one = f", even of the best of {others}" if others > 1 else ""
        if p < 1 - self.confidence:
            return said + f"which is more than chance explains{as_one} (p = {p:.2g})."
        return said + f"which chance explains as well (p = {p:.2g}).{self.needed(each)}"

    def needed(self, each: PairedDifference) -> str:
        """How many rows would tell the difference from none, if it is as large as it looks."""
        settled = each["rows_to_settle"]
        if settled is None or settled <= self.units:
            return ""
        enough = counted(math.ceil(settled), self.unit)
        return f" If it is real, about {enough} in all would show it; these are {self.units}."

    def equivalence(self, differences: Sequence[PairedDifference], margin: float) -> str:
        """Which candidates differ from the baseline by less than the margin."""
        known = [(each, each.get("equivalence_p_value")) for each in differences]
        close = [each for each, p in known if p is not None and p < 1 - self.confidence]
        if not close:
            return f"A difference of less than {margin:g} is not shown."
        verb = "differs" if len(close) == 1 else "differ"
        return f"{listed(close)} {verb} from {self.baseline} by less than {margin:g}, beyond chance."

    def count(self, differences: Sequence[PairedDifference]) -> str:
        """How many of several candidates are better or worse than the baseline, by adjusted p-values."""
        sure = [
            each["value"] or 0.0
            for each in differences
            if each["adjusted_p_value"] is not None and each["adjusted_p_value"] < 1 - self.confidence
        ]
        better, worse = sum(value < 0 for value in sure), sum(value > 0 for value in sure)
        are = "is" if better == 1 else "are"
        return f"{better} of {len(differences)} {are} better than {self.baseline} beyond chance, {worse} worse."


def counted(number: int, unit: str) -> str:
    """A number of rows or clusters, with spaces between thousands."""
    return f"{number:,} {unit}{'' if number == 1 else 's'}".replace(",", " ")


def listed(differences: Sequence[PairedDifference]) -> str:
    """The names of some candidates: the first ones, and how many more."""
    names = [each["name"] for each in differences[:LISTED]]
    more = [f"{len(differences) - LISTED} more"] if len(differences) > LISTED else []
    *first, last = [*names, *more]
    return f"{', '.join(first)} and {last}" if first else last
