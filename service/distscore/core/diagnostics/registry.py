"""The registry of diagnostics: adding one is one file and one line here.

Most are reports: pure functions of a summary, the same for one batch and for several merged. Others look at rows.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

from distscore.core.diagnostics import residuals
from distscore.core.diagnostics.agreement import agreement
from distscore.core.diagnostics.calibration import calibration
from distscore.core.diagnostics.classwise import classwise_calibration
from distscore.core.diagnostics.coverage import coverage, share_of_negative_curvature
from distscore.core.diagnostics.decomposition import decomposition
from distscore.core.diagnostics.diagnostic import Diagnostic
from distscore.core.diagnostics.optimum import Optimum
from distscore.core.diagnostics.per_class import omitted, per_class
from distscore.core.diagnostics.quantiles import Quantiles
from distscore.core.diagnostics.score_decomposition import ScoreDecomposition
from distscore.core.diagnostics.skill import skill
from distscore.core.diagnostics.sums.tallies import Summary
from distscore.core.diagnostics.temperature import Temperature
from distscore.core.diagnostics.verdict import verdict
from distscore.core.diagnostics.weighted_likelihood import weighted_likelihood
from distscore.core.diagnostics.worst_rows import WorstRows


@dataclass(frozen=True)
class Report:
    """A diagnostic of a summary, and the tallies that it is made of."""

    of: Callable[[Summary], Any]
    tallies: frozenset[str]
    of_entries: bool = True  # only for classes and labels
    on_request: bool = False


def _report(of: Callable[[Summary], Any], *tallies: str, of_entries: bool = True, on_request: bool = False) -> Report:
    return Report(of, frozenset(tallies), of_entries, on_request)


REPORTS: dict[str, Report] = {
    "verdict": _report(verdict, "rows", "classes", of_entries=False),
    "decomposition": _report(decomposition, "rows", of_entries=False),
    "skill": _report(skill, "rows", "classes"),
    "per_class": _report(per_class, "classes", "few_classwise"),
    "per_class_omitted": _report(omitted, "classes"),
    "calibration": _report(calibration, "calibration"),
    "classwise_calibration": _report(classwise_calibration, "classwise", on_request=True),
    "agreement": _report(agreement, "agreement"),
    "weighted_likelihood": _report(weighted_likelihood, "likelihood", of_entries=False),
    "residuals": _report(residuals.report, "residuals", of_entries=False),
    "coverage": _report(coverage, "coverage", of_entries=False),
    "share_of_negative_curvature": _report(share_of_negative_curvature, "coverage", of_entries=False),
}
UNASKED = [name for name, report in REPORTS.items() if not report.on_request]
OF_ROWS: dict[str, type[Diagnostic]] = {
    diagnostic.name: diagnostic for diagnostic in (Quantiles, WorstRows, Temperature, ScoreDecomposition, Optimum)
}
DIAGNOSTICS: Mapping[str, Any] = {**REPORTS, **OF_ROWS}


def tallies_of(names: Collection[str]) -> frozenset[str]:
    """What has to be summed for some diagnostics."""
    return frozenset(tally for name in names if name in REPORTS for tally in REPORTS[name].tallies)


def reports(summary: Summary, names: Collection[str] = UNASKED) -> Mapping[str, Any]:
    """Those of the reports that the summary has."""
    has_entries = summary.subject.has_entries
    return {
        name: report.of(summary)
        for name, report in REPORTS.items()
        if name in names and (has_entries or not report.of_entries) and _available(name, summary)
    }


def _available(name: str, summary: Summary) -> bool:
    if name == "weighted_likelihood":
        return summary.subject.loss == "cross_entropy" or summary.has("cross_entropy")
    needed = {"residuals": "residual_0", "coverage": "inside_0", "share_of_negative_curvature": "concave"}
    return name not in needed or summary.has(needed[name])
