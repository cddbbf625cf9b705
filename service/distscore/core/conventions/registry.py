"""The registry of conventions, by the stage that they replace: adding one is one entry in the file of its stage."""

from collections.abc import Mapping
from itertools import chain

from distscore.core.conventions.convention import Convention, RowLoss
from distscore.core.conventions.of_classes.guards import GUARDS
from distscore.core.conventions.of_classes.inputs import INPUTS
from distscore.core.conventions.of_classes.losses import OWN_LOSSES, PAIR_LOSSES
from distscore.core.conventions.of_values.counts import COUNTS
from distscore.core.conventions.of_values.positive import POSITIVE
from distscore.core.conventions.of_values.real import REAL
from distscore.core.conventions.of_values.unit_interval import UNIT_INTERVAL
from distscore.core.conventions.other_losses import OTHER_LOSSES
from distscore.core.conventions.reductions import REDUCTIONS
from distscore.core.conventions.scales import SCALES

ROW_LOSSES: tuple[RowLoss, ...] = (*OWN_LOSSES, *OTHER_LOSSES, *COUNTS, *POSITIVE, *REAL, *UNIT_INTERVAL)
STAGES: Mapping[str, tuple[Convention, ...]] = {
    "inputs": INPUTS,
    "guards": GUARDS,
    "losses": (*PAIR_LOSSES, *ROW_LOSSES),
    "reductions": REDUCTIONS,
    "scales": SCALES,
}
CONVENTIONS = tuple(chain.from_iterable(STAGES.values()))
