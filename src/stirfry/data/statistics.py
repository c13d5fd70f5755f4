"""What an array holds: its different values, their median and quantiles, and which ones another array has.

NumPy's own functions for these ask whether an array is a masked one, and the question alone loads `numpy.ma`:
50 ms in a process that may need no more than that to train a network.

Letters: N values, M others.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray


def distinct(values: NDArray[Any]) -> NDArray[Any]:
    """Return the different values, sorted; NaN counts as one of them.

    Example:
        >>> distinct(np.array([2.0, 1.0, 2.0])).tolist()
        [1.0, 2.0]
    """
    return np.unique(values, return_counts=True)[0]


def is_among(values: NDArray[Any], others: NDArray[Any]) -> NDArray[np.bool_]:
    """Return which values are among the others. Shapes: (N,) and (M,), returns (N,).

    Example:
        >>> is_among(np.array([1, 2, 3]), np.array([3, 1, 3])).tolist()
        [True, False, True]
    """
    if not len(others):
        return np.zeros(len(values), dtype=np.bool_)
    ordered = np.sort(others)
    places = np.searchsorted(ordered, values)
    return ordered[np.minimum(places, len(ordered) - 1)] == values


def median(values: NDArray[Any]) -> NDArray[Any]:
    """Return the median along the first axis; NaN where one of the values is.

    Args:
        values: at least one number; shape (N, …).

    Returns:
        The middle value, or the mean of the two in the middle; shape (…).

    Example:
        >>> float(median(np.array([3.0, 1.0, 2.0, 10.0])))
        2.5
    """
    last = len(values) - 1
    low, high = last // 2, len(values) // 2
    # NaN is sorted behind every number.
    ordered = np.partition(values, (low, high, last), axis=0)
    middle = ordered[low] if low == high else (ordered[low] + ordered[high]) / 2
    return np.where(np.isnan(ordered[last]), np.nan, middle)


def quantiles(values: NDArray[np.float64], shares: Sequence[float]) -> list[float]:
    """Return the values below which some shares of all lie, on the straight line between two neighbours.

    Args:
        values: at least one finite number; shape (N,).
        shares: each 0 to 1.

    Example:
        >>> quantiles(np.array([10.0, 30.0, 20.0]), [0.5, 0.75])
        [20.0, 25.0]

    Source: NumPy's `quantile`, method `linear`, whose roundings these are.
    """
    ordered = np.sort(values)
    found = []
    for share in shares:
        place = share * (len(values) - 1)
        below = min(int(place), len(values) - 2) if len(values) > 1 else 0
        part, low, high = (
            place - below,
            float(ordered[below]),
            float(ordered[min(below + 1, len(values) - 1)]),
        )
        found.append(low + (high - low) * part if part < 0.5 else high - (high - low) * (1 - part))
    return found
