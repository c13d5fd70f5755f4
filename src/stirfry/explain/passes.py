"""The forward pass and the backward pass, layer by layer, in NumPy and float64.

Forward, each layer takes what the one before it gave. Backward, each takes dY, the gradient of the loss by
what it gave, and returns the gradients by its weights and dX, the gradient by what it took: the chain rule.

It is written to be read and to be compared with PyTorch's autograd, not to be fast.

Letters: N rows; X what a layer takes and Y what it gives, of any shape (N, …); d… the loss's gradient by ….
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.explain import dense, images, norms
from stirfry.explain.activations import activated, is_activation, slope
from stirfry.explain.images import Window
from stirfry.spec.layers import (
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    LayerNorm,
    Linear,
    MaxPool2d,
    pair,
)
from stirfry.spec.network import Network

Floats = NDArray[np.float64]
Tensors = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Mode:
    """How layers with two modes compute.

    Args:
        training: whether batch normalisation takes the batch's own mean and variance.
        masks: for a Dropout, by its number, 1 where a value stays and 0 where it is dropped; a Dropout
            without a mask drops nothing.
    """

    training: bool = False
    masks: Mapping[int, Floats] = field(default_factory=dict)


PREDICTION = Mode()


@dataclass(frozen=True, eq=False)
class Forward:
    """What one layer did.

    Args:
        index: its number in the chain, from 0.
        layer: the layer.
        tensors: its weights and buffers, float64, by their names in the layer.
        x: what it took, shape (N, …).
        y: what it gave, shape (N, …).
    """

    index: int
    layer: Layer
    tensors: dict[str, Floats]
    x: Floats
    y: Floats


@dataclass(frozen=True, eq=False)
class Backward:
    """What went back through one layer.

    Args:
        index: its number in the chain.
        layer: the layer.
        dy: the gradient by what it gave.
        gradients: those by its weights, by their names in the layer.
        dx: the gradient by what it took.
    """

    index: int
    layer: Layer
    dy: Floats
    gradients: dict[str, Floats]
    dx: Floats


def forward(network: Network, tensors: Tensors, x: NDArray[Any], mode: Mode = PREDICTION) -> list[Forward]:
    """Return what each layer did with some rows.

    Args:
        network: the chain of layers.
        tensors: the weights under their `state_dict` names.
        x: encoded rows, shape (N, *row).
        mode: prediction, where nothing else is asked for.

    Example:
        >>> chain = Network((Linear(out_features=1),), (2,))
        >>> weights = {"0.weight": np.array([[1.0, 2.0]]), "0.bias": np.array([3.0])}
        >>> forward(chain, weights, np.array([[10.0, 20.0]]))[-1].y.tolist()
        [[53.0]]
    """
    steps: list[Forward] = []
    values = np.asarray(x, dtype=np.float64)
    for index, layer in enumerate(network.layers):
        own = _own_tensors(tensors, index)
        given = _apply(layer, own, values, mode, index)
        steps.append(Forward(index, layer, own, values, given))
        values = given
    return steps


def backward(steps: list[Forward], dy: Floats, mode: Mode = PREDICTION) -> list[Backward]:
    """Return what went back through each layer, from the last to the first.

    Args:
        steps: what `forward` gave.
        dy: the loss's gradient by the last layer's output.
        mode: as in `forward`.
    """
    found: list[Backward] = []
    for step in reversed(steps):
        dx, gradients = _go_back(step, dy, mode)
        gradients = {name: value for name, value in gradients.items() if name in step.tensors}
        found.append(Backward(step.index, step.layer, dy, gradients, dx))
        dy = dx
    return found


def gradients_of(steps: list[Backward]) -> dict[str, Floats]:
    """Return the gradients by all weights, under their `state_dict` names, in the chain's order."""
    return {
        f"{step.index}.{name}": value for step in reversed(steps) for name, value in step.gradients.items()
    }


def _own_tensors(tensors: Tensors, index: int) -> dict[str, Floats]:
    prefix = f"{index}."
    own = {key.removeprefix(prefix): value for key, value in tensors.items() if key.startswith(prefix)}
    return {name: np.asarray(value, dtype=np.float64) for name, value in own.items()}


def _apply(layer: Layer, tensors: dict[str, Floats], x: Floats, mode: Mode, index: int) -> Floats:
    if is_activation(layer):
        return activated(layer, x)
    match layer:
        case Linear():
            return dense.linear(x, tensors["weight"], tensors.get("bias"))
        case Conv2d():
            return images.convolution(x, tensors["weight"], tensors.get("bias"), _window(layer))
        case MaxPool2d():
            return images.max_pooling(x, _window(layer))
        case AvgPool2d():
            return images.mean_pooling(x, _window(layer))
        case BatchNorm1d() | BatchNorm2d() | LayerNorm():
            norm = _Norm(layer, tensors, x, mode)
            return norms.scaled_and_shifted(norm.hat, norm.weight, norm.bias)
        case Dropout():
            return norms.dropped(x, mode.masks.get(index), layer.p)
        case Flatten():
            return x.reshape(len(x), -1)
    raise AssertionError(f"{layer.name} is a layer of no chain")


def _go_back(step: Forward, dy: Floats, mode: Mode) -> tuple[Floats, dict[str, Floats]]:
    """Return dX and the gradients by the layer's own weights."""
    layer, tensors, x = step.layer, step.tensors, step.x
    if is_activation(layer):
        return dy * slope(layer, x), {}
    match layer:
        case Linear():
            return dense.linear_input_gradient(dy, tensors["weight"]), dense.linear_gradients(x, dy)
        case Conv2d():
            window = _window(layer)
            dx = images.convolution_input_gradient(x, dy, tensors["weight"], window)
            return dx, images.convolution_gradients(x, dy, window)
        case MaxPool2d():
            return images.max_pooling_gradient(x, dy, _window(layer)), {}
        case AvgPool2d():
            return images.mean_pooling_gradient(x, dy, _window(layer)), {}
        case BatchNorm1d() | BatchNorm2d() | LayerNorm():
            return _Norm(layer, tensors, x, mode).back(dy)
        case Dropout():
            return norms.dropped(dy, mode.masks.get(step.index), layer.p), {}
        case Flatten():
            return dy.reshape(x.shape), {}
    raise AssertionError(f"{layer.name} is a layer of no chain")


def _window(layer: Conv2d | MaxPool2d | AvgPool2d) -> Window:
    stride = layer.kernel_size if layer.stride is None else layer.stride
    return Window(pair(layer.kernel_size), pair(stride), pair(layer.padding))


class _Norm:
    """A normalisation at work: over which axes, with which mean and variance."""

    def __init__(
        self, layer: BatchNorm1d | BatchNorm2d | LayerNorm, tensors: dict[str, Floats], x: Floats, mode: Mode
    ) -> None:
        by_row = isinstance(layer, LayerNorm)
        self.eps = layer.eps
        #: What each mean is taken over, and what each γ is used for.
        self.axes = tuple(range(1, x.ndim)) if by_row else (0, *range(2, x.ndim))
        self.shared = (0,) if by_row else self.axes
        self.moves = by_row or mode.training
        wide = x.shape[1:] if by_row else (-1, *(1 for _ in x.shape[2:]))
        self.weight, self.bias = (tensors[name].reshape(wide) for name in ("weight", "bias"))
        if self.moves:
            mean = x.mean(axis=self.axes, keepdims=True)
            self.variance = x.var(axis=self.axes, keepdims=True)
        else:
            mean = tensors["running_mean"].reshape(wide)
            self.variance = tensors["running_var"].reshape(wide)
        self.hat = norms.normalised(x, mean, self.variance, self.eps)

    def back(self, dy: Floats) -> tuple[Floats, dict[str, Floats]]:
        """Return dX, and the gradients by γ and β."""
        gradients = norms.scale_gradients(self.hat, dy, self.shared)
        dhat = dy * self.weight
        if self.moves:
            return norms.moving_gradient(dhat, self.hat, self.variance, self.eps, self.axes), gradients
        return norms.fixed_gradient(dhat, self.variance, self.eps), gradients
