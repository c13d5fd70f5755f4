"""Year, month and day of a day since 1970, in whole numbers only, for what has no calendar of its own.

The same lines work on NumPy's arrays, on PyTorch's tensors and on the values of an ONNX graph.
"""

from __future__ import annotations

from typing import Any

#: The calendar repeats after 400 years; from 0000-03-01, where a leap day is a year's last, to 1970-01-01.
_CYCLE_DAYS, _SHIFT = 146_097, 719_468
#: So many cycles are added, and taken off the year, so that nothing below is negative: a division that rounds
#: towards 0 then rounds down. They reach back further than `encode_parts.FARTHEST`.
_CYCLES = 3_000


def year_month_day(days: Any) -> tuple[Any, Any, Any]:
    """Return year, month and day.

    Args:
        days: since 1970-01-01, 64 bits each; anything with `+`, `-`, `*` and `//`.

    Source: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.

    Example:
        >>> import numpy as np
        >>> [part.tolist() for part in year_month_day(np.array([-1, 19_782]))]
        [[1969, 2024], [12, 2], [31, 29]]
    """
    shifted = days + (_SHIFT + _CYCLES * _CYCLE_DAYS)
    cycle = shifted // _CYCLE_DAYS
    day_of_cycle = shifted - cycle * _CYCLE_DAYS
    leap_days = day_of_cycle // 1460 - day_of_cycle // 36_524 + day_of_cycle // 146_096
    year = (day_of_cycle - leap_days) // 365
    day_of_year = day_of_cycle - (year * 365 + year // 4 - year // 100)
    month = (day_of_year * 5 + 2) // 153  # 0 is March
    day = day_of_year - (month * 153 + 2) // 5 + 1
    next_year = month // 10
    return year + cycle * 400 + next_year - 400 * _CYCLES, month + 3 - next_year * 12, day


def weekday(days: Any) -> Any:
    """Return the day of the week, Monday being 0.

    Example:
        >>> weekday(0)
        3
    """
    counted = days + (3 + _CYCLES * _CYCLE_DAYS)  # a cycle is a whole number of weeks
    return counted - counted // 7 * 7
