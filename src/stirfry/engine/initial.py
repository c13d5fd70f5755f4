"""The weights that PyTorch's own seed gives, without PyTorch.

Source: `reset_parameters` of `torch.nn.Linear` and the functions of `torch.nn.init`, PyTorch 2.13; Glorot and
Bengio, 2010, and He et al., 2015, for the initialisations.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from stirfry.engine.contract import Weights
from stirfry.rng import Stream
from stirfry.spec.layers import Conv2d, Layer, Linear, Shape
from stirfry.spec.network import Init, Network


def initial_weights(network: Network, stream: Stream) -> Weights:
    """Return all tensors of a new network, as `stirfry.engine.build.build` draws them.

    Another initialisation than PyTorch's default is drawn after the default one, as `torch.nn.init` does it
    to layers that are there already.

    Args:
        network: the network.
        stream: the random stream, which is further on afterwards.

    Returns:
        Tensors under their `state_dict` names: uniform ones to one unit in the last place, normal ones to
        1e-6.

    Example:
        >>> network = Network((Linear(out_features=3),), (4,))
        >>> initial_weights(network, Stream(0))["0.weight"].shape
        (3, 4)
    """
    weights: Weights = {}
    begin = _default if network.init == "default" else _passed_over
    for index, (layer, shape) in enumerate(zip(network.layers, network.shapes, strict=False)):
        drawn = isinstance(layer, Linear | Conv2d)
        found = begin(layer, shape, stream) if drawn else _constants(layer, shape)
        weights |= {f"{index}.{name}": value for name, value in found.items()}
    if network.init == "default":
        return weights
    for index, layer in enumerate(network.layers):
        if isinstance(layer, Linear | Conv2d):
            weights[f"{index}.weight"] = _drawn(network.init, weights[f"{index}.weight"].shape, stream)
    return weights


def _default(layer: Layer, shape: Shape, stream: Stream) -> Weights:
    shapes = layer.parameters(shape)
    inputs, _ = _fans(shapes["weight"])
    # He's bound with a slope of sqrt(5) below 0, which is 1 / sqrt(inputs), by PyTorch's own steps.
    bound = math.sqrt(3.0) * (math.sqrt(2.0 / (1 + math.sqrt(5) ** 2)) / math.sqrt(inputs))
    found: Weights = {"weight": stream.uniform(shapes["weight"], -bound, bound)}
    if "bias" in shapes:
        found["bias"] = stream.uniform(shapes["bias"], -1 / math.sqrt(inputs), 1 / math.sqrt(inputs))
    return found


def _passed_over(layer: Layer, shape: Shape, stream: Stream) -> Weights:
    """Draw what `_default` would, and return zeros: what biases are with another initialisation."""
    shapes = layer.parameters(shape)
    stream.words(sum(math.prod(size) for size in shapes.values()))
    return {name: np.zeros(size, dtype=np.float32) for name, size in shapes.items()}


def _constants(layer: Layer, shape: Shape) -> Weights:
    """Return the tensors of a normalisation: it changes nothing at first."""
    ones = ("weight", "running_var")
    found: Weights = {}
    for name, size in (layer.parameters(shape) | layer.buffers(shape)).items():
        kind = np.int64 if name == "num_batches_tracked" else np.float32
        found[name] = np.ones(size, dtype=kind) if name in ones else np.zeros(size, dtype=kind)
    return found


def _fans(shape: Shape) -> tuple[int, int]:
    """Return how many numbers go into an output, and how many outputs an input goes into."""
    positions = math.prod(shape[2:])
    return shape[1] * positions, shape[0] * positions


def _drawn(init: Init, shape: Shape, stream: Stream) -> NDArray[np.float32]:
    inputs, outputs = _fans(shape)
    xavier, he = math.sqrt(2.0 / (inputs + outputs)), math.sqrt(2.0) / math.sqrt(inputs)
    if init == "zeros":
        return np.zeros(shape, dtype=np.float32)
    if init in ("xavier_uniform", "he_uniform"):
        bound = math.sqrt(3.0) * (xavier if init == "xavier_uniform" else he)
        return stream.uniform(shape, -bound, bound)
    return stream.normal(shape, 0.0, {"xavier_normal": xavier, "he_normal": he, "normal": 1.0}[init])
