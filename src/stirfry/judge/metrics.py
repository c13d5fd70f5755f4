"""What the scores are computed from, in forms that any resample of the rows can be read from quickly.

Every measure here is a function of counts: how often each row (or each cell of the confusion matrix)
occurs. All ones, or the matrix itself, give the score; a bootstrap's draws give its spread. So a score and
its interval come from the same lines.

Letters: B resamples, N rows, K classes.

Sources: Fawcett, 2006, "An introduction to ROC analysis", for the classes' measures and the area under the
curve; Hanley and McNeil, 1982, for that area as a probability of ranks. The conventions where a class is
absent are scikit-learn's, the oracle in tests.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

#: Takes counts of shape (B, N), gives one value a resample by the metric's name, NaN where there is none.
Measure = Callable[[Counts], dict[str, Floats]]


def confusion_matrix(truth: NDArray[Any], predicted: NDArray[Any], classes: int) -> Counts:
    """Return how many rows of each true class got each predicted class.

    Args:
        truth: class numbers from 0, shape (N,).
        predicted: class numbers from 0, shape (N,).
        classes: K, how many classes there are.

    Returns:
        Shape (K, K): a row for each true class, a column for each predicted one.

    Example:
        >>> confusion_matrix(np.array([0, 0, 1]), np.array([0, 1, 1]), classes=2).tolist()
        [[1, 1], [0, 1]]
    """
    cells = np.asarray(truth, dtype=np.int64) * classes + predicted
    return np.bincount(cells, minlength=classes * classes).reshape(classes, classes)


class Tally(NamedTuple):
    """The three counts of each class that its measures need, each of shape (..., K).

    Args:
        right: rows of the class that were predicted as it.
        true: rows of the class.
        predicted: rows predicted as the class.
    """

    right: Counts
    true: Counts
    predicted: Counts


def tally(confusion: Counts) -> Tally:
    """Return the counts of each class from a confusion matrix of shape (..., K, K)."""
    right = np.diagonal(confusion, axis1=-2, axis2=-1)
    return Tally(right, confusion.sum(axis=-1), confusion.sum(axis=-2))


def accuracy(counts: Tally) -> Floats:
    """Return the share of rows predicted right. Shape: (...)."""
    return _quotient(counts.right.sum(axis=-1), counts.true.sum(axis=-1))


def balanced_accuracy(counts: Tally) -> Floats:
    """Return the mean over the true classes of the share predicted right. Shape: (...)."""
    return _mean_quotient(counts.right, counts.true)


def macro_f1(counts: Tally) -> Floats:
    """Return the mean of the classes' F1, over those that are true or predicted anywhere. Shape: (...)."""
    return _mean_quotient(2 * counts.right, counts.true + counts.predicted)


def _quotient(above: NDArray[Any], below: NDArray[Any]) -> Floats:
    """Divide, giving NaN for 0 / 0."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.true_divide(above, below), dtype=np.float64)


def _mean_quotient(above: Counts, below: Counts) -> Floats:
    """Return the mean over the last axis of the quotients that have a divisor."""
    there = below > 0
    quotients = np.divide(above, below, out=np.zeros(below.shape), where=there)
    return _quotient(quotients.sum(axis=-1), there.sum(axis=-1))


def log_loss(truth: NDArray[Any], probabilities: NDArray[Any]) -> Measure:
    """Return the measure of the mean of -log(the probability given to the true class).

    Probabilities are held away from 0 and 1 by the resolution of their own precision, as scikit-learn
    does, so that one wrong certainty costs 16 (float32) or 36 (float64) and not infinity.

    Args:
        truth: class numbers, shape (N,).
        probabilities: shape (N, K), float32 or float64.
    """
    given = probabilities[np.arange(len(truth)), truth]
    resolution = np.finfo(given.dtype).eps
    losses = -np.log(np.clip(given, resolution, 1 - resolution), dtype=np.float64)

    def measure(counts: Counts) -> dict[str, Floats]:
        return {"log_loss": _quotient(counts @ losses, counts.sum(axis=1))}

    return measure


@dataclass(frozen=True)
class Ranking:
    """One class against the others, sorted once.

    The area under the ROC curve is the probability that a row of the class scores higher than a row of
    another one; equal scores count half. So each row of the class needs the number of others below it and
    the number of others below it or equal to it: two places in one running sum over the sorted others.

    Args:
        own: the rows of the class.
        others: the other rows, by rising score.
        below: for each row in `own`, how many others score lower.
        not_above: for each row in `own`, how many others score lower or the same.
    """

    own: Counts
    others: Counts
    below: Counts
    not_above: Counts

    @classmethod
    def of(cls, is_own: NDArray[np.bool_], scores: NDArray[Any]) -> Ranking:
        """Sort the rows of one class against the others; both arguments have shape (N,)."""
        own, others = np.flatnonzero(is_own), np.flatnonzero(~is_own)
        own = own[np.argsort(scores[own], kind="stable")]
        others = others[np.argsort(scores[others], kind="stable")]
        ranked = scores[others]
        below = np.searchsorted(ranked, scores[own], side="left")
        return cls(own, others, below, np.searchsorted(ranked, scores[own], side="right"))

    def area(self, counts: Counts) -> Floats:
        """Return the area for each resample, NaN where a side is empty. Shape: (B, N) to (B,)."""
        running = np.zeros((len(counts), len(self.others) + 1), dtype=np.int64)
        np.cumsum(counts.take(self.others, axis=1), axis=1, out=running[:, 1:])
        own = counts.take(self.own, axis=1)
        twice = running.take(self.below, axis=1)
        twice += running.take(self.not_above, axis=1)
        twice *= own
        pairs = own.sum(axis=1) * running[:, -1]
        return _quotient(twice.sum(axis=1, dtype=np.float64), 2 * pairs)

    def influence(self) -> Floats:
        """Return how far one more of each row would move the area, to first order. Shape: (N,).

        That is the share of the other side that the row beats, less the area, by the size of its own side
        (DeLong, DeLong and Clarke-Pearson, 1988; Efron, 2014, on the infinitesimal jackknife). Both sides
        must have a row.
        """
        places = np.arange(len(self.others))
        wins = (self.below + self.not_above) / (2 * len(self.others))
        beaten = self.below.searchsorted(places, "right") + self.not_above.searchsorted(places, "right")
        losses = 1 - beaten / (2 * len(self.own))
        influence = np.empty(len(self.own) + len(self.others))
        influence[self.own] = (wins - wins.mean()) / len(self.own)
        influence[self.others] = (losses - wins.mean()) / len(self.others)
        return influence


def rankings(truth: NDArray[Any], probabilities: NDArray[Any]) -> list[Ranking]:
    """Return the rankings that ROC AUC is the mean of: that of column 1 for two classes, else one a class.

    Args:
        truth: class numbers, shape (N,).
        probabilities: shape (N, K).
    """
    classes = probabilities.shape[1]
    chosen = [1] if classes == 2 else range(classes)
    return [Ranking.of(truth == number, probabilities[:, number]) for number in chosen]


def roc_auc(ranked: list[Ranking]) -> Measure:
    """Return the measure of the area under the ROC curve.

    A resample without one of the classes takes the mean over those it has.
    """

    def measure(counts: Counts) -> dict[str, Floats]:
        areas = np.stack([ranking.area(counts) for ranking in ranked])
        there = ~np.isnan(areas)
        return {"roc_auc": _quotient(np.where(there, areas, 0).sum(axis=0), there.sum(axis=0))}

    return measure


def roc_auc_of_many(ranked: list[Ranking], area: float) -> Measure:
    """Return the measure of the same area, to first order around its value: one product a resample.

    Where `roc_auc` reads every row once for each class, this reads it once. What it leaves out shrinks
    with 1/N, the interval with 1/√N.

    Args:
        ranked: the rankings; each class has rows in the part.
        area: the area of the part itself.
    """
    influence = np.mean([ranking.influence() for ranking in ranked], axis=0)

    def measure(counts: Counts) -> dict[str, Floats]:
        return {"roc_auc": area + counts @ influence}

    return measure


def regression(truth: NDArray[Any], predicted: NDArray[Any]) -> Measure:
    """Return the measure of the root mean squared error, the mean absolute error and R².

    R² is 1 - (sum of squared errors) / (sum of squared distances of the truth from its mean); there is none
    where the truth never changes.

    Args:
        truth: shape (N,).
        predicted: shape (N,).
    """
    errors = np.asarray(predicted, dtype=np.float64) - truth
    # Measured from their mean, the squares below don't cancel each other where the truth is far from 0.
    centred = truth - np.mean(truth, dtype=np.float64) if len(truth) else errors
    columns = np.stack([errors**2, np.abs(errors), centred, centred**2], axis=1)

    def measure(counts: Counts) -> dict[str, Floats]:
        rows = counts.sum(axis=1)
        squared, absolute, total, squares = (counts @ columns).T
        spread = squares - _quotient(total**2, rows)
        # What is left of equal values after rounding is no spread.
        spread = np.where(spread > 1e-12 * squares, spread, np.nan)
        return {
            "rmse": np.sqrt(_quotient(squared, rows)),
            "mae": _quotient(absolute, rows),
            "r2": 1 - squared / spread,
        }

    return measure
