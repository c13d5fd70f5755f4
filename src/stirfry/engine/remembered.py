"""What an optimizer remembers at the end of a run, by tensor and by the letters of the textbooks.

v is a velocity (momentum), m a mean of gradients, s a mean of their squares.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stirfry.engine.contract import Remembered, Weights
from stirfry.spec.network import Network
from stirfry.spec.plan import Plan

if TYPE_CHECKING:
    import torch

#: Larger networks' memory isn't told: their steps are summarised anyway, and it would be a file of megabytes.
MOST_WEIGHTS = 100_000
#: PyTorch's names.
_LETTERS = {"momentum_buffer": "v", "exp_avg": "m", "exp_avg_sq": "s", "square_avg": "s"}


def of_native(
    network: Network, plan: Plan, first: NDArray[np.float32], second: NDArray[np.float32], steps: int
) -> Remembered | None:
    """Return what the native engine's optimizer remembers.

    Args:
        network: the network.
        plan: the optimizer.
        first: what it remembers of each weight, one tensor after another.
        second: the other thing that it remembers of each; empty where there is none.
        steps: how many steps it has made.
    """
    letters = {"sgd": "v", "rmsprop": "sv"}.get(plan.optimizer, "ms")
    found: Weights = {}
    for letter, values in zip(letters, (first, second), strict=False):
        at = 0
        for name, shape in network.parameter_shapes.items() if len(values) else ():
            size = math.prod(shape)
            found[f"{name}.{letter}"] = values[at : at + size].reshape(shape).copy()
            at += size
    return _unless_too_large(found, network.n_parameters, steps)


def of_torch(model: torch.nn.Module, optimizer: torch.optim.Optimizer, steps: int) -> Remembered | None:
    """Return what a PyTorch optimizer remembers.

    Args:
        model: whose weights it moves.
        optimizer: the optimizer.
        steps: how many steps it has made.
    """
    weights = dict(model.named_parameters())
    count = sum(weight.numel() for weight in weights.values())
    found: Weights = {}
    for name, weight in weights.items() if count <= MOST_WEIGHTS else ():
        for theirs, letter in _LETTERS.items():
            value = optimizer.state.get(weight, {}).get(theirs)
            if value is not None:
                found[f"{name}.{letter}"] = value.detach().cpu().numpy().copy()
    return _unless_too_large(found, count, steps)


def _unless_too_large(tensors: Weights, count: int, steps: int) -> Remembered | None:
    return Remembered(steps, tensors) if tensors and count <= MOST_WEIGHTS else None
