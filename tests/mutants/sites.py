"""The methods that a trial calls, and how one of them is replaced for a while."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import copy
from typing import Any, NamedTuple

from distscore.core.theory.activations import Activation
from distscore.core.theory.distributions import Prediction
from distscore.core.theory.losses import Loss
from tests.laws.trials import Trial

Method = Callable[..., Any]
Wrap = Callable[[Method], Method]


class Site(NamedTuple):
    """A method of the target form, prediction, loss or activation; of an activation that of one column."""

    owner: str
    method: str
    column: str = ""

    def __str__(self) -> str:
        return f"{self.owner}.{self.method}" + (f" of {self.column}" if self.column else "")

    @property
    def may_be_zero(self) -> bool:
        """Whether a result that is 0 is a statement, which may be wrong."""
        return self.owner in ("prediction", "loss")


def public(interface: type) -> list[str]:
    """The methods of an interface that others call."""
    return [name for name, member in vars(interface).items() if callable(member) and not name.startswith("_")]


def sites(trial: Trial) -> Iterator[Site]:
    """All methods that a trial may call."""
    yield Site("target", "read")
    yield from (Site("prediction", name) for name in public(Prediction))
    yield from (Site("loss", name) for name in public(Loss))
    for column in trial.combination.columns:
        yield from (Site("activation", name, column.name) for name in public(Activation))


@contextmanager
def wrapped(trial: Trial, site: Site, wrap: Wrap) -> Iterator[None]:
    """While it lasts, a method of this trial's objects is what `wrap` makes of it."""
    combination = trial.combination
    if site.owner == "activation":
        changed = copy(combination.activations[site.column])
        vars(changed)[site.method] = wrap(getattr(changed, site.method))
        with item(combination.activations, site.column, changed):
            yield
    elif site.owner == "prediction":
        form = combination.prediction_form
        with item(vars(form), "read", reading(form.read, site.method, wrap)):
            yield
    else:
        owner = trial.loss if site.owner == "loss" else combination.target_form
        with item(vars(owner), site.method, wrap(getattr(owner, site.method))):
            yield


@contextmanager
def item(items: Any, key: str, value: object) -> Iterator[None]:
    """An item of a dictionary; of an object's own it hides a method of its class, whoever overrides that."""
    before = {key: items[key]} if key in items else {}
    items[key] = value
    try:
        yield
    finally:
        items.update(before)
        if not before:
            del items[key]


def reading(read: Method, method: str, wrap: Wrap) -> Method:
    """A `read` whose predictions have a method wrapped."""

    def changed(*arguments: Any) -> Any:
        prediction = read(*arguments)
        own: Any = vars(prediction)
        own[method] = wrap(getattr(prediction, method))
        return prediction

    return changed
