"""The catalog: what families and losses there are, derived from the code that it describes."""

from typing import Any

from service.core.families import FAMILIES
from service.core.losses import LOSSES, losses_of
from service.core.spine import Column, Constant, Family, Loss, PredictionForm, TargetForm
from service.wire.examples import EXAMPLES


def families() -> dict[str, Any]:
    """GET /v1/families."""
    return {"families": [_brief(family.name, family.__doc__) for family in FAMILIES.values()]}


def losses() -> dict[str, Any]:
    """GET /v1/losses."""
    by_name = {loss.name: loss for loss in reversed(LOSSES)}
    return {"losses": [_brief(name, by_name[name].__doc__) for name in dict.fromkeys(loss.name for loss in LOSSES)]}


def _brief(name: str, doc: str | None) -> dict[str, str]:
    return {"name": name, "description": _flat(doc)}


def _flat(doc: str | None) -> str:
    return " ".join((doc or "").split("\n\n")[0].split())


def family(name: str) -> dict[str, Any] | None:
    """GET /v1/families/{name}."""
    if name not in FAMILIES:
        return None
    described = FAMILIES[name]
    return {
        **_brief(name, described.__doc__),
        "targets": [_target(form) for form in described.targets],
        "predictions": [_prediction(form) for form in described.predictions],
        "losses": [loss for loss in losses_of(name) if loss not in described.unavailable],
        "unavailable": dict(described.unavailable),
        "sufficient_statistics": list(described.statistics),
        "natural_parameters": list(described.natural),
        "options": sorted(described.options),
        "example": EXAMPLES[name],
    }


def _target(form: TargetForm) -> dict[str, Any]:
    return {
        "columns": [_column(column, raw=False) for column in form.columns],
        "description": _flat(form.__doc__),
        "is_distribution": form.is_distribution,
        "requirement": form.requirement,
        "unavailable": dict(form.unavailable),
    }


def _prediction(form: PredictionForm) -> dict[str, Any]:
    return {
        "columns": [_column(column, raw=True) for column in form.columns],
        "constants": [_constant(constant) for constant in form.constants],
    }


def _column(column: Column, raw: bool) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": column.name,
        "description": column.description,
        "shape": ["n"] if column.rank == 1 else ["n", column.width],
        "support": column.support.name,
        "interval": column.support.interval,
    }
    if column.parts:
        described["entries"] = [
            {"name": name, "support": support.name, "interval": support.interval}
            for name, support in column.parts.items()
        ]
    return {**described, "activations": list(column.activations)} if raw else described


def _constant(constant: Constant) -> dict[str, Any]:
    described: dict[str, Any] = {"name": constant.name, "description": constant.description}
    return described if constant.default is None else {**described, "default": constant.default}


def loss(name: str) -> dict[str, Any] | None:
    """GET /v1/losses/{name}."""
    found = [loss for loss in LOSSES if loss.name == name]
    if not found:
        return None
    first: type[Loss] = found[0]
    with_it: list[Family] = [family for family in FAMILIES.values() if name in losses_of(family.name)]
    return {
        **_brief(name, first.__doc__),
        "units": first.units,
        "families": [family.name for family in with_it if name not in family.unavailable],
        "parameters": [{"name": parameter, "default": default} for parameter, default in first.parameters.items()],
        "needs_distribution": first.needs_distribution,
        "needs_values": first.needs_values,
        "options": sorted(first.options),
    }
