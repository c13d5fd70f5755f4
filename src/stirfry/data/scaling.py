"""What a column of numbers is shifted and divided by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stirfry.spec.recipe import Scale

#: A spread of fewer units in the last place than this is the rounding of a constant column.
_ROUNDING = 10 * float(np.finfo(np.float64).eps)


def center_and_scale(values: NDArray[np.float64], scale: Scale) -> tuple[float, float]:
    """Return what is subtracted from a column and what it is then divided by.

    Args:
        values: finite numbers, at least one; shape (N,).
        scale: `standard` (mean, standard deviation), `minmax` (smallest, range), `robust` (median,
            interquartile range; the standard deviation where half of the values are the same) or `none`.

    Returns:
        Center and scale. A scale of 0 says that the values don't differ; the column then becomes 0, in
        prediction too, because no weight has learnt what another value means.

    Source: scikit-learn's `StandardScaler`, `MinMaxScaler` and `RobustScaler`.

    Example:
        >>> center_and_scale(np.array([1.0, 2.0, 5.0]), "minmax")
        (1.0, 4.0)
    """
    if scale == "none":
        return 0.0, 1.0
    low, high = float(values.min()), float(values.max())
    if scale == "standard":
        center, spread = float(values.mean()), float(values.std())
    elif scale == "minmax":
        center, spread = low, high - low
    else:
        first, center, third = (float(value) for value in np.percentile(values, [25, 50, 75]))
        spread = third - first if third > first else float(values.std())
    constant = spread <= _ROUNDING * max(abs(low), abs(high))
    return center, 0.0 if constant else spread


def scaled(
    values: NDArray[np.float64], center: float, scale: float, limit: float
) -> NDArray[np.float64] | float:
    """Return `(values - center) / scale` between `-limit` and `limit`; 0 where the scale is 0."""
    if scale == 0:
        return 0.0
    with np.errstate(over="ignore"):
        return np.clip((values - center) / scale, -limit, limit)
