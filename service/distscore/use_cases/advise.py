"""POST /v1/advise: what the targets look like, which family and loss fit, and what each reading of them scores."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import special

from distscore.advice import baselines
from distscore.advice import rules as advice
from distscore.advice.rules import Advice, Assessment, Fact
from distscore.core.families import FAMILIES
from distscore.core.special.elementwise import Array
from distscore.use_cases.score import Check, answer_score
from distscore.wire.errors.problems import InvalidRequest
from distscore.wire.read.advise import Question, read_question
from distscore.wire.read.limits import Limits
from distscore.wire.write.answer import Answer

ROWS = 1000  # of the data, in a request that is recommended
YOURS, CONSTANT = "your predictions", "one constant prediction for all rows"
OTHER_NAMES = {"probabilities": "values", "values": "probabilities"}  # of a number in [0, 1]
KINDS = {
    "real": "real_values",
    "positive": "positive_values",
    "count": "counts",
    "unit_interval": "unit_interval_values",
    "composition": "unit_interval_values",
}
EVENTS = {"probabilities": "lam", "lam": "probabilities"}


def answer_advise(document: dict[str, Any], limits: Limits, check: Check) -> Answer:
    """What fits the targets, best first, each with a request and its value; raises InvalidRequest, or a 413."""
    asked = read_question(document, limits)
    with np.errstate(all="ignore"):  # a figure that overflows is shown as null
        assessment = assess(asked)
    facts = [Fact("rows", float(asked.row_count)), *assessment.facts]
    evidence = [{"fact": fact.fact, "number": finite(fact.number)} for fact in facts]
    recommendations: list[dict[str, Any]] = []
    warnings: list[dict[str, Any]] = []
    refusals: list[InvalidRequest] = []
    for each in ordered(assessment.advice, asked):
        check()
        predictions, whose = predictions_for(each.family, asked)
        request = request_for(each, asked, predictions)
        try:
            scored = answer_score({**request, "outputs": ["value"]}, limits, check).members
        except InvalidRequest as refused:
            refusals.append(refused)
            continue
        evidence.append({"fact": f"mean {each.loss} as {each.family}, with {whose}", "number": finite(scored["value"])})
        odd = [warning for warning in scored["warnings"] if whose == YOURS or warning["code"] != "constant_predictions"]
        warnings += [warning for warning in odd if warning not in warnings]
        shown = {"family": each.family, "loss": each.loss, "why": each.why, "caveat": each.caveat}
        recommendations.append({**shown, "request": shortened(request, asked.row_count)})
    if not recommendations:
        raise of_what_was_sent(refusals[0], asked)
    rest = {"target_kind": assessment.kind, "evidence": evidence, "recommendations": recommendations}
    return Answer({**rest, "warnings": warnings})


def of_what_was_sent(refused: InvalidRequest, asked: Question) -> InvalidRequest:
    """A refusal without what it says of predictions that we made up."""
    issues = [issue for issue in refused.issues if asked.predictions or issue.pointer.startswith("/targets")]
    return InvalidRequest(issues, complete=False) if issues else refused


def assess(asked: Question) -> Assessment:
    """What the targets are, by the names of their columns and by their numbers."""
    targets, meaning = asked.targets, asked.meaning
    if "trials" in targets:
        return advice.of_events(targets["successes"], targets["trials"])
    if "labels" in targets:
        return advice.of_labels(targets["labels"])
    if "counts" in targets:
        return advice.of_votes(targets["counts"])
    if "samples" in targets:
        return advice.of_values(targets["samples"], meaning)
    for name in ("probabilities", "values", "logits"):
        if name in targets and targets[name].ndim == 2:
            return advice.of_rows(rows_of(asked), meaning)
        if name in targets:
            return advice.of_values(special.expit(targets[name]) if name == "logits" else targets[name], meaning)
    families = families_of(asked)
    return advice.of_distributions(families, KINDS[FAMILIES[families[0]].kind], "expectations" not in targets)


def rows_of(asked: Question) -> Array:
    """Targets of classes or labels as rows of probabilities, fractions or counts."""
    ((name, values),) = asked.targets.items()
    if name == "labels":
        classes = max(2, int(values.max()) + 1)
        return np.asarray(values[:, None] == np.arange(classes), dtype=np.float64)
    if name == "logits":
        return np.asarray(special.expit(values) if asked.meaning == "multilabel" else special.softmax(values, axis=1))
    return values


def families_of(asked: Question) -> list[str]:
    """The families that have a target form of these columns."""
    return [
        name
        for name, family in FAMILIES.items()
        if any({column.name for column in form.columns} == asked.targets.keys() for form in family.targets)
        and asked.family in ("", name)
    ]


def ordered(given: list[Advice], asked: Question) -> list[Advice]:
    """The family that was named comes first; a family that the rules did not think of is scored all the same."""
    if asked.meaning == "ranks" and FAMILIES[given[0].family].exclusive and advice.RANKS not in given:
        given = [advice.RANKS, *given]  # of labels and votes, too
    if not asked.family:
        return given
    named = [each for each in given if each.family == asked.family]
    named = named or [Advice(asked.family, "cross_entropy", "You named this family.", "The numbers do not suggest it.")]
    return [*named, *(each for each in given if each.family != asked.family)]


def request_for(each: Advice, asked: Question, predictions: dict[str, Any]) -> dict[str, Any]:
    """A request that works as it stands."""
    targets = dict(asked.targets)
    family = FAMILIES[each.family]
    known = [{column.name for column in form.columns} for form in family.targets]
    if targets.keys() not in known:
        targets = {OTHER_NAMES.get(name, name): values for name, values in targets.items()}
    request: dict[str, Any] = {"family": each.family, "loss": each.loss, "targets": targets, **predictions}
    if family.exclusive and "probabilities" in targets and targets["probabilities"].ndim == 2:
        away = np.abs(np.add.reduce(targets["probabilities"], axis=1) - 1).max()
        if away > advice.CLOSE:
            request["normalization"] = "rescale"
    return {**request, **{side: listed(request[side]) for side in ("targets", "predictions")}}


def predictions_for(family: str, asked: Question) -> tuple[dict[str, Any], str]:
    """The predictions that were sent, if the family can read them, else the best constant one; and whose they are."""
    forms = [{column.name for column in form.columns} for form in FAMILIES[family].predictions]
    for renamed in ({}, EVENTS):
        sent = {renamed.get(name, name): values for name, values in asked.predictions.items()}
        if sent and sent.keys() in forms:
            return {"predictions": sent}, YOURS
    return constant(family, asked), CONSTANT


def constant(family: str, asked: Question) -> dict[str, Any]:
    """Members of a request with the same prediction in every row."""
    rows = asked.row_count
    if FAMILIES[family].kind in ("classes", "labels"):
        shares = rows_of(asked)
        mean = baselines.mean_row(shares) if FAMILIES[family].exclusive else shares.mean(axis=0)
        return {"predictions": {"probabilities": np.tile(mean, (rows, 1))}}
    fitted = dict(baselines.constant(family, asked.targets))
    constants = {name: fitted.pop(name) for name in ("degrees_of_freedom", "minimum") if name in fitted}
    columns = {name: np.full((rows, *np.shape(value)), value) for name, value in fitted.items()}
    return {"predictions": columns} | ({"family_parameters": constants} if constants else {})


def shortened(request: dict[str, Any], rows: int) -> dict[str, Any]:
    """With the first rows only, where there are many."""
    if rows <= ROWS:
        return request
    cut = {side: {name: values[:ROWS] for name, values in request[side].items()} for side in ("targets", "predictions")}
    return {**request, **cut}


def listed(columns: Mapping[str, Any]) -> dict[str, Any]:
    """Arrays as lists."""
    return {name: values.tolist() if isinstance(values, np.ndarray) else values for name, values in columns.items()}


def finite(value: float | None) -> float | None:
    """What is infinite or undefined is shown as null."""
    return value if value is not None and np.isfinite(value) else None
