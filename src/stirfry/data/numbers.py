"""Numbers, truths and dates out of columns, refused where they can't be computed with.

Letters: N rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.levels import as_number
from stirfry.data.read.pieces import MISSING
from stirfry.data.table import Column
from stirfry.errors import DataError

#: The network computes in float32; what lies beyond is infinite to it.
LARGEST = float(np.finfo(np.float32).max)

_TRUTHS = {"true": 1.0, "false": 0.0}


def numbers_in(column: Column, truths: bool = False) -> NDArray[Any]:
    """Return a column's numbers, NaN where missing.

    Args:
        column: numbers or booleans; or texts, all of which are numbers or stand for a missing value, as
            when one of many rows that were read together had a stray text.
        truths: whether the texts `true` and `false` are 1 and 0.

    Returns:
        The column's own values where they are numbers, else float64; shape (N,).

    Raises:
        DataError: a text that isn't a number, a date, or a number that isn't finite, with its row.

    Example:
        >>> numbers_in(Column("a", "text", np.array([1, 0, -1]), ("1.5", "2"))).tolist()
        [2.0, 1.5, nan]
    """
    if column.kind == "text":
        return _parsed(column, truths)
    if column.kind == "date":
        raise DataError("data.date_for_number", column=column.name)
    check_finite(column)
    return column.values


def seconds_in(column: Column) -> NDArray[Any]:
    """Return a column's dates as seconds since 1970 (UTC), NaN where missing.

    Raises:
        DataError: a value that isn't a date, with its row.
    """
    present = ~column.missing
    if column.kind == "text":
        present &= ~np.isin(column.values, [i for i, level in enumerate(column.levels) if level in MISSING])
    if column.kind != "date" and present.any():
        row = int(np.argmax(present))
        value = column.take(np.array([row])).texts()[0]
        raise DataError("data.not_a_date", column=column.name, row=row + 1, value=value)
    check_finite(column)
    return column.values if column.kind == "date" else np.full(len(column), np.nan)


def check_finite(column: Column) -> None:
    """Refuse infinities, and numbers so large that they are infinite in float32.

    Raises:
        DataError: with the row of the first one.
    """
    values = column.values
    if values.dtype.kind != "f" or len(values) == 0:
        return
    # fmax and fmin pass over gaps and need no memory.
    if max(np.fmax.reduce(values), -np.fmin.reduce(values)) <= LARGEST or column.missing.all():
        return
    row = int(np.argmax(np.abs(values) > LARGEST))
    code = "data.infinite" if np.isinf(values[row]) else "data.too_large"
    raise DataError(code, column=column.name, row=row + 1, value=repr(float(values[row])))


def _parsed(column: Column, truths: bool) -> NDArray[np.float64]:
    numbers = np.array([_number(level, truths) for level in column.levels] + [np.nan])
    wrong = np.isinf(numbers)[column.values]
    if wrong.any():
        row = int(np.argmax(wrong))
        text = column.levels[column.values[row]]
        raise DataError("data.not_a_number", column=column.name, row=row + 1, value=text)
    return numbers[column.values]


def _number(text: str, truths: bool) -> float:
    """Return what a text stands for: a number, NaN for missing, or infinity for what isn't a number."""
    text = text.strip()
    if text in MISSING:
        return float("nan")
    if truths and text.casefold() in _TRUTHS:
        return _TRUTHS[text.casefold()]
    value = as_number(text)
    return float("inf") if value is None or abs(value) > LARGEST else value
