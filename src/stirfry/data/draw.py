"""Draws test and validation rows by lot: exact sizes, every class in proportion, equal rows together.

Letters: N rows, G groups of equal rows, K classes.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from stirfry.data.table import TEST, TRAIN, VALIDATION

Rows = NDArray[np.int64]
Parts = NDArray[np.int8]


def largest_remainder(rows: int, shares: Sequence[float]) -> list[int]:
    """Return whole numbers that add up to `rows`, as near to the shares as whole numbers can be.

    Every share is rounded down; what is left over goes to the largest remainders, at a tie to the later
    share.

    Args:
        rows: how many rows.
        shares: numbers that add up to 1.

    Example:
        >>> largest_remainder(768, [0.6, 0.2, 0.2])
        [461, 153, 154]
    """
    # Nine digits, because 0.1 + 0.2 isn't 0.3 and a whole number must not be rounded down.
    exact = [round(rows * share, 9) for share in shares]
    counts = [int(value) for value in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (counts[i] - exact[i], -i))
    for i in by_remainder[: rows - sum(counts)]:
        counts[i] += 1
    return counts


def quotas(sizes: Rows, test: int, validation: int) -> tuple[Rows, Rows]:
    """Return how many rows of each class go to the test and to the validation part.

    Both follow the classes' sizes, rounded by largest remainders; every class keeps a row to train on.
    Where that makes a part too small, classes with rows to spare make up for it.

    Args:
        sizes: rows of each class, shape (K,).
        test: rows of the test part.
        validation: rows of the validation part.

    Example:
        >>> [quota.tolist() for quota in quotas(np.array([50, 30, 1]), 16, 16)]
        [[10, 6, 0], [10, 6, 0]]
    """
    room = np.maximum(sizes - 1, 0)
    to_test = _apportioned(test, sizes, room)
    to_validation = _apportioned(validation, sizes, room - to_test)
    return to_test, to_validation


def _apportioned(total: int, weights: Rows, room: Rows) -> Rows:
    """Divide a total by weights, without giving anyone more than there is room for."""
    total = min(total, int(room.sum()))
    if total == 0:
        return np.zeros_like(room)
    exact = weights * (total / weights.sum())
    whole = np.floor(exact + 1e-9).astype(np.int64)
    given = np.minimum(whole, room)
    order = np.lexsort((-weights, whole - exact))
    rest = total - int(given.sum())
    given[order[given[order] < room[order]][:rest]] += 1
    rest = total - int(given.sum())
    return given + _apportioned(rest, room - given, room - given) if rest else given


def draw(
    classes: Rows, groups: Rows | None, test: int, validation: int, seed: int
) -> tuple[Rows, Rows, Rows]:
    """Draw the rows of each part.

    Args:
        classes: class numbers, shape (N,); all 0 where there are no classes.
        groups: the number of each row's group of equal rows, which stay in one part, shape (N,); None where
            rows may go anywhere.
        test: rows of the test part; where groups don't fit exactly, a few less.
        validation: rows of the validation part, likewise.
        seed: 0 to 2^32 - 1.

    Returns:
        Rows of the training, validation and test part, in the order of the lot.
    """
    # RandomState, because its stream is the same in every version of NumPy.
    random = np.random.RandomState(seed)
    order = random.permutation(len(classes)).astype(np.int64)
    parts = np.full(len(classes), TRAIN, dtype=np.int8)
    capacity = np.stack(quotas(np.bincount(classes), test, validation))
    single = np.ones(len(classes), dtype=bool)
    if groups is not None:
        single = np.bincount(groups)[groups] == 1
    if not single.all():
        assert groups is not None, "only groups hold several rows"
        _place_groups(parts, capacity, classes, groups, np.flatnonzero(~single), random)
    _place_rows(parts, capacity, classes, order[single[order]])
    chosen = parts[order]
    return order[chosen == TRAIN], order[chosen == VALIDATION], order[chosen == TEST]


def _place_groups(
    parts: Parts,
    capacity: Rows,
    classes: Rows,
    groups: Rows,
    rows: Rows,
    random: np.random.RandomState,
) -> None:
    """Put each group of several rows into one part, with the chance that a row has of going there."""
    sizes = np.bincount(classes)
    members = np.split(rows[np.argsort(groups[rows], kind="stable")], _edges(np.sort(groups[rows])))
    for own in members:
        label = classes[own[0]]
        chance = capacity[:, label] / max(1, sizes[label])
        drawn = int(np.searchsorted(np.cumsum(chance), random.random_sample(), side="right"))
        if drawn < len(capacity) and capacity[drawn, label] >= len(own):
            capacity[drawn, label] -= len(own)
            parts[own] = (TEST, VALIDATION)[drawn]
        sizes[label] -= len(own)


def _edges(in_order: Rows) -> Rows:
    """Return where one number ends and the next begins."""
    return np.flatnonzero(np.diff(in_order)) + 1


def _place_rows(parts: Parts, capacity: Rows, classes: Rows, order: Rows) -> None:
    """Give each class's first rows, in the order of the lot, to the test part, the next to validation."""
    by_class = order[np.argsort(classes[order], kind="stable")]
    counts = np.bincount(classes[by_class], minlength=capacity.shape[1])
    place = np.arange(len(by_class)) - np.repeat(np.cumsum(counts) - counts, counts)
    to_test, to_validation = (np.repeat(quota, counts) for quota in capacity)
    parts[by_class[place < to_test]] = TEST
    parts[by_class[(place >= to_test) & (place < to_test + to_validation)]] = VALIDATION
