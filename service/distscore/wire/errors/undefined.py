"""Rows whose numbers are so extreme that a result of theirs has no value: it is refused, for NaN tells nobody why."""

import numpy as np

from distscore.core.special.elementwise import Array
from distscore.wire.errors.place import Place

DETAIL = "the numbers of this row are so extreme that its result has no value in double precision"


def refuse_undefined(values: Array, at: Place) -> None:
    """Raises InvalidRequest, at the first row of a column, if a number per row that was sent is NaN.

    Parts of it are infinite, of either sign.
    """
    if np.isnan(values).any():
        at.child(int(np.argwhere(np.isnan(values))[0, 0])).wrong("out_of_range", DETAIL)
        at.refuse(complete=False)
