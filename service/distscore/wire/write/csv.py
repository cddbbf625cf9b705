"""An answer as CSV: one line per row, its name or number, and what it loses."""

import io

import numpy as np
import pyarrow as pa
from pyarrow import csv as arrow_csv

from distscore.core.special.elementwise import Array
from distscore.wire.write.answer import Answer

MEDIA_TYPE = "text/csv"
OUTPUTS = {"losses": "loss", "floors": "floor", "divergences": "divergence"}


def parts(answer: Answer) -> list[bytes]:
    """The text as one part: `id`, `loss`, `floor`, `divergence` of each row; a cell is empty where the row has none."""
    columns = {header: _column(answer.rows[output]) for output, header in OUTPUTS.items()}
    count = len(columns["loss"])
    ids = pa.array(np.arange(count)) if answer.ids is None else pa.array([str(each) for each in answer.ids])
    buffer = io.BytesIO()
    arrow_csv.write_csv(pa.table({"id": ids, **columns}), buffer, arrow_csv.WriteOptions(quoting_style="needed"))
    return [buffer.getvalue()]


def _column(values: Array | list[None]) -> pa.Array:
    return pa.array(values, pa.float64())
