"""Questions that people ask of a loss, and what answers them."""

from distscore.core.diagnostics.diagnosis import Diagnosis, reports
from distscore.core.diagnostics.registry import DIAGNOSTICS

__all__ = ["DIAGNOSTICS", "Diagnosis", "reports"]
