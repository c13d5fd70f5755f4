"""A table's columns at a glance: what is missing, from where to where, and how the values lie.

Letters: N rows, B bars.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stirfry.data.table import Column
from stirfry.report.measures.sample import sample

Floats = NDArray[np.float64]

#: How many bars a small histogram has at most.
BARS = 24
#: How many texts of a column are named.
NAMED = 3


@dataclass(frozen=True)
class Glance:
    """One column at a glance.

    Args:
        name: the column.
        kind: what its values are.
        rows: how many there are.
        missing: how many values are missing.
        low: the smallest number; None where there is none.
        middle: the median; of true and false, the share that is true.
        high: the largest.
        levels: the commonest texts with their counts.
        distinct: how many different texts there are.
        bars: how many values lie in each of B equal stretches; for texts, how often the commonest ones are.
    """

    name: str
    kind: str
    rows: int
    missing: int
    low: float | None = None
    middle: float | None = None
    high: float | None = None
    levels: tuple[tuple[str, int], ...] = ()
    distinct: int = 0
    bars: tuple[int, ...] = ()


def glance(column: Column) -> Glance:
    """Return a column at a glance.

    Example:
        >>> found = glance(Column("x", "number", np.array([1.0, 2.0, np.nan, 5.0])))
        >>> found.missing, found.low, found.middle, found.high
        (1, 1.0, 2.0, 5.0)
    """
    missing = int(np.count_nonzero(column.missing))
    if column.kind == "text":
        return _of_text(column, missing)
    values = column.values[~column.missing].astype(np.float64)
    values = values[np.isfinite(values)]
    if not len(values):
        return Glance(column.name, column.kind, len(column), missing)
    low, high = float(values.min()), float(values.max())
    if column.kind == "boolean":
        middle = float(values.mean())
    else:
        middle = float(np.median(values[sample(len(values))]))
    return Glance(column.name, column.kind, len(column), missing, low, middle, high, bars=bars_of(values))


def bars_of(values: Floats) -> tuple[int, ...]:
    """Return a small histogram; a few whole numbers get a bar each."""
    values = values[sample(len(values))]
    low, high = float(values.min()), float(values.max())
    if low == high or not np.isfinite(high - low):
        return (len(values),)
    whole = bool((values == np.floor(values)).all())
    bars = int(min(BARS, high - low + 1)) if whole else BARS
    reach = (low - 0.5, high + 0.5) if whole and bars == high - low + 1 else (low, high)
    return tuple(np.histogram(values, bins=bars, range=reach)[0].tolist())


def _of_text(column: Column, missing: int) -> Glance:
    counts = np.bincount(column.values[column.values >= 0], minlength=len(column.levels))
    order = np.argsort(-counts, kind="stable")
    order = order[counts[order] > 0]
    levels = tuple((column.levels[place], int(counts[place])) for place in order[:NAMED])
    bars = tuple(counts[order[:BARS]].tolist())
    return Glance(
        column.name, column.kind, len(column), missing, levels=levels, distinct=len(order), bars=bars
    )
