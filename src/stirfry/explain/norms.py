"""Normalisation and dropout.

A normalisation shifts and divides its inputs, X̂ = (X - μ) / √(σ² + ε), and then scales and shifts them by
what it has learnt, Y = γ X̂ + β. Batch normalisation takes μ and σ² of each feature: in prediction those that
it kept from training, in training those of the batch. Layer normalisation takes those of each row.

Letters: N rows, C features or channels. `axes` are those over which μ and σ² are taken.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Axes = tuple[int, ...]


def normalised(x: Floats, mean: Floats, variance: Floats, eps: float) -> Floats:
    """Return `X̂ = (X - μ) / √(σ² + ε)`."""
    return (x - mean) / np.sqrt(variance + eps)


def scaled_and_shifted(hat: Floats, weight: Floats, bias: Floats) -> Floats:
    """Return `Y = γ X̂ + β`."""
    return weight * hat + bias


def scale_gradients(hat: Floats, dy: Floats, axes: Axes) -> dict[str, Floats]:
    """Return `dγ = Σ dY X̂` and `dβ = Σ dY`, over all that γ and β were used for."""
    return {"weight": (dy * hat).sum(axis=axes), "bias": dy.sum(axis=axes)}


def fixed_gradient(dhat: Floats, variance: Floats, eps: float) -> Floats:
    """Return `dX = dX̂ / √(σ² + ε)`, where μ and σ² are kept numbers, as in prediction."""
    return dhat / np.sqrt(variance + eps)


def moving_gradient(dhat: Floats, hat: Floats, variance: Floats, eps: float, axes: Axes) -> Floats:
    """Return dX where μ and σ² come from X itself and so move with it.

    `dX = (dX̂ - mean(dX̂) - X̂ mean(dX̂ X̂)) / √(σ² + ε)`: what only shifts or stretches all values is taken away
    again by the normalisation, and has no gradient.
    """
    shift = dhat.mean(axis=axes, keepdims=True)
    stretch = (dhat * hat).mean(axis=axes, keepdims=True)
    return (dhat - shift - hat * stretch) / np.sqrt(variance + eps)


def dropped(x: Floats, mask: Floats | None, share: float) -> Floats:
    """Return `X · mask / (1 - p)`; in prediction, without a mask, X as it is.

    Args:
        x: any shape.
        mask: 1 where a value stays and 0 where it is dropped; None drops nothing.
        share: p, the probability of being dropped.
    """
    return x if mask is None else x * mask / (1 - share)
