"""Objectives and metrics for gradient boosting: trees that are grown for any loss and any targets of the service.

from distscore.boosting import objective

soft = objective("xgboost", "categorical", "cross_entropy", {"probabilities": shares})
booster = xgboost.train({"num_target": 3, "base_score": soft.start.tolist()}, xgboost.DMatrix(features), obj=soft)
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

from distscore.client import Client, InvalidInput, LibraryMissing
from distscore.client.optional import IN_PROCESS

try:
    from distscore.boosting import catboost, lightgbm, xgboost
    from distscore.boosting.base import Metric, Objective
    from distscore.boosting.library import Library
    from distscore.boosting.second_derivatives import Hessian
    from distscore.boosting.targets import Targets
except ModuleNotFoundError as error:
    raise LibraryMissing(IN_PROCESS) from error

__all__ = ["LIBRARIES", "Metric", "Objective", "metric", "objective"]

LibraryName = Literal["xgboost", "lightgbm", "catboost"]
LIBRARIES: Mapping[str, Library] = {
    "xgboost": xgboost.LIBRARY,
    "lightgbm": lightgbm.LIBRARY,
    "catboost": catboost.LIBRARY,
}
NOT_HERE = {
    "sample_weights": "weights of rows are those of the data set that the library is given",
    "reduction": "trees are grown for the sum of the losses, and a metric is their mean",
    "outputs": "the library asks for what it needs",
    "groups": "a metric is one number",
}


def objective(
    library: LibraryName,
    family: str,
    loss: str,
    targets: Mapping[str, Any],
    hessian: Hessian = "library",
    *,
    predictions: Sequence[str] | None = None,
    hessian_floor: float | None = None,
    client: Client | None = None,
    **members: Any,
) -> Objective:
    """The loss of these targets as an objective of a library of boosted trees.

    Parameters
    ----------
    library, family, loss, targets
        Whose objective, and what is scored, as in POST /v1/score: a row of targets for each row of the training data.
    hessian
        Second derivatives: those of the library's own objective of this loss, `exact` ones, or `fisher` information.
    predictions
        The columns that trees predict, in the order of raw scores; the fewest of the family if not given. A positive
        column has the activation exp, one between 0 and 1 sigmoid, unless `activations` name another.
    hessian_floor
        Takes the place of exact second derivatives below it, before weights; without it negative ones are an error.
    client
        A client of a service that is asked for the derivatives; without it they are computed in this process.
    members
        Other members of the request: `family_parameters`, `activations`, `class_weights`, `mask`, `label_smoothing`.

    Raises
    ------
    Refused
        Where the service would refuse the targets, with the same pointers.
    ValueError
        Where the library cannot be served or has no such second derivative, and for what a client would not send.
    """
    of = _targets(family, loss, targets, predictions, members)
    return _library(library).objective(of, hessian, hessian_floor, client)


def metric(
    library: LibraryName,
    family: str,
    loss: str,
    targets: Mapping[str, Any],
    *,
    name: str = "",
    predictions: Sequence[str] | None = None,
    client: Client | None = None,
    **members: Any,
) -> Metric:
    """The weighted mean loss of these targets as a metric of a library of boosted trees.

    It belongs to the rows of one data set, which is usually held out; the library calls it by `name`, or that of the
    loss. The rest is as in `objective`, beside whose objectives it stands: built-in ones hide the raw scores.
    """
    return _library(library).metric(_targets(family, loss, targets, predictions, members), name, client)


def _library(name: str) -> Library:
    if name not in LIBRARIES:
        raise InvalidInput("/library", f"there are objectives for {', '.join(LIBRARIES)}; not for {name!r}")
    return LIBRARIES[name]


def _targets(
    family: str, loss: str, targets: Mapping[str, Any], predictions: Sequence[str] | None, members: Mapping[str, Any]
) -> Targets:
    """The targets, read; raises InvalidInput for members that have no meaning here."""
    for name, reason in NOT_HERE.items():
        if name in members:
            raise InvalidInput(f"/{name}", f"no option here: {reason}")
    return Targets({"family": family, "loss": loss, "targets": targets, "outputs": ["value"], **members}, predictions)
