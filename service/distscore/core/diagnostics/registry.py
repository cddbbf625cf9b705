"""The registry of diagnostics: adding one is one file and one line here."""

from distscore.core.diagnostics.agreement import AgreementOfRows
from distscore.core.diagnostics.annotators import WorthInAnnotators
from distscore.core.diagnostics.calibration import CalibrationInBins
from distscore.core.diagnostics.classwise import CalibrationOfClasses
from distscore.core.diagnostics.coverage import Coverage, ShareOfNegativeCurvature
from distscore.core.diagnostics.decomposition import FloorAndDivergence
from distscore.core.diagnostics.diagnostic import Diagnostic
from distscore.core.diagnostics.optimum import OptimumForMeanTarget
from distscore.core.diagnostics.per_class import PerClass, PerClassOmitted
from distscore.core.diagnostics.quantiles import Quantiles
from distscore.core.diagnostics.residuals import Residuals
from distscore.core.diagnostics.score_decomposition import IsotonicDecomposition
from distscore.core.diagnostics.skill import SkillOverMarginal
from distscore.core.diagnostics.temperature import BestTemperature
from distscore.core.diagnostics.verdict import Judgment
from distscore.core.diagnostics.weighted_likelihood import LikelihoodOfReplicatedRows
from distscore.core.diagnostics.worst_rows import WorstRows

DIAGNOSTICS: dict[str, Diagnostic] = {
    diagnostic.name: diagnostic
    for diagnostic in (
        Judgment(),
        FloorAndDivergence(),
        SkillOverMarginal(),
        PerClass(),
        PerClassOmitted(),
        CalibrationInBins(),
        CalibrationOfClasses(),
        AgreementOfRows(),
        WorthInAnnotators(),
        LikelihoodOfReplicatedRows(),
        Residuals(),
        Coverage(),
        ShareOfNegativeCurvature(),
        Quantiles(),
        WorstRows(),
        BestTemperature(),
        IsotonicDecomposition(),
        OptimumForMeanTarget(),
    )
}
