"""Questions that people ask of a loss, and what answers them."""

from service.core.diagnostics.diagnosis import Diagnosis
from service.core.diagnostics.registry import DIAGNOSTICS, reports

__all__ = ["DIAGNOSTICS", "Diagnosis", "reports"]
