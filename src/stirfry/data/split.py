"""The parts: which rows train, which validate, which test. Made before anything is fitted.

Letters: N rows.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stirfry import rng
from stirfry.data.repeats import groups_of
from stirfry.data.table import TEST, TRAIN, VALIDATION, Column, Dataset, Table
from stirfry.errors import DataError
from stirfry.notice import Notice
from stirfry.spec.recipe import SplitSpec

Rows = NDArray[np.int64]

#: Where fewer than this share of the rows repeat another, repeats stay together in one part.
FEW_REPEATS = 0.05

_WORDS = {
    **dict.fromkeys(("train", "training", "训练", "训练集"), TRAIN),
    **dict.fromkeys(("validation", "valid", "val", "dev", "验证", "验证集"), VALIDATION),
    **dict.fromkeys(("test", "testing", "测试", "测试集"), TEST),
}


@dataclass(frozen=True)
class Split:
    """Rows by index. A part that wasn't asked for is empty.

    Args:
        train: what is fitted and learned from.
        validation: what stops and chooses.
        test: what judges and chooses nothing.
        notices: what was decided.
    """

    train: Rows
    validation: Rows
    test: Rows
    notices: tuple[Notice, ...] = ()


def make_split(dataset: Dataset, classes: NDArray[np.int64] | None, split: SplitSpec) -> Split:
    """Divide the rows.

    Args:
        dataset: the rows; those without a label are already gone.
        classes: class numbers, shape (N,), to stratify by; None in regression.
        split: how; without a method, `given` where the source has parts, else `stratified`.

    Raises:
        DataError: a part that was asked for would be empty.
    """
    method = split.method
    if method is None:
        method = "column" if split.column else "given" if dataset.parts is not None else "stratified"
    if method in ("given", "column"):
        found = _by_parts(dataset, classes, split)
    elif method == "train_test_split":
        found = _as_scikit_learn(len(dataset), split)
    elif method == "random_split":
        lengths = rng.split_lengths(
            len(dataset), [1 - split.test - split.validation, split.validation, split.test]
        )
        train, validation, test = rng.random_split(lengths, split.seed)
        found = Split(train, validation, test)
    elif method == "in_order":
        counts = _counts(len(dataset), split)
        edges = np.cumsum([len(dataset) - sum(counts), counts[0]])
        train, validation, test = np.split(np.arange(len(dataset)), edges)
        found = Split(train, validation, test)
    else:
        found = _drawn(dataset, classes if method == "stratified" else None, split)
    _check(found, split, len(dataset), given=method in ("given", "column"))
    return found


def _counts(rows: int, split: SplitSpec) -> tuple[int, int]:
    """Return how many rows validate and how many test: the nearest whole numbers."""
    return round(rows * split.validation), round(rows * split.test)


def _as_scikit_learn(rows: int, split: SplitSpec) -> Split:
    """Split once for the test part, and once more, with the same seed, for the validation part."""
    train, test = rng.train_test_split(rows, math.ceil(rows * split.test), split.seed)
    validation = np.empty(0, dtype=np.int64)
    if split.validation > 0:
        share = split.validation / (1 - split.test)
        inner_train, inner = rng.train_test_split(len(train), math.ceil(len(train) * share), split.seed)
        train, validation = train[inner_train], train[inner]
    return Split(train, validation, test)


def _drawn(dataset: Dataset, classes: NDArray[np.int64] | None, split: SplitSpec) -> Split:
    """Draw the parts, class by class where there are classes; repeated rows stay together if they are few."""
    rows = len(dataset)
    groups = groups_of(dataset)
    repeats = rows - (int(groups.max()) + 1)
    together = 0 < repeats < FEW_REPEATS * rows
    if repeats == 0 or not together:
        groups = np.arange(rows)
    notices = []
    if repeats:
        notices.append(Notice("data.repeats_together" if together else "data.repeats_many", repeats=repeats))
    strata = np.zeros(rows, dtype=np.int64) if classes is None else classes
    parts = _assign(groups, strata, split)
    alone = int((np.bincount(strata) == 1).sum()) if classes is not None else 0
    if alone:
        notices.append(Notice("data.class_of_one", classes=alone))
    train, validation, test = (np.flatnonzero(parts == part) for part in (TRAIN, VALIDATION, TEST))
    return Split(train, validation, test, tuple(notices))


def _assign(groups: Rows, strata: Rows, split: SplitSpec) -> NDArray[np.int8]:
    """Return each row's part.

    Groups are taken in a random order, stratum by stratum; each goes to the part that is furthest behind
    its share, the test part first, so that the parts' sizes come out as near as whole groups allow.
    """
    random = np.random.default_rng(split.seed)
    parts = np.zeros(len(groups), dtype=np.int8)
    first = np.unique(groups, return_index=True)[1]
    sizes = np.bincount(groups)
    wanted = _quotas(np.bincount(strata), split)
    members = np.argsort(groups, kind="stable")
    starts = np.concatenate([[0], np.cumsum(sizes)])
    for stratum in range(int(strata.max()) + 1):
        own = np.flatnonzero(strata[first] == stratum)
        left = {TEST: wanted[TEST][stratum], VALIDATION: wanted[VALIDATION][stratum]}
        for group in random.permutation(own).tolist():
            part = next((part for part in (TEST, VALIDATION) if 0 < sizes[group] <= left[part]), None)
            if part is not None:
                left[part] -= sizes[group]
                parts[members[starts[group] : starts[group + 1]]] = part
    return parts


def _quotas(sizes: Rows, split: SplitSpec) -> dict[int, Rows]:
    """Return how many rows of each stratum go to the test and the validation part.

    The parts' totals are the nearest whole numbers to their shares of all rows; the rounding within them
    follows the largest remainders. A stratum always keeps one row to train on.
    """
    quotas: dict[int, Rows] = {}
    left = np.maximum(sizes - 1, 0)
    for part, share in ((TEST, split.test), (VALIDATION, split.validation)):
        exact = sizes * share
        whole = np.minimum(np.floor(exact).astype(np.int64), left)
        short = round(float(exact.sum())) - int(whole.sum())
        for stratum in np.argsort(-(exact - np.floor(exact)), kind="stable").tolist():
            if short > 0 and whole[stratum] < left[stratum] and exact[stratum] > whole[stratum]:
                whole[stratum] += 1
                short -= 1
        quotas[part] = whole
        left = left - whole
    return quotas


def _by_parts(dataset: Dataset, classes: NDArray[np.int64] | None, split: SplitSpec) -> Split:
    """Take the source's own parts, or a column's; a validation part that it lacks is drawn from training."""
    parts = dataset.parts
    if split.column is not None:
        assert isinstance(dataset, Table), "only tables have columns"
        parts = parts_in(dataset.column(split.column))
    if parts is None:
        raise DataError("data.no_parts")
    train, validation, test = (
        np.flatnonzero(parts == part).astype(np.int64) for part in (TRAIN, VALIDATION, TEST)
    )
    notices: tuple[Notice, ...] = ()
    if len(validation) == 0 and split.validation > 0 and len(train):
        inner = split.model_copy(update={"test": 0.0})
        strata = None if classes is None else np.unique(classes[train], return_inverse=True)[1]
        drawn = _drawn(dataset.take(train), strata, inner)
        notices = (*drawn.notices, Notice("data.validation_from_training", rows=len(drawn.validation)))
        train, validation = train[drawn.train], train[drawn.validation]
    return Split(train, validation, test, notices)


def parts_in(column: Column) -> NDArray[np.int8]:
    """Return the parts that a column names.

    Raises:
        DataError: it holds something other than train, validation and test.
    """
    texts = column.texts()
    words = {text: _WORDS.get((text or "").strip().casefold()) for text in set(texts)}
    wrong = sorted(str(text) for text, part in words.items() if part is None)
    if wrong:
        raise DataError("data.split_words", column=column.name, found=wrong[:5])
    return np.array([words[text] for text in texts], dtype=np.int8)


def _check(found: Split, split: SplitSpec, rows: int, given: bool) -> None:
    if len(found.train) == 0:
        raise DataError("data.empty_train", rows=rows)
    for part, share in (("test", split.test), ("validation", split.validation)):
        empty = len(getattr(found, part)) == 0
        if empty and share > 0 and not (given and part == "test"):
            raise DataError("data.empty_part", part=part, rows=rows, share=share)
