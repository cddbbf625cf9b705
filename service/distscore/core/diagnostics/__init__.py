"""Questions that people ask of a loss, and what answers them."""

from distscore.core.diagnostics.diagnosis import Diagnosis
from distscore.core.diagnostics.registry import DIAGNOSTICS, reports

__all__ = ["DIAGNOSTICS", "Diagnosis", "reports"]
