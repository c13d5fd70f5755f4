"""Turns arrays into a table or a stack of images, by the shape of the features.

Letters: N rows, F features, C channels, H height, W width, K classes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.read.series import column_from_values
from stirfry.data.table import TEST, TRAIN, VALIDATION, Column, Images, Table
from stirfry.errors import DataError, UsageError
from stirfry.lang import shape_text
from stirfry.notice import Notice

#: The name of the target of arrays, and of the labels of images.
TARGET, LABEL = "target", "label"

_CHANNELS = (1, 3, 4)

#: The names that files and dicts give to features and target, whole or in parts.
_WHOLE = (("X", "y"), ("x", "y"), ("data", "target"), ("images", "labels"), ("data", "labels"))
_PARTS = (
    ("train", TRAIN),
    ("val", VALIDATION),
    ("valid", VALIDATION),
    ("validation", VALIDATION),
    ("test", TEST),
)


def from_arrays(
    features: object, target: object | None = None, name: str = "data", names: Sequence[str] | None = None
) -> Table | Images:
    """Return features and a target as a table or as images.

    Args:
        features: numbers or texts of shape (N, F) for a table; numbers of shape (N, H, W), (N, C, H, W) or
            (N, H, W, C) for images. Lists and torch tensors will do.
        target: shape (N,), (N, 1), or (N, K) one-hot; None where there is none, as at prediction.
        name: what runs on it are called after.
        names: the names of the features of a table; None is `x0`, `x1` and so on.

    Raises:
        UsageError: no array, such as a sparse matrix.
        DataError: the shapes or lengths don't fit.

    Example:
        >>> from_arrays([[1.0, 2.0], [3.0, 4.0]], ["no", "yes"]).names
        ['x0', 'x1', 'target']
    """
    values = as_array(features)
    if values.ndim == 0 and values.dtype.kind == "O":
        raise UsageError("source.unknown_object", type=type(features).__name__)
    if values.ndim < 2 or values.ndim > 4 or 0 in values.shape:
        raise DataError("source.bad_shape", shape=shape_text(values.shape))
    answer, notices = (None, []) if target is None else target_column(target, TARGET, len(values))
    if values.ndim == 2:
        columns, remarks = _features(values, names)
        return with_target(Table(name, columns, notices=(*remarks, *notices)), answer)
    pixels, remarks = _pixels(values)
    return Images(name, pixels, answer and replace(answer, name=LABEL), notices=(*remarks, *notices))


def with_target(table: Table, target: Column | None) -> Table:
    """Return a table with a column more, its target, under a name that no other column has."""
    if target is None:
        return table
    name = target.name
    while name in table.names:
        name += "_"
    return replace(table, columns=(*table.columns, replace(target, name=name)), target=name)


def as_array(values: object) -> NDArray[Any]:
    """Return anything array-like as an array; torch tensors without importing torch.

    Raises:
        DataError: rows of different lengths, or complex numbers.
    """
    if hasattr(values, "detach"):
        values = values.detach().cpu().numpy()
    elif isinstance(values, list | tuple) and values and hasattr(values[0], "detach"):
        values = [as_array(value) for value in values]
    try:
        array = np.asarray(values)
    except ValueError as error:
        raise DataError("source.uneven_rows") from error
    if array.dtype.kind not in "biufUSO":
        raise DataError("source.bad_dtype", dtype=str(array.dtype))
    return array


def target_column(target: object, name: str, rows: int) -> tuple[Column, list[Notice]]:
    """Return a target as a column; one-hot rows become the number of their class.

    Args:
        target: shape (N,), (N, 1), or (N, K) one-hot.
        name: what to call it.
        rows: how many there must be.

    Raises:
        DataError: another shape or length.
    """
    values = as_array(target)
    if values.ndim == 0 or len(values) != rows:
        raise DataError("source.lengths_differ", rows=rows, found=len(values) if values.ndim else 1)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    notices = []
    if values.ndim == 2 and _is_one_hot(values):
        notices.append(Notice("source.one_hot", classes=values.shape[1]))
        values = values.argmax(axis=1)
    if values.ndim != 1:
        raise DataError("source.bad_target_shape", shape=shape_text(values.shape))
    return column_from_values(name, values, as_it_is=True)[0], notices


def from_mapping(arrays: Mapping[str, Any], name: str, need_target: bool = True) -> Table | Images | None:
    """Return the features and target that a file's or dict's usual names say, or None where they don't.

    Args:
        arrays: arrays by name: `X` and `y`, `data` and `target`, `images` and `labels`, or `x_train`,
            `y_train`, `x_test`, `y_test` (and `x_val`, `y_val`).
        name: what runs on it are called after.
        need_target: whether features alone won't do.
    """
    for features, target in _WHOLE:
        if features in arrays and (target in arrays or not need_target) and np.ndim(arrays[features]) > 1:
            return from_arrays(arrays[features], arrays.get(target), name)
    lower = {key.lower(): key for key in arrays}
    found = [
        (part, arrays[lower[f"x_{suffix}"]], arrays[lower[f"y_{suffix}"]])
        for suffix, part in _PARTS
        if f"x_{suffix}" in lower and f"y_{suffix}" in lower
    ]
    if not found or found[0][0] != TRAIN:
        return None
    return _from_parts(found, name)


def _from_parts(found: list[tuple[int, Any, Any]], name: str) -> Table | Images:
    features = [as_array(values) for _, values, _ in found]
    targets = [as_array(values) for _, _, values in found]
    for x, y in zip(features, targets, strict=True):
        if not x.ndim or not y.ndim or len(x) != len(y):
            raise DataError(
                "source.lengths_differ", rows=len(x) if x.ndim else 1, found=len(y) if y.ndim else 1
            )
        if x.shape[1:] != features[0].shape[1:] or y.shape[1:] != targets[0].shape[1:]:
            raise DataError(
                "source.parts_differ", found=shape_text(x.shape), expected=shape_text(features[0].shape)
            )
    data = from_arrays(np.concatenate(features), np.concatenate(targets), name)
    parts = [np.full(len(x), part, dtype=np.int8) for (part, _, _), x in zip(found, features, strict=True)]
    return replace(data, parts=np.concatenate(parts))


def _features(values: NDArray[Any], names: Sequence[str] | None) -> tuple[tuple[Column, ...], list[Notice]]:
    names = [f"x{number}" for number in range(values.shape[1])] if names is None else list(names)
    if len(names) != values.shape[1]:
        raise DataError("source.columns_differ", found=values.shape[1], expected=len(names))
    columns, notices = [], list[Notice]()
    for index, name in enumerate(names):
        column, remarks = column_from_values(name, values[:, index])
        columns.append(column)
        notices.extend(remarks)
    return tuple(columns), notices


def _is_one_hot(values: NDArray[Any]) -> bool:
    """Whether every row is one 1 among zeros. Shape of the values: (N, K)."""
    if values.dtype.kind not in "biuf" or values.shape[1] < 2:
        return False
    return bool(np.isin(values, (0, 1)).all() and (values.sum(axis=1) == 1).all())


def _pixels(values: NDArray[Any]) -> tuple[NDArray[Any], list[Notice]]:
    """Return pixels of shape (N, C, H, W), uint8 or float32, and what was done to get there."""
    notices = []
    if values.dtype.kind not in "biuf":
        raise DataError("source.bad_dtype", dtype=str(values.dtype))
    if values.ndim == 3:
        values = values[:, None]
    elif values.shape[3] in _CHANNELS and values.shape[1] not in _CHANNELS:
        notices.append(Notice("source.channels_last", shape=shape_text(values.shape)))
        values = np.ascontiguousarray(values.transpose(0, 3, 1, 2))
    if values.dtype == np.uint8:
        return values, notices
    if values.dtype.kind in "iu" and values.min() >= 0 and values.max() <= 255:
        return values.astype(np.uint8), notices
    values = values.astype(np.float32)
    if not np.isfinite(values).all():
        raise DataError("source.pixels_not_finite", image=int(np.argwhere(~np.isfinite(values))[0][0]) + 1)
    return values, notices
