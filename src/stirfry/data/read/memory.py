"""Reads what a Python program hands over: DataFrames, arrays, tensors, Datasets, dicts and lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import numpy as np

from stirfry.data.read.arrays import TARGET, from_arrays, from_mapping, target_column, with_target
from stirfry.data.read.frames import from_columns, from_dicts, from_pandas, from_polars, pandas_column
from stirfry.data.read.torch_data import from_dataset, is_dataset
from stirfry.data.table import Column, Images, Table
from stirfry.errors import UsageError


def from_memory(source: object) -> Table | Images:
    """Return an object of Python, features and target, as a table or as images.

    Args:
        source: a polars or pandas DataFrame, a pair (X, y), a torch Dataset, a dict of columns or of `X`
            and `y`, or a list of dicts.

    Raises:
        UsageError: it is none of these.
        DataError: it is one, and can't be used.

    Example:
        >>> from_memory([{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]).names
        ['a', 'b']
    """
    named = _named(source, need_target=True)
    if named is not None:
        return named
    if isinstance(source, tuple) and len(source) == 2:
        return _pair(*source)
    if _is_array(source):
        raise UsageError("source.bare_array")
    if is_dataset(source) and not isinstance(source, list | tuple | str | bytes):
        return from_dataset(source)
    raise UsageError("source.unknown_object", type=type(source).__name__)


def rows_from_memory(source: object, names: Sequence[str] | None = None) -> Table | Images:
    """Return an object of Python as rows to predict; no target is needed.

    Args:
        source: as in `from_memory`, or features alone, or a dict that is one row.
        names: the columns of an array.

    Raises:
        UsageError: it is none of these.
        DataError: it is one, and can't be used.

    Example:
        >>> len(rows_from_memory({"a": 1, "b": "x"}))
        1
    """
    if isinstance(source, Mapping) and source and all(map(_is_scalar, source.values())):
        return from_dicts([source])
    named = _named(source, need_target=False)
    if named is not None:
        return named
    if isinstance(source, tuple) and len(source) == 2 and _depth(source[0]) > 1:
        return _pair(*source, names=names)
    if _is_array(source) or isinstance(source, list | tuple):
        return from_arrays(source, names=names)
    if is_dataset(source) and not isinstance(source, str | bytes):
        return from_dataset(source)
    raise UsageError("source.unknown_object", type=type(source).__name__)


def _named(source: object, need_target: bool) -> Table | Images | None:
    """Return a source that has names for its columns, or None where it hasn't."""
    kind = _kind(source)
    if kind == "polars.DataFrame":
        return from_polars(cast(Any, source))
    if kind == "polars.LazyFrame":
        return from_polars(cast(Any, source).collect())
    if kind == "pandas.DataFrame":
        return from_pandas(source)
    if isinstance(source, Mapping):
        arrays = {str(key): value for key, value in source.items()}
        return from_mapping(arrays, "data", need_target) or from_columns(arrays)
    if isinstance(source, list) and source and all(isinstance(row, Mapping) for row in source):
        return from_dicts(source)
    return None


def _kind(source: object) -> str:
    """Return the library and the class of an object, without importing the library."""
    return f"{type(source).__module__.partition('.')[0]}.{type(source).__name__}"


def _pair(features: Any, target: Any, names: Sequence[str] | None = None) -> Table | Images:
    """Return features and target, each of them an array or with a name of its own."""
    table = _named(features, need_target=False)
    if not isinstance(table, Table):
        return from_arrays(features, _plain(target), names=names)
    column, notices = _target(target, len(table))
    joined = with_target(table, column)
    return Table(joined.name, joined.columns, joined.target, None, (*table.notices, *notices))


def _target(target: Any, rows: int) -> tuple[Column, list[Any]]:
    if _kind(target) == "pandas.Series" and len(target) == rows:
        name = TARGET if target.name is None else str(target.name)
        return pandas_column(name, target, as_it_is=True)
    own = getattr(target, "name", None)
    return target_column(_plain(target), own if isinstance(own, str) and own else TARGET, rows)


def _plain(values: Any) -> Any:
    """Return a Series or DataFrame as an array; anything else as it is."""
    if _kind(values) in ("pandas.Series", "pandas.DataFrame", "polars.Series", "polars.DataFrame"):
        return values.to_numpy()
    return values


def _is_array(source: object) -> bool:
    return isinstance(source, np.ndarray) or (hasattr(source, "detach") and hasattr(source, "cpu"))


def _is_scalar(value: object) -> bool:
    return value is None or isinstance(value, str | bytes) or np.ndim(cast(Any, value)) == 0


def _depth(values: Any) -> int:
    """Return how many axes features have, as far as their beginning tells."""
    if hasattr(values, "ndim"):
        return int(values.ndim)
    return 1 + _depth(values[0]) if isinstance(values, list | tuple) and values else 0
