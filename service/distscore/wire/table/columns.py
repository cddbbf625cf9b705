"""Which columns of a file a name, a comma list or a pattern stands for."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import partial

from distscore.wire.errors.names import listed, nearest
from distscore.wire.errors.place import Place


@dataclass(frozen=True)
class Chosen:
    """Columns of a file in their order, and what the star of their pattern stood for in each."""

    names: Sequence[str]
    stars: Sequence[str] = ()  # empty where there is no star

    @property
    def is_one(self) -> bool:
        """Whether one column was named, and no pattern."""
        return len(self.names) == 1 and not self.stars

    def ordered(self, stars: Sequence[str]) -> "Chosen":
        """The same columns in another order of their stars."""
        by_star = dict(zip(self.stars, self.names, strict=True))
        return Chosen([by_star[star] for star in stars], stars)


def chosen(named: Sequence[str], file: Sequence[str], at: Place) -> Chosen | None:
    """The columns of a file that were named; None after noting which are not there."""
    known = set(file)
    if ",".join(named) in known:
        return Chosen([",".join(named)])
    names: list[str] = []
    stars: list[str] = []
    for name in named:
        if name in known:
            names.append(name)
        elif name.count("*") == 1:
            found = matching(name, file)
            if not found:
                at.wrong("unknown_name", f"no column of the file is like {name[:60]}", f"there are: {listed(file)}")
            names += [column for column, _ in found]
            stars += [star for _, star in found]
        else:
            at.wrong("unknown_name", f"the file has no column {name[:60]!r}", partial(hint, name, file))
    if at.found.count:
        return None
    there, asked = Counter(file), Counter(names)
    repeated = [name for name in names if there[name] > 1 or asked[name] > 1]
    if repeated:
        at.wrong("duplicate_name", f"the column {repeated[0][:60]!r} is there twice")
        return None
    return Chosen(names, stars if len(stars) == len(names) else ())


def matching(pattern: str, file: Sequence[str]) -> list[tuple[str, str]]:
    """The columns that a pattern with one star fits, and what the star stands for in each."""
    before, after = pattern.split("*")
    fits = [name for name in file if name.startswith(before) and name.endswith(after) and len(name) > len(pattern) - 1]
    return [(name, name[len(before) : len(name) - len(after)]) for name in fits]


def hint(name: str, file: Collection[str]) -> str:
    """The nearest column of a file, or what there is."""
    near = nearest(name, file)
    return f"did you mean {near}?" if near else f"there are: {listed(file)}"


def aligned(first: Chosen, second: Chosen, at: Place) -> Chosen | None:
    """The second columns in the order of the first, by what their stars stand for; None after noting the odd one."""
    if not (first.stars and second.stars):
        return second
    known, found = set(first.stars), set(second.stars)
    odd = [star for star in second.stars if star not in known]
    lacking = [star for star in first.stars if star not in found]
    for star in odd[:1]:
        at.wrong("unknown_name", f"{second.names[second.stars.index(star)]!r} has no counterpart among the targets")
    for star in lacking[:1]:
        at.wrong("missing", f"{first.names[first.stars.index(star)]!r} has no counterpart here")
    return None if odd or lacking else second.ordered(first.stars)
