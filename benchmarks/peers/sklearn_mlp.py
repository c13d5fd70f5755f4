"""scikit-learn's multilayer perceptron, from our initial weights.

Its squared error is half of ours and adds over outputs where ours takes the mean, so its rate is 2/K of the
plan's. It shuffles batches by its own numbers.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier, MLPRegressor

from peers import Done, epochs_of
from peers.torch_parts import batch_size, initial
from peers.works import COMMON, Work
from stirfry.engine.contract import Job

NAME = "scikit-learn MLP"
PACKAGES = ("scikit-learn",)
TOLERANCE = 0.02
OWN_ORDER = True
AT = COMMON | {"mnist"}

warnings.filterwarnings("ignore", category=ConvergenceWarning)


class _Given:
    """Takes the layers' weights from a list in place of random numbers."""

    given: list[tuple[Any, Any]]

    def _init_coef(self, fan_in: int, fan_out: int, dtype: Any) -> tuple[Any, Any]:
        weight, bias = self.given[self._drawn]
        self._drawn += 1
        return weight.astype(dtype), bias.astype(dtype)

    def _initialize(self, *arguments: Any) -> None:
        self._drawn = 0
        super()._initialize(*arguments)


class Classifier(_Given, MLPClassifier):
    """The classifier."""


class Regressor(_Given, MLPRegressor):
    """The regressor, which has the squared error."""


def estimator(job: Job, epochs: int) -> Any:
    """Return the estimator for a job, its weights in it."""
    plan, outputs = job.plan, job.network.output_shape[0]
    squared = plan.loss == "mse"
    weights = initial(job)
    keys = [key for key in weights if key.endswith("weight")]
    widths = tuple(len(weights[key]) for key in keys[:-1])
    sigmoid = any(layer.name == "Sigmoid" for layer in job.network.layers)
    made = (Regressor if squared else Classifier)(
        hidden_layer_sizes=widths,
        activation="logistic" if sigmoid else "relu",
        solver=plan.optimizer,
        alpha=0.0,
        batch_size=batch_size(job),
        learning_rate_init=plan.lr * (2 / outputs if squared else 1),
        momentum=plan.momentum,
        nesterovs_momentum=False,
        max_iter=epochs,
        tol=0.0,
        n_iter_no_change=epochs + 1,
        shuffle=plan.batch_size != "full" and plan.shuffle,
        random_state=plan.seed,
    )
    made.given = [(weights[key].T, weights[key.replace("weight", "bias")]) for key in keys]
    return made


def rows(job: Job) -> tuple[Any, Any]:
    """Return flat inputs, and targets: class numbers, or one-hot rows for the squared error."""
    train = job.arrays.train
    x = train.floats().reshape(len(train), -1)
    if job.plan.loss == "mse":
        return x, np.eye(job.network.output_shape[0], dtype=np.float32)[train.targets]
    return x, train.targets


def last_loss(made: Any) -> float:
    """Return the last epoch's mean loss, as ours counts it."""
    return made.loss_curve_[-1] * (2 if isinstance(made, MLPRegressor) else 1)


def begin(work: Work, share: float) -> Callable[[], Done]:
    """Return a share of the epochs."""
    job = work.job
    epochs = epochs_of(share, job.plan.epochs)
    made, (x, y) = estimator(job, epochs), rows(job)

    def go() -> Done:
        made.fit(x, y)
        return Done(epochs / job.plan.epochs, epochs, np.array([last_loss(made)]))

    return go
