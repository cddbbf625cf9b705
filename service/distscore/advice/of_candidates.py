"""Which of several candidates is better, in words: by how much, how sure that is, and whether more rows are needed."""

import math
from collections.abc import Sequence

from distscore.core.diagnostics.candidates.paired import Comparison
from distscore.core.diagnostics.candidates.report import CandidateFigures, ComparedCandidates, Design, PairedDifference

ROUNDING = 2.0**-40  # of a loss; what differs by less differs by rounding


def sentences(told: ComparedCandidates, design: Design, found: Comparison) -> str:
    """What the differences from the baseline mean."""
    speaker = Speaker(told["candidates"], design, found)
    differences = [each for each in told["differences"] if each["value"] is not None]
    undefined = [each for each in told["differences"] if each["value"] is None]
    said = [speaker.infinite(each) for each in undefined[:1]]
    if len(undefined) > 1:
        said.append(f"So have {len(undefined) - 1} more.")
    if differences:
        best = min(differences, key=lambda each: each["value"] or 0.0)
        others = len(told["differences"])
        said += [speaker.difference(best, others), *speaker.equivalence(best, differences)]
        if others > 1:
            said.append(speaker.count(differences))
    return " ".join(said)


class Speaker:
    """Sentences about one comparison."""

    def __init__(self, candidates: Sequence[CandidateFigures], design: Design, found: Comparison) -> None:
        self.baseline, self.confidence = design.names[design.baseline], design.confidence
        self.size = abs(candidates[design.baseline]["value"] or 0.0)
        subject = found.summaries[0].subject
        self.per = "in all" if subject.reduction == "sum" else "per vote" if subject.counts_votes else "per row"
        self.unit, self.units = ("cluster" if found.units.clustered else "row"), found.units.count

    def infinite(self, each: PairedDifference) -> str:
        """Why a difference has no value."""
        rows = each["infinite_rows"]
        if not rows:
            return f"The difference of {each['name']} from {self.baseline} is beyond what a double can hold."
        return (
            f"{each['name']} or {self.baseline} has an infinite loss in {rows} row{'s' if rows > 1 else ''}, "
            "so that their difference has no value."
        )

    def difference(self, each: PairedDifference, others: int) -> str:
        """How a candidate, the best of so many or the only one, compares with the baseline."""
        value, name = each["value"] or 0.0, each["name"]
        among = f", the best of {others}," if others > 1 else ""
        if not value and not each["standard_error"] and not each["better_rows"] and not each["worse_rows"]:
            return f"{name}{among} loses the same as {self.baseline} in every row: there is nothing to test."
        if abs(value) <= ROUNDING * self.size and (each["standard_error"] or 0.0) <= ROUNDING * self.size:
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
        as_one = f", even for the best of {others}," if others > 1 else ""
        if p < 1 - self.confidence:
            return said + f"which is more than chance explains{as_one} (p = {p:.2g})."
        return said + f"which chance explains as well (p = {p:.2g}).{self.needed(each)}"

    def needed(self, each: PairedDifference) -> str:
        """How many rows would tell the difference from none, if it is as large as it looks."""
        settled = each["rows_to_settle"]
        if settled is None or settled <= self.units:
            return ""
        rows = f"{math.ceil(settled):,}".replace(",", " ")
        return f" If it is real, about {rows} {self.unit}s in all would show it; these are {self.units}."

    def equivalence(self, best: PairedDifference, differences: Sequence[PairedDifference]) -> list[str]:
        """Which candidates differ from the baseline by less than the margin."""
        if "equivalence_p_value" not in best:
            return []
        known = [(each["name"], each.get("equivalence_p_value")) for each in differences]
        close = [name for name, p in known if p is not None and p < 1 - self.confidence]
        if not close:
            return ["Not shown to be within the margin of the baseline."]
        return [f"Within the margin of {self.baseline}: {', '.join(close)}."]

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
