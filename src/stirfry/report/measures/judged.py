"""How good the answers are, beyond one number: ROC and precision-recall curves, and reliability.

Letters: N rows, K classes, P points of a curve, B bins.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stirfry.judge.intervals import wilson

Floats = NDArray[np.float64]
Truths = NDArray[np.bool_]

#: Points that a curve is drawn through at most.
POINTS = 200
#: Rows that a bin of the reliability diagram has at least, and how many bins there are at most.
ROWS_A_BIN, BINS = 10, 10


@dataclass(frozen=True)
class Curve:
    """A curve of shape (P,) each, and the area under it."""

    x: Floats
    y: Floats
    area: float


@dataclass(frozen=True)
class Bin:
    """Rows with about the same predicted probability.

    Args:
        said: their mean probability.
        share: the share of them for which it was true.
        low: the lower end of its 95% interval.
        high: the upper end.
        rows: how many there are.
    """

    said: float
    share: float
    low: float
    high: float
    rows: int


def roc(positive: Truths, scores: Floats) -> Curve | None:
    """Return the true positive rate over the false positive rate; None without both kinds of rows.

    Args:
        positive: which rows are positive, shape (N,).
        scores: the higher, the more likely, shape (N,).

    Example:
        >>> roc(np.array([True, False, True]), np.array([0.9, 0.5, 0.4])).area
        0.5
    """
    hits, misses = _counted(positive, scores)
    if not hits[-1] or not misses[-1]:
        return None
    x, y = misses / misses[-1], hits / hits[-1]
    area = float(np.sum(np.diff(x) * (y[1:] + y[:-1]) / 2))
    kept = _few(len(x))
    return Curve(x[kept], y[kept], area)


def precision_recall(positive: Truths, scores: Floats) -> Curve | None:
    """Return the precision over the recall, with the average precision as its area; None without positives.

    Example:
        >>> round(precision_recall(np.array([True, False, True]), np.array([0.9, 0.5, 0.4])).area, 4)
        0.8333
    """
    hits, misses = _counted(positive, scores)
    if not hits[-1]:
        return None
    recall = hits / hits[-1]
    precision = np.concatenate([[1.0], hits[1:] / (hits[1:] + misses[1:])])
    area = float(np.sum(np.diff(recall) * precision[1:]))
    kept = _few(len(recall))
    return Curve(recall[kept], precision[kept], area)


def _counted(positive: Truths, scores: Floats) -> tuple[Floats, Floats]:
    """Return how many positives and negatives are at least at each score, from the highest down, after 0."""
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(scores) - 1)
    hits = np.cumsum(positive[order])[ends]
    start = np.zeros(1)
    return np.concatenate([start, hits]), np.concatenate([start, ends + 1 - hits])


def _few(points: int) -> NDArray[np.int64]:
    return np.unique(np.linspace(0, points - 1, min(points, POINTS)).astype(np.int64))


def reliability(said: Floats, true: Truths) -> tuple[Bin, ...]:
    """Return bins of rows by predicted probability, of about equally many rows each.

    Args:
        said: the predicted probability, shape (N,).
        true: whether it came true, shape (N,).

    Example:
        >>> found = reliability(np.array([0.2] * 10 + [0.8] * 10), np.arange(20) >= 9)
        >>> [(each.said, each.share) for each in found]
        [(0.2, 0.1), (0.8, 1.0)]
    """
    rows = len(said)
    if not rows:
        return ()
    order = np.argsort(said, kind="stable")
    values = said[order]
    cuts = np.linspace(0, rows, int(np.clip(rows // ROWS_A_BIN, 1, BINS)) + 1).astype(np.int64)
    # Rows of one probability stay together.
    starts = np.unique(np.searchsorted(values, values[cuts[:-1]]))
    return tuple(
        _bin(values[start:end], true[order[start:end]])
        for start, end in zip(starts, [*starts[1:], rows], strict=True)
    )


def _bin(said: Floats, true: Truths) -> Bin:
    rows, right = len(said), int(np.count_nonzero(true))
    return Bin(float(said.mean()), right / rows, *wilson(right, rows), rows)


def calibration_error(bins: tuple[Bin, ...]) -> float:
    """Return the mean distance between what was said and what came true, over rows."""
    rows = sum(each.rows for each in bins)
    return sum(each.rows * abs(each.said - each.share) for each in bins) / max(rows, 1)
