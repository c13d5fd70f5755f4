"""Turns series of a data frame into the plain arrays of a column.

A long file arrives in blocks, so a column arrives in pieces, each typed by what it holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.table import Kind

if TYPE_CHECKING:
    import polars as pl

#: The texts that stand for a missing value.
MISSING = ("", "NA", "N/A", "n/a", "#N/A", "nan", "NaN", "NAN", "null", "NULL", "None", "?")

_COMMA_NUMBER = r"^[-+]?\d+(,\d+)?$"


@dataclass(frozen=True)
class Piece:
    """Some rows of a column.

    Args:
        kind: what the values are; None where every one is missing.
        values: shape (N,), as in `Column`.
        levels: the different texts, sorted; None for the other kinds.
        commas: whether the numbers were written with decimal commas.
    """

    kind: Kind | None
    values: NDArray[Any]
    levels: pl.Series | None = None
    commas: bool = False


def text_piece(series: pl.Series) -> Piece:
    """Return a series of texts as they stand, surrounding white space and missing ones aside."""
    import polars as pl

    series = _stripped(series)
    levels = series.unique().drop_nulls().sort()
    if levels.is_empty():
        return _nothing(len(series))
    codes = series.cast(pl.Enum(levels)).to_physical().cast(pl.Int32).fill_null(-1)
    return Piece("text", codes.to_numpy(), levels)


def typed_piece(series: pl.Series, decimal_comma: bool = False) -> Piece:
    """Return a series of texts as numbers or booleans where every one of them is, else as texts.

    Args:
        series: texts.
        decimal_comma: whether "3,14" is a number too.
    """
    stripped = _stripped(series)
    if stripped.null_count() == len(stripped):
        return _nothing(len(stripped))
    numbers = _numbers(stripped)
    if numbers is not None:
        return Piece("number", numbers)
    if stripped.str.to_lowercase().is_in(["true", "false"]).all():
        truths = stripped.str.to_lowercase() == "true"
        return Piece("boolean", _floats(truths))
    if decimal_comma and stripped.str.contains(_COMMA_NUMBER).all():
        numbers = _numbers(stripped.str.replace(",", ".", literal=True))
        if numbers is not None:
            return Piece("number", numbers, commas=True)
    return text_piece(stripped)


def native_piece(series: pl.Series) -> Piece | None:
    """Return a series of numbers, booleans or dates; None for any other type."""
    import polars as pl

    if series.null_count() == len(series):
        return _nothing(len(series))
    kind = series.dtype
    if kind == pl.Boolean:
        return Piece("boolean", _floats(series))
    if kind.is_integer():
        fits = series.cast(pl.Int64, strict=False)
        exact = not series.null_count() and not fits.null_count()
        return Piece("number", fits.to_numpy() if exact else _floats(series))
    if kind.is_float() or kind.is_decimal():
        return Piece("number", _floats(series))
    if kind == pl.Date or kind == pl.Datetime:
        return Piece("date", _floats(series.cast(pl.Datetime("us")).to_physical()) / 1e6)
    if isinstance(kind, pl.Duration):
        return Piece("number", _floats(series.cast(pl.Duration("us")).to_physical()) / 1e6)
    if kind == pl.Time:
        return Piece("number", _floats(series.to_physical()) / 1e9)
    return None


def numeric_levels(levels: Sequence[str]) -> NDArray[np.bool_]:
    """Return which texts are numbers. Shape (L,)."""
    import polars as pl

    texts = pl.Series(levels, dtype=pl.String)
    return texts.cast(pl.Float64, strict=False).is_not_null().to_numpy()


def _stripped(series: pl.Series) -> pl.Series:
    import polars as pl

    bare = series.str.strip_chars()
    return pl.select(pl.when(~bare.is_in(MISSING)).then(bare)).to_series()


def _numbers(texts: pl.Series) -> NDArray[Any] | None:
    import polars as pl

    floats = texts.cast(pl.Float64, strict=False)
    if floats.null_count() != texts.null_count():
        return None
    if not texts.null_count():
        whole = texts.cast(pl.Int64, strict=False)
        if not whole.null_count():
            return whole.to_numpy()
    return _floats(floats)


def _floats(series: pl.Series) -> NDArray[np.float64]:
    import polars as pl

    return series.cast(pl.Float64).to_numpy()


def _nothing(rows: int) -> Piece:
    return Piece(None, np.broadcast_to(np.float64(np.nan), rows))
