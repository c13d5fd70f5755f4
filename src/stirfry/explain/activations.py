"""The activations: each takes the weighted sums Z and gives A = σ(Z), value by value; and their slopes σ'(Z).

Backward, every one of them does the same: dZ = dA · σ'(Z).

Where a function has a corner (ReLU at 0), the slope is the one that PyTorch takes, that of the left side.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from stirfry.spec.layers import ELU, GELU, Layer, LeakyReLU, ReLU, Sigmoid, SiLU, Tanh

Floats = NDArray[np.float64]

_erf = np.vectorize(math.erf, otypes=[np.float64])


def relu(z: Floats) -> Floats:
    """`max(0, z)`."""
    return np.maximum(z, 0.0)


def relu_slope(z: Floats) -> Floats:
    """1 above 0, else 0."""
    return np.where(z > 0, 1.0, 0.0)


def leaky_relu(z: Floats, slope: float) -> Floats:
    """`z` above 0, `slope · z` below."""
    return np.where(z > 0, z, slope * z)


def leaky_relu_slope(z: Floats, slope: float) -> Floats:
    """1 above 0, else `slope`."""
    return np.where(z > 0, 1.0, slope)


def sigmoid(z: Floats) -> Floats:
    """`1 / (1 + exp(-z))`, written so that no exponential overflows."""
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, small) / (1.0 + small)


def sigmoid_slope(z: Floats) -> Floats:
    """`σ(z) (1 - σ(z))`, at most a quarter."""
    return sigmoid(z) * sigmoid(-z)


def tanh(z: Floats) -> Floats:
    """The hyperbolic tangent."""
    return np.tanh(z)


def tanh_slope(z: Floats) -> Floats:
    """`1 - tanh²(z)`."""
    return 1.0 - np.tanh(z) ** 2


def normal_share(z: Floats) -> Floats:
    """`Φ(z)`: the share of a standard normal distribution that lies below `z`."""
    return (1.0 + _erf(z / math.sqrt(2))) / 2


def normal_density(z: Floats) -> Floats:
    """`φ(z)`: its density at `z`, the slope of Φ."""
    return np.exp(-(z**2) / 2) / math.sqrt(2 * math.pi)


def gelu(z: Floats) -> Floats:
    """`z Φ(z)`."""
    return z * normal_share(z)


def gelu_slope(z: Floats) -> Floats:
    """`Φ(z) + z φ(z)`, by the product rule."""
    return normal_share(z) + z * normal_density(z)


def silu(z: Floats) -> Floats:
    """`z σ(z)`."""
    return z * sigmoid(z)


def silu_slope(z: Floats) -> Floats:
    """`σ(z) + z σ(z) (1 - σ(z))`, by the product rule."""
    return sigmoid(z) + z * sigmoid_slope(z)


def elu(z: Floats, alpha: float) -> Floats:
    """`z` above 0, `α (exp(z) - 1)` below."""
    return np.where(z > 0, z, alpha * np.expm1(np.minimum(z, 0.0)))


def elu_slope(z: Floats, alpha: float) -> Floats:
    """1 above 0, else `α exp(z)`."""
    return np.where(z > 0, 1.0, alpha * np.exp(np.minimum(z, 0.0)))


def is_activation(layer: Layer) -> bool:
    """Whether a layer is one of these."""
    return isinstance(layer, ReLU | LeakyReLU | Sigmoid | Tanh | GELU | SiLU | ELU)


def activated(layer: Layer, z: Floats) -> Floats:
    """Return A = σ(Z) for an activation layer.

    Example:
        >>> activated(ReLU(), np.array([-1.0, 2.0])).tolist()
        [0.0, 2.0]
    """
    match layer:
        case LeakyReLU():
            return leaky_relu(z, layer.negative_slope)
        case ELU():
            return elu(z, layer.alpha)
        case _:
            return {"ReLU": relu, "Sigmoid": sigmoid, "Tanh": tanh, "GELU": gelu, "SiLU": silu}[layer.name](z)


def slope(layer: Layer, z: Floats) -> Floats:
    """Return σ'(Z) for an activation layer."""
    match layer:
        case LeakyReLU():
            return leaky_relu_slope(z, layer.negative_slope)
        case ELU():
            return elu_slope(z, layer.alpha)
        case _:
            slopes = {"ReLU": relu_slope, "Sigmoid": sigmoid_slope, "Tanh": tanh_slope}
            return (slopes | {"GELU": gelu_slope, "SiLU": silu_slope})[layer.name](z)
