"""95% intervals: how far a score could have been from its value with another sample of as many rows.

Sources: Wilson, 1927, "Probable inference, the law of succession, and statistical inference"; Efron, 1979,
"Bootstrap methods: another look at the jackknife", and Efron and Tibshirani, 1993, chapter 13, for the
percentiles.

Letters: B resamples, N rows, K classes.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from stirfry.data.statistics import quantiles
from stirfry.judge.metrics import Counts, Tally

LEVEL = 0.95

#: The point of the standard normal distribution that leaves (1 - LEVEL) / 2 above it.
_Z = 1.959963984540054

_MOST, _LEAST = 1_000, 200
_DRAWS = 100_000_000
#: How many counts are in memory at once: small enough to stay in a core's own cache.
_CHUNK = 1 << 17


def wilson(right: float, rows: float) -> tuple[float, float]:
    """Return Wilson's interval of a share.

    Unlike the textbook's `p ± 1.96·sqrt(p(1-p)/n)` it never leaves 0 to 1 and keeps a width where every row,
    or none, is right.

    Args:
        right: how many rows are right, 0 to `rows`.
        rows: how many rows there are, above 0.

    Returns:
        The lower and the upper end.

    Example:
        >>> [round(end, 3) for end in wilson(30, 30)]
        [0.886, 1.0]
    """
    share = right / rows
    middle = share + _Z**2 / (2 * rows)
    reach = _Z * sqrt(share * (1 - share) / rows + _Z**2 / (4 * rows**2))
    scale = 1 + _Z**2 / rows
    return max(0.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale)


def effective_rows(sizes: Counts) -> float:
    """Return over how many rows one share is as uncertain as the mean of the shares of several groups.

    That mean's variance is p(1-p)·(1/n₁ + … + 1/n_K) / K², so n is K² / (1/n₁ + … + 1/n_K): all rows where
    the groups are equal, fewer the more they differ.

    Args:
        sizes: n₁ … n_K, each above 0 (any 0 gives 0).

    Example:
        >>> [round(effective_rows(np.array(sizes)), 1) for sizes in ([10, 10, 10], [28, 1, 1])]
        [30.0, 4.4]
    """
    return len(sizes) ** 2 / float((1 / sizes).sum()) if sizes.all() else 0.0


def resamples(rows: int) -> int:
    """Return how many resamples a part gets: 1,000, or fewer where it is very large.

    Above 100,000 rows, as many as make 100 million draws, and never under 200: the interval of so many rows
    is narrow, and its ends need no third digit.

    Example:
        >>> [resamples(rows) for rows in (30, 200_000, 10_000_000)]
        [1000, 500, 200]
    """
    return int(np.clip(_DRAWS // max(rows, 1), _LEAST, _MOST))


def row_counts(rows: int, draws: int, generator: np.random.Generator) -> Iterator[Counts]:
    """Draw rows with replacement, as many as there are, and yield how often each was drawn.

    Args:
        rows: N, above 0.
        draws: how many resamples to draw.
        generator: what decides them.

    Yields:
        Counts of shape (b, N), a few resamples at a time; B = `draws` of them in all.
    """
    step = max(1, _CHUNK // rows)
    for start in range(0, draws, step):
        several = min(step, draws - start)
        drawn = generator.integers(0, rows, size=(several, rows))
        drawn += np.arange(several)[:, None] * rows
        yield np.bincount(drawn.ravel(), minlength=several * rows).reshape(several, rows)


def tally_counts(confusion: Counts, draws: int, generator: np.random.Generator) -> Iterator[Tally]:
    """Draw rows with replacement through the cells of the confusion matrix, and yield each class's counts.

    A row counts only through its cell, so drawing N rows is one multinomial draw over the cells. Only the
    cells that hold rows are kept: at most N of the K².

    Args:
        confusion: shape (K, K), at least one row in all.
        draws: how many resamples to draw.
        generator: what decides them.

    Yields:
        Counts of shape (b, K), a few resamples at a time.
    """
    true, predicted = np.nonzero(confusion)
    cells = confusion[true, predicted]
    rows, classes = int(cells.sum()), len(confusion)
    step = max(1, _CHUNK // max(len(cells), classes))
    for start in range(0, draws, step):
        several = min(step, draws - start)
        drawn = generator.multinomial(rows, cells / rows, size=several)
        diagonal = true == predicted
        yield Tally(
            _grouped(drawn[:, diagonal], true[diagonal], classes),
            _grouped(drawn, true, classes),
            _grouped(drawn, predicted, classes),
        )


def _grouped(drawn: Counts, groups: NDArray[np.int64], classes: int) -> Counts:
    """Add up the columns of each group. Shape: (b, cells) to (b, K)."""
    several = len(drawn)
    places = groups + np.arange(several)[:, None] * classes
    # bincount adds weights in float64, which is exact below 2^53 rows.
    sums = np.bincount(places.ravel(), weights=drawn.ravel(), minlength=several * classes)
    return sums.astype(np.int64).reshape(several, classes)


def percentiles(values: NDArray[np.float64]) -> tuple[float, float] | None:
    """Return the ends between which the middle 95% of the resamples' values lie.

    Args:
        values: one a resample; those that aren't finite are left out.

    Returns:
        The lower and the upper end; None where every resample gave the same value, for that shows no spread
        and so proves nothing.
    """
    values = values[np.isfinite(values)]
    # Sums in another order differ in their last digits; that is no spread either.
    if not len(values) or np.ptp(values) <= 1e-12 * np.abs(values).max():
        return None
    low, high = quantiles(values, [(1 - LEVEL) / 2, (1 + LEVEL) / 2])
    return low, high
