"""POST /v1/advise: what the targets look like, which family and loss fit, and what each reading of them scores."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from distscore.advice import comparison, of_classes, of_values
from distscore.advice.comparison import Fit
from distscore.advice.reading import Assessment, Fact, Reading, form_of
from distscore.advice.warnings import in_words, written
from distscore.core.diagnostics.best_constant import BestConstant, always, best_constant, difference
from distscore.core.diagnostics.records import Figure, finite
from distscore.core.engine.engine import score
from distscore.core.families import FAMILIES
from distscore.core.special.elementwise import Array, sigmoid
from distscore.core.warnings.notice import Notice
from distscore.use_cases.score import Check, notices
from distscore.wire.errors.problems import InvalidRequest
from distscore.wire.read.advise import Question, read_question
from distscore.wire.read.batch import ScoreBatch
from distscore.wire.read.limits import Limits
from distscore.wire.read.reading import TargetsRead, predictions_of, read_predictions, read_targets
from distscore.wire.write.answer import Answer
from distscore.wire.write.recommendation import recommended_request

NOT_ADMITTED = "family_does_not_admit"
UNDEFINED: Figure = {"value": None, "standard_error": None}
OF_PLACEHOLDERS = "constant_predictions"  # a warning about predictions that nobody sent


@dataclass(frozen=True)
class Scored:
    """A reading with what the predictions that were sent lose, and what the best constant one does."""

    read: TargetsRead
    fit: Fit
    losses: Array | None  # of the best constant prediction, (rows,)
    predictions: dict[str, Any]  # that were sent; none where the family cannot read them
    loss_of_predictions: float | None
    notices: list[Notice]


@dataclass
class Advisor:
    """Scores the readings of the targets of one request, and keeps why some cannot be."""

    question: Question
    limits: Limits
    check: Check
    constants: dict[str, BestConstant] = field(default_factory=dict)  # by family: the same for each loss
    refused_predictions: list[InvalidRequest] = field(default_factory=list)

    def score(self, reading: Reading) -> Scored:
        """Raises InvalidRequest where the family does not have such targets."""
        self.check()
        family = FAMILIES[reading.family]
        read = read_targets(self.question, family, reading.loss)
        batch = read.batch.batch
        if reading.family not in self.constants:
            self.constants[reading.family] = best_constant(batch, self.check)
        constant, value, losses = self.constants[reading.family], None, None
        if not constant.reason:
            at_best = score(always(batch, constant), frozenset(), self.check)
            value, losses = finite(at_best.value), at_best.losses
        fit = Fit(reading, constant, value, batch.row_count, read.request.get("family_parameters", {}))
        own = self.read_predictions(read)
        scored = score((own or read.batch).batch, frozenset(), self.check)
        said = [each for each in notices(own or read.batch, scored) if own or each.code != OF_PLACEHOLDERS]
        if own is None:
            return Scored(read, fit, losses, {}, None, said)
        return Scored(read, fit, losses, predictions_of(self.question, family), scored.value, said)

    def read_predictions(self, read: TargetsRead) -> ScoreBatch | None:
        """The batch with the predictions that were sent; None where the family cannot read them."""
        try:
            return read_predictions(self.question, read, self.limits)
        except InvalidRequest as refused:
            self.refused_predictions.append(refused)
            return None


def answer_advise(document: dict[str, Any], limits: Limits, check: Check) -> Answer:
    """What fits the targets, best first, each with a request and its value; raises InvalidRequest, or a 413."""
    question = read_question(document, limits)
    with np.errstate(all="ignore"):  # a figure that overflows is shown as null
        assessment = assess(question)
    scored, warnings = scored_readings(Advisor(question, limits, check), readings_of(question, assessment))
    scored = [scored[index] for index in comparison.order([each.fit for each in scored], question.members.family)]
    members = {
        "target_kind": assessment.kind,
        "evidence": evidence(question, assessment, scored),
        "recommendations": [recommendation(question, each, scored) for each in scored],
        "warnings": warnings,
    }
    return Answer(members)


def assess(question: Question) -> Assessment:
    """What the targets are, by the names of their columns and by their numbers."""
    targets, meaning = question.counted, meaning_of(question)
    if "trials" in targets:
        return of_classes.of_events(targets["successes"], targets["trials"])
    if "labels" in targets:
        return of_classes.of_labels(targets["labels"], meaning)
    if "counts" in targets:
        return of_classes.of_votes(targets["counts"], meaning)
    if "logits" in targets:
        logits = targets["logits"]
        return (
            of_classes.of_logits(logits, meaning) if logits.ndim == 2 else of_values.of_values(sigmoid(logits), meaning)
        )
    for name in targets.keys() & {"samples", "probabilities", "values"}:
        of = of_classes.of_rows if targets[name].ndim == 2 and name != "samples" else of_values.of_values
        return of(targets[name], meaning)
    families = [name for name, family in FAMILIES.items() if form_of(family, targets) is not None]
    return of_values.of_distributions(families, "expectations" in targets)


def meaning_of(question: Question) -> str | None:
    """What the numbers are, as far as it was said: only shares have a sum that could be normalized."""
    members = question.members
    if members.meaning is None and members.family and FAMILIES[members.family].kind == "labels":
        return "multilabel"
    if members.meaning is None and members.normalization in ("rescale", "none"):
        return "fractions"
    return members.meaning


def readings_of(question: Question, assessment: Assessment) -> list[Reading]:
    """The readings of the assessment; a family that was named and is not among them is scored all the same."""
    named = question.members.family
    if not named or any(reading.family == named for reading in assessment.readings):
        return assessment.readings
    return [comparison.named(FAMILIES[named], assessment.kind), *assessment.readings]


def scored_readings(advisor: Advisor, readings: Iterable[Reading]) -> tuple[list[Scored], list[dict[str, Any]]]:
    """The readings whose family has such targets, and what is to be said of them; raises InvalidRequest if none is."""
    scored: list[Scored] = []
    refusals: list[InvalidRequest] = []
    warnings: list[dict[str, Any]] = []
    for reading in readings:
        try:
            scored.append(advisor.score(reading))
        except InvalidRequest as refused:
            refusals.append(refused)
            if reading.family == advisor.question.members.family:
                warnings.append(does_not_admit(advisor.question, refused))
    if not scored:
        raise refusals[0]
    warnings += [written(notice) for each in scored for notice in each.notices]
    warnings += unread_predictions(advisor, scored)
    return scored, list({warning["code"]: warning for warning in reversed(warnings)}.values())[::-1]


def unread_predictions(advisor: Advisor, scored: Iterable[Scored]) -> list[dict[str, Any]]:
    """A warning if no reading could use the predictions that were sent; raises InvalidRequest if they are wrong."""
    if not advisor.question.predictions or any(each.predictions for each in scored):
        return []
    if advisor.refused_predictions:
        raise advisor.refused_predictions[0]
    return [in_words("not_available", comparison.UNREADABLE_PREDICTIONS)]


def does_not_admit(question: Question, refused: InvalidRequest) -> dict[str, Any]:
    """That a family which was named does not have such targets, in which rows, and what would; raises what is else."""
    issues = [issue for issue in refused.issues if issue.pointer.startswith("/targets/")]
    if not issues:
        raise refused
    steps = [issue.pointer.split("/") for issue in issues]
    rows = sorted({int(step[3]) for step in steps if len(step) > 3})
    family = FAMILIES[question.members.family]
    message = comparison.does_not_admit(family, question.counted.get("values"), issues[0].detail)
    return in_words(NOT_ADMITTED, message, refused.count, rows)


def evidence(question: Question, assessment: Assessment, scored: Iterable[Scored]) -> list[dict[str, Any]]:
    """What was measured on the targets, and what each reading of them loses."""
    facts = [Fact("rows", float(question.row_count)), *assessment.facts]
    for each in scored:
        if each.predictions:
            facts.append(Fact(comparison.loss_of_predictions(each.fit.reading), each.loss_of_predictions))
        else:
            facts.append(Fact(comparison.loss_of_constant(each.fit.reading), each.fit.value))
    return [{"fact": fact.fact, "number": finite(fact.number)} for fact in facts]


def recommendation(question: Question, each: Scored, scored: Sequence[Scored]) -> dict[str, Any]:
    """A reading, its best constant beside that of the first one, and a request that works as it stands."""
    reading, constant, first = each.fit.reading, each.fit.constant, scored[0]
    apart = difference_from(each, first)
    parameters = {name: values.tolist() for name, values in constant.parameters.items()}
    request, is_complete = recommended_request(question, each.read, each.predictions, constant)
    return {
        "family": reading.family,
        "loss": reading.loss,
        "why": comparison.why(each.fit, [other.fit for other in scored]),
        "caveat": comparison.caveat(each.fit, first.fit, apart),
        "baseline": {"value": each.fit.value, "parameters": parameters},
        "difference_from_first": apart,
        "request": request,
        "request_is_complete": is_complete,
    }


def difference_from(each: Scored, first: Scored) -> Figure:
    """Mean loss of one best constant minus that of another, paired by row, where their losses have the same units."""
    if each.losses is None or first.losses is None or each.fit.reading.loss != first.fit.reading.loss:
        return UNDEFINED
    if len(each.losses) != len(first.losses):
        return UNDEFINED
    return difference(each.losses, first.losses, first.read.batch.batch.weights)
