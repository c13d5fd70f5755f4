"""Compares values with the names of classes and levels, whatever kind the column was read as.

A file of new rows can be read differently from the one that was trained on: one stray text makes a column
of numbers a column of texts, and a column that lacks `maybe` becomes one of truths. So `2`, `2.0` and
`"2"` are the same level, and so are true, `"True"` and `1`.

Letters: N rows.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import product

import numpy as np
from numpy.typing import NDArray

from stirfry.data.statistics import distinct
from stirfry.data.table import Column, as_text

#: What `match` gives where a value is missing, and where it is none of those known.
MISSING, UNKNOWN = -1, -2

_TRUTHS = {"true": "1", "false": "0"}
# The length is limited: no level that long is meant as a number, and int() refuses thousands of digits.
_WHOLE = re.compile(r"[-+]?[0-9]{1,40}")
_NUMBER = re.compile(r"[-+]?(?:[0-9]{1,40}\.?[0-9]{0,40}|\.[0-9]{1,40})(?:[eE][-+]?[0-9]{1,3})?")


def as_number(text: str) -> float | None:
    """Return the finite number that a text is; None where it isn't one.

    Example:
        >>> as_number("1e3"), as_number("1,000"), as_number("nan")
        (1000.0, None, None)
    """
    if not _NUMBER.fullmatch(text):
        return None
    value = float(text)
    return value if abs(value) != float("inf") else None


def levels_in(column: Column) -> tuple[str, ...]:
    """Return the different values of a column as texts, sorted; missing ones aside."""
    if column.kind == "text":
        seen = distinct(column.values)
        return tuple(column.levels[code] for code in seen.tolist() if code >= 0)
    values = distinct(column.values[~column.missing])
    return tuple(sorted(str(as_text(value)) for value in values.tolist()))


def match(column: Column, known: Sequence[str]) -> NDArray[np.int32]:
    """Return which of the known levels each value is.

    Args:
        column: values of any kind.
        known: the levels, as `as_text` writes them.

    Returns:
        Positions in `known`, `MISSING` or `UNKNOWN`; shape (N,).

    Example:
        >>> match(Column("a", "number", np.array([2.0, np.nan, 5.0])), ["1", "2"]).tolist()
        [1, -1, -2]
    """
    exact = {level: place for place, level in enumerate(known)}
    alike: dict[str, int] = {}
    for level, place in exact.items():
        alike.setdefault(_canonical(level), place)

    def find(text: str) -> int:
        place = exact.get(text)
        return alike.get(_canonical(text), UNKNOWN) if place is None else place

    if column.kind == "text":
        # The place of a missing value, -1, is the last entry.
        places = [*map(find, column.levels), MISSING]
        return np.array(places, dtype=np.int32)[column.values]
    values, inverse = np.unique(column.values, return_inverse=True)
    texts = [as_text(value) for value in values.tolist()]
    places = [MISSING if text is None else find(text) for text in texts]
    return np.array(places, dtype=np.int32)[inverse]


def spellings(known: Sequence[str]) -> dict[str, int]:
    """Return the texts that mean one of the known levels, for what can only look a text up.

    `match` reads every way to write a number; here are those that programs write: 2 as `2` and `2.0`, true
    as `1`, and as `true` in small and large letters.

    Args:
        known: the levels, as `as_text` writes them.

    Example:
        >>> spellings(["2", "red"])
        {'2': 0, 'red': 1, '2.0': 0}
    """
    found = {level: place for place, level in enumerate(known)}
    for place, level in enumerate(known):
        for text in _alike(_canonical(level)):
            found.setdefault(text, place)
    return found


def _alike(text: str) -> list[str]:
    """Return other ways to write what has this one spelling."""
    value = as_number(text)
    if value is None:
        return [text]
    written = repr(value)
    truths = [truth for truth, number in _TRUTHS.items() if number == text]
    cased = [
        "".join(letters)
        for truth in truths
        for letters in product(*((small, small.upper()) for small in truth))
    ]
    return [text, *([written] if _canonical(written) == text else []), *cased]


def _canonical(text: str) -> str:
    """Return one spelling for all texts that mean the same number or truth."""
    truth = _TRUTHS.get(text.casefold())
    if truth is not None:
        return truth
    if _WHOLE.fullmatch(text):
        return str(int(text))
    value = as_number(text)
    return text if value is None else str(as_text(value))
