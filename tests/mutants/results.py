"""The parts that results of methods consist of, and results with an error in one part."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, cast

import numpy as np

from tests.mutants.sites import Method, Wrap

ERROR = 1e-8

Path = tuple[str, ...]  # to a part of a result: names of columns and fields


def recording(found: dict[Path, None], zeros: bool) -> Wrap:
    """What makes a method add the parts of its results to those that were found; perhaps also those that are 0."""

    def wrap(method: Method) -> Method:
        def changed(*arguments: Any) -> Any:
            result = method(*arguments)
            found.update(dict.fromkeys(parts(result, zeros)))
            return result

        return changed

    return wrap


def spoiling(method: Method, path: Path) -> Method:
    """The method, with an error in a part of its results."""
    return lambda *arguments: spoiled(method(*arguments), path)


def members(result: Any) -> Mapping[str, Any]:
    """What a result consists of, by name of the column or field; nothing for a number."""
    if isinstance(result, Mapping):
        return result
    if "_fields" in vars(type(result)):
        return cast(Mapping[str, Any], result._asdict())
    return {each.name: getattr(result, each.name) for each in fields(result)} if is_dataclass(result) else {}


def parts(result: Any, zeros: bool) -> Iterator[Path]:
    """The paths to all numbers in a result."""
    is_number = isinstance(result, float) or (isinstance(result, np.ndarray) and result.dtype == np.float64)
    if is_number and (zeros or np.any(result != 0)):
        yield ()
    for name, member in members(result).items():
        yield from ((name, *path) for path in parts(member, zeros))


def spoiled(result: Any, path: Path) -> Any:
    """The result with a relative error in one part, or with an absolute one where that is 0."""
    if not path:
        wrong = np.where(result == 0, ERROR, (1 + ERROR) * np.asarray(result))
        return float(wrong) if isinstance(result, float) else wrong
    changed = {path[0]: spoiled(members(result)[path[0]], path[1:])}
    if isinstance(result, Mapping):
        return {**result, **changed}
    return result._replace(**changed) if "_fields" in vars(type(result)) else replace(result, **changed)
