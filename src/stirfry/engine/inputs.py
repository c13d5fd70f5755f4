"""What goes into a network: one tensor, or for a user's own network a tuple of several, row beside row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stirfry.engine.build import import_torch

if TYPE_CHECKING:
    import torch

    Inputs = torch.Tensor | tuple[torch.Tensor, ...]
else:
    Inputs = Any


def as_tensor(inputs: Any, device: str = "cpu") -> Inputs:
    """Return an array as a tensor, or a tuple of arrays as a tuple of tensors."""
    if isinstance(inputs, tuple):
        return tuple(_one(each, device) for each in inputs)
    return _one(inputs, device)


def _one(array: NDArray[Any], device: str) -> torch.Tensor:
    return import_torch().from_numpy(np.ascontiguousarray(array)).to(device)


def row_count(inputs: Any) -> int:
    """Return how many rows there are."""
    return len(inputs[0]) if isinstance(inputs, tuple) else len(inputs)


def some(inputs: Inputs, start: int, stop: int) -> Inputs:
    """Return the rows from `start` up to `stop`."""
    if isinstance(inputs, tuple):
        return tuple(each[start:stop] for each in inputs)
    return inputs[start:stop]


def picked(inputs: Inputs, rows: torch.Tensor) -> Inputs:
    """Return the rows of these numbers."""
    if isinstance(inputs, tuple):
        return tuple(each.index_select(0, rows) for each in inputs)
    return inputs.index_select(0, rows)
