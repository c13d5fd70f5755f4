"""Reads arrays as they are, for a user's own network: one of any shape, or several that go in together."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.read.arrays import TARGET, as_array, target_column
from stirfry.data.table import Inputs
from stirfry.errors import DataError, UsageError

#: What a source calls its features and its target.
_NAMES = (("X", "y"), ("x", "y"), ("data", "target"))


def pair_of(source: Any) -> tuple[Any, Any] | None:
    """Return features and target of a source that has them apart; None where it hasn't.

    Args:
        source: a pair, a mapping of `X` and `y`, or a `TensorDataset`, whose last tensor is the target.
    """
    if isinstance(source, tuple) and len(source) == 2:
        return source
    if isinstance(source, Mapping):
        return next(((source[x], source[y]) for x, y in _NAMES if x in source and y in source), None)
    tensors = list(getattr(source, "tensors", ()))
    if len(tensors) > 1:
        target = tensors.pop()
        return (tensors[0] if len(tensors) == 1 else tuple(tensors)), target
    return None


def several(features: Any) -> bool:
    """Whether features are several arrays, and not one: a tuple or dict of arrays of equally many rows."""
    values = features.values() if isinstance(features, Mapping) else features
    if not isinstance(features, tuple | list | Mapping) or len(features) < 2:
        return False
    shapes: list[tuple[int, ...]] = [getattr(each, "shape", ()) for each in values]
    return all(len(shape) > 0 for shape in shapes) and len({shape[0] for shape in shapes}) == 1


def read_inputs(features: Any, target: Any | None = None, name: str = "data") -> Inputs:
    """Return features, and a target where there is one, as arrays as they are.

    Args:
        features: one array or tensor, or a tuple, list or dict of several.
        target: shape (N,), (N, 1) or (N, K) one-hot.
        name: what runs on it are called after.

    Raises:
        DataError: the lengths differ, or there is something else than numbers.

    Example:
        >>> found = read_inputs({"a": np.zeros((3, 2)), "b": np.arange(3)}, [0, 1, 1])
        >>> found.names, [values.shape for values in found.arrays]
        (('a', 'b'), [(3, 2), (3,)])
    """
    names: tuple[str, ...] = ()
    if isinstance(features, Mapping):
        names, values = tuple(str(key) for key in features), tuple(features.values())
    else:
        values = tuple(features) if several(features) else (features,)
    arrays = tuple(_numbers(as_array(each)) for each in values)
    rows = {len(each) if each.ndim else 1 for each in arrays}
    if len(rows) > 1:
        raise DataError("source.lengths_differ", rows=len(arrays[0]), found=max(rows - {len(arrays[0])}))
    if arrays[0].ndim == 0 or 0 in rows:
        raise DataError("source.no_rows", name=name)
    labels, notices = (None, []) if target is None else target_column(target, TARGET, len(arrays[0]))
    whole = (False,) * len(arrays)
    return Inputs(name, arrays, names, labels, whole, notices=tuple(notices))


def rows_of(source: Any, like: tuple[tuple[int, ...], ...], names: tuple[str, ...]) -> Inputs:
    """Return rows to predict or to score for a model that takes these inputs.

    Args:
        source: the inputs, or a pair of inputs and target.
        like: the shape of one row of each input.
        names: the inputs' names, where they have any.

    Raises:
        UsageError: they are other inputs.
    """
    if isinstance(source, Inputs):
        return source
    found = _fitting(source, like, names)
    if found is not None:
        return found
    pair = pair_of(source)
    if pair is not None:
        found = _fitting(pair[0], like, names)
        if found is not None:
            labels, notices = target_column(pair[1], TARGET, len(found))
            return Inputs(found.name, found.arrays, found.names, labels, found.whole, notices=tuple(notices))
    wanted = ["×".join(str(size) for size in ("N", *shape)) for shape in like]
    raise UsageError("data.wants_inputs", wanted=wanted, names=list(names) or ["-"])


def _fitting(source: Any, like: tuple[tuple[int, ...], ...], names: tuple[str, ...]) -> Inputs | None:
    """Return features as the inputs of these shapes; None where they are something else."""
    if isinstance(source, str) or hasattr(source, "tensors"):
        return None
    if isinstance(source, Mapping):
        if not names or not set(names) <= set(source):
            return None
        source = {name: source[name] for name in names}
    elif len(like) == 1:
        source = source if hasattr(source, "shape") else np.asarray(source) if _even(source) else source
    elif not several(source):
        return None
    try:
        found = read_inputs(source)
    except (DataError, TypeError):
        return None
    shapes = tuple(tuple(values.shape[1:]) for values in found.arrays)
    if shapes != like:
        return None
    return Inputs(found.name, found.arrays, names, None, found.whole)


def _even(source: Any) -> bool:
    return isinstance(source, list) and not any(hasattr(each, "shape") for each in source)


def _numbers(values: NDArray[Any]) -> NDArray[Any]:
    if values.dtype.kind not in "biuf":
        raise DataError("source.bad_dtype", dtype=str(values.dtype))
    return values.astype(np.int64) if values.dtype.kind in "biu" else values
