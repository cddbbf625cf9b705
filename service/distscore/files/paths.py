"""Which files some arguments name: paths, and patterns with `*`, `?`, `[...]` and `**`."""

from collections.abc import Iterator, Sequence
from glob import glob, has_magic
from pathlib import Path


class WrongInput(Exception):
    """What is wrong with files or arguments, in one line that says what to do."""


def files_of(arguments: Sequence[str]) -> list[Path]:
    """Every file once, those of a pattern in the order of their names; raises WrongInput."""
    found = [path for argument in arguments for path in _named(argument)]
    seen: set[Path] = set()
    for path in found:
        if path.resolve() in seen:
            raise WrongInput(f"{path} is named twice; its rows would count twice")
        seen.add(path.resolve())
    return found


def _named(argument: str) -> Iterator[Path]:
    path = Path(argument)
    if path.is_file():
        yield path
    elif path.is_dir():
        raise WrongInput(f"{argument} is a folder; name its files, as in '{path / '*.parquet'}'")
    elif has_magic(argument):
        every = glob(argument, recursive=True)  # noqa: PTH207  that of Path takes hidden files, as a shell does not
        matched = sorted(each for each in every if Path(each).is_file())
        if not matched:
            raise WrongInput(f"no file is like {argument}")
        yield from map(Path, matched)
    else:
        raise WrongInput(f"there is no file {argument}")
