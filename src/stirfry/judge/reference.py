"""How well rows can be told apart without a network: kernel ridge regression, each row left out once.

It needs no training and no settings, and it answers for every row by the others alone. So where a trained
network does worse on the very rows that it learned from, the rows would let it do better.

Kernels stand on some of the rows only: a tenth of the work of one on each, for answers nearly as good.

Letters: N rows, D inputs, M kernels, K outputs.

Source: the left-out residuals in closed form, Allen (1974); Rifkin and Lippert, 2007; a subset of regressors,
Smola and Bartlett, 2001.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.statistics import distinct, median

Floats = NDArray[np.float32]

#: Rows that are looked at, and those of them that have a kernel; 1 to 2 ms.
ROWS, KERNELS = 500, 80
#: Widths of the kernel by the median distance, and penalties, of which the best answer counts.
_WIDTHS, _PENALTIES = (0.5, 2.0), (0.03, 0.5)
#: What keeps the equations solvable where two kernels stand on equal rows, by the penalty.
_RIDGE = 1e-3


def left_out_score(
    inputs: NDArray[Any], targets: NDArray[Any], classes: int, balanced: bool = False
) -> float:
    """Return the accuracy, or R² for no classes, of the best answer for rows that were left out.

    Args:
        inputs: encoded rows, shape (N, D).
        targets: class numbers, shape (N,); values in regression.
        classes: how many classes there are; 0 in regression.
        balanced: whether every class counts alike, in what is learned and in the accuracy.

    Example:
        >>> x = np.linspace(-1, 1, 50)[:, None]
        >>> left_out_score(x, np.sin(3 * x), 0) > 0.99
        True
    """
    at = spread_over(len(inputs), KERNELS)
    distances = _distances(inputs.reshape(len(inputs), -1).astype(np.float32), at)
    truth = (np.eye(classes)[targets.ravel()] if classes else targets.reshape(-1, 1)).astype(np.float32)
    share = row_shares(targets, classes) if balanced else np.full(len(truth), 1 / len(truth))
    # Rows that count more are longer rows in the equations of least squares.
    length = np.sqrt(len(truth) * share)[:, None].astype(np.float32)
    off = truth - (share[:, None] * truth).sum(axis=0, dtype=np.float64).astype(np.float32)
    middle = float(median(distances[at].ravel())) or 1.0
    found = []
    for width in _WIDTHS:
        plain = np.exp(distances / np.float32(-width * middle))
        kernel = plain * length
        squares, between = (kernel.T @ kernel).astype(np.float64), plain[at].astype(np.float64)
        for penalty in _PENALTIES:
            system = squares + penalty * (between + _RIDGE * np.eye(len(at)))
            weights = kernel @ np.linalg.inv(system).astype(np.float32)
            own = np.einsum("nm,nm->n", weights, kernel)[:, None]
            missed = off * length - weights @ (kernel.T @ (off * length))
            residuals = missed / np.maximum(1 - own, 1e-3) / length
            found.append(_score(truth, truth - residuals, classes, share))
    return max(found)


def spread_over(rows: int, count: int) -> NDArray[np.int64]:
    """Return the numbers of so many rows at most, spread over all.

    Example:
        >>> spread_over(10, 4).tolist()
        [0, 3, 6, 9]
    """
    return distinct(np.linspace(0, rows - 1, count).astype(np.int64))


def _distances(x: Floats, at: NDArray[np.int64]) -> Floats:
    """Return the squared distances of standardised rows from some of them, shape (N, M)."""
    x = x - x.mean(axis=0)
    deviation = x.std(axis=0)
    x = x[:, deviation > 0] / deviation[deviation > 0]
    squares = np.einsum("nd,nd->n", x, x)
    return np.maximum(squares[:, None] + squares[at] - 2 * x @ x[at].T, 0.0)


def row_shares(targets: NDArray[Any], classes: int) -> NDArray[np.float64]:
    """Return by how much each row counts where every class counts alike; 1 in all.

    Example:
        >>> row_shares(np.array([0, 1, 1]), 2).tolist()
        [0.5, 0.25, 0.25]
    """
    own = targets.ravel().astype(np.int64)
    counts = np.bincount(own, minlength=classes)
    return 1 / (counts[own] * np.count_nonzero(counts))


def _score(truth: Floats, answers: Floats, classes: int, share: NDArray[np.float64]) -> float:
    if classes:
        return float(share[truth.argmax(axis=1) == answers.argmax(axis=1)].sum())
    spread = float(((truth - truth.mean()) ** 2).sum())
    return 1 - float(((truth - answers) ** 2).sum()) / spread if spread > 0 else 0.0
