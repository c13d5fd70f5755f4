"""Columns that count or that tell the time, by their values and names.

Letters: N rows.
"""

from __future__ import annotations

import re

import numpy as np

from stirfry.data.table import Column

#: Of fewer rows, numbers that follow one another may be measurements.
ROWS = 20
#: From where on a serial number may begin that doesn't begin with the rows, and how many there are at least;
#: up to `YEARS` they may be years.
SERIAL, SERIAL_ROWS, YEARS = 1_000, 100, 2_200
#: Rows without a label leave gaps in a row number; more than one in fifty and it is no row number.
GAPS = 0.02

_TIME = re.compile(
    r"t|time|times|date|dates|datetime|year|years|month|day|days|week|hour|hours|minute|second|timestamp|epoch|step"
    r"|(?:.*[\s_.-])(?:time|date|datetime|timestamp|year|month|week|day|hour)"
    r"|.*(?:时间|日期|时刻|年份|月份|年|月|日)"
)


def is_time_name(name: str) -> bool:
    """Whether a column is called as times are.

    Example:
        >>> [is_time_name(name) for name in ("Date", "sale_year", "t", "日期", "weight", "days_off")]
        [True, True, True, True, False, False]
    """
    return bool(_TIME.fullmatch(name.strip().casefold()))


def is_row_number(column: Column) -> bool:
    """Whether a column holds the numbers from 0 or 1 to about N, each once and in whatever order."""
    return _is_consecutive(column) and column.values.min() in (0, 1)


def is_serial_number(column: Column) -> bool:
    """Whether a column holds numbers that follow one another from a large one on: of customers, of orders."""
    values = column.values
    if not _is_consecutive(column) or len(values) < SERIAL_ROWS:
        return False
    return bool(values.min() >= SERIAL and values.max() > YEARS)


def _is_consecutive(column: Column) -> bool:
    """Whether whole numbers follow one another, each once and in whatever order, with hardly a gap."""
    values = column.values
    if column.kind != "number" or len(values) < ROWS:
        return False
    if not len(values) - 1 <= values.max() - values.min() < len(values) * (1 + GAPS):
        return False
    in_order = np.sort(values)
    return bool((in_order % 1 == 0).all() and (in_order[1:] != in_order[:-1]).all())


def is_steady(column: Column) -> bool:
    """Whether a column grows by the same step from each row to the next, as a time that is measured."""
    values = column.values
    if column.kind not in ("number", "date") or len(values) < ROWS:
        return False
    begin = np.diff(values[:ROWS])
    if not (begin[0] > 0 and np.allclose(begin, begin[0], rtol=1e-6, atol=0)):
        return False
    steps = np.diff(values)
    return bool(np.allclose(steps, steps[0], rtol=1e-6, atol=0))
