"""Leaves out points that a line can't show, and never a peak."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

#: A line of 400 pixels shows no more.
MOST = 2_000


def thinned(values: NDArray[np.float64], most: int = MOST) -> NDArray[np.int64]:
    """Return which points of a line to draw: the ends, and the lowest and highest of every short stretch.

    Args:
        values: shape (N,); NaN where there is no point.
        most: how many points may be left, at least 4.

    Returns:
        Rising positions in `values`, all of them where there are no more than `most`.

    Example:
        >>> thinned(np.array([0, 1, 9, 1, 0, 1, -9, 1, 0, 1.0]), most=6).tolist()
        [0, 2, 5, 6, 9]
    """
    count = len(values)
    if count <= most:
        return np.arange(count)
    edges = np.linspace(0, count, (most - 2) // 2 + 1).astype(np.int64)
    low, high = np.where(np.isnan(values), np.inf, values), np.where(np.isnan(values), -np.inf, values)
    kept = {0, count - 1}
    for start, end in pairwise(edges):
        kept |= {int(start + low[start:end].argmin()), int(start + high[start:end].argmax())}
    return np.array(sorted(kept))
