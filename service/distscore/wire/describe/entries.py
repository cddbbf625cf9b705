"""What the OpenAPI document says about the catalog."""

from typing import Any

from pydantic import Field

from distscore.wire.describe.diagnostics import Model


class Brief(Model):
    """A name and what it stands for."""

    name: str = Field(description="As it is sent.")
    description: str = Field(description="What it is, in words.")


class FamilyList(Model):
    """The families, by name and in a sentence."""

    families: list[Brief] = Field(description="All families.")


class LossList(Model):
    """The losses, by name and in a sentence."""

    losses: list[Brief] = Field(description="All losses.")


class ColumnPart(Model):
    """A named entry of the second axis."""

    name: str = Field(description="What stands there, such as a statistic or a natural parameter.")
    support: str = Field(description="Name of its domain.")
    interval: str = Field(description="The domain as an interval, such as `(0, 1]`.")


class ColumnEntry(Brief):
    """A column: its shape and its domain."""

    shape: list[str] = Field(description="Its axes: `n` rows, and what a row has.")
    support: str = Field(description="Name of its domain.")
    interval: str = Field(description="The domain as an interval, such as `(0, 1]`.")
    entries: list[ColumnPart] | None = Field(None, description="What stands where, if a second axis has names.")
    activations: list[str] | None = Field(None, description="Predictions: what may stand between it and its parameter.")


class ConstantEntry(Brief):
    """A constant of a family, a scalar that stands in `family_parameters`."""

    default: float | None = Field(None, description="Absent where it is required.")


class TargetEntry(Model):
    """One way to write targets down."""

    columns: list[ColumnEntry] = Field(description="What is sent together.")
    description: str = Field(description="What such a target is.")
    is_distribution: bool = Field(
        description="Whether rows are distributions; else they were observed. Of distributions, probabilities that are "
        "all 0 or 1 and expectations on the boundary of their domain are observations all the same."
    )
    requirement: str = Field(description="A condition between columns; empty where there is none.")
    losses: list[str] = Field(description="Losses of targets in this form.")
    unavailable: dict[str, str] = Field(description="Losses that targets in this form do not have, with the reason.")


class PredictionEntry(Model):
    """One way to write predictions down."""

    columns: list[ColumnEntry] = Field(description="What is sent together.")
    constants: list[ConstantEntry] = Field(description="What may, or must, stand in `family_parameters` beside them.")


class FormulaEntry(Model):
    """Formulas in LaTeX: of one row, and of the derivatives in the columns as sent, by column."""

    symbols: dict[str, str] = Field(description="What stands for what, by dotted names of members of a request.")
    formula: str = Field(description="The loss of one row.")
    where: dict[str, str] = Field(description="What else the formulas name.")
    gradient: dict[str, str] = Field(description="First derivatives.")
    hessian: dict[str, str] = Field(description="Second derivatives, the diagonal.")
    floor: str | None = Field(None, description="The least loss over predictions, where it is defined.")
    properties: dict[str, bool] = Field(
        description="zero_at_match; proper: least, expected over sampled outcomes, at their distribution; "
        "convex_in_logits; convex_in_natural_parameters; bounded_below. Absent where one makes no sense."
    )
    notes: list[str] = Field(description="What to keep in mind.")
    elsewhere: dict[str, str] = Field(description="Names of the same thing, by library.")


class FamilyEntry(Brief, FormulaEntry):
    """GET /v1/families/{name}: the formulas are those of cross_entropy in the first forms."""

    targets: list[TargetEntry] = Field(description="The forms in which targets are sent.")
    predictions: list[PredictionEntry] = Field(description="The forms in which predictions are sent.")
    losses: list[str] = Field(description="Losses that targets in some form have.")
    unavailable: dict[str, str] = Field(description="Losses that the family does not have, with the reason.")
    sufficient_statistics: list[str] = Field(description="T, in the order of `expectations`.")
    natural_parameters: list[str] = Field(description="eta, in the order of `natural`; names carry the sign.")
    log_normalizer: str | None = Field(None, description="g(eta) of an exponential family.")
    carrier: str | None = Field(None, description="h(y) of an exponential family.")
    deviance: str | None = Field(None, description="The deviance of one row, where there is one.")
    options: list[str] = Field(description="Options of a request that only some families have.")
    example: dict[str, Any] = Field(description="A request to POST /v1/score that works.")


class ParameterEntry(Model):
    """A parameter of a loss, a scalar that stands in `loss_parameters`."""

    name: str = Field(description="As it is sent.")
    default: float = Field(description="Its value where it is not sent.")
    minimum: float | None = Field(None, description="Its least value, where it is bounded.")


class VariantEntry(FormulaEntry):
    """The loss of the same name of other families."""

    families: list[str] = Field(description="These families.")


class UnavailableEntry(Model):
    """Targets for which there is no such loss."""

    family: str = Field(description="The family.")
    targets: list[str] = Field(description="Its target forms that do not have the loss, by their columns.")
    why: str = Field(description="The reason.")


class LossEntry(Brief, FormulaEntry):
    """GET /v1/losses/{name}: p is the target, q the prediction."""

    units: str = Field(description="nats, or those of the values.")
    families: list[str] = Field(description="The families that have it.")
    unavailable: list[UnavailableEntry] = Field(description="Targets of these families without this loss.")
    parameters: list[ParameterEntry] = Field(description="What may stand in `loss_parameters`.")
    needs_distribution: bool = Field(description="Whether the target must be a distribution.")
    needs_values: bool = Field(description="Whether the target must be an observed value.")
    options: list[str] = Field(description="Weights inside a row that it can bear.")
    variants: list[VariantEntry] = Field(description="What the same name means for other families.")
    example: dict[str, Any] = Field(description="A request to POST /v1/score that works.")


ENTRIES: dict[str, type[Model]] = {
    "/v1/families": FamilyList,
    "/v1/families/{name}": FamilyEntry,
    "/v1/losses": LossList,
    "/v1/losses/{name}": LossEntry,
}
