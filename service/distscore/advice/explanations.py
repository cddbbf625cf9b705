"""Where a number came from, in words."""

from collections.abc import Sequence

from distscore.core.conventions.convention import Convention, Library, libraries
from distscore.core.conventions.matching import Findings, Observed

SURPRISING = 0.5  # matches by chance from which on they are spoken of


def name_of(combination: Sequence[Convention], library: Library | None) -> str:
    """What some conventions do together, with the functions of a library that do so."""
    said = "; ".join(convention.says for convention in combination) or "the score as it was asked for"
    functions = [each.functions[library] for each in combination if library is not None and library in each.functions]
    return f"{said} ({library}: {'; '.join(dict.fromkeys(functions))})" if functions else said


def library_of(combination: tuple[Convention, ...], asked: Library | None) -> Library | None:
    """Whose conventions they are: the library that was asked for, else the first that has all; None: anybody's."""
    having = libraries(combination)
    if having is None:
        return None
    return asked if asked in having else next(each for each in combination_order(combination) if each in having)


def combination_order(combination: Sequence[Convention]) -> list[Library]:
    """The libraries of some conventions in the order in which these name them."""
    return [library for convention in combination for library in convention.functions]


def sentences(findings: Findings, observed: Observed, value: float | None, asked: Library | None) -> str:
    """Which conventions explain the number, and how sure that is."""
    said = [_explained(findings, observed, asked)]
    if findings.matches and findings.matches[0].combination and value is not None:
        said.append(f"The score as it was asked for is {value:.6g}.")
    if findings.by_chance > SURPRISING and findings.matches:
        said.append(
            f"A number of so few digits is met by chance: of the {findings.tried} different numbers that were tried "
            f"about {findings.by_chance:.2g} would be. More digits tell more."
        )
    return " ".join(said)


def _explained(findings: Findings, observed: Observed, asked: Library | None) -> str:
    """The first match, or that there is none."""
    listed = findings.matches or findings.near
    if not listed:
        return f"No convention gives a finite number here, so nothing explains {observed.value!r}."
    first = listed[0]
    name = name_of(first.combination, library_of(first.combination, asked))
    if not findings.matches:
        return (
            f"None of {findings.tried} different numbers that conventions give is {observed.value!r} in its digits. "
            f"The nearest is {first.value:.6g}: {name}."
        )
    others = len(findings.matches) - 1
    more = f" {others} other {'combination gives' if others == 1 else 'combinations give'} it too." if others else ""
    return f"{observed.value!r} is this: {name}.{more}"
