"""The methods of clients, with what each family has: written by `make docs` from the catalog."""

from collections.abc import AsyncIterable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, Required, TypedDict, TypeVar, Unpack, overload

from distscore.client.answers.others import Advice, Comparison, Explanation, Page, Table
from distscore.client.answers.score import Score
from distscore.client.answers.summary import Summary
from distscore.client.members import (
    AdviseMembers,
    CommonMembers,
    CompareOptions,
    ExplainOptions,
    Frame,
    ReportOptions,
    ScoreOptions,
    Values,
)
from distscore.client.question import Question

T = TypeVar("T")
Document = dict[str, Any]
Batch = Mapping[str, Any]
Batches = Iterable[Batch]
Stream = Batches | AsyncIterable[Batch]
Bar = bool | None

Output = Literal[
    "losses",
    "floors",
    "divergences",
    "normalization_terms",
    "gradients",
    "hessian_diagonals",
    "fisher_diagonals",
    "parameters",
    "optima",
    "value",
    "state",
    "diagnostics",
    "diagnostics.all",
    "diagnostics.verdict",
    "diagnostics.decomposition",
    "diagnostics.skill",
    "diagnostics.per_class",
    "diagnostics.per_class_omitted",
    "diagnostics.calibration",
    "diagnostics.classwise_calibration",
    "diagnostics.agreement",
    "diagnostics.annotators",
    "diagnostics.weighted_likelihood",
    "diagnostics.residuals",
    "diagnostics.coverage",
    "diagnostics.share_of_negative_curvature",
    "diagnostics.quantiles",
    "diagnostics.worst_rows",
    "diagnostics.temperature",
    "diagnostics.score_decomposition",
    "diagnostics.optimum",
    "charts",
    "charts.verdict",
    "charts.calibration",
    "charts.per_class",
    "charts.coverage",
    "charts.residuals",
    "charts.groups",
    "charts.losses",
    "charts.worst_rows",
]

ComparedOutput = Literal[
    "state",
    "charts",
    "charts.values",
    "charts.attention",
    "charts.differences",
    "charts.differences_of_groups",
]

CategoricalLoss = Literal[
    "cross_entropy",
    "kl_divergence",
    "deviance",
    "generalized_kl_divergence",
    "one_vs_rest_cross_entropy",
    "reverse_kl_divergence",
    "jensen_shannon_divergence",
    "alpha_divergence",
    "squared_hellinger",
    "total_variation",
    "brier",
    "mean_squared_error",
    "mean_absolute_error",
    "focal",
    "ranked_probability_score",
    "earth_mover_distance",
]

class CategoricalTargets(TypedDict, total=False):
    """Targets of categorical: one form."""

    probabilities: Values
    counts: Values
    labels: Values
    logits: Values

class CategoricalPredictions(TypedDict, total=False):
    """Predictions of categorical: one form."""

    logits: Values
    probabilities: Values
    log_probabilities: Values
    scores: Values

class CategoricalActivations(TypedDict, total=False):
    """What makes parameters of raw columns."""

    logits: Literal["identity", "exp", "softplus", "sigmoid"]
    probabilities: Literal["identity"]
    log_probabilities: Literal["identity"]
    scores: Literal["identity", "exp", "softplus", "sigmoid"]

class CategoricalLossParameters(TypedDict, total=False):
    """Parameters of losses."""

    alpha: float
    gamma: float

class CategoricalChosenLoss(TypedDict, total=False):
    """One of several losses."""

    loss: Required[CategoricalLoss]
    loss_parameters: CategoricalLossParameters | None
    margin: float | None

class CategoricalCandidate(TypedDict, total=False):
    """One of several predictions."""

    name: Required[str]
    predictions: Required[CategoricalPredictions | Frame]
    activations: CategoricalActivations | None

class CategoricalScore(ScoreOptions, total=False):
    """A score."""

    family: Required[Literal["categorical"]]
    targets: CategoricalTargets | Frame
    activations: CategoricalActivations | None
    predictions: CategoricalPredictions | Frame
    loss: CategoricalLoss | None
    loss_parameters: CategoricalLossParameters | None
    outputs: Sequence[Output] | None

class CategoricalExplain(ExplainOptions, total=False):
    """An explanation."""

    family: Required[Literal["categorical"]]
    targets: CategoricalTargets | Frame
    activations: CategoricalActivations | None
    predictions: CategoricalPredictions | Frame
    loss: CategoricalLoss | None
    loss_parameters: CategoricalLossParameters | None
    observed: float

class CategoricalCompare(CompareOptions, total=False):
    """A comparison."""

    family: Required[Literal["categorical"]]
    targets: CategoricalTargets | Frame
    activations: CategoricalActivations | None
    predictions: CategoricalPredictions | Frame | None
    losses: Sequence[CategoricalChosenLoss] | None
    candidates: Sequence[CategoricalCandidate] | None
    outputs: Sequence[ComparedOutput] | None

class CategoricalReport(ReportOptions, total=False):
    """A report."""

    family: Required[Literal["categorical"]]
    targets: CategoricalTargets | Frame
    activations: CategoricalActivations | None
    predictions: CategoricalPredictions | Frame | None
    losses: Sequence[CategoricalChosenLoss] | None
    candidates: Sequence[CategoricalCandidate] | None
    loss: CategoricalLoss | None
    loss_parameters: CategoricalLossParameters | None

BernoulliLoss = Literal[
    "cross_entropy",
    "kl_divergence",
    "deviance",
    "reverse_kl_divergence",
    "jensen_shannon_divergence",
    "alpha_divergence",
    "squared_hellinger",
    "total_variation",
    "brier",
    "mean_squared_error",
    "mean_absolute_error",
    "focal",
]

class BernoulliTargets(TypedDict, total=False):
    """Targets of bernoulli: one form."""

    probabilities: Values
    successes: Values
    trials: Values
    logits: Values

class BernoulliPredictions(TypedDict, total=False):
    """Predictions of bernoulli: one form."""

    logits: Values
    probabilities: Values

class BernoulliActivations(TypedDict, total=False):
    """What makes parameters of raw columns."""

    logits: Literal["identity", "exp", "softplus", "sigmoid"]
    probabilities: Literal["identity"]

class BernoulliLossParameters(TypedDict, total=False):
    """Parameters of losses."""

    alpha: float
    gamma: float

class BernoulliChosenLoss(TypedDict, total=False):
    """One of several losses."""

    loss: Required[BernoulliLoss]
    loss_parameters: BernoulliLossParameters | None
    margin: float | None

class BernoulliCandidate(TypedDict, total=False):
    """One of several predictions."""

    name: Required[str]
    predictions: Required[BernoulliPredictions | Frame]
    activations: BernoulliActivations | None

class BernoulliScore(ScoreOptions, total=False):
    """A score."""

    family: Required[Literal["bernoulli"]]
    targets: BernoulliTargets | Frame
    activations: BernoulliActivations | None
    predictions: BernoulliPredictions | Frame
    loss: BernoulliLoss | None
    loss_parameters: BernoulliLossParameters | None
    outputs: Sequence[Output] | None

class BernoulliExplain(ExplainOptions, total=False):
    """An explanation."""

    family: Required[Literal["bernoulli"]]
    targets: BernoulliTargets | Frame
    activations: BernoulliActivations | None
    predictions: BernoulliPredictions | Frame
    loss: BernoulliLoss | None
    loss_parameters: BernoulliLossParameters | None
    observed: float

class BernoulliCompare(CompareOptions, total=False):
    """A comparison."""

    family: Required[Literal["bernoulli"]]
    targets: BernoulliTargets | Frame
    activations: BernoulliActivations | None
    predictions: BernoulliPredictions | Frame | None
    losses: Sequence[BernoulliChosenLoss] | None
    candidates: Sequence[BernoulliCandidate] | None
    outputs: Sequence[ComparedOutput] | None

class BernoulliReport(ReportOptions, total=False):
    """A report."""

    family: Required[Literal["bernoulli"]]
    targets: BernoulliTargets | Frame
    activations: BernoulliActivations | None
    predictions: BernoulliPredictions | Frame | None
    losses: Sequence[BernoulliChosenLoss] | None
    candidates: Sequence[BernoulliCandidate] | None
    loss: BernoulliLoss | None
    loss_parameters: BernoulliLossParameters | None

MultilabelLoss = Literal[
    "cross_entropy",
    "kl_divergence",
    "deviance",
    "reverse_kl_divergence",
    "jensen_shannon_divergence",
    "alpha_divergence",
    "squared_hellinger",
    "total_variation",
    "brier",
    "mean_squared_error",
    "mean_absolute_error",
    "focal",
]

class MultilabelTargets(TypedDict, total=False):
    """Targets of multilabel: one form."""

    probabilities: Values
    logits: Values

class MultilabelPredictions(TypedDict, total=False):
    """Predictions of multilabel: one form."""

    logits: Values
    probabilities: Values

class MultilabelActivations(TypedDict, total=False):
    """What makes parameters of raw columns."""

    logits: Literal["identity", "exp", "softplus", "sigmoid"]
    probabilities: Literal["identity"]

class MultilabelLossParameters(TypedDict, total=False):
    """Parameters of losses."""

    alpha: float
    gamma: float

class MultilabelChosenLoss(TypedDict, total=False):
    """One of several losses."""

    loss: Required[MultilabelLoss]
    loss_parameters: MultilabelLossParameters | None
    margin: float | None

class MultilabelCandidate(TypedDict, total=False):
    """One of several predictions."""

    name: Required[str]
    predictions: Required[MultilabelPredictions | Frame]
    activations: MultilabelActivations | None

class MultilabelScore(ScoreOptions, total=False):
    """A score."""

    family: Required[Literal["multilabel"]]
    targets: MultilabelTargets | Frame
    activations: MultilabelActivations | None
    predictions: MultilabelPredictions | Frame
    loss: MultilabelLoss | None
    loss_parameters: MultilabelLossParameters | None
    outputs: Sequence[Output] | None

class MultilabelExplain(ExplainOptions, total=False):
    """An explanation."""

    family: Required[Literal["multilabel"]]
    targets: MultilabelTargets | Frame
    activations: MultilabelActivations | None
    predictions: MultilabelPredictions | Frame
    loss: MultilabelLoss | None
    loss_parameters: MultilabelLossParameters | None
    observed: float

class MultilabelCompare(CompareOptions, total=False):
    """A comparison."""

    family: Required[Literal["multilabel"]]
    targets: MultilabelTargets | Frame
    activations: MultilabelActivations | None
    predictions: MultilabelPredictions | Frame | None
    losses: Sequence[MultilabelChosenLoss] | None
    candidates: Sequence[MultilabelCandidate] | None
    outputs: Sequence[ComparedOutput] | None

class MultilabelReport(ReportOptions, total=False):
    """A report."""

    family: Required[Literal["multilabel"]]
    targets: MultilabelTargets | Frame
    activations: MultilabelActivations | None
    predictions: MultilabelPredictions | Frame | None
    losses: Sequence[MultilabelChosenLoss] | None
    candidates: Sequence[MultilabelCandidate] | None
    loss: MultilabelLoss | None
    loss_parameters: MultilabelLossParameters | None

GaussianLoss = Literal[
    "cross_entropy",
    "kl_divergence",
    "deviance",
    "mean_squared_error",
    "mean_absolute_error",
    "crps",
]

class GaussianTargets(TypedDict, total=False):
    """Targets of gaussian: one form."""

    values: Values
    samples: Values
    mean: Values
    standard_deviation: Values
    expectations: Values

class GaussianPredictions(TypedDict, total=False):
    """Predictions of gaussian: one form."""

    mean: Values
    standard_deviation: Values
    variance: Values
    natural: Values

class GaussianActivations(TypedDict, total=False):
    """What makes parameters of raw columns."""

    mean: Literal["identity", "exp", "softplus", "sigmoid"]
    standard_deviation: Literal["identity", "exp", "softplus", "sigmoid"]
    variance: Literal["identity", "exp", "softplus", "sigmoid"]
    natural: Literal["identity"]

class GaussianConstants(TypedDict, total=False):
    """Constants that are no columns."""

    standard_deviation: float

class GaussianChosenLoss(TypedDict, total=False):
    """One of several losses."""

    loss: Required[GaussianLoss]
    margin: float | None

class GaussianCandidate(TypedDict, total=False):
    """One of several predictions."""

    name: Required[str]
    predictions: Required[GaussianPredictions | Frame]
    activations: GaussianActivations | None
    family_parameters: GaussianConstants | None

class GaussianScore(ScoreOptions, total=False):
    """A score."""

    family: Required[Literal["gaussian"]]
    targets: GaussianTargets | Frame
    activations: GaussianActivations | None
    family_parameters: GaussianConstants | None
    predictions: GaussianPredictions | Frame
    loss: GaussianLoss | None
    outputs: Sequence[Output] | None

class GaussianExplain(ExplainOptions, total=False):
    """An explanation."""

    family: Required[Literal["gaussian"]]
    targets: GaussianTargets | Frame
    activations: GaussianActivations | None
    family_parameters: GaussianConstants | None
    predictions: GaussianPredictions | Frame
    loss: GaussianLoss | None
    observed: float

class GaussianCompare(CompareOptions, total=False):
    """A comparison."""

    family: Required[Literal["gaussian"]]
    targets: GaussianTargets | Frame
    activations: GaussianActivations | None
    family_parameters: GaussianConstants | None
    predictions: GaussianPredictions | Frame | None
    losses: Sequence[GaussianChosenLoss] | None
    candidates: Sequence[GaussianCandidate] | None
    outputs: Sequence[ComparedOutput] | None

class GaussianReport(ReportOptions, total=False):
    """A report."""

    family: Required[Literal["gaussian"]]
    targets: GaussianTargets | Frame
    activations: GaussianActivations | None
    family_parameters: GaussianConstants | None
    predictions: GaussianPredictions | Frame | None
    losses: Sequence[GaussianChosenLoss] | None
    candidates: Sequence[GaussianCandidate] | None
    loss: GaussianLoss | None

GammaLoss = Literal["cross_entropy", "kl_divergence", "deviance"]

class GammaTargets(TypedDict, total=False):
    """Targets of gamma: one form."""

    values: Values
    samples: Values
    shape: Values
    rate: Values
    expectations: Values

class GammaPredictions(TypedDict, total=False):
    """Predictions of gamma: one form."""

    shape: Values
    rate: Values
    scale: Values
    mean: Values
    natural: Values

class GammaActivations(TypedDict, total=False):
    """What makes parameters of raw columns."""

    shape: Literal["identity", "exp", "softplus", "sigmoid"]
    rate: Literal["identity", "exp", "softplus", "sigmoid"]
    scale: Literal["identity", "exp", "softplus", "sigmoid"]
    mean: Literal["identity", "exp", "softplus", "sigmoid"]
    natural: Literal["identity"]

class GammaConstants(TypedDict, total=False):
    """Constants that are no columns."""

    shape: float

class GammaChosenLoss(TypedDict, total=False):
    """One of several losses."""

    loss: Required[GammaLoss]
    margin: float | None

class GammaCandidate(TypedDict, total=False):
    """One of several predictions."""

    name: Required[str]
    predictions: Required[GammaPredictions | Frame]
    activations: GammaActivations | None
    family_parameters: GammaConstants | None

class GammaScore(ScoreOptions, total=False):
    """A score."""

    family: Required[Literal["gamma"]]
    targets: GammaTargets | Frame
    activations: GammaActivations | None
    family_parameters: GammaConstants | None
    predictions: GammaPredictions | Frame
    loss: GammaLoss | None
    outputs: Sequence[Output] | None

class GammaExplain(ExplainOptions, total=False):
    """An explanation."""

    family: Required[Literal["gamma"]]
    targets: GammaTargets | Frame
    activations: GammaActivations | None
    family_parameters: GammaConstants | None
    predictions: GammaPredictions | Frame
    loss: GammaLoss | None
    observed: float

class GammaCompare(CompareOptions, total=False):
    """A comparison."""

    family: Required[Literal["gamma"]]
    targets: GammaTargets | Frame
    activations: GammaActivations | None
    family_parameters: GammaConstants | None
    predictions: GammaPredictions | Frame | None
    losses: Sequence[GammaChosenLoss] | None
    candidates: Sequence[GammaCandidate] | None
    outputs: Sequence[ComparedOutput] | None

class GammaReport(ReportOptions, total=False):
    """A report."""

    family: Required[Literal["gamma"]]
    targets: GammaTargets | Frame
    activations: GammaActivations | None
    family_parameters: GammaConstants | None
    predictions: GammaPredictions | Frame | None
    losses: Sequence[GammaChosenLoss] | None
    candidates: Sequence[GammaCandidate] | None
    loss: GammaLoss | None

ContinuousBernoulliLoss = Literal["cross_entropy", "kl_divergence", "deviance"]

class ContinuousBernoulliTargets(TypedDict, total=False):
    """Targets of continuous_bernoulli: one form."""

    values: Values
    samples: Values
    lam: Values
    expectations: Values

class ContinuousBernoulliPredictions(TypedDict, total=False):
    """Predictions of continuous_bernoulli: one form."""

    logits: Values
    lam: Values
    natural: Values

class ContinuousBernoulliActivations(TypedDict, total=False):
    """What makes parameters of raw columns."""

    logits: Literal["identity", "exp", "softplus", "sigmoid"]
    lam: Literal["identity", "sigmoid"]
    natural: Literal["identity"]

class ContinuousBernoulliChosenLoss(TypedDict, total=False):
    """One of several losses."""

    loss: Required[ContinuousBernoulliLoss]
    margin: float | None

class ContinuousBernoulliCandidate(TypedDict, total=False):
    """One of several predictions."""

    name: Required[str]
    predictions: Required[ContinuousBernoulliPredictions | Frame]
    activations: ContinuousBernoulliActivations | None

class ContinuousBernoulliScore(ScoreOptions, total=False):
    """A score."""

    family: Required[Literal["continuous_bernoulli"]]
    targets: ContinuousBernoulliTargets | Frame
    activations: ContinuousBernoulliActivations | None
    predictions: ContinuousBernoulliPredictions | Frame
    loss: ContinuousBernoulliLoss | None
    outputs: Sequence[Output] | None

class ContinuousBernoulliExplain(ExplainOptions, total=False):
    """An explanation."""

    family: Required[Literal["continuous_bernoulli"]]
    targets: ContinuousBernoulliTargets | Frame
    activations: ContinuousBernoulliActivations | None
    predictions: ContinuousBernoulliPredictions | Frame
    loss: ContinuousBernoulliLoss | None
    observed: float

class ContinuousBernoulliCompare(CompareOptions, total=False):
    """A comparison."""

    family: Required[Literal["continuous_bernoulli"]]
    targets: ContinuousBernoulliTargets | Frame
    activations: ContinuousBernoulliActivations | None
    predictions: ContinuousBernoulliPredictions | Frame | None
    losses: Sequence[ContinuousBernoulliChosenLoss] | None
    candidates: Sequence[ContinuousBernoulliCandidate] | None
    outputs: Sequence[ComparedOutput] | None

class ContinuousBernoulliReport(ReportOptions, total=False):
    """A report."""

    family: Required[Literal["continuous_bernoulli"]]
    targets: ContinuousBernoulliTargets | Frame
    activations: ContinuousBernoulliActivations | None
    predictions: ContinuousBernoulliPredictions | Frame | None
    losses: Sequence[ContinuousBernoulliChosenLoss] | None
    candidates: Sequence[ContinuousBernoulliCandidate] | None
    loss: ContinuousBernoulliLoss | None

BetaLoss = Literal["cross_entropy", "kl_divergence", "deviance"]

class BetaTargets(TypedDict, total=False):
    """Targets of beta: one form."""

    values: Values
    samples: Values
    alpha: Values
    beta: Values
    expectations: Values

class BetaPredictions(TypedDict, total=False):
    """Predictions of beta: one form."""

    alpha: Values
    beta: Values
    mean: Values
    precision: Values
    natural: Values

class BetaActivations(TypedDict, total=False):
    """What makes parameters of raw columns."""

    alpha: Literal["identity", "exp", "softplus", "sigmoid"]
    beta: Literal["identity", "exp", "softplus", "sigmoid"]
    mean: Literal["identity", "sigmoid"]
    precision: Literal["identity", "exp", "softplus", "sigmoid"]
    natural: Literal["identity"]

class BetaChosenLoss(TypedDict, total=False):
    """One of several losses."""

    loss: Required[BetaLoss]
    margin: float | None

class BetaCandidate(TypedDict, total=False):
    """One of several predictions."""

    name: Required[str]
    predictions: Required[BetaPredictions | Frame]
    activations: BetaActivations | None

class BetaScore(ScoreOptions, total=False):
    """A score."""

    family: Required[Literal["beta"]]
    targets: BetaTargets | Frame
    activations: BetaActivations | None
    predictions: BetaPredictions | Frame
    loss: BetaLoss | None
    outputs: Sequence[Output] | None

class BetaExplain(ExplainOptions, total=False):
    """An explanation."""

    family: Required[Literal["beta"]]
    targets: BetaTargets | Frame
    activations: BetaActivations | None
    predictions: BetaPredictions | Frame
    loss: BetaLoss | None
    observed: float

class BetaCompare(CompareOptions, total=False):
    """A comparison."""

    family: Required[Literal["beta"]]
    targets: BetaTargets | Frame
    activations: BetaActivations | None
    predictions: BetaPredictions | Frame | None
    losses: Sequence[BetaChosenLoss] | None
    candidates: Sequence[BetaCandidate] | None
    outputs: Sequence[ComparedOutput] | None

class BetaReport(ReportOptions, total=False):
    """A report."""

    family: Required[Literal["beta"]]
    targets: BetaTargets | Frame
    activations: BetaActivations | None
    predictions: BetaPredictions | Frame | None
    losses: Sequence[BetaChosenLoss] | None
    candidates: Sequence[BetaCandidate] | None
    loss: BetaLoss | None

DirichletLoss = Literal["cross_entropy", "kl_divergence", "deviance"]

class DirichletTargets(TypedDict, total=False):
    """Targets of dirichlet: one form."""

    values: Values
    concentration: Values
    expectations: Values

class DirichletPredictions(TypedDict, total=False):
    """Predictions of dirichlet: one form."""

    concentration: Values
    natural: Values

class DirichletActivations(TypedDict, total=False):
    """What makes parameters of raw columns."""

    concentration: Literal["identity", "exp", "softplus", "sigmoid"]
    natural: Literal["identity"]

class DirichletChosenLoss(TypedDict, total=False):
    """One of several losses."""

    loss: Required[DirichletLoss]
    margin: float | None

class DirichletCandidate(TypedDict, total=False):
    """One of several predictions."""

    name: Required[str]
    predictions: Required[DirichletPredictions | Frame]
    activations: DirichletActivations | None

class DirichletScore(ScoreOptions, total=False):
    """A score."""

    family: Required[Literal["dirichlet"]]
    targets: DirichletTargets | Frame
    activations: DirichletActivations | None
    predictions: DirichletPredictions | Frame
    loss: DirichletLoss | None
    outputs: Sequence[Output] | None

class DirichletExplain(ExplainOptions, total=False):
    """An explanation."""

    family: Required[Literal["dirichlet"]]
    targets: DirichletTargets | Frame
    activations: DirichletActivations | None
    predictions: DirichletPredictions | Frame
    loss: DirichletLoss | None
    observed: float

class DirichletCompare(CompareOptions, total=False):
    """A comparison."""

    family: Required[Literal["dirichlet"]]
    targets: DirichletTargets | Frame
    activations: DirichletActivations | None
    predictions: DirichletPredictions | Frame | None
    losses: Sequence[DirichletChosenLoss] | None
    candidates: Sequence[DirichletCandidate] | None
    outputs: Sequence[ComparedOutput] | None

class DirichletReport(ReportOptions, total=False):
    """A report."""

    family: Required[Literal["dirichlet"]]
    targets: DirichletTargets | Frame
    activations: DirichletActivations | None
    predictions: DirichletPredictions | Frame | None
    losses: Sequence[DirichletChosenLoss] | None
    candidates: Sequence[DirichletCandidate] | None
    loss: DirichletLoss | None

PoissonLoss = Literal["cross_entropy", "kl_divergence", "deviance"]

class PoissonTargets(TypedDict, total=False):
    """Targets of poisson: one form."""

    values: Values
    samples: Values
    rate: Values

class PoissonPredictions(TypedDict, total=False):
    """Predictions of poisson: one form."""

    rate: Values
    natural: Values

class PoissonActivations(TypedDict, total=False):
    """What makes parameters of raw columns."""

    rate: Literal["identity", "exp", "softplus", "sigmoid"]
    natural: Literal["identity"]

class PoissonChosenLoss(TypedDict, total=False):
    """One of several losses."""

    loss: Required[PoissonLoss]
    margin: float | None

class PoissonCandidate(TypedDict, total=False):
    """One of several predictions."""

    name: Required[str]
    predictions: Required[PoissonPredictions | Frame]
    activations: PoissonActivations | None

class PoissonScore(ScoreOptions, total=False):
    """A score."""

    family: Required[Literal["poisson"]]
    targets: PoissonTargets | Frame
    activations: PoissonActivations | None
    predictions: PoissonPredictions | Frame
    loss: PoissonLoss | None
    outputs: Sequence[Output] | None

class PoissonExplain(ExplainOptions, total=False):
    """An explanation."""

    family: Required[Literal["poisson"]]
    targets: PoissonTargets | Frame
    activations: PoissonActivations | None
    predictions: PoissonPredictions | Frame
    loss: PoissonLoss | None
    observed: float

class PoissonCompare(CompareOptions, total=False):
    """A comparison."""

    family: Required[Literal["poisson"]]
    targets: PoissonTargets | Frame
    activations: PoissonActivations | None
    predictions: PoissonPredictions | Frame | None
    losses: Sequence[PoissonChosenLoss] | None
    candidates: Sequence[PoissonCandidate] | None
    outputs: Sequence[ComparedOutput] | None

class PoissonReport(ReportOptions, total=False):
    """A report."""

    family: Required[Literal["poisson"]]
    targets: PoissonTargets | Frame
    activations: PoissonActivations | None
    predictions: PoissonPredictions | Frame | None
    losses: Sequence[PoissonChosenLoss] | None
    candidates: Sequence[PoissonCandidate] | None
    loss: PoissonLoss | None

ExponentialLoss = Literal["cross_entropy", "kl_divergence", "deviance"]

class ExponentialTargets(TypedDict, total=False):
    """Targets of exponential: one form."""

    values: Values
    samples: Values
    rate: Values
    expectations: Values

class ExponentialPredictions(TypedDict, total=False):
    """Predictions of exponential: one form."""

    rate: Values
    mean: Values
    natural: Values

class ExponentialActivations(TypedDict, total=False):
    """What makes parameters of raw columns."""

    rate: Literal["identity", "exp", "softplus", "sigmoid"]
    mean: Literal["identity", "exp", "softplus", "sigmoid"]
    natural: Literal["identity"]

class ExponentialChosenLoss(TypedDict, total=False):
    """One of several losses."""

    loss: Required[ExponentialLoss]
    margin: float | None

class ExponentialCandidate(TypedDict, total=False):
    """One of several predictions."""

    name: Required[str]
    predictions: Required[ExponentialPredictions | Frame]
    activations: ExponentialActivations | None

class ExponentialScore(ScoreOptions, total=False):
    """A score."""

    family: Required[Literal["exponential"]]
    targets: ExponentialTargets | Frame
    activations: ExponentialActivations | None
    predictions: ExponentialPredictions | Frame
    loss: ExponentialLoss | None
    outputs: Sequence[Output] | None

class ExponentialExplain(ExplainOptions, total=False):
    """An explanation."""

    family: Required[Literal["exponential"]]
    targets: ExponentialTargets | Frame
    activations: ExponentialActivations | None
    predictions: ExponentialPredictions | Frame
    loss: ExponentialLoss | None
    observed: float

class ExponentialCompare(CompareOptions, total=False):
    """A comparison."""

    family: Required[Literal["exponential"]]
    targets: ExponentialTargets | Frame
    activations: ExponentialActivations | None
    predictions: ExponentialPredictions | Frame | None
    losses: Sequence[ExponentialChosenLoss] | None
    candidates: Sequence[ExponentialCandidate] | None
    outputs: Sequence[ComparedOutput] | None

class ExponentialReport(ReportOptions, total=False):
    """A report."""

    family: Required[Literal["exponential"]]
    targets: ExponentialTargets | Frame
    activations: ExponentialActivations | None
    predictions: ExponentialPredictions | Frame | None
    losses: Sequence[ExponentialChosenLoss] | None
    candidates: Sequence[ExponentialCandidate] | None
    loss: ExponentialLoss | None

NegativeBinomialLoss = Literal["cross_entropy", "deviance"]

class NegativeBinomialTargets(TypedDict, total=False):
    """Targets of negative_binomial: one form."""

    values: Values
    samples: Values

class NegativeBinomialPredictions(TypedDict, total=False):
    """Predictions of negative_binomial: one form."""

    mean: Values
    dispersion: Values

class NegativeBinomialActivations(TypedDict, total=False):
    """What makes parameters of raw columns."""

    mean: Literal["identity", "exp", "softplus", "sigmoid"]
    dispersion: Literal["identity", "exp", "softplus", "sigmoid"]

class NegativeBinomialConstants(TypedDict, total=False):
    """Constants that are no columns."""

    dispersion: float

class NegativeBinomialChosenLoss(TypedDict, total=False):
    """One of several losses."""

    loss: Required[NegativeBinomialLoss]
    margin: float | None

class NegativeBinomialCandidate(TypedDict, total=False):
    """One of several predictions."""

    name: Required[str]
    predictions: Required[NegativeBinomialPredictions | Frame]
    activations: NegativeBinomialActivations | None
    family_parameters: NegativeBinomialConstants | None

class NegativeBinomialScore(ScoreOptions, total=False):
    """A score."""

    family: Required[Literal["negative_binomial"]]
    targets: NegativeBinomialTargets | Frame
    activations: NegativeBinomialActivations | None
    family_parameters: NegativeBinomialConstants | None
    predictions: NegativeBinomialPredictions | Frame
    loss: NegativeBinomialLoss | None
    outputs: Sequence[Output] | None

class NegativeBinomialExplain(ExplainOptions, total=False):
    """An explanation."""

    family: Required[Literal["negative_binomial"]]
    targets: NegativeBinomialTargets | Frame
    activations: NegativeBinomialActivations | None
    family_parameters: NegativeBinomialConstants | None
    predictions: NegativeBinomialPredictions | Frame
    loss: NegativeBinomialLoss | None
    observed: float

class NegativeBinomialCompare(CompareOptions, total=False):
    """A comparison."""

    family: Required[Literal["negative_binomial"]]
    targets: NegativeBinomialTargets | Frame
    activations: NegativeBinomialActivations | None
    family_parameters: NegativeBinomialConstants | None
    predictions: NegativeBinomialPredictions | Frame | None
    losses: Sequence[NegativeBinomialChosenLoss] | None
    candidates: Sequence[NegativeBinomialCandidate] | None
    outputs: Sequence[ComparedOutput] | None

class NegativeBinomialReport(ReportOptions, total=False):
    """A report."""

    family: Required[Literal["negative_binomial"]]
    targets: NegativeBinomialTargets | Frame
    activations: NegativeBinomialActivations | None
    family_parameters: NegativeBinomialConstants | None
    predictions: NegativeBinomialPredictions | Frame | None
    losses: Sequence[NegativeBinomialChosenLoss] | None
    candidates: Sequence[NegativeBinomialCandidate] | None
    loss: NegativeBinomialLoss | None

LogNormalLoss = Literal["cross_entropy", "kl_divergence", "deviance"]

class LogNormalTargets(TypedDict, total=False):
    """Targets of log_normal: one form."""

    values: Values
    samples: Values
    location: Values
    scale: Values

class LogNormalPredictions(TypedDict, total=False):
    """Predictions of log_normal: one form."""

    location: Values
    scale: Values

class LogNormalActivations(TypedDict, total=False):
    """What makes parameters of raw columns."""

    location: Literal["identity", "exp", "softplus", "sigmoid"]
    scale: Literal["identity", "exp", "softplus", "sigmoid"]

class LogNormalChosenLoss(TypedDict, total=False):
    """One of several losses."""

    loss: Required[LogNormalLoss]
    margin: float | None

class LogNormalCandidate(TypedDict, total=False):
    """One of several predictions."""

    name: Required[str]
    predictions: Required[LogNormalPredictions | Frame]
    activations: LogNormalActivations | None

class LogNormalScore(ScoreOptions, total=False):
    """A score."""

    family: Required[Literal["log_normal"]]
    targets: LogNormalTargets | Frame
    activations: LogNormalActivations | None
    predictions: LogNormalPredictions | Frame
    loss: LogNormalLoss | None
    outputs: Sequence[Output] | None

class LogNormalExplain(ExplainOptions, total=False):
    """An explanation."""

    family: Required[Literal["log_normal"]]
    targets: LogNormalTargets | Frame
    activations: LogNormalActivations | None
    predictions: LogNormalPredictions | Frame
    loss: LogNormalLoss | None
    observed: float

class LogNormalCompare(CompareOptions, total=False):
    """A comparison."""

    family: Required[Literal["log_normal"]]
    targets: LogNormalTargets | Frame
    activations: LogNormalActivations | None
    predictions: LogNormalPredictions | Frame | None
    losses: Sequence[LogNormalChosenLoss] | None
    candidates: Sequence[LogNormalCandidate] | None
    outputs: Sequence[ComparedOutput] | None

class LogNormalReport(ReportOptions, total=False):
    """A report."""

    family: Required[Literal["log_normal"]]
    targets: LogNormalTargets | Frame
    activations: LogNormalActivations | None
    predictions: LogNormalPredictions | Frame | None
    losses: Sequence[LogNormalChosenLoss] | None
    candidates: Sequence[LogNormalCandidate] | None
    loss: LogNormalLoss | None

InverseGaussianLoss = Literal["cross_entropy", "kl_divergence", "deviance"]

class InverseGaussianTargets(TypedDict, total=False):
    """Targets of inverse_gaussian: one form."""

    values: Values
    samples: Values
    mean: Values
    shape: Values

class InverseGaussianPredictions(TypedDict, total=False):
    """Predictions of inverse_gaussian: one form."""

    mean: Values
    shape: Values

class InverseGaussianActivations(TypedDict, total=False):
    """What makes parameters of raw columns."""

    mean: Literal["identity", "exp", "softplus", "sigmoid"]
    shape: Literal["identity", "exp", "softplus", "sigmoid"]

class InverseGaussianChosenLoss(TypedDict, total=False):
    """One of several losses."""

    loss: Required[InverseGaussianLoss]
    margin: float | None

class InverseGaussianCandidate(TypedDict, total=False):
    """One of several predictions."""

    name: Required[str]
    predictions: Required[InverseGaussianPredictions | Frame]
    activations: InverseGaussianActivations | None

class InverseGaussianScore(ScoreOptions, total=False):
    """A score."""

    family: Required[Literal["inverse_gaussian"]]
    targets: InverseGaussianTargets | Frame
    activations: InverseGaussianActivations | None
    predictions: InverseGaussianPredictions | Frame
    loss: InverseGaussianLoss | None
    outputs: Sequence[Output] | None

class InverseGaussianExplain(ExplainOptions, total=False):
    """An explanation."""

    family: Required[Literal["inverse_gaussian"]]
    targets: InverseGaussianTargets | Frame
    activations: InverseGaussianActivations | None
    predictions: InverseGaussianPredictions | Frame
    loss: InverseGaussianLoss | None
    observed: float

class InverseGaussianCompare(CompareOptions, total=False):
    """A comparison."""

    family: Required[Literal["inverse_gaussian"]]
    targets: InverseGaussianTargets | Frame
    activations: InverseGaussianActivations | None
    predictions: InverseGaussianPredictions | Frame | None
    losses: Sequence[InverseGaussianChosenLoss] | None
    candidates: Sequence[InverseGaussianCandidate] | None
    outputs: Sequence[ComparedOutput] | None

class InverseGaussianReport(ReportOptions, total=False):
    """A report."""

    family: Required[Literal["inverse_gaussian"]]
    targets: InverseGaussianTargets | Frame
    activations: InverseGaussianActivations | None
    predictions: InverseGaussianPredictions | Frame | None
    losses: Sequence[InverseGaussianChosenLoss] | None
    candidates: Sequence[InverseGaussianCandidate] | None
    loss: InverseGaussianLoss | None

ParetoLoss = Literal["cross_entropy", "kl_divergence", "deviance"]

class ParetoTargets(TypedDict, total=False):
    """Targets of pareto: one form."""

    values: Values
    samples: Values
    shape: Values

class ParetoPredictions(TypedDict, total=False):
    """Predictions of pareto: one form."""

    shape: Values

class ParetoActivations(TypedDict, total=False):
    """What makes parameters of raw columns."""

    shape: Literal["identity", "exp", "softplus", "sigmoid"]

class ParetoConstants(TypedDict, total=False):
    """Constants that are no columns."""

    minimum: float

class ParetoChosenLoss(TypedDict, total=False):
    """One of several losses."""

    loss: Required[ParetoLoss]
    margin: float | None

class ParetoCandidate(TypedDict, total=False):
    """One of several predictions."""

    name: Required[str]
    predictions: Required[ParetoPredictions | Frame]
    activations: ParetoActivations | None
    family_parameters: ParetoConstants | None

class ParetoScore(ScoreOptions, total=False):
    """A score."""

    family: Required[Literal["pareto"]]
    targets: ParetoTargets | Frame
    activations: ParetoActivations | None
    family_parameters: ParetoConstants | None
    predictions: ParetoPredictions | Frame
    loss: ParetoLoss | None
    outputs: Sequence[Output] | None

class ParetoExplain(ExplainOptions, total=False):
    """An explanation."""

    family: Required[Literal["pareto"]]
    targets: ParetoTargets | Frame
    activations: ParetoActivations | None
    family_parameters: ParetoConstants | None
    predictions: ParetoPredictions | Frame
    loss: ParetoLoss | None
    observed: float

class ParetoCompare(CompareOptions, total=False):
    """A comparison."""

    family: Required[Literal["pareto"]]
    targets: ParetoTargets | Frame
    activations: ParetoActivations | None
    family_parameters: ParetoConstants | None
    predictions: ParetoPredictions | Frame | None
    losses: Sequence[ParetoChosenLoss] | None
    candidates: Sequence[ParetoCandidate] | None
    outputs: Sequence[ComparedOutput] | None

class ParetoReport(ReportOptions, total=False):
    """A report."""

    family: Required[Literal["pareto"]]
    targets: ParetoTargets | Frame
    activations: ParetoActivations | None
    family_parameters: ParetoConstants | None
    predictions: ParetoPredictions | Frame | None
    losses: Sequence[ParetoChosenLoss] | None
    candidates: Sequence[ParetoCandidate] | None
    loss: ParetoLoss | None

WeibullLoss = Literal["cross_entropy", "deviance"]

class WeibullTargets(TypedDict, total=False):
    """Targets of weibull: one form."""

    values: Values
    samples: Values

class WeibullPredictions(TypedDict, total=False):
    """Predictions of weibull: one form."""

    shape: Values
    scale: Values
    mean: Values

class WeibullActivations(TypedDict, total=False):
    """What makes parameters of raw columns."""

    shape: Literal["identity", "exp", "softplus", "sigmoid"]
    scale: Literal["identity", "exp", "softplus", "sigmoid"]
    mean: Literal["identity", "exp", "softplus", "sigmoid"]

class WeibullConstants(TypedDict, total=False):
    """Constants that are no columns."""

    shape: float

class WeibullChosenLoss(TypedDict, total=False):
    """One of several losses."""

    loss: Required[WeibullLoss]
    margin: float | None

class WeibullCandidate(TypedDict, total=False):
    """One of several predictions."""

    name: Required[str]
    predictions: Required[WeibullPredictions | Frame]
    activations: WeibullActivations | None
    family_parameters: WeibullConstants | None

class WeibullScore(ScoreOptions, total=False):
    """A score."""

    family: Required[Literal["weibull"]]
    targets: WeibullTargets | Frame
    activations: WeibullActivations | None
    family_parameters: WeibullConstants | None
    predictions: WeibullPredictions | Frame
    loss: WeibullLoss | None
    outputs: Sequence[Output] | None

class WeibullExplain(ExplainOptions, total=False):
    """An explanation."""

    family: Required[Literal["weibull"]]
    targets: WeibullTargets | Frame
    activations: WeibullActivations | None
    family_parameters: WeibullConstants | None
    predictions: WeibullPredictions | Frame
    loss: WeibullLoss | None
    observed: float

class WeibullCompare(CompareOptions, total=False):
    """A comparison."""

    family: Required[Literal["weibull"]]
    targets: WeibullTargets | Frame
    activations: WeibullActivations | None
    family_parameters: WeibullConstants | None
    predictions: WeibullPredictions | Frame | None
    losses: Sequence[WeibullChosenLoss] | None
    candidates: Sequence[WeibullCandidate] | None
    outputs: Sequence[ComparedOutput] | None

class WeibullReport(ReportOptions, total=False):
    """A report."""

    family: Required[Literal["weibull"]]
    targets: WeibullTargets | Frame
    activations: WeibullActivations | None
    family_parameters: WeibullConstants | None
    predictions: WeibullPredictions | Frame | None
    losses: Sequence[WeibullChosenLoss] | None
    candidates: Sequence[WeibullCandidate] | None
    loss: WeibullLoss | None

LaplaceLoss = Literal["cross_entropy", "kl_divergence", "deviance", "crps"]

class LaplaceTargets(TypedDict, total=False):
    """Targets of laplace: one form."""

    values: Values
    samples: Values
    location: Values
    scale: Values

class LaplacePredictions(TypedDict, total=False):
    """Predictions of laplace: one form."""

    location: Values
    scale: Values

class LaplaceActivations(TypedDict, total=False):
    """What makes parameters of raw columns."""

    location: Literal["identity", "exp", "softplus", "sigmoid"]
    scale: Literal["identity", "exp", "softplus", "sigmoid"]

class LaplaceChosenLoss(TypedDict, total=False):
    """One of several losses."""

    loss: Required[LaplaceLoss]
    margin: float | None

class LaplaceCandidate(TypedDict, total=False):
    """One of several predictions."""

    name: Required[str]
    predictions: Required[LaplacePredictions | Frame]
    activations: LaplaceActivations | None

class LaplaceScore(ScoreOptions, total=False):
    """A score."""

    family: Required[Literal["laplace"]]
    targets: LaplaceTargets | Frame
    activations: LaplaceActivations | None
    predictions: LaplacePredictions | Frame
    loss: LaplaceLoss | None
    outputs: Sequence[Output] | None

class LaplaceExplain(ExplainOptions, total=False):
    """An explanation."""

    family: Required[Literal["laplace"]]
    targets: LaplaceTargets | Frame
    activations: LaplaceActivations | None
    predictions: LaplacePredictions | Frame
    loss: LaplaceLoss | None
    observed: float

class LaplaceCompare(CompareOptions, total=False):
    """A comparison."""

    family: Required[Literal["laplace"]]
    targets: LaplaceTargets | Frame
    activations: LaplaceActivations | None
    predictions: LaplacePredictions | Frame | None
    losses: Sequence[LaplaceChosenLoss] | None
    candidates: Sequence[LaplaceCandidate] | None
    outputs: Sequence[ComparedOutput] | None

class LaplaceReport(ReportOptions, total=False):
    """A report."""

    family: Required[Literal["laplace"]]
    targets: LaplaceTargets | Frame
    activations: LaplaceActivations | None
    predictions: LaplacePredictions | Frame | None
    losses: Sequence[LaplaceChosenLoss] | None
    candidates: Sequence[LaplaceCandidate] | None
    loss: LaplaceLoss | None

StudentTLoss = Literal["cross_entropy", "deviance"]

class StudentTTargets(TypedDict, total=False):
    """Targets of student_t: one form."""

    values: Values
    samples: Values

class StudentTPredictions(TypedDict, total=False):
    """Predictions of student_t: one form."""

    location: Values
    scale: Values
    degrees_of_freedom: Values

class StudentTActivations(TypedDict, total=False):
    """What makes parameters of raw columns."""

    location: Literal["identity", "exp", "softplus", "sigmoid"]
    scale: Literal["identity", "exp", "softplus", "sigmoid"]
    degrees_of_freedom: Literal["identity", "exp", "softplus", "sigmoid"]

class StudentTConstants(TypedDict, total=False):
    """Constants that are no columns."""

    degrees_of_freedom: float

class StudentTChosenLoss(TypedDict, total=False):
    """One of several losses."""

    loss: Required[StudentTLoss]
    margin: float | None

class StudentTCandidate(TypedDict, total=False):
    """One of several predictions."""

    name: Required[str]
    predictions: Required[StudentTPredictions | Frame]
    activations: StudentTActivations | None
    family_parameters: StudentTConstants | None

class StudentTScore(ScoreOptions, total=False):
    """A score."""

    family: Required[Literal["student_t"]]
    targets: StudentTTargets | Frame
    activations: StudentTActivations | None
    family_parameters: StudentTConstants | None
    predictions: StudentTPredictions | Frame
    loss: StudentTLoss | None
    outputs: Sequence[Output] | None

class StudentTExplain(ExplainOptions, total=False):
    """An explanation."""

    family: Required[Literal["student_t"]]
    targets: StudentTTargets | Frame
    activations: StudentTActivations | None
    family_parameters: StudentTConstants | None
    predictions: StudentTPredictions | Frame
    loss: StudentTLoss | None
    observed: float

class StudentTCompare(CompareOptions, total=False):
    """A comparison."""

    family: Required[Literal["student_t"]]
    targets: StudentTTargets | Frame
    activations: StudentTActivations | None
    family_parameters: StudentTConstants | None
    predictions: StudentTPredictions | Frame | None
    losses: Sequence[StudentTChosenLoss] | None
    candidates: Sequence[StudentTCandidate] | None
    outputs: Sequence[ComparedOutput] | None

class StudentTReport(ReportOptions, total=False):
    """A report."""

    family: Required[Literal["student_t"]]
    targets: StudentTTargets | Frame
    activations: StudentTActivations | None
    family_parameters: StudentTConstants | None
    predictions: StudentTPredictions | Frame | None
    losses: Sequence[StudentTChosenLoss] | None
    candidates: Sequence[StudentTCandidate] | None
    loss: StudentTLoss | None

class Methods:
    def _ask(self, question: Question[T]) -> T: ...
    @overload
    def score(self, **members: Unpack[CategoricalScore]) -> Score: ...
    @overload
    def score(self, **members: Unpack[BernoulliScore]) -> Score: ...
    @overload
    def score(self, **members: Unpack[MultilabelScore]) -> Score: ...
    @overload
    def score(self, **members: Unpack[GaussianScore]) -> Score: ...
    @overload
    def score(self, **members: Unpack[GammaScore]) -> Score: ...
    @overload
    def score(self, **members: Unpack[ContinuousBernoulliScore]) -> Score: ...
    @overload
    def score(self, **members: Unpack[BetaScore]) -> Score: ...
    @overload
    def score(self, **members: Unpack[DirichletScore]) -> Score: ...
    @overload
    def score(self, **members: Unpack[PoissonScore]) -> Score: ...
    @overload
    def score(self, **members: Unpack[ExponentialScore]) -> Score: ...
    @overload
    def score(self, **members: Unpack[NegativeBinomialScore]) -> Score: ...
    @overload
    def score(self, **members: Unpack[LogNormalScore]) -> Score: ...
    @overload
    def score(self, **members: Unpack[InverseGaussianScore]) -> Score: ...
    @overload
    def score(self, **members: Unpack[ParetoScore]) -> Score: ...
    @overload
    def score(self, **members: Unpack[WeibullScore]) -> Score: ...
    @overload
    def score(self, **members: Unpack[LaplaceScore]) -> Score: ...
    @overload
    def score(self, **members: Unpack[StudentTScore]) -> Score: ...
    @overload
    def compare(self, **members: Unpack[CategoricalCompare]) -> Comparison: ...
    @overload
    def compare(self, **members: Unpack[BernoulliCompare]) -> Comparison: ...
    @overload
    def compare(self, **members: Unpack[MultilabelCompare]) -> Comparison: ...
    @overload
    def compare(self, **members: Unpack[GaussianCompare]) -> Comparison: ...
    @overload
    def compare(self, **members: Unpack[GammaCompare]) -> Comparison: ...
    @overload
    def compare(self, **members: Unpack[ContinuousBernoulliCompare]) -> Comparison: ...
    @overload
    def compare(self, **members: Unpack[BetaCompare]) -> Comparison: ...
    @overload
    def compare(self, **members: Unpack[DirichletCompare]) -> Comparison: ...
    @overload
    def compare(self, **members: Unpack[PoissonCompare]) -> Comparison: ...
    @overload
    def compare(self, **members: Unpack[ExponentialCompare]) -> Comparison: ...
    @overload
    def compare(self, **members: Unpack[NegativeBinomialCompare]) -> Comparison: ...
    @overload
    def compare(self, **members: Unpack[LogNormalCompare]) -> Comparison: ...
    @overload
    def compare(self, **members: Unpack[InverseGaussianCompare]) -> Comparison: ...
    @overload
    def compare(self, **members: Unpack[ParetoCompare]) -> Comparison: ...
    @overload
    def compare(self, **members: Unpack[WeibullCompare]) -> Comparison: ...
    @overload
    def compare(self, **members: Unpack[LaplaceCompare]) -> Comparison: ...
    @overload
    def compare(self, **members: Unpack[StudentTCompare]) -> Comparison: ...
    def advise(self, **members: Unpack[AdviseMembers]) -> Advice: ...
    @overload
    def explain(self, **members: Unpack[CategoricalExplain]) -> Explanation: ...
    @overload
    def explain(self, **members: Unpack[BernoulliExplain]) -> Explanation: ...
    @overload
    def explain(self, **members: Unpack[MultilabelExplain]) -> Explanation: ...
    @overload
    def explain(self, **members: Unpack[GaussianExplain]) -> Explanation: ...
    @overload
    def explain(self, **members: Unpack[GammaExplain]) -> Explanation: ...
    @overload
    def explain(self, **members: Unpack[ContinuousBernoulliExplain]) -> Explanation: ...
    @overload
    def explain(self, **members: Unpack[BetaExplain]) -> Explanation: ...
    @overload
    def explain(self, **members: Unpack[DirichletExplain]) -> Explanation: ...
    @overload
    def explain(self, **members: Unpack[PoissonExplain]) -> Explanation: ...
    @overload
    def explain(self, **members: Unpack[ExponentialExplain]) -> Explanation: ...
    @overload
    def explain(self, **members: Unpack[NegativeBinomialExplain]) -> Explanation: ...
    @overload
    def explain(self, **members: Unpack[LogNormalExplain]) -> Explanation: ...
    @overload
    def explain(self, **members: Unpack[InverseGaussianExplain]) -> Explanation: ...
    @overload
    def explain(self, **members: Unpack[ParetoExplain]) -> Explanation: ...
    @overload
    def explain(self, **members: Unpack[WeibullExplain]) -> Explanation: ...
    @overload
    def explain(self, **members: Unpack[LaplaceExplain]) -> Explanation: ...
    @overload
    def explain(self, **members: Unpack[StudentTExplain]) -> Explanation: ...
    @overload
    def report(self, **members: Unpack[CategoricalReport]) -> Page: ...
    @overload
    def report(self, **members: Unpack[BernoulliReport]) -> Page: ...
    @overload
    def report(self, **members: Unpack[MultilabelReport]) -> Page: ...
    @overload
    def report(self, **members: Unpack[GaussianReport]) -> Page: ...
    @overload
    def report(self, **members: Unpack[GammaReport]) -> Page: ...
    @overload
    def report(self, **members: Unpack[ContinuousBernoulliReport]) -> Page: ...
    @overload
    def report(self, **members: Unpack[BetaReport]) -> Page: ...
    @overload
    def report(self, **members: Unpack[DirichletReport]) -> Page: ...
    @overload
    def report(self, **members: Unpack[PoissonReport]) -> Page: ...
    @overload
    def report(self, **members: Unpack[ExponentialReport]) -> Page: ...
    @overload
    def report(self, **members: Unpack[NegativeBinomialReport]) -> Page: ...
    @overload
    def report(self, **members: Unpack[LogNormalReport]) -> Page: ...
    @overload
    def report(self, **members: Unpack[InverseGaussianReport]) -> Page: ...
    @overload
    def report(self, **members: Unpack[ParetoReport]) -> Page: ...
    @overload
    def report(self, **members: Unpack[WeibullReport]) -> Page: ...
    @overload
    def report(self, **members: Unpack[LaplaceReport]) -> Page: ...
    @overload
    def report(self, **members: Unpack[StudentTReport]) -> Page: ...
    def report_of(self, states: Sequence[str | Summary | Comparison]) -> Page: ...
    def summarize(self, batches: Batches, progress: Bar = None, **members: Unpack[CommonMembers]) -> Summary: ...
    @overload
    def score_in_parts(self, progress: Bar = None, **members: Unpack[CategoricalScore]) -> Score: ...
    @overload
    def score_in_parts(self, progress: Bar = None, **members: Unpack[BernoulliScore]) -> Score: ...
    @overload
    def score_in_parts(self, progress: Bar = None, **members: Unpack[MultilabelScore]) -> Score: ...
    @overload
    def score_in_parts(self, progress: Bar = None, **members: Unpack[GaussianScore]) -> Score: ...
    @overload
    def score_in_parts(self, progress: Bar = None, **members: Unpack[GammaScore]) -> Score: ...
    @overload
    def score_in_parts(self, progress: Bar = None, **members: Unpack[ContinuousBernoulliScore]) -> Score: ...
    @overload
    def score_in_parts(self, progress: Bar = None, **members: Unpack[BetaScore]) -> Score: ...
    @overload
    def score_in_parts(self, progress: Bar = None, **members: Unpack[DirichletScore]) -> Score: ...
    @overload
    def score_in_parts(self, progress: Bar = None, **members: Unpack[PoissonScore]) -> Score: ...
    @overload
    def score_in_parts(self, progress: Bar = None, **members: Unpack[ExponentialScore]) -> Score: ...
    @overload
    def score_in_parts(self, progress: Bar = None, **members: Unpack[NegativeBinomialScore]) -> Score: ...
    @overload
    def score_in_parts(self, progress: Bar = None, **members: Unpack[LogNormalScore]) -> Score: ...
    @overload
    def score_in_parts(self, progress: Bar = None, **members: Unpack[InverseGaussianScore]) -> Score: ...
    @overload
    def score_in_parts(self, progress: Bar = None, **members: Unpack[ParetoScore]) -> Score: ...
    @overload
    def score_in_parts(self, progress: Bar = None, **members: Unpack[WeibullScore]) -> Score: ...
    @overload
    def score_in_parts(self, progress: Bar = None, **members: Unpack[LaplaceScore]) -> Score: ...
    @overload
    def score_in_parts(self, progress: Bar = None, **members: Unpack[StudentTScore]) -> Score: ...
    def merge(self, states: Sequence[str | Summary | Comparison], outputs: Sequence[str] = ()) -> Summary: ...
    def table(self, file: str | Path | bytes) -> Table: ...
    def score_file(self, file: str | Path | bytes, query: str) -> Score: ...
    def families(self) -> list[Document]: ...
    def family(self, name: str) -> Document: ...
    def losses(self) -> list[Document]: ...
    def loss(self, name: str) -> Document: ...
    def limits(self) -> Document: ...

class AsyncMethods:
    async def _ask(self, question: Question[T]) -> T: ...
    @overload
    async def score(self, **members: Unpack[CategoricalScore]) -> Score: ...
    @overload
    async def score(self, **members: Unpack[BernoulliScore]) -> Score: ...
    @overload
    async def score(self, **members: Unpack[MultilabelScore]) -> Score: ...
    @overload
    async def score(self, **members: Unpack[GaussianScore]) -> Score: ...
    @overload
    async def score(self, **members: Unpack[GammaScore]) -> Score: ...
    @overload
    async def score(self, **members: Unpack[ContinuousBernoulliScore]) -> Score: ...
    @overload
    async def score(self, **members: Unpack[BetaScore]) -> Score: ...
    @overload
    async def score(self, **members: Unpack[DirichletScore]) -> Score: ...
    @overload
    async def score(self, **members: Unpack[PoissonScore]) -> Score: ...
    @overload
    async def score(self, **members: Unpack[ExponentialScore]) -> Score: ...
    @overload
    async def score(self, **members: Unpack[NegativeBinomialScore]) -> Score: ...
    @overload
    async def score(self, **members: Unpack[LogNormalScore]) -> Score: ...
    @overload
    async def score(self, **members: Unpack[InverseGaussianScore]) -> Score: ...
    @overload
    async def score(self, **members: Unpack[ParetoScore]) -> Score: ...
    @overload
    async def score(self, **members: Unpack[WeibullScore]) -> Score: ...
    @overload
    async def score(self, **members: Unpack[LaplaceScore]) -> Score: ...
    @overload
    async def score(self, **members: Unpack[StudentTScore]) -> Score: ...
    @overload
    async def compare(self, **members: Unpack[CategoricalCompare]) -> Comparison: ...
    @overload
    async def compare(self, **members: Unpack[BernoulliCompare]) -> Comparison: ...
    @overload
    async def compare(self, **members: Unpack[MultilabelCompare]) -> Comparison: ...
    @overload
    async def compare(self, **members: Unpack[GaussianCompare]) -> Comparison: ...
    @overload
    async def compare(self, **members: Unpack[GammaCompare]) -> Comparison: ...
    @overload
    async def compare(self, **members: Unpack[ContinuousBernoulliCompare]) -> Comparison: ...
    @overload
    async def compare(self, **members: Unpack[BetaCompare]) -> Comparison: ...
    @overload
    async def compare(self, **members: Unpack[DirichletCompare]) -> Comparison: ...
    @overload
    async def compare(self, **members: Unpack[PoissonCompare]) -> Comparison: ...
    @overload
    async def compare(self, **members: Unpack[ExponentialCompare]) -> Comparison: ...
    @overload
    async def compare(self, **members: Unpack[NegativeBinomialCompare]) -> Comparison: ...
    @overload
    async def compare(self, **members: Unpack[LogNormalCompare]) -> Comparison: ...
    @overload
    async def compare(self, **members: Unpack[InverseGaussianCompare]) -> Comparison: ...
    @overload
    async def compare(self, **members: Unpack[ParetoCompare]) -> Comparison: ...
    @overload
    async def compare(self, **members: Unpack[WeibullCompare]) -> Comparison: ...
    @overload
    async def compare(self, **members: Unpack[LaplaceCompare]) -> Comparison: ...
    @overload
    async def compare(self, **members: Unpack[StudentTCompare]) -> Comparison: ...
    async def advise(self, **members: Unpack[AdviseMembers]) -> Advice: ...
    @overload
    async def explain(self, **members: Unpack[CategoricalExplain]) -> Explanation: ...
    @overload
    async def explain(self, **members: Unpack[BernoulliExplain]) -> Explanation: ...
    @overload
    async def explain(self, **members: Unpack[MultilabelExplain]) -> Explanation: ...
    @overload
    async def explain(self, **members: Unpack[GaussianExplain]) -> Explanation: ...
    @overload
    async def explain(self, **members: Unpack[GammaExplain]) -> Explanation: ...
    @overload
    async def explain(self, **members: Unpack[ContinuousBernoulliExplain]) -> Explanation: ...
    @overload
    async def explain(self, **members: Unpack[BetaExplain]) -> Explanation: ...
    @overload
    async def explain(self, **members: Unpack[DirichletExplain]) -> Explanation: ...
    @overload
    async def explain(self, **members: Unpack[PoissonExplain]) -> Explanation: ...
    @overload
    async def explain(self, **members: Unpack[ExponentialExplain]) -> Explanation: ...
    @overload
    async def explain(self, **members: Unpack[NegativeBinomialExplain]) -> Explanation: ...
    @overload
    async def explain(self, **members: Unpack[LogNormalExplain]) -> Explanation: ...
    @overload
    async def explain(self, **members: Unpack[InverseGaussianExplain]) -> Explanation: ...
    @overload
    async def explain(self, **members: Unpack[ParetoExplain]) -> Explanation: ...
    @overload
    async def explain(self, **members: Unpack[WeibullExplain]) -> Explanation: ...
    @overload
    async def explain(self, **members: Unpack[LaplaceExplain]) -> Explanation: ...
    @overload
    async def explain(self, **members: Unpack[StudentTExplain]) -> Explanation: ...
    @overload
    async def report(self, **members: Unpack[CategoricalReport]) -> Page: ...
    @overload
    async def report(self, **members: Unpack[BernoulliReport]) -> Page: ...
    @overload
    async def report(self, **members: Unpack[MultilabelReport]) -> Page: ...
    @overload
    async def report(self, **members: Unpack[GaussianReport]) -> Page: ...
    @overload
    async def report(self, **members: Unpack[GammaReport]) -> Page: ...
    @overload
    async def report(self, **members: Unpack[ContinuousBernoulliReport]) -> Page: ...
    @overload
    async def report(self, **members: Unpack[BetaReport]) -> Page: ...
    @overload
    async def report(self, **members: Unpack[DirichletReport]) -> Page: ...
    @overload
    async def report(self, **members: Unpack[PoissonReport]) -> Page: ...
    @overload
    async def report(self, **members: Unpack[ExponentialReport]) -> Page: ...
    @overload
    async def report(self, **members: Unpack[NegativeBinomialReport]) -> Page: ...
    @overload
    async def report(self, **members: Unpack[LogNormalReport]) -> Page: ...
    @overload
    async def report(self, **members: Unpack[InverseGaussianReport]) -> Page: ...
    @overload
    async def report(self, **members: Unpack[ParetoReport]) -> Page: ...
    @overload
    async def report(self, **members: Unpack[WeibullReport]) -> Page: ...
    @overload
    async def report(self, **members: Unpack[LaplaceReport]) -> Page: ...
    @overload
    async def report(self, **members: Unpack[StudentTReport]) -> Page: ...
    async def report_of(self, states: Sequence[str | Summary | Comparison]) -> Page: ...
    async def summarize(self, batches: Stream, progress: Bar = None, **members: Unpack[CommonMembers]) -> Summary: ...
    @overload
    async def score_in_parts(self, progress: Bar = None, **members: Unpack[CategoricalScore]) -> Score: ...
    @overload
    async def score_in_parts(self, progress: Bar = None, **members: Unpack[BernoulliScore]) -> Score: ...
    @overload
    async def score_in_parts(self, progress: Bar = None, **members: Unpack[MultilabelScore]) -> Score: ...
    @overload
    async def score_in_parts(self, progress: Bar = None, **members: Unpack[GaussianScore]) -> Score: ...
    @overload
    async def score_in_parts(self, progress: Bar = None, **members: Unpack[GammaScore]) -> Score: ...
    @overload
    async def score_in_parts(self, progress: Bar = None, **members: Unpack[ContinuousBernoulliScore]) -> Score: ...
    @overload
    async def score_in_parts(self, progress: Bar = None, **members: Unpack[BetaScore]) -> Score: ...
    @overload
    async def score_in_parts(self, progress: Bar = None, **members: Unpack[DirichletScore]) -> Score: ...
    @overload
    async def score_in_parts(self, progress: Bar = None, **members: Unpack[PoissonScore]) -> Score: ...
    @overload
    async def score_in_parts(self, progress: Bar = None, **members: Unpack[ExponentialScore]) -> Score: ...
    @overload
    async def score_in_parts(self, progress: Bar = None, **members: Unpack[NegativeBinomialScore]) -> Score: ...
    @overload
    async def score_in_parts(self, progress: Bar = None, **members: Unpack[LogNormalScore]) -> Score: ...
    @overload
    async def score_in_parts(self, progress: Bar = None, **members: Unpack[InverseGaussianScore]) -> Score: ...
    @overload
    async def score_in_parts(self, progress: Bar = None, **members: Unpack[ParetoScore]) -> Score: ...
    @overload
    async def score_in_parts(self, progress: Bar = None, **members: Unpack[WeibullScore]) -> Score: ...
    @overload
    async def score_in_parts(self, progress: Bar = None, **members: Unpack[LaplaceScore]) -> Score: ...
    @overload
    async def score_in_parts(self, progress: Bar = None, **members: Unpack[StudentTScore]) -> Score: ...
    async def merge(self, states: Sequence[str | Summary | Comparison], outputs: Sequence[str] = ()) -> Summary: ...
    async def table(self, file: str | Path | bytes) -> Table: ...
    async def score_file(self, file: str | Path | bytes, query: str) -> Score: ...
    async def families(self) -> list[Document]: ...
    async def family(self, name: str) -> Document: ...
    async def losses(self) -> list[Document]: ...
    async def loss(self, name: str) -> Document: ...
    async def limits(self) -> Document: ...
