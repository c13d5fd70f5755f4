"""What the activations of a chain give for some rows: units that never change, outputs at an end.

The probes of the engines look at the few rows of a step; this looks at some hundred with the weights that are
kept, in NumPy, whatever engine trained.

Letters: N rows, D units.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from stirfry.engine.contract import Weights
from stirfry.spec.layers import (
    ELU,
    GELU,
    BatchNorm1d,
    Dropout,
    Flatten,
    Layer,
    LayerNorm,
    LeakyReLU,
    Linear,
    SiLU,
)
from stirfry.spec.network import Network

Floats = NDArray[np.float32]

#: The rows that are looked at.
ROWS = 256
#: How close to its end an activation is at rest: the same hundredth as in the engines' probes.
_ENDS = {"ReLU": (0.0, np.inf), "Sigmoid": (0.01, 0.99), "Tanh": (-0.98, 0.98)}


class Activity(NamedTuple):
    """The share of a layer's units that rest for every row, and of single outputs that do."""

    idle: float
    resting: float


def activity_of(network: Network, weights: Weights, inputs: NDArray[Any]) -> dict[int, Activity]:
    """Return the activity of each ReLU, sigmoid and tanh by its index; empty where a layer isn't for tables.

    Args:
        network: the chain.
        weights: its tensors under the `state_dict` names.
        inputs: encoded rows, shape (N, …).
    """
    found: dict[int, Activity] = {}
    x = np.asarray(inputs, dtype=np.float32)
    with np.errstate(all="ignore"):
        for index, layer in enumerate(network.layers):
            after = _after(layer, x, {key: weights[f"{index}.{key}"] for key in _tensors(network, index)})
            if after is None:
                return {}
            x = after
            if layer.name in _ENDS:
                low, high = _ENDS[layer.name]
                rests = (x <= low) | (x >= high)
                found[index] = Activity(float(rests.all(axis=0).mean()), float(rests.mean()))
    return found


def _tensors(network: Network, index: int) -> list[str]:
    prefix = f"{index}."
    return [name.removeprefix(prefix) for name in network.state_shapes if name.startswith(prefix)]


def _after(layer: Layer, x: Floats, tensors: Weights) -> Floats | None:
    """Return what leaves a layer in prediction; None for a layer of images."""
    if isinstance(layer, Linear):
        return x @ tensors["weight"].T + tensors.get("bias", np.float32(0))
    if isinstance(layer, Flatten):
        return x.reshape(len(x), -1)
    if isinstance(layer, Dropout):
        return x
    if isinstance(layer, BatchNorm1d):
        scale = tensors["weight"] / np.sqrt(tensors["running_var"] + layer.eps)
        return np.asarray((x - tensors["running_mean"]) * scale + tensors["bias"], dtype=np.float32)
    if isinstance(layer, LayerNorm):
        spread = np.sqrt(x.var(axis=1, keepdims=True) + layer.eps)
        return (x - x.mean(axis=1, keepdims=True)) / spread * tensors["weight"] + tensors["bias"]
    return _activated(layer, x)


def _activated(layer: Layer, x: Floats) -> Floats | None:
    if layer.name == "ReLU":
        return np.maximum(x, 0)
    if layer.name == "Sigmoid":
        return np.asarray(1 / (1 + np.exp(-x)), dtype=np.float32)
    if layer.name == "Tanh":
        return np.tanh(x)
    if isinstance(layer, LeakyReLU):
        return np.where(x > 0, x, layer.negative_slope * x)
    if isinstance(layer, ELU):
        return np.where(x > 0, x, layer.alpha * np.expm1(x))
    if isinstance(layer, SiLU):
        return np.asarray(x / (1 + np.exp(-x)), dtype=np.float32)
    # Close enough to say which units rest further on: the error function's tanh form.
    if isinstance(layer, GELU):
        return x / 2 * (1 + np.tanh(np.float32(np.sqrt(2 / np.pi)) * (x + np.float32(0.044715) * x**3)))
    return None
