"""The answer to a score: figures as attributes, per-row outputs as arrays."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from distscore.client.answers import view
from distscore.client.answers.frames import Columns, Tabular, flat
from distscore.client.answers.rows import Floats, JsonRows, with_lists
from distscore.client.answers.summary import Summary
from distscore.client.errors import NotAsked
from distscore.client.sending.request import Axes, Document


class Score(Summary, Tabular):
    """One batch under one loss. Arrays are [n] or [n, K], in the order of the rows and columns that were sent.

    Where several frames were sent in different orders, `axes` says which one arrays have: `axes.index` and
    `axes.classes`. `rows` has every per-row output under its dotted name, as in `rows["gradients.logits"]`.
    """

    def __init__(self, members: Document, rows: Mapping[str, Floats], axes: Axes) -> None:
        super().__init__(members)
        self.rows = rows
        self.axes = axes

    @cached_property
    def document(self) -> Document:
        """The whole answer as JSON has it: arrays as lists, None where a number is infinite or undefined."""
        return self._members if isinstance(self.rows, JsonRows) else with_lists(self._members, self.rows)

    @property
    def entry_count(self) -> int:
        """How many classes, labels or outputs count, over the rows that count."""
        return int(self._member("entry_count"))

    @property
    def losses(self) -> Floats:
        """Loss of each row, [n], unweighted."""
        return self._array("losses")

    @property
    def floors(self) -> Floats:
        """Least loss of each row over predictions, [n]; NaN where it is not defined."""
        return self._array("floors")

    @property
    def divergences(self) -> Floats:
        """Loss minus floor minus normalization term of each row, [n], never negative; NaN where there is no floor."""
        return self._array("divergences")

    @property
    def normalization_terms(self) -> Floats:
        """What predictions that do not sum to 1 add to the cross-entropy of each row, [n]."""
        return self._array("normalization_terms")

    @property
    def gradients(self) -> dict[str, Floats]:
        """First derivatives of the value in each prediction column as sent; of each row's loss with `none`."""
        return self._columns("gradients")

    @property
    def hessian_diagonals(self) -> dict[str, Floats]:
        """Second derivatives in each prediction column as sent, the diagonal."""
        return self._columns("hessian_diagonals")

    @property
    def fisher_diagonals(self) -> dict[str, Floats]:
        """Expected second derivatives when the prediction is right, the diagonal; never negative."""
        return self._columns("fisher_diagonals")

    @property
    def parameters(self) -> dict[str, Floats]:
        """The prediction columns after their activations."""
        return self._columns("parameters")

    @property
    def optima(self) -> dict[str, Floats]:
        """The prediction that minimizes the loss of each row, by column."""
        return self._columns("optima")

    @property
    def nonfinite_count(self) -> int:
        """How many numbers of the answer are infinite."""
        return int(self._member("nonfinite_count"))

    def _repr_html_(self) -> str:
        return view.summary(self._members, self.axes.index)

    def _table(self) -> Columns:
        if not self.rows:
            raise NotAsked("per-row outputs")
        return flat(self.rows, self.axes.classes)

    def _index(self) -> Any:
        return self.axes.index

    def _array(self, name: str) -> Floats:
        if name not in self.rows:
            raise NotAsked(name)
        return self.rows[name]

    def _columns(self, output: str) -> dict[str, Floats]:
        named = {name.partition(".")[2]: self.rows[name] for name in self.rows if name.startswith(f"{output}.")}
        if not named:
            raise NotAsked(output)
        return named
