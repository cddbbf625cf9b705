from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from distscore import Client, InvalidInput
from distscore.client.sending.prepare import prepare
from distscore.client.sending.request import Request

TARGETS = np.array([[0.7, 0.2, 0.1], [0.0, 1.0, 0.0]])
LOGITS = np.array([[2.0, 0.5, -1.0], [0.1, 3.0, 0.2]])
NAMES = ["cat", "dog", "fox"]


def asked(targets: Any, logits: Any, **members: Any) -> Request:
    batch = {"family": "categorical", "targets": {"probabilities": targets}, "predictions": {"logits": logits}}
    return prepare({**batch, **members})


class Graph:
    """A tensor that only gives its numbers once it is detached and on this machine, as PyTorch's may."""

    def __init__(self, values: Any, dtype: str = "torch.float64", ready: int = 0) -> None:
        self.values, self.dtype, self.ready = values, dtype, ready

    def detach(self) -> "Graph":
        return Graph(self.values, self.dtype, self.ready + 1)

    def cpu(self) -> "Graph":
        return Graph(self.values, self.dtype, self.ready + 1)

    def float(self) -> "Graph":
        return Graph(self.values, "torch.float32", self.ready)

    def numpy(self) -> Any:
        assert self.ready == 2
        assert self.dtype != "torch.bfloat16"
        return self.values

    def __array__(self, *_: Any) -> Any:
        raise RuntimeError("it requires a gradient")


class Shared:
    """An array of another library, which shares its memory and knows nothing of NumPy."""

    def __init__(self, values: Any) -> None:
        self.values = values

    def __dlpack__(self, **options: Any) -> Any:
        return self.values.__dlpack__(**options)

    def __dlpack_device__(self) -> Any:
        return self.values.__dlpack_device__()


def fixed_lists(values: Any) -> Any:
    return pa.FixedSizeListArray.from_arrays(values.reshape(-1), values.shape[1])


HOLDERS: dict[str, Callable[[Any], Any]] = {
    "lists": lambda values: values.tolist(),
    "tuples": lambda values: tuple(map(tuple, values)),
    "rows of arrays": list,
    "other order in memory": np.asfortranarray,
    "other order of bytes": lambda values: values.astype(">f8"),
    "tensor": Graph,
    "tensor of half precision": lambda values: Graph(values, "torch.bfloat16"),
    "dlpack": Shared,
    "masked": np.ma.masked_array,
    "pandas": pd.DataFrame,
    "pandas nullable": lambda values: pd.DataFrame(values).astype("Float64"),
    "pandas of Arrow": lambda values: pd.DataFrame(values).astype("double[pyarrow]"),
    "pandas with lists in cells": lambda values: pd.Series(values.tolist()),
    "polars": lambda values: pl.DataFrame(values, schema=["0", "1", "2"]),
    "polars with lists in cells": lambda values: pl.Series(values.tolist()),
    "polars arrays": lambda values: pl.Series(values.tolist(), dtype=pl.Array(pl.Float64, 3)),
    "Arrow table": lambda values: pa.table(dict(zip("012", values.T, strict=True))),
    "Arrow lists": lambda values: pa.array(values.tolist()),
    "Arrow fixed lists": fixed_lists,
    "Arrow chunks": lambda values: pa.chunked_array([fixed_lists(values[:1]), fixed_lists(values[1:])]),
}


@pytest.mark.parametrize("hold", HOLDERS.values(), ids=HOLDERS.keys())
def test_whatever_holds_numbers(hold: Callable[[Any], Any]) -> None:
    """Lists, arrays, tensors and frames of any library give the same numbers."""
    request = asked(hold(TARGETS), hold(LOGITS))
    assert request.rows["targets", "probabilities"].tolist() == TARGETS.tolist()
    assert request.rows["predictions", "logits"].tolist() == LOGITS.tolist()
    assert all(values.dtype.kind == "f" for values in request.rows.values())


@pytest.mark.parametrize(
    "hold",
    [np.float32, lambda values: pd.DataFrame(np.float32(values)), lambda values: pl.DataFrame(np.float32(values))],
    ids=["array", "pandas", "polars"],
)
def test_single_stays_single(hold: Callable[[Any], Any]) -> None:
    """float32 is kept: an Arrow stream has it, and derivatives come back so."""
    assert asked(TARGETS, hold(LOGITS)).rows["predictions", "logits"].dtype == np.float32


def test_a_frame_may_be_a_side() -> None:
    """A frame whose columns are those of a form stands for a mapping of them, in any library."""
    columns = {"mean": [1.0, 2.0], "standard_deviation": [0.5, 0.25]}
    for frame in (pd.DataFrame(columns), pl.DataFrame(columns), pa.table(columns)):
        request = prepare({"family": "gaussian", "targets": {"values": [1, 2]}, "predictions": frame})
        assert {path[-1]: list(values) for path, values in request.rows.items()} == {"values": [1, 2], **columns}


def test_rows_go_by_their_labels() -> None:
    """Frames with the same labels in another order are put in that of the first, weights and groups with them."""
    targets = pd.DataFrame(TARGETS, ["a", "b"], NAMES)
    logits = pd.DataFrame(LOGITS[::-1], ["b", "a"], NAMES)
    weights, group = pd.Series([2.0, 1.0], ["b", "a"]), pd.DataFrame({"of": ["x", "y"]}, ["b", "a"], dtype="category")
    request = asked(targets, logits, sample_weights=weights, groups=group)
    assert request.rows["predictions", "logits"].tolist() == LOGITS.tolist()
    assert request.rows["sample_weights",].tolist() == [1.0, 2.0]
    assert request.rows["groups", "of"].tolist() == ["y", "x"]
    assert list(request.axes.index) == ["a", "b"]


@pytest.mark.parametrize(
    ("index", "says"),
    [(["a", "c"], "b, c are only in one"), (["b", "b"], "twice"), ([0, 1], "send both as .to_numpy()")],
)
def test_other_labels_are_refused(index: list[Any], says: str) -> None:
    """Rows that cannot be matched by their labels are never matched by position."""
    with pytest.raises(InvalidInput, match=r"/predictions/logits: rows cannot be matched") as refused:
        asked(pd.DataFrame(TARGETS, ["a", "b"]), pd.DataFrame(LOGITS, index))
    assert says in str(refused.value)


@pytest.mark.parametrize("library", ["pandas", "polars", "pyarrow"])
def test_classes_go_by_their_names(library: str) -> None:
    """Columns in another order are put in that of the targets, and their names become `classes`, in any library."""
    make: dict[str, Callable[[dict[str, Any]], Any]] = {
        "pandas": pd.DataFrame,
        "polars": pl.DataFrame,
        "pyarrow": pa.table,
    }
    targets = make[library](dict(zip(NAMES, TARGETS.T, strict=True)))
    logits = make[library](dict(zip(NAMES[::-1], LOGITS.T[::-1], strict=True)))
    request = asked(targets, logits, class_weights={"fox": 3.0, "cat": 1.0, "dog": 2.0})
    assert request.rows["predictions", "logits"].tolist() == LOGITS.tolist()
    assert request.members["classes"] == NAMES
    assert request.members["class_weights"] == [1.0, 2.0, 3.0]
    request = asked(targets, logits, classes=["fox", "cat", "dog"])
    assert request.rows["targets", "probabilities"].tolist() == TARGETS[:, [2, 0, 1]].tolist()
    assert request.rows["predictions", "logits"].tolist() == LOGITS[:, [2, 0, 1]].tolist()
    with pytest.raises(InvalidInput, match="columns cannot be matched: cat, wolf are only in one"):
        asked(targets, make[library](dict(zip(["wolf", "dog", "fox"], LOGITS.T, strict=True))))


def test_masks_of_nullable_booleans() -> None:
    """A mask may be a frame, in the order of the targets' classes, of either kind of booleans."""
    kept = pd.DataFrame([[True, False, True], [True, True, True]], columns=NAMES)
    for mask in (kept[NAMES[::-1]], kept.astype("boolean"), kept.astype(object)):
        values = asked(pd.DataFrame(TARGETS, columns=NAMES), LOGITS, mask=mask).rows["mask",]
        assert values.dtype == np.bool_
        assert values.tolist() == kept.to_numpy().tolist()


def test_booleans_are_numbers() -> None:
    """As get_dummies makes them; but they are no labels, as False need not be the first class."""
    dummies = pd.get_dummies(pd.Series(["cat", "dog"]))
    assert asked(dummies, LOGITS[:, :2]).rows["targets", "probabilities"].tolist() == [[1, 0], [0, 1]]
    labels = {"family": "categorical", "targets": {"labels": [True, False]}, "predictions": {"logits": LOGITS}}
    with pytest.raises(InvalidInput, match=r"/targets/labels: booleans are no labels; .* send \.astype\(int\)"):
        prepare(labels)


def test_a_single_column_is_no_class() -> None:
    """A frame of one column is not matched by its name."""
    frames = {"targets": {"values": pd.DataFrame({"y": [1.0]})}, "predictions": {"mean": pd.DataFrame({"mu": [1.0]})}}
    assert "classes" not in prepare({"family": "gaussian", **frames}).members


def test_labels_in_words_go_by_the_classes() -> None:
    """Words among the labels are positions among the classes; without classes, or unknown, they are refused."""
    frame = pd.DataFrame(LOGITS, columns=NAMES)
    labels: dict[str, Any] = {
        "family": "categorical",
        "targets": {"labels": pd.Series(["fox", "cat"], dtype="category")},
    }
    words = {"targets": {"labels": np.array(["fox", "cat"])}}
    for each in (labels, {**labels, **words}):
        assert prepare({**each, "predictions": {"logits": frame}}).rows["targets", "labels"].tolist() == [2, 0]
    with pytest.raises(InvalidInput, match="labels in words need `classes`"):
        prepare({**labels, "predictions": {"logits": LOGITS}})
    with pytest.raises(InvalidInput, match=r"/targets/labels/0: fox is none of the classes a, b, c"):
        prepare({**labels, "predictions": {"logits": LOGITS}, "classes": ["a", "b", "c"]})


def test_numbers_are_names_where_a_frame_says_so() -> None:
    """Labels go by the names of a frame whose columns are other numbers, as those of a classifier's `classes_`."""
    frame = pd.DataFrame(LOGITS, columns=[3, 1, 2])
    batch: dict[str, Any] = {"family": "categorical", "predictions": {"logits": frame}}
    for labels in ([1, 2], [1.0, None], np.array([1, -100]), ["1", "2"]):
        options = {"ignore_label": -100, "missing": "exclude"}
        found = prepare({**batch, "targets": {"labels": labels}, **options}).rows["targets", "labels"]
        assert found[0] == 1
        assert found[1] in (2, -100) or np.isnan(found[1])
    with pytest.raises(InvalidInput, match=r"/targets/labels/1: 0 is none of the classes 3, 1, 2"):
        prepare({**batch, "targets": {"labels": [1, 0]}})
    plain = {**batch, "predictions": {"logits": LOGITS}, "classes": ["3", "1", "2"], "targets": {"labels": [1, 0]}}
    assert prepare(plain).rows["targets", "labels"].tolist() == [1, 0]


def test_weights_of_classes_go_by_their_names() -> None:
    """A series with names for its index, and another set of names."""
    frame = pd.DataFrame(TARGETS, columns=NAMES)
    assert asked(frame, LOGITS, class_weights=pd.Series({"fox": 3, "dog": 2, "cat": 1})).members["class_weights"] == [
        1,
        2,
        3,
    ]
    assert asked(TARGETS, LOGITS, class_weights={2: 3, 0: 1, 1: 2}).members["class_weights"] == [1, 2, 3]
    with pytest.raises(InvalidInput, match=r"/class_weights: .*, and dog, fox are only in one"):
        asked(frame, LOGITS, class_weights={"cat": 1.0})


MISSING: dict[str, Any] = {
    "None": [1.0, None, 3.0],
    "NaN": [1.0, np.nan, 3.0],
    "pandas": pd.Series([1, pd.NA, 3], dtype="Int64"),
    "pandas of objects": pd.Series([1.0, None, 3.0], dtype=object),
    "polars": pl.Series([1, None, 3]),
    "Arrow": pa.array([1, None, 3]),
    "masked": np.ma.masked_array([1, 7, 3], [False, True, False]),
}


@pytest.mark.parametrize("values", MISSING.values(), ids=MISSING.keys())
def test_what_is_missing(values: Any, client: Client) -> None:
    """It is an error that names column and row before anything is sent, or left out if that is asked for."""
    batch: dict[str, Any] = {
        "family": "poisson",
        "targets": {"values": values},
        "predictions": {"rate": [1.0, 2.0, 4.0]},
    }
    with pytest.raises(InvalidInput, match=r"/targets/values/1: targets.values, row 1: a number is missing"):
        prepare(batch)
    score = client.score(**batch, missing="exclude")
    assert score.losses.tolist()[1] == 0
    assert [warning["code"] for warning in score.warnings] == ["rows_excluded"]


@pytest.mark.parametrize(
    ("member", "place"),
    [
        ({"sample_weights": [1.0, np.nan]}, "/sample_weights/1"),
        ({"predictions": {"logits": [[np.inf, 0, 0], [0, 0, 0]]}}, "/predictions/logits/0/0"),
        ({"predictions": {"logits": [["a", 0, 0], [0, 0, 0]]}}, "/predictions/logits/0/0"),
        ({"predictions": {"logits": [[1, 0, 0], [0, 0]]}}, "/predictions/logits"),
        ({"predictions": {"logits": [[1, 0, 0]]}}, "/predictions/logits"),
        ({"predictions": {"logits": 3.0}}, "/predictions/logits"),
        ({"predictions": {0: ["a", "b"]}}, "/predictions/0/0"),
        ({"predictions": {"logits": pl.Series([[1.0, 2.0], None])}}, "/predictions/logits"),
        ({"temperature": np.nan}, "/temperature"),
        ({"class_weights": np.array([1, np.inf, 2])}, "/class_weights/1"),
        ({"predictions": {"logits": LOGITS + 1j}}, "/predictions/logits"),
        ({"predictions": {"logits": LOGITS.astype("m8[s]")}}, "/predictions/logits"),
        ({"predictions": LOGITS}, "/predictions"),
        ({"groups": {"of": ["a", None]}}, "/groups/of/1"),
        ({"groups": ["a", "b"]}, "/groups"),
        ({"candidates": {"first": {"logits": LOGITS}}}, "/candidates/0"),
        ({"predictions": pl.DataFrame(LOGITS).lazy()}, "/predictions"),
        ({"predictions": {"logits": (row for row in LOGITS)}}, "/predictions/logits"),
        ({"predictions": {"logits": [[10**400, 0, 0], [0, 0, 0]]}}, "/predictions/logits"),
        ({"loss_parameters": {"gamma": object()}}, "/loss_parameters/gamma"),
    ],
)
def test_what_cannot_be_right_is_not_sent(member: dict[str, Any], place: str) -> None:
    """Numbers that are none, and rows that do not fit, are refused with their place."""
    with pytest.raises(InvalidInput) as refused:
        asked(TARGETS, LOGITS, missing="exclude", **{"predictions": {"logits": LOGITS}, **member})
    assert refused.value.pointer == place
