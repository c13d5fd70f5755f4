"""A network's layers as ONNX nodes, as they are in prediction.

Each is what PyTorch's layer of the same name computes. Where runtimes have an operator in single precision
only, its formula stands in its place.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from stirfry.engine.contract import Weights
from stirfry.export.onnx_graph import Graph, Value
from stirfry.spec import layers as ours
from stirfry.spec.layers import Layer, pair
from stirfry.spec.network import Network


def outputs_of(graph: Graph, network: Network, tensors: Weights, inputs: Value) -> Value:
    """Add the layers of a network.

    Args:
        graph: where to.
        network: the network.
        tensors: its weights, under the names of its `state_dict`, which the constants keep.
        inputs: the encoded rows; the layers compute in their precision.

    Returns:
        The raw outputs, shape (N, K).
    """
    values = inputs
    for index, layer in enumerate(network.layers):
        own = {
            name: graph.constant(tensors[f"{index}.{name}"].astype(inputs.dtype), f"{index}.{name}")
            for name in _used(layer, network.shapes[index])
        }
        values = _NODES[type(layer)](layer, values, own, len(network.shapes[index]))
    return values


def _used(layer: Layer, shape: ours.Shape) -> list[str]:
    """Return the names of the tensors that prediction needs."""
    return [name for name in layer.parameters(shape) | layer.buffers(shape) if name != "num_batches_tracked"]


Own = Mapping[str, Value]


def _linear(layer: Any, values: Value, own: Own, axes: int) -> Value:
    # Not Gemm: onnxruntime up to 1.16 joins it with the activation after it, and can't in double precision.
    product = values.then("MatMul", own["weight"].then("Transpose", perm=[1, 0]))
    return product + own["bias"] if layer.bias else product


def _conv(layer: Any, values: Value, own: Own, axes: int) -> Value:
    return values.then("Conv", *own.values(), **_window(layer, layer.stride))


def _max_pool(layer: Any, values: Value, own: Own, axes: int) -> Value:
    return values.then("MaxPool", **_pool_window(layer))


def _average_pool(layer: Any, values: Value, own: Own, axes: int) -> Value:
    return values.then("AveragePool", **_pool_window(layer), count_include_pad=1)


def _pool_window(layer: Any) -> dict[str, Any]:
    return _window(layer, layer.kernel_size if layer.stride is None else layer.stride)


def _window(layer: Any, stride: ours.Pair) -> dict[str, Any]:
    padding = pair(layer.padding)
    return {
        "kernel_shape": list(pair(layer.kernel_size)),
        "strides": list(pair(stride)),
        "pads": [*padding, *padding],
    }


def _flatten(layer: Any, values: Value, own: Own, axes: int) -> Value:
    return values.then("Flatten", axis=1)


def _batch_norm(layer: Any, values: Value, own: Own, axes: int) -> Value:
    return values.then("BatchNormalization", *own.values(), epsilon=layer.eps)


def _layer_norm(layer: Any, values: Value, own: Own, axes: int) -> Value:
    over = list(range(1, axes + 1))
    centered = values - values.then("ReduceMean", axes=over)
    variance = (centered * centered).then("ReduceMean", axes=over)
    return centered / (variance + layer.eps).then("Sqrt") * own["weight"] + own["bias"]


def _same(layer: Any, values: Value, own: Own, axes: int) -> Value:
    return values


def _operator(kind: str, **settings: Any) -> Callable[..., Value]:
    return lambda layer, values, own, axes: values.then(kind, **settings)


def _leaky_relu(layer: Any, values: Value, own: Own, axes: int) -> Value:
    return values.then("Max", 0.0) + values.then("Min", 0.0) * layer.negative_slope


def _gelu(layer: Any, values: Value, own: Own, axes: int) -> Value:
    # Runtimes have Erf in single precision only: there its error is 1e-7 of 1.
    error = (values / math.sqrt(2)).cast(np.float32).then("Erf").cast(values.dtype)
    return values * (error + 1.0) * 0.5


def _silu(layer: Any, values: Value, own: Own, axes: int) -> Value:
    return values * values.then("Sigmoid")


def _elu(layer: Any, values: Value, own: Own, axes: int) -> Value:
    below = values.then("Min", 0.0).then("Exp") - 1.0
    return values.then("Max", 0.0) + below * layer.alpha


#: Of every layer but Softmax, which is always folded into the loss.
_NODES: dict[type[Layer], Callable[[Any, Value, Own, int], Value]] = {
    ours.Linear: _linear,
    ours.Conv2d: _conv,
    ours.MaxPool2d: _max_pool,
    ours.AvgPool2d: _average_pool,
    ours.Flatten: _flatten,
    ours.BatchNorm1d: _batch_norm,
    ours.BatchNorm2d: _batch_norm,
    ours.LayerNorm: _layer_norm,
    ours.Dropout: _same,
    ours.ReLU: _operator("Relu"),
    ours.LeakyReLU: _leaky_relu,
    ours.Sigmoid: _operator("Sigmoid"),
    ours.Tanh: _operator("Tanh"),
    ours.GELU: _gelu,
    ours.SiLU: _silu,
    ours.ELU: _elu,
}
