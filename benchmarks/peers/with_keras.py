"""Keras on JAX, from our initial weights; it shuffles batches by its own numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
import numpy as np

from peers import Done, epochs_of
from peers.torch_parts import batch_size, initial, tensors
from peers.works import COMMON, Work
from stirfry.engine.contract import Job

NAME = "Keras on JAX"
PACKAGES = ("keras", "jax")
TOLERANCE = 0.02
OWN_ORDER = True
AT = COMMON
PINNED = True

_models: dict[str, Any] = {}


def begin(work: Work, share: float) -> Callable[[], Done]:
    """Return a share of the epochs; the model is compiled in the first run only."""
    job = work.job
    epochs = epochs_of(share, job.plan.epochs)
    if work.row.name not in _models:
        _models[work.row.name] = _model(job)
    model = _models[work.row.name]
    _start_again(model, job)
    x, y = (each.numpy() for each in tensors(job, job.arrays.train))
    shuffle = job.plan.batch_size != "full" and job.plan.shuffle
    settings = {"batch_size": batch_size(job), "epochs": epochs, "shuffle": shuffle, "verbose": 0}

    def go() -> Done:
        losses = model.fit(x, y, **settings).history["loss"]
        return Done(epochs / job.plan.epochs, epochs, np.array(losses[-1:]))

    return go


def _model(job: Job) -> Any:
    plan = job.plan
    model = keras.Sequential([keras.Input(job.network.input_shape), *map(_layer, job.network.layers)])
    sgd, adam = keras.optimizers.SGD, keras.optimizers.Adam
    optimizer = sgd(plan.lr) if plan.optimizer == "sgd" else adam(plan.lr, *plan.betas, epsilon=plan.eps)
    losses = {
        "cross_entropy": keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        "bce_with_logits": keras.losses.BinaryCrossentropy(from_logits=True),
        "mse": keras.losses.MeanSquaredError(),
    }
    model.compile(optimizer, losses[str(plan.loss)])
    return model


def _layer(layer: Any) -> Any:
    if layer.name == "Linear":
        return keras.layers.Dense(layer.out_features)
    return keras.layers.Activation({"ReLU": "relu", "Sigmoid": "sigmoid"}[layer.name])


def _start_again(model: Any, job: Job) -> None:
    model.set_weights([value.T for value in initial(job).values()])
    rate = float(model.optimizer.learning_rate)
    for variable in model.optimizer.variables:
        variable.assign(np.zeros(variable.shape, dtype=variable.dtype))
    model.optimizer.learning_rate = rate
