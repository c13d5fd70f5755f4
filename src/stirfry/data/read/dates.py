"""Finds out whether texts are dates, and turns them into seconds since 1970.

A column is one of dates only where a single format fits every one of its texts: a number such as 2020 or
20200131 is never a date, and "31/12/2020" beside "12/31/2020" makes a column of text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ISO = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?(Z|[+-]\d\d:?\d\d)?)?", re.ASCII)
_TIME = r"(?:[T ]+(?P<H>\d{1,2}):(?P<M>\d\d)(?::(?P<S>\d\d))?)?"
_PARTS = {"%Y": r"(?P<Y>\d{4})", "%m": r"(?P<m>\d{1,2})", "%d": r"(?P<d>\d{1,2})"}

MONTH_FIRST, DAY_FIRST = "%m/%d/%Y", "%d/%m/%Y"

#: The formats, in the order they are tried. A time of day may follow each of them.
FORMATS = (
    "iso",
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y年%m月%d日",
    "%d.%m.%Y",
    MONTH_FIRST,
    DAY_FIRST,
)


def parse_dates(levels: Sequence[str]) -> tuple[NDArray[np.float64], str] | None:
    """Return the seconds since 1970 (UTC) of every text, and the format that fits them all.

    Where both month first and day first fit, month first is taken; `is_ambiguous` tells.

    Args:
        levels: texts, none of them missing.

    Returns:
        The seconds, shape (L,), and one of `FORMATS`; None where no format fits, or there is no text.

    Example:
        >>> seconds, form = parse_dates(["1970/1/2", "1970/1/1 00:01"])
        >>> seconds.tolist(), form
        ([86400.0, 60.0], '%Y/%m/%d')
    """
    for name in FORMATS if levels else ():
        seconds = _all_seconds(levels, name)
        if seconds is not None:
            return seconds, name
    return None


def is_ambiguous(levels: Sequence[str], name: str) -> bool:
    """Whether texts that were read month first could be read day first, and would mean something else."""
    if name != MONTH_FIRST:
        return False
    one, other = (_all_seconds(levels, form) for form in (MONTH_FIRST, DAY_FIRST))
    return one is not None and other is not None and not np.array_equal(one, other)


def seconds_of(text: str, name: str) -> float | None:
    """Return the seconds since 1970 (UTC) of one text.

    Args:
        text: a date, with or without a time of day.
        name: one of `FORMATS`.

    Returns:
        The seconds, or None where the text isn't a date of that format.

    Example:
        >>> seconds_of("02/01/1970", "%d/%m/%Y")
        86400.0
    """
    try:
        moment = _READERS[name](text)
    except ValueError:  # a 31st of February, an hour 25
        return None
    return None if moment is None else (moment - _EPOCH).total_seconds()


def _all_seconds(levels: Sequence[str], name: str) -> NDArray[np.float64] | None:
    seconds = np.empty(len(levels))
    for index, text in enumerate(levels):
        value = seconds_of(text, name)
        if value is None:
            return None
        seconds[index] = value
    return seconds


def _read_iso(text: str) -> datetime | None:
    if not _ISO.fullmatch(text):
        return None
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _reader(name: str) -> Callable[[str], datetime | None]:
    pattern = re.escape(name)
    for part, group in _PARTS.items():
        pattern = pattern.replace(re.escape(part), group)
    compiled = re.compile(pattern + _TIME, re.ASCII)

    def read(text: str) -> datetime | None:
        match = compiled.fullmatch(text)
        if not match:
            return None
        year, month, day = (int(match[part]) for part in "Ymd")
        hour, minute, second = (int(match[part] or 0) for part in "HMS")
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC)

    return read


_READERS: dict[str, Callable[[str], datetime | None]] = {
    "iso": _read_iso,
    **{name: _reader(name) for name in FORMATS[1:]},
}
