"""Cross-validation: every row outside the test part is held out once.

Letters: N rows, F folds.
"""

from __future__ import annotations

from collections.abc import Collection
from heapq import heapify, heappop, heappush
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from stirfry.data.draw import draw
from stirfry.data.split import Rows, Split, kept_together, method_of, own_parts
from stirfry.data.statistics import distinct
from stirfry.data.table import VALIDATION, Dataset
from stirfry.errors import UsageError
from stirfry.notice import Notice
from stirfry.spec.recipe import SplitSpec


def make_folds(
    dataset: Dataset,
    classes: Rows | None,
    split: SplitSpec,
    parts: Split,
    folds: int,
    validates: bool,
    names: Collection[str] | None = None,
) -> list[Split]:
    """Divide the training and validation rows into folds; the test part stays out of all of them.

    By lot, every class comes to every fold in proportion, and rows that repeat another stay together. Where
    the rows are taken in order, a fold learns from earlier rows and is judged on the ones that follow, so the
    first rows are never held out.

    Args:
        dataset: the rows.
        classes: class numbers, shape (N,), to stratify by; None in regression.
        split: how the parts were made.
        parts: the parts.
        folds: how many, at least 2.
        validates: whether each fold gives up some of its training rows for a validation part, as large a
            share of them as the run's own.
        names: the columns that make rows equal; None is all of them.

    Returns:
        Each fold's training rows, validation rows, and held-out rows as `test`; remarks with the first.

    Raises:
        UsageError: the source says itself which rows validate, or there are more folds than rows.
    """
    method = method_of(dataset, split)
    if method in ("given", "column") and (own_parts(dataset, split) == VALIDATION).any():
        raise UsageError("data.folds_given_validation")
    rows = np.sort(np.concatenate([parts.train, parts.validation]))
    share = len(parts.validation) / len(rows) if validates else 0.0
    if method == "in_order":
        return _in_order(dataset, rows, folds, share)
    groups, notices = kept_together(dataset.take(rows), names)
    strata = np.zeros(len(rows), dtype=np.int64)
    if classes is not None:
        strata = np.unique(classes[rows], return_inverse=True)[1].astype(np.int64)
        rare = int(np.count_nonzero(np.bincount(strata) < folds))
        facts = {"classes": rare, "folds": folds, "things": dataset.things}
        notices = [*notices, *([Notice("data.folds_rare", **facts)] if rare else [])]
    dealt = deal(strata, groups, folds, split.seed)
    if len(distinct(dealt)) < folds:
        raise UsageError("data.folds_too_many", folds=folds, rows=len(rows), things=dataset.things)
    held = [np.flatnonzero(dealt == fold) for fold in range(folds)]
    found = [_drawn(rows, strata, groups, one, share, split.seed) for one in held]
    return [Split(found[0].train, found[0].validation, found[0].test, tuple(notices)), *found[1:]]


def deal(strata: Rows, groups: NDArray[np.int64] | None, folds: int, seed: int) -> Rows:
    """Return each row's fold: folds of every class, and folds as a whole, as equal in size as groups allow.

    Args:
        strata: class numbers, shape (N,).
        groups: the number of each row's group, which stays together, shape (N,); None where all are alone.
        folds: how many.
        seed: 0 to 2^32 - 1.

    Example:
        >>> np.bincount(deal(np.array([0, 0, 0, 0, 1, 1]), None, 2, seed=0)).tolist()
        [3, 3]
    """
    numbers = np.arange(len(strata)) if groups is None else groups
    units: dict[int, list[int]] = {}
    for row in np.random.RandomState(seed).permutation(len(strata)).tolist():
        units.setdefault(int(numbers[row]), []).append(row)
    # Large groups first: what is left fills the gaps that they leave. Ties stay in the order of the lot.
    in_order = sorted(units.values(), key=lambda unit: (strata[unit[0]], -len(unit)))
    dealt = np.empty(len(strata), dtype=np.int64)
    totals = [0] * folds
    for _, members in groupby(in_order, key=lambda unit: strata[unit[0]]):
        heap = [(0, total, fold) for fold, total in enumerate(totals)]
        heapify(heap)
        for unit in members:
            count, total, fold = heappop(heap)
            dealt[unit] = fold
            heappush(heap, (count + len(unit), total + len(unit), fold))
        for _, total, fold in heap:
            totals[fold] = total
    return dealt


def _drawn(
    rows: Rows, strata: Rows, groups: NDArray[np.int64] | None, held: Rows, share: float, seed: int
) -> Split:
    """Return the fold that holds out some rows; its training rows stand in the order of the lot."""
    rest = np.setdiff1d(np.arange(len(rows)), held)
    own = np.unique(strata[rest], return_inverse=True)[1].astype(np.int64)
    count = round(share * len(rest))
    train, validation, _ = draw(own, None if groups is None else groups[rest], 0, count, seed)
    return Split(rows[rest[train]], rows[rest[validation]], rows[held])


def _in_order(dataset: Dataset, rows: Rows, folds: int, share: float) -> list[Split]:
    if len(rows) <= folds:
        raise UsageError("data.folds_too_many", folds=folds, rows=len(rows), things=dataset.things)
    blocks = np.array_split(rows, folds + 1)
    found = []
    for number, held in enumerate(blocks[1:], start=1):
        before = np.concatenate(blocks[:number])
        cut = len(before) - round(share * len(before))
        found.append(Split(before[:cut], before[cut:], held))
    return found
