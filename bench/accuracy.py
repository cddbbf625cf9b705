"""The largest errors of every family, form and loss, against values of several hundred digits.

Each cell is a relative error and an error in units of the promised bound, |error| <= max(1e-13 |f|, 8 eps sum |x_i
df/dx_i|). The relative one is the largest of the rows whose numbers determine the result to 12 digits; the units are
the largest of all rows. Columns meet all their activations. Peers meet the same rows; `-` is what they do not have.

    python -m bench.accuracy [--cases 40] [family ...]
"""

import argparse
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import mpmath

from bench.peers.densities import PEERS
from distscore.core.families import FAMILIES
from tests.laws import test_losses
from tests.laws.accuracy import Error, judge
from tests.laws.engine import loss_of
from tests.laws.test_accuracy import chosen, derivative_errors, value_errors
from tests.laws.truths import of_rows
from tests.reference import losses
from tests.reference.differences import Function, first_derivative, second_derivative
from tests.reference.families import reference_of
from tests.reference.rows import Row

QUANTITIES = ("losses", "divergences", "gradient", "hessian")
DETERMINED = 1.001e-12  # largest bound, relative to the result, that is not owed to the numbers sent
Worst = dict[str, dict[str, tuple[float, float]]]  # by line and quantity: relative error, units of the bound


def main() -> None:
    parser = argparse.ArgumentParser("python -m bench.accuracy", description="Errors against mpmath.")
    parser.add_argument("--cases", type=int, default=40, help="rows per family (default: 40)")
    parser.add_argument("families", nargs="*", metavar="family", help="all if none is named")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")  # the peers' own
    print(f"{'relative error, units of the bound':<64}" + "".join(f"{q:>18}" for q in QUANTITIES))
    for family in arguments.families or FAMILIES:
        print(f"\n{family}")
        show(worst((name_of(error.sent), error) for error in cross_entropy_errors(family, arguments.cases)))
        show(worst(peer_errors(family, arguments.cases)))
        show(worst(loss_errors(family)))


def name_of(sent: Row) -> str:
    """The columns of both sides."""
    return " x ".join("+".join(columns(sent, side)) for side in ("targets", "predictions"))


def columns(sent: Row, side: str) -> list[str]:
    return [name for where, name in sent.numbers if where == side]


def worst(errors: Iterable[tuple[str, Error]]) -> Worst:
    """The largest of each line and quantity."""
    found: Worst = defaultdict(dict)
    for name, error in errors:
        quantity = error.what.split(" ")[0]
        relative, units = found[name].get(quantity, (0.0, 0.0))
        determined = error.relative <= DETERMINED * error.units
        found[name][quantity] = max(relative, error.relative if determined else 0.0), max(units, error.units)
    return found


def show(found: Worst) -> None:
    for name, by_quantity in sorted(found.items()):
        cells = (by_quantity.get(quantity) for quantity in QUANTITIES)
        print(f"  {name:<62}" + "".join(f"{cell(*each) if each else '-':>18}" for each in cells))


def cell(relative: float, units: float) -> str:
    return f"{relative:.0e} {units:8.2g}"


def cross_entropy_errors(family: str, count: int) -> Iterator[Error]:
    yield from value_errors(family, count)
    yield from derivative_errors(family, count)


def peer_errors(family: str, count: int) -> Iterator[tuple[str, Error]]:
    """Of whoever has the same loss in the same parameters, on the same rows."""
    reference = reference_of(family)
    for sent in chosen(family, count):
        sides = ("+".join(columns(sent, side)) for side in ("targets", "predictions"))
        title, peer = PEERS.get((family, *sides), ("", None))  # type: ignore[arg-type]
        if peer is None:
            continue
        try:
            found = peer(as_doubles(sent))
        except NotImplementedError:
            continue
        loss = losses.reference_of(loss_of(family, sent))
        for what, number in found.items():
            with mpmath.workdps(reference.DIGITS):
                error = judge(what, function(what, loss, sent), sent, number)
            if error is not None:
                yield f"  {title}", error


def as_doubles(sent: Row) -> dict[str, Any]:
    """Parameters after their activation, targets with a prefix."""
    with mpmath.workdps(50):
        sides = {**{f"y_{name}": v for name, v in sent.side("targets").items()}, **sent.side("predictions")}
        return {
            name: [float(x) for x in value] if isinstance(value, list) else float(value)
            for name, value in {**sides, **sent.side("constants")}.items()
        }


def function(what: str, loss: losses.Reference, row: Row) -> Function:
    """A quantity of a row, or a derivative in the only entry of the only prediction column."""
    if what not in ("gradient", "hessian"):
        return dict(of_rows(loss, row))[what]
    (place,) = row.predicted
    return {"gradient": first_derivative, "hessian": second_derivative}[what](loss.loss, place)


def loss_errors(family: str) -> Iterator[tuple[str, Error]]:
    """Of the losses that are no cross-entropy, on extreme rows."""
    for name, loss in test_losses.LOSSES:
        if name == family:
            yield from ((test_losses.title(loss), error) for error in test_losses.errors(family, loss))


if __name__ == "__main__":
    main()
