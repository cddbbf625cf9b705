"""Models of the diagnostics: what the OpenAPI document says about them. They are written without these."""

from pydantic import BaseModel, ConfigDict, Field

Number = float | None


class Model(BaseModel):
    """Members that a client does not know are to be ignored."""

    model_config = ConfigDict(extra="ignore")


class Figure(Model):
    """A loss, and how far it may be off."""

    value: Number
    standard_error: Number


class Verdict(Model):
    """The loss beside those of other predictions, and what that means in words."""

    perfect: Figure | None = Field(None, description="The floor.")
    marginal: Figure | None = Field(None, description="Always predicting the mean target.")
    uniform: Figure | None = None
    yours: Figure
    retempered: Figure | None = Field(None, description="With the best temperature, if that was asked for.")
    text: str


class Skill(Model):
    """How much better than the mean target: 1 is perfect, 0 is no better."""

    d_squared: Number
    d_squared_ceiling: Number = Field(None, description="Counts: what votes of finite number allow.")
    brier_skill: Number


class ClassRecord(Model):
    """What a class or label has to do with the loss."""

    index: int
    name: str
    target_mean: Number
    prediction_mean: Number
    bias: Number
    bias_standard_error: Number
    divergence_share: Number
    gradient_share: Number
    mean_squared_error_gradient_share: Number
    curvature: Number
    relative_error: Number
    calibration_error: Number = None


class Bin(Model):
    """Rows whose predicted probability is in [lower, upper)."""

    lower: float
    upper: float
    weight: float
    mean_prediction: Number
    mean_target: Number
    standard_error: Number


class Calibration(Model):
    """Calibration of the top class's probability against soft targets."""

    expected_calibration_error: Number
    maximum_calibration_error: Number
    bins: list[Bin] = Field(description="Those of 15 equal ones that are not empty.")
    hard_label: Number = Field(description="The expected error if every target were its most probable class.")
    oracle: Number = Field(description="What the targets themselves would get from hard labels.")


class ClassCalibration(Model):
    """Calibration of one class."""

    index: int
    name: str
    expected_calibration_error: Number


class ClasswiseCalibration(Model):
    """Calibration of every class."""

    expected_calibration_error: Number
    classes: list[ClassCalibration]


class ScoreDecomposition(Model):
    """Mean cross-entropy of binary events = label_floor + grouping_loss + miscalibration."""

    label_floor: Number
    grouping_loss: Number
    miscalibration: Number
    resolution: Number


class Agreement(Model):
    """How often, and how closely, predictions and targets agree."""

    top1: Number
    top3: Number = Field(None, description="With more than three classes.")
    total_variation: Number
    entropy_error: Number
    absolute_entropy_error: Number


class Temperature(Model):
    """The best temperature, relative to the one in force."""

    best: float
    at_bound: bool
    divergence_saved: Number


class Optimum(Model):
    """The prediction that the loss likes best for the mean target."""

    target: list[float]
    prediction: list[float] | None = None
    divergence: Number


class Residual(Model):
    """What is left of a sufficient statistic."""

    name: str
    mean: Number
    standard_error: Number
    standardized: Number


class Interval(Model):
    """How many observed values lie in a central interval of their predictions."""

    interval: float
    share: Number
    standard_error: Number


class Decomposition(Model):
    """Weighted means: loss = floor + divergence."""

    loss: Number
    floor: Number
    divergence: Number
    floor_share: Number
    floor_bias: Number = Field(None, description="Counts: how much too low the floor is on average, (K - 1) / 2n.")
    divergence_corrected: Number = None


class WeightedLikelihood(Model):
    """The same numbers as a likelihood of replicated rows, weighted by their targets."""

    log_likelihood: Number
    log_likelihood_with_coefficients: Number = Field(None, description="Counts: with the multinomial coefficients.")
    expanded_rows: int
    total_weight: float
    mean_by_rows: Number
    mean_by_weight: Number


class Quantile(Model):
    """A quantile of the rows' losses."""

    probability: float
    loss: Number


class WorstRow(Model):
    """A row of large divergence."""

    row: int
    loss: Number
    divergence: Number
    class_index: int | None = None
    class_name: str | None = None


class Diagnostics(Model):
    """The members that were asked for and that the batch has."""

    verdict: Verdict | None = None
    decomposition: Decomposition | None = None
    skill: Skill | None = None
    per_class: list[ClassRecord] | None = Field(None, description="The largest shares of the divergence first.")
    per_class_omitted: int | None = Field(None, description="How many classes are not listed.")
    calibration: Calibration | None = None
    classwise_calibration: ClasswiseCalibration | None = None
    score_decomposition: ScoreDecomposition | None = None
    agreement: Agreement | None = None
    temperature: Temperature | None = None
    optimum: Optimum | None = None
    weighted_likelihood: WeightedLikelihood | None = None
    residuals: list[Residual] | None = None
    coverage: list[Interval] | None = None
    share_of_negative_curvature: Number = None
    quantiles: list[Quantile] | None = None
    worst_rows: list[WorstRow] | None = None
