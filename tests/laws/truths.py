"""What the references say of a row, by output of the engine and column of the prediction."""

from collections.abc import Callable, Iterator

from mpmath import mp

from tests.laws.accuracy import Truth
from tests.laws.harness import Combination
from tests.reference.differences import Function, first_derivative, second_derivative
from tests.reference.losses import Reference
from tests.reference.rows import Place, Row

Truths = dict[str, list[Truth]]  # by output, with the column after a dot, the entries


def truths_of(combination: Combination, reference: Reference, row: Row) -> Truths:
    """Loss, floor, divergence, gradient, Hessian, Fisher information and parameters of a row."""
    found = {what: [Truth(what, function, row)] for what, function in of_rows(reference, row)}
    for column in combination.columns:
        places = [place for place in row.predicted if place[1] == column.name]
        for what, function in of_entries(reference):
            found[f"{what}.{column.name}"] = [Truth(what, function(place), row) for place in places]
        if reference.fisher and column.name not in combination.prediction_form.without_fisher:
            found[f"fisher_diagonals.{column.name}"] = [information(reference.fisher, place, row) for place in places]
    return found


def of_rows(reference: Reference, row: Row) -> Iterator[tuple[str, Function]]:
    """The loss, what a sum of predicted probabilities adds to it, and if it has one its floor and what is above it."""
    yield "losses", reference.loss
    yield "normalization_terms", reference.normalization_term or (lambda _: mp.mpf(0))
    if reference.floor(row) is not None:
        yield "floors", reference.floor
        yield "divergences", reference.divergence or (lambda each: reference.loss(each) - reference.floor(each))


def of_entries(reference: Reference) -> Iterator[tuple[str, Callable[[Place], Function]]]:
    """Derivatives in a number as sent, and that number after its activation."""
    differentiated = reference.antiderivative or reference.loss
    yield "gradients", lambda place: first_derivative(differentiated, place)
    yield "hessian_diagonals", lambda place: second_derivative(differentiated, place)
    yield "parameters", parameter


def parameter(place: Place) -> Function:
    """A number after its activation."""
    return lambda row: row.parameter(place)


def information(fisher: Callable[[Row, Place], object], place: Place, row: Row) -> Truth:
    """Fisher information, held to a relative error: derivatives of an expectation would take too long."""
    return Truth("fisher_diagonals", lambda each: fisher(each, place), row, near=True)
