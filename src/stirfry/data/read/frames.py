"""Reads what has named columns in Python: polars and pandas DataFrames, dicts of columns, lists of dicts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np

from stirfry.data.read.arrays import as_array
from stirfry.data.read.columns import alone, columns_and_notices, stripped_names
from stirfry.data.read.pieces import text_piece
from stirfry.data.read.series import column_from_values
from stirfry.data.table import Column, Table, as_text
from stirfry.errors import DataError
from stirfry.notice import Notice

if TYPE_CHECKING:
    import polars as pl


def from_polars(frame: pl.DataFrame, name: str = "data") -> Table:
    """Return a polars DataFrame as a table.

    Raises:
        DataError: it is empty, two columns have the same name, or one is nested.
    """
    return emptied(frame.clone(), name)


def emptied(frame: pl.DataFrame, name: str) -> Table:
    """Return a polars DataFrame as a table, taking the columns out of it one by one."""
    if not frame.height or not frame.width:
        raise DataError("source.no_rows", name=name)
    columns, notices = columns_and_notices(frame)
    return Table(name, columns, notices=notices)


def from_pandas(frame: Any, name: str = "data") -> Table:
    """Return a pandas DataFrame as a table; its index is left aside.

    Column by column through NumPy, because polars would want pyarrow for it.

    Raises:
        DataError: it is empty, two columns have the same name, or one holds objects.
    """
    if not len(frame) or not len(frame.columns):
        raise DataError("source.no_rows", name=name)
    names = stripped_names([str(label) for label in frame.columns])
    return _table(name, (pandas_column(column, frame.iloc[:, index]) for index, column in enumerate(names)))


def _table(name: str, found: Iterable[tuple[Column, list[Notice]]]) -> Table:
    columns, notices = zip(*found, strict=True)
    return Table(name, columns, notices=tuple(chain.from_iterable(notices)))


def pandas_column(name: str, series: Any, as_it_is: bool = False) -> tuple[Column, list[Notice]]:
    """Return a pandas Series as a column, and what was noticed in it; categories stay texts as they are."""
    import pandas as pd

    kind = series.dtype
    if isinstance(kind, pd.CategoricalDtype):
        return _category(name, series.astype(object).tolist()), []
    if pd.api.types.is_datetime64_any_dtype(kind):
        moments = series.dt.tz_convert("UTC").dt.tz_localize(None) if series.dt.tz is not None else series
        return column_from_values(name, moments.to_numpy(dtype="datetime64[us]"))
    if pd.api.types.is_timedelta64_dtype(kind):
        return column_from_values(name, series.dt.total_seconds().to_numpy())
    if pd.api.types.is_numeric_dtype(kind) and not isinstance(kind, np.dtype):
        return column_from_values(name, series.astype(object).tolist())
    if isinstance(kind, np.dtype) and kind.kind in "biuf":
        return column_from_values(name, series.to_numpy())
    return column_from_values(name, series.tolist(), as_it_is)


def _category(name: str, values: list[Any]) -> Column:
    import polars as pl

    texts = [
        value if isinstance(value, str) else None if value is None or value != value else _number_text(value)
        for value in values
    ]
    return alone(name, text_piece(pl.Series(texts, dtype=pl.String)))


def _number_text(value: Any) -> str:
    return as_text(float(value)) or "" if isinstance(value, int | float | np.number) else str(value)


def from_columns(columns: Mapping[Any, Any], name: str = "data") -> Table:
    """Return a dict of columns as a table.

    Args:
        columns: sequences or arrays of equal length by name.
        name: what runs on it are called after.

    Raises:
        DataError: they are none, differ in length, or aren't sequences.
    """
    names = stripped_names([str(key) for key in columns])
    values = [_sequence(key, column) for key, column in zip(names, columns.values(), strict=True)]
    lengths = {key: len(column) for key, column in zip(names, values, strict=True)}
    if len(set(lengths.values())) > 1:
        raise DataError(
            "source.column_lengths", lengths=[f"{key} {length}" for key, length in lengths.items()]
        )
    if not values or not len(values[0]):
        raise DataError("source.no_rows", name=name)
    return _table(name, (column_from_values(*pair) for pair in zip(names, values, strict=True)))


def _sequence(name: str, values: Any) -> Any:
    if isinstance(values, str | bytes) or not isinstance(values, Iterable):
        raise DataError("source.scalar_column", name=name)
    if hasattr(values, "detach") or isinstance(values, np.ndarray):
        values = as_array(values)
        if values.ndim == 2 and values.shape[1] == 1:
            values = values[:, 0]
        if values.ndim != 1:
            raise DataError("source.nested_column", name=name, type=str(values.shape))
        return values
    return values.to_list() if hasattr(values, "to_list") else list(values)


def from_dicts(rows: Sequence[Mapping[Any, Any]], name: str = "data") -> Table:
    """Return a list of dicts, one a row, as a table; a key that a row doesn't have is missing there.

    Raises:
        DataError: there are no rows, or no keys.

    Example:
        >>> from_dicts([{"a": 1, "b": "x"}, {"a": 2}]).column("b").texts()
        ['x', None]
    """
    names = dict.fromkeys(key for row in rows for key in row)
    return from_columns({key: [row.get(key) for row in rows] for key in names}, name)
