"""What is said of a batch as a whole, or of several that were merged: figures as attributes."""

from typing import Any

from distscore.client.answers import view
from distscore.client.answers.answer import RowsAnswer
from distscore.client.answers.frames import of_results
from distscore.client.sending.request import Document


class Summary(RowsAnswer):
    """What is said of a batch as a whole, or of several that were merged."""

    @property
    def family(self) -> str:
        """The family that was scored."""
        return str(self._member("family"))

    @property
    def loss(self) -> str:
        """The loss that was scored."""
        return str(self._member("loss"))

    @property
    def reduction(self) -> str:
        """What the value is: `mean`, `sum` or `none`."""
        return str(self._member("reduction"))

    @property
    def units(self) -> str:
        """Units of the losses: nats, or those of the values."""
        return str(self._member("units"))

    @property
    def total_weight(self) -> float:
        """Sum of the weights of the rows, votes included."""
        return float(self._member("total_weight"))

    @property
    def value(self) -> float:
        """The reduced loss, which may be infinite."""
        value = self._member("value")
        if value is not None:
            return float(value)
        listed = {entry["pointer"]: entry["value"] for entry in self._members.get("nonfinite", [])}
        return float(listed.get("/value", "Infinity"))

    @property
    def value_standard_error(self) -> float | None:
        """Standard error of the value; None where fewer than two rows count."""
        error = self._member("value_standard_error")
        return None if error is None else float(error)

    @property
    def diagnostics(self) -> dict[str, Any]:
        """What explains the value, by the names in the catalog."""
        return dict(self._member("diagnostics"))

    @property
    def groups(self) -> list[dict[str, Any]]:
        """A report on the rows of each segment, which is named by `of` and `group`."""
        return list(self._member("groups"))

    def _figures(self) -> Document:
        figures = super()._figures()
        return {**figures, "value": self.value} if "value" in figures else figures

    def _repr_html_(self) -> str:
        if "results" in self._members:
            return view.several(self._members, of_results(self.results))
        return view.summary(self._members)
