"""The names that the code of cases may use, by library, and how metrics of boosting libraries are asked."""

import importlib.metadata
import subprocess
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

import numpy as np

from tests.reference.conventions.batches import columns_of
from tests.reference.conventions.cases import Case

AT_HAND = frozenset({"", "scipy", "scikit-learn", "statsmodels"})  # what the development environment has
PACKAGES = {  # where a library has another name, as a package
    "pytorch": "torch",
    "tensorflow": "tensorflow-cpu",
    "jax": "optax",
    "xgboost": "xgboost-cpu",
}


def of_pytorch() -> dict[str, Any]:
    """Tensors of float32, as people have them, of float64 and of integers."""
    torch = import_module("torch")
    types = {"t": torch.float32, "d": torch.float64, "i": torch.int64}
    tensors = {name: lambda x, kind=kind: torch.tensor(x, dtype=kind) for name, kind in types.items()}
    return {"torch": torch, "F": torch.nn.functional, **tensors}


def logarithms(q: Any) -> Any:
    """log q, and at 0 about -1000: raw predictions whose softmax or sigmoid has the same zeros."""
    return np.log(np.maximum(q, 1e-300)) + np.where(q == 0, -310.0, 0.0)


def of_margins(objective: str, metric: str, labels: Any, margins: Any, **more: Any) -> float:
    """A metric of XGBoost at raw predictions, by a booster without trees."""
    xgboost = import_module("xgboost")
    data = xgboost.DMatrix(np.zeros((len(labels), 1)), labels, base_margin=margins)
    booster = xgboost.train({"objective": objective, "eval_metric": metric, **more}, data, 0)
    return float(booster.eval(data).split(":")[1])


def of_scores(objective: str, metric: str, labels: Any, scores: Any) -> float:
    """A metric of LightGBM at raw predictions, by a booster whose one tree has nothing to split."""
    lightgbm = import_module("lightgbm")
    data = lightgbm.Dataset(np.zeros((len(labels), 1)), labels, init_score=scores)
    parameters = {"objective": objective, "metric": metric, "verbose": -1, "boost_from_average": False}
    parameters |= {"learning_rate": 1e-300, "min_data_in_leaf": 1, "lambda_l2": 1e300}
    found: dict[str, Any] = {}
    recorder = lightgbm.record_evaluation(found)
    lightgbm.train(parameters, data, 1, valid_sets=[data], valid_names=["all"], callbacks=[recorder])
    return float(found["all"][metric][0])


def of_scikit_learn() -> dict[str, Any]:
    """Metrics, and the losses of its boosting and generalized linear models."""
    losses = import_module("sklearn._loss")
    names = ("HalfSquaredError", "HalfPoissonLoss", "HalfGammaLoss")
    return {"metrics": import_module("sklearn.metrics"), **{name: vars(losses)[name] for name in names}}


TOOLS: Mapping[str, Callable[[], dict[str, Any]]] = {
    "pytorch": of_pytorch,
    "keras": lambda: {"losses": import_module("keras").losses},
    "tensorflow": lambda: {"tf": import_module("tensorflow")},
    "jax": lambda: {"optax": import_module("optax")},
    "xgboost": lambda: {"of_margins": of_margins, "logarithms": logarithms},
    "lightgbm": lambda: {"of_scores": of_scores, "logarithms": logarithms},
    "scikit-learn": of_scikit_learn,
    "scipy": lambda: {
        **{name: import_module(f"scipy.{name}") for name in ("integrate", "special", "stats")},
        "distance": import_module("scipy.spatial.distance"),
    },
    "statsmodels": lambda: {"sm": import_module("statsmodels.api")},
    "": dict,
}
COMMANDS = {"r": "Rscript"}  # libraries that are programs


def in_r(case: Case) -> float:
    """What R gives; columns of several classes are matrices."""
    assigned = []
    for name, values in columns_of(case.batch).items():
        numbers = f"c({', '.join(map(repr, np.ravel(values).tolist()))})"
        assigned.append(
            f"{name} <- {numbers if np.ndim(values) < 2 else f'matrix({numbers}, {len(values)}, byrow = TRUE)'}"
        )
    code = "; ".join([*assigned, f"cat(format({case.code}, digits = 17))"])
    return float(subprocess.run(["Rscript", "-e", code], capture_output=True, text=True, check=True).stdout)


def number(case: Case) -> float:
    """What the library gives."""
    if case.library == "r":
        return in_r(case)
    return float(eval(case.code, {"np": np, **TOOLS[case.library](), **columns_of(case.batch)}))


def version(library: str) -> str:
    """Of the package or program that was asked."""
    if library in COMMANDS:
        said = subprocess.run([COMMANDS[library], "--version"], capture_output=True, text=True, check=True)
        return (said.stdout + said.stderr).strip()
    return importlib.metadata.version(PACKAGES.get(library, library))
