"""The losses: from a network's outputs and what they should have been to one number, and its gradient.

Each is the mean over rows (and outputs), as in PyTorch.

Letters: N rows, K outputs; Z raw outputs (N, K); P probabilities; T targets.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stirfry.explain.activations import sigmoid

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Lost:
    """A loss at work.

    Args:
        value: L.
        dz: its gradient by the raw outputs, shape (N, K).
    """

    value: float
    dz: Floats


def softmax(z: Floats) -> Floats:
    """Return `P = exp(Z) / Σ exp(Z)`, row by row; the largest is taken away first, which changes nothing."""
    powers = np.exp(z - z.max(axis=1, keepdims=True))
    return np.asarray(powers / powers.sum(axis=1, keepdims=True))


def log_softmax(z: Floats) -> Floats:
    """Return the logarithm of the softmax without ever taking that of 0."""
    moved = z - z.max(axis=1, keepdims=True)
    return np.asarray(moved - np.log(np.exp(moved).sum(axis=1, keepdims=True)))


def cross_entropy(z: Floats, classes: Whole, weights: Floats | None = None, smoothing: float = 0.0) -> Lost:
    """Return `L = -Σ T log P / S`, where P is the softmax of Z, and `dZ = (P · ΣT - T) / S`.

    T is 1 at the true class. With smoothing ε it is `1 - ε` there and `ε / K` more everywhere; with class
    weights w the first is times the true class's weight and the second times each class's own. S is the sum
    of the true classes' weights: N without weights.

    Args:
        z: logits, shape (N, K).
        classes: the true class of each row, shape (N,).
        weights: one for each class, shape (K,), or None.
        smoothing: ε, 0 to below 1.

    Example:
        >>> round(cross_entropy(np.zeros((1, 2)), np.array([0])).value, 4)
        0.6931
    """
    rows, count = np.arange(len(z)), z.shape[1]
    weights = np.ones(count) if weights is None else weights
    targets = np.tile(smoothing / count * weights, (len(z), 1))
    targets[rows, classes] += (1 - smoothing) * weights[classes]
    total = float(weights[classes].sum())
    value = -float((targets * log_softmax(z)).sum()) / total
    return Lost(value, (softmax(z) * targets.sum(axis=1, keepdims=True) - targets) / total)


def bce_with_logits(z: Floats, targets: Floats, pos_weight: float = 1.0) -> Lost:
    """Return `L = -mean(w T log P + (1 - T) log(1 - P))`, where P is the sigmoid of Z.

    Its gradient is `dZ = ((1 - T) P - w T (1 - P)) / (N K)`, which is `(P - T) / (N K)` for w = 1.

    Args:
        z: logits, shape (N, 1).
        targets: 0 or 1, shape (N, 1).
        pos_weight: w, how many times a row of the second class counts.
    """
    # log σ(z) = -log(1 + exp(-z)), and 1 - σ(z) = σ(-z).
    log_p, log_not_p = -np.logaddexp(0.0, -z), -np.logaddexp(0.0, z)
    value = -float((pos_weight * targets * log_p + (1 - targets) * log_not_p).mean())
    return Lost(value, ((1 - targets) * sigmoid(z) - pos_weight * targets * sigmoid(-z)) / z.size)


def squared_error(z: Floats, targets: Floats) -> Lost:
    """Return `L = mean((Z - T)²)` and `dZ = 2 (Z - T) / (N K)`."""
    error = z - targets
    return Lost(float((error**2).mean()), 2 * error / z.size)


def absolute_error(z: Floats, targets: Floats) -> Lost:
    """Return `L = mean(|Z - T|)` and `dZ = sign(Z - T) / (N K)`."""
    error = z - targets
    return Lost(float(np.abs(error).mean()), np.sign(error) / z.size)


def huber(z: Floats, targets: Floats, delta: float) -> Lost:
    """Return Huber's loss: `(Z - T)² / 2` up to δ, then the straight line `δ (|Z - T| - δ / 2)`.

    Its gradient is `dZ = (Z - T) / (N K)`, held between -δ and δ.
    """
    error = z - targets
    size = np.abs(error)
    each = np.where(size <= delta, error**2 / 2, delta * (size - delta / 2))
    return Lost(float(each.mean()), np.clip(error, -delta, delta) / z.size)
