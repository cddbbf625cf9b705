"""The registry of diagnostics: adding one is one file and one line here."""

from service.core.diagnostics.decomposition import Decomposition
from service.core.diagnostics.diagnostic import Diagnostic
from service.core.diagnostics.quantiles import Quantiles
from service.core.diagnostics.weighted_likelihood import WeightedLikelihood
from service.core.diagnostics.worst_rows import WorstRows

DIAGNOSTICS: dict[str, type[Diagnostic]] = {
    diagnostic.name: diagnostic
    for diagnostic in (
        Decomposition,
        WeightedLikelihood,
        Quantiles,
        WorstRows,
    )
}
