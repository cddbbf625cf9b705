"""The catalog: what families and losses there are, derived from the code that it describes."""

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from distscore.core.families import FAMILIES
from distscore.core.losses import LOSSES, losses_of, properties_of
from distscore.core.losses.cross_entropy import CrossEntropy
from distscore.core.theory.columns import Column, Constant
from distscore.core.theory.distributions import Family, PredictionForm, TargetForm
from distscore.core.theory.formulas import Formulas
from distscore.core.theory.losses import AnyLoss, reason_unavailable
from distscore.wire.describe.examples import EXAMPLES
from distscore.wire.read.form import names

OF_CLASSES = {
    "targets.probabilities": "p_k",
    "predictions.probabilities": "q_k",
    "predictions.logits": "z_k",
    "class_weights": "w_k",
}
NO_RELU = (
    "There is no relu for positive columns: it is 0 for every negative number, which is no positive parameter, and has "
    "no gradient there to leave it by; softplus and exp are positive everywhere."
)


def families() -> dict[str, Any]:
    """The answer of GET /v1/families: every family by name and in a sentence."""
    return {"families": [_brief(family.name, family.__doc__) for family in FAMILIES.values()]}


def losses() -> dict[str, Any]:
    """The answer of GET /v1/losses: every loss by name and in a sentence."""
    by_name = {loss.name: loss for loss in reversed(LOSSES)}
    return {"losses": [_brief(name, by_name[name].__doc__) for name in dict.fromkeys(loss.name for loss in LOSSES)]}


def _brief(name: str, doc: str | None) -> dict[str, str]:
    return {"name": name, "description": _flat(doc)}


def _flat(doc: str | None) -> str:
    return " ".join((doc or "").split("\n\n")[0].split())


def family(name: str) -> dict[str, Any] | None:
    """The answer of GET /v1/families/{name}; None where there is no such family."""
    if name not in FAMILIES:
        return None
    described = FAMILIES[name]
    targets = [_target(described, form) for form in described.targets]
    available = [loss for loss in losses_of(described) if any(loss in form["losses"] for form in targets)]
    return {
        **_brief(name, described.__doc__),
        "targets": targets,
        "predictions": [_prediction(form) for form in described.predictions],
        "losses": available,
        "unavailable": dict(described.unavailable),
        "sufficient_statistics": list(described.statistics),
        "natural_parameters": list(described.natural),
        "options": sorted(described.options),
        "symbols": _symbols(described),
        **_formulas(described.formulas),
        **_of_family(described),
        "example": EXAMPLES[name],
    }


def _formulas(formulas: Formulas) -> dict[str, Any]:
    return {
        "formula": formulas.formula,
        "where": dict(formulas.where),
        "gradient": dict(formulas.gradient),
        "hessian": dict(formulas.hessian),
        "notes": list(formulas.notes),
        "elsewhere": dict(formulas.elsewhere),
    }


def _of_family(described: Family) -> dict[str, Any]:
    """What the formulas of a family have beyond those of a loss."""
    formulas = described.formulas
    properties = properties_of(described, CrossEntropy)
    if described.natural:
        properties["convex_in_natural_parameters"] = True  # the Hessian is g'', a covariance
    found: dict[str, Any] = {"properties": properties}
    if formulas.deviance:
        found |= {
            "deviance": formulas.deviance,
            "floor": rf"{formulas.formula} - \frac{{1}}{{2}} ({formulas.deviance})",
        }
    if described.natural:
        found |= {"log_normalizer": formulas.log_normalizer, "carrier": formulas.carrier}
    columns = [column for form in described.predictions for column in form.columns]
    if any(column.support.coordinate == "log" for column in columns):
        found["notes"] = [*formulas.notes, NO_RELU]
    return found


def _symbols(described: Family) -> dict[str, str]:
    """What stands for what in the formulas: the first columns of both sides, and constants."""
    target, *_ = described.targets[0].columns
    symbol = "p" if target.sums_to_one or described.has_classes else "y"
    symbols = {f"targets.{target.name}": symbol if target.rank == 1 else f"{symbol}_k"}
    predicted = names(described.predictions[0])
    for name, symbol in described.formulas.symbols.items():
        symbols[f"predictions.{name}" if name in predicted else f"family_parameters.{name}"] = symbol
    return symbols


def _target(described: Family, form: TargetForm) -> dict[str, Any]:
    reasons = {name: reason_unavailable(described, form, loss) for name, loss in losses_of(described).items()}
    return {
        "columns": [_column(column, raw=False) for column in form.columns],
        "description": _flat(form.__doc__),
        "is_distribution": form.is_distribution and not form.observes,
        "requirement": form.requirement,
        "losses": [name for name, why in reasons.items() if why is None],
        "unavailable": {name: why for name, why in reasons.items() if why is not None},
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
        "shape": ["n"] if column.rank == 1 else ["n", column.axis],
        "support": column.support.name,
        "interval": column.support.interval,
    }
    if column.entry_supports:
        described["entries"] = [
            {"name": name, "support": support.name, "interval": support.interval}
            for name, support in column.entry_supports.items()
        ]
    return {**described, "activations": list(column.activations)} if raw else described


def _constant(constant: Constant) -> dict[str, Any]:
    described: dict[str, Any] = {"name": constant.name, "description": constant.description}
    return described if constant.default is None else {**described, "default": constant.default}


def loss(name: str) -> dict[str, Any] | None:
    """The answer of GET /v1/losses/{name}; None where there is no such loss."""
    found = [loss for loss in LOSSES if loss.name == name]
    if not found:
        return None
    first = found[0]
    return {
        **_brief(name, first.__doc__),
        "units": first.units,
        "families": list(dict.fromkeys(family.name for family, _ in _uses(name))),
        "unavailable": _unavailable(name),
        "parameters": [_parameter(first, parameter) for parameter in first.parameters],
        "needs_distribution": first.needs_distribution,
        "needs_values": first.needs_values,
        "options": sorted(first.options),
        **_variant(first),
        "variants": [{"families": sorted(other.families or ()), **_variant(other)} for other in found[1:]],
        "example": _example(first),
    }


def _unavailable(name: str) -> list[dict[str, Any]]:
    """Which target forms of the families that it is for do not have a loss, by the reason."""
    found: dict[tuple[str, str], list[str]] = {}
    for described in FAMILIES.values():
        loss = losses_of(described).get(name)
        for form in described.targets:
            why = reason_unavailable(described, form, loss) if loss else None
            if why:
                found.setdefault((described.name, why), []).append(" + ".join(names(form)))
    return [{"family": family, "targets": forms, "why": why} for (family, why), forms in found.items()]


def _uses(name: str) -> Iterator[tuple[Family, TargetForm]]:
    """The families and target forms that have a loss."""
    for described in FAMILIES.values():
        for form in described.targets:
            loss = losses_of(described).get(name)
            if loss is not None and reason_unavailable(described, form, loss) is None:
                yield described, form


def _variant(loss: type[AnyLoss]) -> dict[str, Any]:
    """The formulas of a loss, for the families that have this one of its name."""
    formulas = loss.formulas
    of_classes = loss.families is None
    symbols = OF_CLASSES if of_classes else _symbols(FAMILIES[min(loss.families or ())])
    given = {f"loss_parameters.{parameter}": rf"\{parameter}" for parameter in loss.parameters}
    floor = {"floor": formulas.floor} if formulas.floor else {}
    return {"symbols": {**symbols, **given}, **_formulas(formulas), **floor, "properties": formulas.properties}


def _parameter(loss: type[AnyLoss], name: str) -> dict[str, Any]:
    described: dict[str, Any] = {"name": name, "default": loss.parameters[name]}
    return {**described, "minimum": loss.lowest[name]} if name in loss.lowest else described


def _example(loss: type[AnyLoss]) -> dict[str, Any]:
    """The example of the first family whose target in it has the loss."""
    example = next(
        EXAMPLES[family.name]
        for family, form in _uses(loss.name)
        if set(EXAMPLES[family.name]["targets"]) == {*names(form)}
    )
    parameters = {"loss_parameters": dict(loss.parameters)} if loss.parameters else {}
    return {**example, "loss": loss.name, **parameters, **loss.formulas.example}


CATALOG_EXAMPLES: dict[str, Callable[[], dict[str, Any] | None]] = {  # an answer of each GET
    "/v1/families": families,
    "/v1/families/{name}": partial(family, "gamma"),
    "/v1/losses": losses,
    "/v1/losses/{name}": partial(loss, "brier"),
}
