"""Whole trainings as JAX functions: network, loss and optimizer by hand, the epochs a `lax.scan`.

Batches come in our order, which is drawn beforehand.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import torch
from jax import lax

from peers.torch_parts import batch_size, drawn_order, initial, parts, tensors
from stirfry.engine.contract import Job

State = Any


def start(job: Job) -> State:
    """Return the initial weights, layer by layer as (weight, bias), and the optimizer's moments."""
    weights = initial(job)
    keys = [key for key in weights if key.endswith("weight")]
    layers = [
        (jnp.asarray(weights[key].T), jnp.asarray(weights[key.replace("weight", "bias")])) for key in keys
    ]
    zeros = jax.tree.map(jnp.zeros_like, layers)
    return layers, zeros, zeros, jnp.zeros(())


def data(job: Job) -> tuple[Any, Any]:
    """Return flat inputs, and targets as the loss wants them."""
    x, y = tensors(job, job.arrays.train)
    return jnp.asarray(x.reshape(len(x), -1).numpy()), jnp.asarray(y.numpy())


def orders(job: Job, epochs: int) -> Any:
    """Return our order of rows in every epoch, shape (epochs, rows); of full batches, nothing."""
    if job.plan.batch_size == "full":
        return jnp.zeros((epochs, 0), jnp.int32)
    parts(job)  # leaves the random state where the first epoch draws from
    drawn = [drawn_order(len(job.arrays.train)).to(torch.int32).numpy() for _ in range(epochs)]
    return jnp.asarray(np.stack(drawn))


def trainer(job: Job) -> Callable[[State, Any, Any, Any], tuple[State, Any]]:
    """Return a function of state, data and orders that trains and gives each epoch's mean loss."""
    step = _step(job)
    size, full = batch_size(job), job.plan.batch_size == "full"
    whole = len(job.arrays.train) // size

    def train(state: State, x: Any, y: Any, order: Any) -> tuple[State, Any]:
        def epoch(state: State, order: Any) -> tuple[State, Any]:
            if full:
                return step(state, (x, y))
            batches = order[: whole * size].reshape(whole, size)
            state, losses = lax.scan(lambda state, rows: step(state, (x[rows], y[rows])), state, batches)
            rest = order[whole * size :]
            if not len(rest):
                return state, losses.mean()
            state, last = step(state, (x[rest], y[rest]))
            return state, (losses.sum() + last) / (whole + 1)

        return lax.scan(epoch, state, order)

    return train


def _step(job: Job) -> Callable[[State, Any], tuple[State, Any]]:
    loss_and_gradient = jax.value_and_grad(
        lambda layers, x, y: _LOSSES[str(job.plan.loss)](_forward(job, layers, x), y)
    )
    update = _adam if job.plan.optimizer == "adam" else _sgd

    def step(state: State, batch: Any) -> tuple[State, Any]:
        loss, gradients = loss_and_gradient(state[0], *batch)
        return update(job, state, gradients), loss

    return step


def _forward(job: Job, layers: Any, x: Any) -> Any:
    left = iter(layers)
    for layer in job.network.layers:
        if layer.name == "Linear":
            weight, bias = next(left)
            x = x @ weight + bias
        elif layer.name != "Flatten":
            x = {"ReLU": jax.nn.relu, "Sigmoid": jax.nn.sigmoid}[layer.name](x)
    return x


def _cross_entropy(outputs: Any, y: Any) -> Any:
    picked = jnp.take_along_axis(outputs, y[:, None], axis=1)[:, 0]
    return (jax.nn.logsumexp(outputs, axis=1) - picked).mean()


_LOSSES = {
    "cross_entropy": _cross_entropy,
    "bce_with_logits": lambda outputs, y: (jax.nn.softplus(outputs) - y * outputs).mean(),
    "mse": lambda outputs, y: jnp.square(outputs - y).mean(),
}


def _sgd(job: Job, state: State, gradients: Any) -> State:
    layers, speed, other, count = state
    if job.plan.momentum:
        speed = jax.tree.map(lambda old, gradient: job.plan.momentum * old + gradient, speed, gradients)
        gradients = speed
    layers = jax.tree.map(lambda weight, gradient: weight - job.plan.lr * gradient, layers, gradients)
    return layers, speed, other, count


def _adam(job: Job, state: State, gradients: Any) -> State:
    layers, first, second, count = state
    (b1, b2), count = job.plan.betas, count + 1
    first = jax.tree.map(lambda old, gradient: b1 * old + (1 - b1) * gradient, first, gradients)
    second = jax.tree.map(lambda old, gradient: b2 * old + (1 - b2) * gradient**2, second, gradients)
    rate, root = job.plan.lr / (1 - b1**count), jnp.sqrt(1 - b2**count)
    layers = jax.tree.map(
        lambda weight, m, v: weight - rate * m / (jnp.sqrt(v) / root + job.plan.eps), layers, first, second
    )
    return layers, first, second, count
