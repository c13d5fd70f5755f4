"""Reads torch Datasets: anything with a length whose items are (features, target)."""

from __future__ import annotations

from typing import Any

import numpy as np

from stirfry.data.read.arrays import as_array, from_arrays
from stirfry.data.table import Images, Table
from stirfry.errors import DataError, UsageError


def is_dataset(source: object) -> bool:
    """Whether an object has the two methods of a torch Dataset."""
    return hasattr(source, "__len__") and hasattr(source, "__getitem__")


def from_dataset(dataset: Any, name: str = "data") -> Table | Images:
    """Return a torch Dataset as a table or as images.

    A `TensorDataset`'s tensors are taken as they are; from any other Dataset the items are fetched one by
    one, with whatever its transforms do to them.

    Raises:
        DataError: it is empty, or its items differ in shape.
        UsageError: its items aren't pairs.
    """
    tensors = getattr(dataset, "tensors", None)
    if isinstance(tensors, tuple):
        if len(tensors) != 2:
            raise UsageError("source.not_pairs", found=len(tensors))
        return from_arrays(tensors[0], tensors[1], name)
    if not len(dataset):
        raise DataError("source.no_rows", name=name)
    pairs = [_pair(dataset[index]) for index in range(len(dataset))]
    shapes = {features.shape for features, _ in pairs}
    if len(shapes) > 1:
        raise DataError("source.uneven_rows")
    features = np.stack([features for features, _ in pairs])
    return from_arrays(features, [target for _, target in pairs], name)


def _pair(item: Any) -> tuple[Any, Any]:
    """Return features as an array and the target as a number, a text or an array."""
    if not isinstance(item, tuple | list) or len(item) != 2:
        raise UsageError("source.not_pairs", found=len(item) if hasattr(item, "__len__") else 1)
    target = as_array(item[1])
    return as_array(item[0]), target.item() if target.size == 1 else target
