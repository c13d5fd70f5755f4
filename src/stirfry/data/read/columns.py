"""Turns a polars frame into typed columns, whatever file or call it came from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from stirfry.data.read.dates import is_ambiguous, parse_dates
from stirfry.data.read.pieces import Piece, native_piece, numeric_levels, text_piece, typed_piece
from stirfry.data.table import Column
from stirfry.errors import DataError
from stirfry.notice import Notice

if TYPE_CHECKING:
    import polars as pl

#: From this share of numbers on, the few texts among them are probably slips of the pen.
MOSTLY_NUMBERS = 0.9

LineOf = Callable[[int], int]


def as_columns(frame: pl.DataFrame) -> tuple[Column, ...]:
    """Return the columns of a polars frame.

    Args:
        frame: numbers, texts, booleans, dates and categories; categories stay texts as they are.

    Raises:
        DataError: a column holds lists, structures or objects.

    Example:
        >>> import polars as pl
        >>> as_columns(pl.DataFrame({"a": [1, None]}))[0].values
        array([ 1., nan])
    """
    return columns_and_notices(frame.clone())[0]


def columns_and_notices(frame: pl.DataFrame) -> tuple[tuple[Column, ...], tuple[Notice, ...]]:
    """Return the columns of a polars frame, and what was noticed in them; the frame is left without any.

    Emptying it column by column is what keeps a large file from lying in memory twice.
    """
    columns, notices = [], list[Notice]()
    for name, own in zip(stripped_names(frame.columns), frame.columns, strict=True):
        column, remarks = column_of(name, frame.drop_in_place(own))
        columns.append(column)
        notices.extend(remarks)
    return tuple(columns), tuple(notices)


def column_of(name: str, series: pl.Series) -> tuple[Column, list[Notice]]:
    """Return one column of a frame, and what was noticed in it."""
    import polars as pl

    kind = series.dtype
    if kind in (pl.Categorical, pl.Enum):
        return alone(name, text_piece(series.cast(pl.String))), []
    piece = typed_piece(series) if kind == pl.String else native_piece(series)
    if piece is None:
        raise DataError("source.nested_column", name=name, type=str(kind))
    return finished(alone(name, piece))


def alone(name: str, piece: Piece) -> Column:
    """Return a column that comes in one piece."""
    # A copy where polars shares its memory, because that can't be written to and may be the user's.
    values = piece.values if piece.values.flags.writeable else piece.values.copy()
    levels = () if piece.levels is None else tuple(piece.levels.to_list())
    return Column(name, piece.kind or "number", values, levels)


def finished(column: Column, line_of: LineOf | None = None) -> tuple[Column, list[Notice]]:
    """Return a column with texts that are dates made dates, and what is to be said about it.

    Args:
        column: a column as it was read.
        line_of: the line of the file that a row, counted from 0, stands in; None outside text files.
    """
    if column.kind != "text":
        return column, []
    dates = parse_dates(column.levels)
    if dates is not None:
        seconds, form = dates
        values = np.append(seconds, np.nan)[column.values]
        unsure = is_ambiguous(column.levels, form)
        remarks = [Notice("source.month_or_day_first", name=column.name)] if unsure else []
        return Column(column.name, "date", values), remarks
    return column, _slips(column, line_of)


def _slips(column: Column, line_of: LineOf | None) -> list[Notice]:
    """Return a remark where nearly all texts of a column are numbers."""
    numeric = numeric_levels(column.levels)
    if not numeric.any():
        return []
    text = np.append(~numeric, False)[column.values]
    present = int(np.count_nonzero(column.values >= 0))
    count = int(np.count_nonzero(text))
    if present - count < MOSTLY_NUMBERS * present:
        return []
    row = int(np.argmax(text))
    found = column.levels[column.values[row]]
    facts = {"name": column.name, "count": count, "found": found}
    if line_of is None:
        return [Notice("source.text_among_numbers_row", row=row + 1, **facts)]
    return [Notice("source.text_among_numbers", line=line_of(row), **facts)]


def stripped_names(names: Sequence[str]) -> list[str]:
    """Return columns' names without surrounding white space.

    Raises:
        DataError: two of them are the same.
    """
    bare = [name.strip() for name in names]
    twice = sorted(name for name, times in Counter(bare).items() if times > 1)
    if twice:
        raise DataError("source.duplicate_columns", names=twice)
    return bare
