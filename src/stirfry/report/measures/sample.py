"""Which rows are looked at where all would take too long."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

#: Rows that curves and histograms are made of at most: what more would add, no eye sees.
MOST = 20_000


@lru_cache(maxsize=8)
def sample(rows: int, most: int = MOST) -> NDArray[np.int64]:
    """Return the places of at most `most` of some rows, in order; the same ones every time.

    Example:
        >>> sample(3).tolist(), len(sample(100, most=10))
        ([0, 1, 2], 10)
    """
    found = np.arange(rows)
    if rows > most:
        found = np.sort(np.random.default_rng(0).choice(rows, most, replace=False))
    found.setflags(write=False)
    return found
