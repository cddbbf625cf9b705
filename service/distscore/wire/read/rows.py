"""Conditions that a row must meet as a whole, once its numbers are valid one by one."""

from collections.abc import Mapping, Sequence

import numpy as np

from distscore.core.theory.distributions import TargetForm
from distscore.wire.errors import hints
from distscore.wire.read.array import Booleans
from distscore.wire.read.column import SentColumn


def check_votes(sent: SentColumn) -> None:
    """Note rows of counts that nobody voted for."""
    if sent.column.rank == 2:
        sent.at.wrong_where(~np.any(sent.values, axis=1), "not_normalized", "the row has no votes", hints.ZEROS)


def check_requirement(form: TargetForm, targets: Sequence[SentColumn], constants: Mapping[str, float]) -> None:
    """Note rows whose columns, or a column and a constant, contradict each other."""
    columns = {sent.column.name: sent.values.T for sent in targets}  # coordinates first
    with np.errstate(over="ignore", invalid="ignore"):  # numbers whose squares are beyond the doubles
        consistent = form.consistent(columns, constants)
    if consistent is not None:
        targets[0].at.wrong_where(~consistent, "out_of_range", f"needed: {form.requirement}")


def check_distributions(form: TargetForm, targets: Sequence[SentColumn]) -> None:
    """Note rows of a form of distributions that are observations, for a loss that needs more."""
    observed = form.observed({sent.column.name: sent.values.T for sent in targets})
    if observed is not None:
        detail = "only a single observation has these: kl_divergence needs a distribution"
        targets[0].at.wrong_where(observed, "out_of_range", detail, hints.OBSERVED)


def check_mass(sent: SentColumn, mask: Booleans) -> None:
    """Note rows of exclusive classes of which the mask keeps some, but none that has any mass."""
    support, values = sent.column.support, sent.values
    if support.integer:
        mass = mask[np.arange(len(mask)), values.astype(np.intp)]
    elif support.low == 0 and support.low_included:
        mass = np.any(mask & (values > 0), axis=1)
    else:  # whatever is kept of logits or scores has mass
        return
    nothing = np.any(mask, axis=1) & ~mass
    sent.at.wrong_where(nothing, "nothing_left", "the mask keeps no class that has any mass")
