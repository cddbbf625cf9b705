"""The registry of conventions, by the stage that they replace: adding one is one entry in the file of its stage."""

from collections.abc import Mapping
from itertools import chain

from distscore.core.conventions.convention import Convention, RowForm
from distscore.core.conventions.of_classes.forms import FORMS, ROW_FORMS
from distscore.core.conventions.of_classes.guards import GUARDS
from distscore.core.conventions.of_classes.readings import READINGS
from distscore.core.conventions.of_losses import OTHER_LOSSES
from distscore.core.conventions.of_values.counts import COUNTS
from distscore.core.conventions.of_values.positive import POSITIVE
from distscore.core.conventions.of_values.real import REAL
from distscore.core.conventions.of_values.unit_interval import UNIT_INTERVAL
from distscore.core.conventions.reductions import REDUCTIONS
from distscore.core.conventions.scales import SCALES

ROW_LOSSES: tuple[RowForm, ...] = (*ROW_FORMS, *OTHER_LOSSES, *COUNTS, *POSITIVE, *REAL, *UNIT_INTERVAL)
STAGES: Mapping[str, tuple[Convention, ...]] = {
    "readings": READINGS,
    "guards": GUARDS,
    "forms": (*FORMS, *ROW_LOSSES),
    "reductions": REDUCTIONS,
    "scales": SCALES,
}
CONVENTIONS = tuple(chain.from_iterable(STAGES.values()))
