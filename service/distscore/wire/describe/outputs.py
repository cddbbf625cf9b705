"""What can be asked for in `outputs`, and what it is."""

from collections.abc import Mapping

from distscore.charts.registry import COMPARED, MERGED, REPORTED
from distscore.core.diagnostics import DIAGNOSTICS

OF_ROWS: Mapping[str, str] = {
    "losses": "[n]: each row's own loss, unweighted.",
    "floors": "[n]: the least loss over predictions; null where it is not defined.",
    "divergences": "[n]: loss minus floor minus normalization term, never negative; null where there is no floor.",
    "normalization_terms": "[n]: what predictions that do not sum to 1 add to the cross-entropy; 0 for all others.",
}
OF_COLUMNS: Mapping[str, str] = {
    "gradients": "First derivatives of `value` in the prediction columns as sent; with reduction none, of each row's "
    "loss.",
    "hessian_diagonals": "Second derivatives in the prediction columns as sent, the diagonal; of what `gradients` are.",
    "fisher_diagonals": "Expected second derivatives when the prediction is right, the diagonal; never negative.",
    "parameters": "The prediction columns after their activations.",
    "optima": "The prediction that minimizes each row's loss.",
}
ROW_OUTPUTS = (*OF_ROWS, *OF_COLUMNS)
DEFAULT_OUTPUTS = ("losses", "gradients", "diagnostics")
CHARTS_OF_REPORTS, CHARTS_OF_MERGED, CHARTS_OF_COMPARISONS = (
    ("charts", *(f"charts.{name}" for name in charts)) for charts in (REPORTED, MERGED, COMPARED)
)
COMPARED_OUTPUTS = ("state", *CHARTS_OF_COMPARISONS)
OUTPUTS = (
    *ROW_OUTPUTS,
    "value",
    "state",
    "diagnostics",
    "diagnostics.all",
    *(f"diagnostics.{name}" for name in DIAGNOSTICS),
    *CHARTS_OF_REPORTS,
)
