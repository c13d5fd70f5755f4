"""The Linear layer: weighted sums, and what goes back through them.

Letters: N rows, D inputs, K outputs.

    X (N, D)   W (K, D), a row for each output, as PyTorch keeps it   b (K,)   Z (N, K)
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def linear(x: Floats, weight: Floats, bias: Floats | None) -> Floats:
    """Return `Z = X Wᵀ + b`, shape (N, K).

    Example:
        >>> linear(np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]]), np.array([5.0])).tolist()
        [[16.0]]
    """
    z = x @ weight.T
    return z if bias is None else z + bias


def linear_gradients(x: Floats, dz: Floats) -> dict[str, Floats]:
    """Return `dW = dZᵀ X`, shape (K, D), and `db`, the sum of dZ over the rows, shape (K,)."""
    return {"weight": dz.T @ x, "bias": dz.sum(axis=0)}


def linear_input_gradient(dz: Floats, weight: Floats) -> Floats:
    """Return `dX = dZ W`, shape (N, D)."""
    return dz @ weight
