"""Turns the values of one column, as Python or NumPy holds them, into a column."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.read.columns import alone, finished
from stirfry.data.read.pieces import Piece, text_piece, typed_piece
from stirfry.data.table import Column, as_text
from stirfry.errors import DataError
from stirfry.notice import Notice

_NUMBERS = (int, float, np.integer, np.floating, Decimal)
_TRUTHS = (bool, np.bool_)


def column_from_values(
    name: str, values: Sequence[Any] | NDArray[Any], as_it_is: bool = False
) -> tuple[Column, list[Notice]]:
    """Return values as a column, and what was noticed in them.

    Args:
        name: the column's name.
        values: shape (N,): numbers, texts, booleans, dates or a mixture; None and NaN are missing. A mixture
            is a column of texts.
        as_it_is: whether texts stay texts, as in a target, even if all of them are numbers or dates.

    Raises:
        DataError: there are lists, dicts or other objects among them.

    Example:
        >>> column_from_values("a", [1, None, 2.5])[0].values
        array([1. , nan, 2.5])
    """
    if isinstance(values, np.ndarray) and values.dtype.kind in "biufM":
        return alone(name, _of_array(values)), []
    column = alone(name, _of_objects(name, list(values), as_it_is))
    return (column, []) if as_it_is else finished(column)


def _of_array(values: NDArray[Any]) -> Piece:
    kind = values.dtype.kind
    if kind == "M":
        ticks = values.astype("datetime64[us]")
        seconds = ticks.astype(np.int64) / 1e6
        return Piece("date", np.where(np.isnat(ticks), np.nan, seconds))
    if kind == "b":
        return Piece("boolean", values.astype(np.float64))
    if kind == "f" or (values.dtype == np.uint64 and len(values) and values.max() > np.iinfo(np.int64).max):
        return Piece("number", values.astype(np.float64))
    return Piece("number", values.astype(np.int64))


def _of_objects(name: str, values: list[Any], as_it_is: bool) -> Piece:
    values = [None if _is_missing(value) else _decoded(value) for value in values]
    present = [value for value in values if value is not None]
    if not present:
        return Piece(None, np.full(len(values), np.nan))
    if all(isinstance(value, _TRUTHS) for value in present):
        return Piece("boolean", _floats(values))
    if all(isinstance(value, _NUMBERS) and not isinstance(value, _TRUTHS) for value in present):
        return Piece("number", _numbers(values))
    if all(isinstance(value, date) for value in present):
        return Piece("date", np.array([np.nan if value is None else _seconds(value) for value in values]))
    return _of_texts([None if value is None else _text(name, value) for value in values], as_it_is)


def _is_missing(value: Any) -> bool:
    """Whether a value is None, NaN, or one of pandas' own (NA, NaT), which don't equal themselves either."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float | np.floating) and bool(value != value)


def _decoded(value: Any) -> Any:
    return value.decode("utf-8", "replace") if isinstance(value, bytes) else value


def _floats(values: list[Any]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else float(value) for value in values])


def _numbers(values: list[Any]) -> NDArray[Any]:
    if all(isinstance(value, int | np.integer) for value in values):
        try:
            return np.array(values, dtype=np.int64)
        except OverflowError:  # beyond 64 bits
            return _floats(values)
    return _floats(values)


def _seconds(value: date) -> float:
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)
    return (moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment).timestamp()


def _text(name: str, value: Any) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, _TRUTHS):
        return str(bool(value))
    if isinstance(value, _NUMBERS):
        return as_text(float(value)) or ""
    if isinstance(value, date):
        return value.isoformat()
    raise DataError("source.nested_column", name=name, type=type(value).__name__)


def _of_texts(texts: list[str | None], as_it_is: bool) -> Piece:
    import polars as pl

    series = pl.Series(texts, dtype=pl.String)
    return text_piece(series) if as_it_is else typed_piece(series)
