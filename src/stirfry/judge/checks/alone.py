"""How well one column alone tells the target, each row being told by the others.

A number is told by its neighbours: for classes by the nearest row, in regression by the line between the rows
at both sides. A text is told by the other rows that have it. So what is measured holds for rows that the
model hasn't seen: a key that is different in every row tells nothing.

The rows must stand in the order of a lot. Rows of equal value are neighbours in the order in which they
stand, and those of a file that is sorted by the target would tell each other.

Letters: N rows, D columns.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Classes = NDArray[np.int64]


def numbers_right(columns: Floats, classes: Classes) -> Floats:
    """Return the share of rows whose class the nearest other row of a column has.

    Args:
        columns: shape (N, D), N above 2.
        classes: shape (N,).

    Returns:
        Shape (D,).

    Example:
        >>> numbers_right(np.array([[1.0], [2.0], [8.0], [9.0]]), np.array([0, 0, 1, 1])).tolist()
        [1.0]
    """
    order = np.argsort(columns, axis=0, kind="stable")
    sorted_columns, own = np.take_along_axis(columns, order, axis=0), classes[order]
    gaps = np.diff(sorted_columns, axis=0)
    before = gaps[:-1] <= gaps[1:]
    near = np.where(before, own[:-2], own[2:])
    right = (near == own[1:-1]).sum(axis=0) + (own[0] == own[1]) + (own[-1] == own[-2])
    return right / len(columns)


def numbers_r2(columns: Floats, values: Floats) -> Floats:
    """Return the R² of the line between the rows at both sides of each row.

    Args:
        columns: shape (N, D), N above 2.
        values: shape (N,), not all the same.

    Returns:
        Shape (D,).
    """
    order = np.argsort(columns, axis=0, kind="stable")
    sorted_columns, own = np.take_along_axis(columns, order, axis=0), values[order]
    gaps = np.diff(sorted_columns, axis=0)
    span = gaps[:-1] + gaps[1:]
    share = np.divide(gaps[:-1], span, out=np.full_like(span, 0.5), where=span > 0)
    told = own[:-2] * (1 - share) + own[2:] * share
    inner = own[1:-1]
    spread = ((inner - inner.mean(axis=0)) ** 2).sum(axis=0)
    wrong = ((inner - told) ** 2).sum(axis=0)
    return 1 - np.divide(wrong, spread, out=np.full_like(spread, np.inf), where=spread > 0)


def groups_right(groups: Classes, classes: Classes) -> float:
    """Return the share of rows whose class is the commonest one among the other rows of their group."""
    kinds = int(classes.max()) + 1
    pairs, counts = np.unique(groups * kinds + classes, return_counts=True)
    owners = pairs // kinds
    most: dict[int, int] = {}
    for owner, count in zip(owners.tolist(), counts.tolist(), strict=True):
        most[owner] = max(most.get(owner, 0), count)
    # A row that is alone in its group is told by nothing.
    return sum(count for count in most.values() if count > 1) / len(groups)


def groups_r2(groups: Classes, values: Floats) -> float:
    """Return the R² of the mean of the other rows of a group; of all rows where there are no others."""
    _, places = np.unique(groups, return_inverse=True)
    counts = np.bincount(places)[places]
    sums = np.bincount(places, weights=values)[places]
    told = np.where(counts > 1, (sums - values) / np.maximum(counts - 1, 1), values.mean())
    spread = float(((values - values.mean()) ** 2).sum())
    return 1 - float(((values - told) ** 2).sum()) / spread if spread > 0 else -np.inf
