"""The formulas of the catalog are those that are computed: their LaTeX is evaluated beside the engine."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from distscore.core.families import FAMILIES
from distscore.core.losses import LOSSES
from distscore.core.losses.cross_entropy import CrossEntropy, Deviance
from distscore.core.theory.distributions import Family
from distscore.core.theory.formulas import Formulas
from distscore.core.theory.losses import AnyLoss
from tests.api.latex import define, entries, evaluate
from tests.laws import harness
from tests.laws.harness import Combination, Rows

TOLERANCE = 1e-10
STATISTICS = {"y": "y", "y^2": "y^2", "log y": r"\log y", "log(1 - y)": r"\log(1 - y)"}
IN_WORDS = (r"\operatorname{E}", r"\max", r"\min", "g'")  # what no formula of the test evaluates


def texts(formulas: Formulas) -> Iterator[str]:
    """All LaTeX of one entry."""
    yield from (formulas.formula, *formulas.gradient.values(), *formulas.hessian.values(), *formulas.where.values())
    for name in ("symbols", "deviance", "log_normalizer", "carrier", "floor"):
        part = getattr(formulas, name, "")
        yield from part.values() if isinstance(part, dict) else [part]


def plain(family: Family, target: str, prediction: str | None = None) -> Combination:
    """The combination of a family without activations, by the first columns of its forms."""
    for each in harness.combinations():
        first = each.columns[0].name
        wanted = family.predictions[0].columns[0].name if prediction is None else prediction
        if each.family is family and each.is_plain and each.target_form.columns[0].name == target and first == wanted:
            return each
    raise AssertionError(f"{family.name} has no {target} and {prediction}")


def names_of(symbols: dict[str, str], rows: Rows, row: int) -> dict[str, Any]:
    """What the symbols of a formula stand for in a row."""
    target = next(iter(rows.targets.values()))[row]
    known: dict[str, Any] = {"y": target, "p": target, "y_k": target, "p_k": target}
    known["K"] = np.size(target)
    for column, symbol in symbols.items():
        known[symbol] = rows.constants[column] if column in rows.constants else rows.predictions[column][row]
    return known


def dyadic(columns: dict[str, harness.Array]) -> dict[str, harness.Array]:
    """Probabilities whose sums are exact, for the sign of a difference of sums."""
    if "probabilities" not in columns or columns["probabilities"].ndim == 1:
        return columns
    shares = np.round(columns["probabilities"] * 2**20) / 2**20
    shares[:, 0] += 1 - shares.sum(axis=1)
    return {"probabilities": shares}


def assert_derived(formulas: Formulas, symbols: dict[str, str], combination: Combination, loss: AnyLoss) -> None:
    """Loss, gradient and Hessian of every row are what the formulas give."""
    rows = harness.random_rows(combination)
    if combination.family.exclusive:
        rows = replace(rows, targets=dyadic(rows.targets), predictions=dyadic(rows.predictions))
    found = harness.scored(combination, loss, rows)
    for row in range(harness.ROWS):
        names = names_of(symbols, rows, row)
        names |= {rf"\{name}": value for name, value in loss.settings.items()}
        names["w_k"] = np.ones(names["K"])
        where = {name: text for name, text in formulas.where.items() if not any(word in text for word in IN_WORDS)}
        names = define(where, names)
        if not any(word in formulas.formula for word in IN_WORDS):
            assert found.losses is not None
            assert evaluate(formulas.formula, names) == pytest.approx(found.losses[row], rel=TOLERANCE)
        for texts_of, outputs in (
            (formulas.gradient, found.gradients),
            (formulas.hessian, found.hessian_diagonals),
        ):
            for column, values in outputs.items():
                text = texts_of[column]
                by_hand = entries(text, names) if values.ndim > 1 else evaluate(text, names)
                np.testing.assert_allclose(by_hand, values[row], rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_cross_entropy_of_a_family(family: Family) -> None:
    """Formula, gradient and Hessian of a family are those of its first forms; every column of them has its symbol."""
    first = family.targets[0].columns[0].name
    symbols = dict(family.formulas.symbols)
    form = family.predictions[0]
    assert set(symbols) >= {column.name for column in form.columns}
    assert set(family.formulas.gradient) == set(family.formulas.hessian) == {column.name for column in form.columns}
    assert_derived(family.formulas, symbols, plain(family, first), CrossEntropy())


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_deviance_of_a_family(family: Family) -> None:
    """A family has the formula of its deviance if and only if it has one."""
    first = family.targets[0]
    text = family.formulas.deviance
    assert bool(text) == ("deviance" not in family.unavailable and "deviance" not in first.unavailable)
    if not text or r"\min" in text:
        return
    combination = plain(family, first.columns[0].name)
    rows = harness.random_rows(combination)
    found = harness.losses_at(combination, Deviance(), rows)
    for row in range(harness.ROWS):
        names = define(family.formulas.where, names_of(dict(family.formulas.symbols), rows, row))
        assert evaluate(text, names) == pytest.approx(found[row], rel=TOLERANCE)


WITH_NATURAL = [family for family in FAMILIES.values() if family.formulas.log_normalizer]


@pytest.mark.parametrize("family", WITH_NATURAL, ids=[family.name for family in WITH_NATURAL])
def test_exponential_family(family: Family) -> None:
    """In natural parameters, in the order and sign stated, the loss is g(eta) - <eta, T(y)> - h(y)."""
    first = family.targets[0].columns[0].name
    natural = family.predictions[0].columns[0].name if first == "probabilities" else "natural"
    combination = plain(family, first, natural)
    rows = harness.random_rows(combination)
    found = harness.losses_at(combination, CrossEntropy(), rows)
    for row in range(harness.ROWS):
        eta = np.atleast_1d(rows.predictions[natural][row])
        y = next(iter(rows.targets.values()))[row]
        names: dict[str, Any] = {"y": y, "K": len(eta), r"\eta_k": eta, r"\eta": eta[0]}
        names |= {rf"\eta_{k}": value for k, value in enumerate(eta, 1)}
        if np.ndim(y):
            statistics = np.log(y) if family.statistics == ("log y",) else y
        else:
            assert len(family.statistics) == len(family.natural) == len(eta)
            statistics = np.array([evaluate(STATISTICS[name], names) for name in family.statistics])
        carrier = evaluate(family.formulas.carrier, names)
        by_recipe = evaluate(family.formulas.log_normalizer, names) - eta @ np.atleast_1d(statistics) - carrier
        assert by_recipe == pytest.approx(found[row], rel=TOLERANCE)


@pytest.mark.parametrize("family", FAMILIES.values(), ids=FAMILIES)
def test_exponential_families_say_so(family: Family) -> None:
    """A family with natural parameters states its statistics, log-normalizer and carrier, and no other does."""
    stated = bool(family.formulas.log_normalizer), bool(family.formulas.carrier), bool(family.statistics)
    assert set(stated) == {bool(family.natural)}


def combinations_of(loss: type[AnyLoss]) -> Iterator[tuple[Combination, dict[str, str]]]:
    """What a loss is evaluated on, and the symbols there."""
    if loss.families is None or "categorical" in loss.families:
        categorical = FAMILIES["categorical"]
        for column, symbol in (("probabilities", "q_k"), ("logits", "z_k")):
            yield plain(categorical, "probabilities", column), {column: symbol}
    else:
        for name in loss.families:
            yield plain(FAMILIES[name], "values"), dict(FAMILIES[name].formulas.symbols)


@pytest.mark.parametrize("loss", LOSSES, ids=[loss.__name__ for loss in LOSSES])
def test_loss(loss: type[AnyLoss]) -> None:
    """Formula, gradient and Hessian of a loss are those of probabilities and logits, or of the columns it is for."""
    formulas = loss.formulas
    for combination, symbols in combinations_of(loss):
        if symbols == {"logits": "z_k"}:
            softmax = {"q_k": r"\frac{e^{z_k}}{\sum_j e^{z_j}}", **formulas.where}
            formulas = type(formulas)(**{**vars(formulas), "where": softmax})
        assert_derived(formulas, symbols, combination, loss())


@pytest.mark.parametrize("loss", LOSSES, ids=[loss.__name__ for loss in LOSSES])
def test_floor(loss: type[AnyLoss]) -> None:
    """The stated floor is the loss at the match, and there is none where none is stated."""
    combination, _ = next(combinations_of(loss))
    rows = harness.random_rows(combination)
    floors = harness.scored(combination, loss(), rows).floors
    text = loss.formulas.floor
    assert (floors is None) == (text == "")
    if floors is not None and not any(word in text for word in IN_WORDS):
        for row in range(harness.ROWS):
            assert evaluate(text, names_of({}, rows, row)) == pytest.approx(floors[row], rel=TOLERANCE)


EVERYTHING: list[Any] = [*FAMILIES.values(), *LOSSES]


@pytest.mark.parametrize("described", EVERYTHING, ids=lambda described: described.name)
def test_latex(described: Any) -> None:
    """LaTeX is balanced, and no command needs a package; each class states its own."""
    owner = described if isinstance(described, type) else type(described)
    assert "formulas" in vars(owner)
    for text in texts(described.formulas):
        assert text.count("{") == text.count("}")
        assert text.count("(") == text.count(")")
        assert text.count("|") % 2 == 0
        assert not re.search(r"[^\x20-\x7e]", text)
