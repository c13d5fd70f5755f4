"""What a network must beat: always the training part's commonest class, or always its mean.

Letters: N rows, K classes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.judge.metrics import Floats


def majority(frequencies: Sequence[float] | NDArray[Any], rows: int) -> Floats:
    """Return the probabilities of saying the same for every row: each class's share of the training part.

    The commonest class is then the prediction (the first of several), the shares are what the log loss sees,
    and all rows rank the same, which makes the area under the ROC curve one half.

    Args:
        frequencies: how many training rows each class has, or their shares; shape (K,).
        rows: N, the rows of the part that is scored.

    Returns:
        Shape (N, K), a view of one row.

    Example:
        >>> majority([30, 10], rows=2).tolist()
        [[0.75, 0.25], [0.75, 0.25]]
    """
    shares = np.asarray(frequencies, dtype=np.float64)
    return np.broadcast_to(shares / shares.sum(), (rows, len(shares)))


def mean(training_mean: float, rows: int) -> Floats:
    """Return the training part's mean for every row. Shape: (N,)."""
    return np.full(rows, training_mean, dtype=np.float64)
