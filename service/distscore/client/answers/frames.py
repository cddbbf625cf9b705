"""Answers as frames: pandas, polars or Arrow, each imported only when it is asked for."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from distscore.client.answers.rows import Floats
from distscore.client.optional import needed

Columns = dict[str, Any]  # arrays or lists of one length, by name
NO_FIGURES = ("name", "interval", "anytime_interval")  # of a difference; intervals are null where there is an infinity


class Tabular:
    """An answer that has a record per row, or per loss and candidate."""

    def to_pandas(self) -> Any:
        """A DataFrame of pandas, with the index of the frame that the rows came in."""
        return needed("pandas", "to_pandas").DataFrame(self._table(), index=self._index())

    def to_polars(self) -> Any:
        """A DataFrame of polars with the same columns; polars has no index."""
        return needed("polars", "to_polars").DataFrame(self._table())

    def to_arrow(self) -> Any:
        """A table of pyarrow with the same columns, float32 where they came so."""
        return needed("pyarrow", "to_arrow").table(self._table())

    def _table(self) -> Columns:
        raise NotImplementedError

    def _index(self) -> Any:
        return None


def flat(rows: Mapping[str, Floats], classes: tuple[str, ...] | None) -> Columns:
    """Per-row outputs as columns of one number per row, as `gradients.logits.cat`; classes without names by number."""
    columns: Columns = {}
    for name, values in rows.items():
        if values.ndim == 1:
            columns[name] = values
        else:
            width = values.shape[1]
            names = classes if classes and len(classes) == width else tuple(map(str, range(width)))
            columns |= {f"{name}.{each}": np.ascontiguousarray(values[:, at]) for at, each in enumerate(names)}
    return columns


def of_results(results: list[dict[str, Any]]) -> Columns:
    """The figures of a comparison: a record per loss, or per loss and candidate with its difference from the baseline.

    What is no single number stays in the document.
    """
    records = [record for result in results for record in _records(result)]
    names = dict.fromkeys(name for record in records for name in record)
    return {name: [record.get(name) for record in records] for name in names}


def _records(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    if "candidates" not in result:
        return [_figures(result)]
    differences = {each["name"]: _difference(each) for each in result["differences"]}
    return [
        {"loss": result["loss"], **_figures(each), **differences.get(each["name"], {})} for each in result["candidates"]
    ]


def _difference(difference: Mapping[str, Any]) -> dict[str, Any]:
    low, high = difference["interval"] or (None, None)
    figures = {name: value for name, value in _figures(difference).items() if name not in NO_FIGURES}
    return {f"difference_{name}": value for name, value in {**figures, "low": low, "high": high}.items()}


def _figures(record: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in record.items() if not isinstance(value, dict | list) and name != "text"}
