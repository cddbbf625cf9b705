"""What the OpenAPI document says about the catalog."""

from typing import Any

from pydantic import Field

from distscore.wire.describe.diagnostics import Model


class Brief(Model):
    """A name and what it stands for."""

    name: str
    description: str


class FamilyList(Model):
    """GET /v1/families."""

    families: list[Brief]


class LossList(Model):
    """GET /v1/losses."""

    losses: list[Brief]


class ColumnPart(Model):
    """A named entry of the second axis."""

    name: str
    support: str
    interval: str


class ColumnEntry(Brief):
    """A column: its shape and its domain."""

    shape: list[str]
    support: str
    interval: str
    entries: list[ColumnPart] | None = Field(None, description="What stands where, if a second axis has names.")
    activations: list[str] | None = Field(None, description="Predictions: what may stand between it and its parameter.")


class ConstantEntry(Brief):
    """A scalar of `family_parameters`."""

    default: float | None = Field(None, description="Absent where it is required.")


class TargetEntry(Model):
    """One way to write targets down."""

    columns: list[ColumnEntry]
    description: str
    is_distribution: bool = Field(description="Whether the target has an entropy; else it was observed.")
    requirement: str = Field(description="A condition between columns; empty where there is none.")
    losses: list[str]
    unavailable: dict[str, str] = Field(description="Losses that targets in this form do not have, with the reason.")


class PredictionEntry(Model):
    """One way to write predictions down."""

    columns: list[ColumnEntry]
    constants: list[ConstantEntry]


class FormulaEntry(Model):
    """Formulas in LaTeX: of one row, and of the derivatives in the columns as sent, by column."""

    symbols: dict[str, str] = Field(description="What stands for what, by dotted names of members of a request.")
    formula: str
    where: dict[str, str] = Field(description="What else the formulas name.")
    gradient: dict[str, str]
    hessian: dict[str, str] = Field(description="The diagonal.")
    floor: str | None = Field(None, description="The least loss over predictions, where it is defined.")
    properties: dict[str, bool] = Field(
        description="zero_at_match; proper: least, expected over sampled outcomes, at their distribution; "
        "convex_in_logits; convex_in_natural_parameters; bounded_below. Absent where one makes no sense."
    )
    notes: list[str]
    elsewhere: dict[str, str] = Field(description="Names of the same thing, by library.")


class FamilyEntry(Brief, FormulaEntry):
    """GET /v1/families/{name}: the formulas are those of cross_entropy in the first forms."""

    targets: list[TargetEntry]
    predictions: list[PredictionEntry]
    losses: list[str]
    unavailable: dict[str, str]
    sufficient_statistics: list[str] = Field(description="T, in the order of `expectations`.")
    natural_parameters: list[str] = Field(description="eta, in the order of `natural`; names carry the sign.")
    log_normalizer: str | None = Field(None, description="g(eta) of an exponential family.")
    carrier: str | None = Field(None, description="h(y) of an exponential family.")
    deviance: str | None = None
    options: list[str]
    example: dict[str, Any] = Field(description="A request to POST /v1/score that works.")


class ParameterEntry(Model):
    """A scalar of `loss_parameters`."""

    name: str
    default: float
    minimum: float | None = None


class VariantEntry(FormulaEntry):
    """The loss of the same name of other families."""

    families: list[str]


class UnavailableEntry(Model):
    """Targets for which there is no such loss."""

    family: str
    targets: list[str]
    why: str


class LossEntry(Brief, FormulaEntry):
    """GET /v1/losses/{name}: p is the target, q the prediction."""

    units: str
    families: list[str]
    unavailable: list[UnavailableEntry]
    parameters: list[ParameterEntry]
    needs_distribution: bool
    needs_values: bool
    options: list[str]
    variants: list[VariantEntry]
    example: dict[str, Any] = Field(description="A request to POST /v1/score that works.")


ENTRIES: dict[str, type[Model]] = {
    "/v1/families": FamilyList,
    "/v1/families/{name}": FamilyEntry,
    "/v1/losses": LossList,
    "/v1/losses/{name}": LossEntry,
}
