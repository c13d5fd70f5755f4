"""The parts: which rows train, which validate, which test. Made before anything is fitted.

Letters: N rows.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from stirfry import rng
from stirfry.data.draw import draw, largest_remainder
from stirfry.data.repeats import groups_of
from stirfry.data.table import TEST, TRAIN, VALIDATION, Column, Dataset, Table
from stirfry.errors import DataError, UsageError
from stirfry.notice import Notice
from stirfry.spec.recipe import Method, SplitSpec

Rows = NDArray[np.int64]

#: Where fewer than this share of the rows repeat another, repeats stay together in one part.
FEW_REPEATS = 0.05

_WORDS = {
    **dict.fromkeys(("train", "training", "训练", "训练集"), TRAIN),
    **dict.fromkeys(("validation", "valid", "val", "dev", "验证", "验证集"), VALIDATION),
    **dict.fromkeys(("test", "testing", "测试", "测试集"), TEST),
}


def _no_rows() -> Rows:
    return np.empty(0, dtype=np.int64)


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
    validation: Rows = field(default_factory=_no_rows)
    test: Rows = field(default_factory=_no_rows)
    notices: tuple[Notice, ...] = ()


def make_split(
    dataset: Dataset,
    classes: Rows | None,
    split: SplitSpec,
    names: Collection[str] | None = None,
) -> Split:
    """Divide the rows.

    Rows that were drawn by lot stand in the order of the lot; published orders are never rearranged.

    Args:
        dataset: the rows; those without a label are already gone.
        classes: class numbers, shape (N,), to stratify by; None in regression.
        split: how; without a method, by the column if one is named, `given` where the source has parts,
            else `stratified`.
        names: the columns that make rows equal, features and target; None is all of them.

    Raises:
        UsageError: the source has no parts of its own.
        DataError: a part that was asked for would be empty, or the column says something else.

    Example:
        >>> from stirfry.data.sources import load
        >>> from stirfry.spec.recipe import DataSpec
        >>> found = make_split(load("iris", DataSpec()), None, SplitSpec())
        >>> len(found.train), len(found.validation), len(found.test)
        (90, 30, 30)
    """
    method = method_of(dataset, split)
    rows = len(dataset)
    if method in ("given", "column"):
        found = _completed(dataset, classes, split, names, own_parts(dataset, split))
    elif method == "train_test_split":
        found = _as_scikit_learn(rows, split)
    elif method == "random_split":
        found = _as_pytorch(rows, split)
    elif method == "in_order":
        found = _in_order(rows, split)
    else:
        found = _drawn(dataset, classes if method == "stratified" else None, split, names)
    _check(found, split, dataset)
    return found


def method_of(dataset: Dataset, split: SplitSpec) -> Method:
    """Return how the rows are divided, where nobody has said it."""
    if split.method is not None:
        return split.method
    return "column" if split.column else "given" if dataset.parts is not None else "stratified"


def _as_scikit_learn(rows: int, split: SplitSpec) -> Split:
    """Split once for the test part, and once more, with the same seed, for the validation part.

    The second call has a whole number for its `test_size`: the validation's share of all rows, rounded up as
    scikit-learn rounds the test's.
    """
    train, test = rng.train_test_split(rows, math.ceil(rows * split.test), split.seed)
    if split.validation == 0:
        return Split(train, test=test)
    count = min(len(train), _ceil(rows * split.validation))
    if split.test == 0:
        return Split(*rng.train_test_split(rows, count, split.seed))
    inner_train, inner = rng.train_test_split(len(train), count, split.seed)
    return Split(train[inner_train], train[inner], test)


def _ceil(value: float) -> int:
    """Round up, but not 3.0000000000000004 to 4."""
    return math.ceil(round(value, 9))


def _as_pytorch(rows: int, split: SplitSpec) -> Split:
    """Split as `random_split` does with the shares of train, validation (if any) and test (if any)."""
    others = [share for share in (split.validation, split.test) if share > 0]
    lengths = rng.split_lengths(rows, [round(1 - sum(others), 12), *others])
    train, *drawn = rng.random_split(lengths, split.seed)
    validation = drawn.pop(0) if split.validation > 0 else _no_rows()
    return Split(train, validation, drawn.pop() if split.test > 0 else _no_rows())


def _in_order(rows: int, split: SplitSpec) -> Split:
    """Cut where a tutorial's `int(0.7 * len(data))` cuts: at the shares rounded down."""
    ends = [1 - split.test - split.validation, 1 - split.test]
    cuts = [math.floor(round(rows * end, 9)) for end in ends]
    train, validation, test = np.split(np.arange(rows, dtype=np.int64), cuts)
    return Split(train, validation, test)


def _drawn(dataset: Dataset, classes: Rows | None, split: SplitSpec, names: Collection[str] | None) -> Split:
    """Draw the parts, class by class where there are classes; repeated rows stay together if they are few."""
    rows = len(dataset)
    groups, notices = kept_together(dataset, names)
    shares = [1 - split.test - split.validation, split.validation, split.test]
    _, validation, test = largest_remainder(rows, shares)
    strata = np.zeros(rows, dtype=np.int64) if classes is None else classes
    return Split(*draw(strata, groups, test, validation, split.seed), tuple(notices))


def kept_together(
    dataset: Dataset, names: Collection[str] | None
) -> tuple[NDArray[np.int64] | None, list[Notice]]:
    """Return the groups of equal rows, where they are few enough to stay together, and what is said of it."""
    groups = groups_of(dataset, names)
    if groups is None:
        return None, []
    repeats = len(dataset) - (int(groups.max()) + 1)
    if repeats >= FEW_REPEATS * len(dataset):
        return None, []
    return groups, [Notice("data.repeats_together", repeats=repeats, things=dataset.things)]


def own_parts(dataset: Dataset, split: SplitSpec) -> NDArray[np.int8]:
    """Return the parts that the column or the source itself gives, shape (N,).

    Raises:
        UsageError: there is no such column, or the source has no parts.
        DataError: the column says something else.
    """
    if split.method != "given" and split.column is not None:
        if not isinstance(dataset, Table) or split.column not in dataset.names:
            known = dataset.names if isinstance(dataset, Table) else []
            raise UsageError("data.no_column", name=split.column, known=known)
        return parts_in(dataset.column(split.column))
    if dataset.parts is None:
        raise UsageError("data.no_parts")
    return dataset.parts


def _completed(
    dataset: Dataset,
    classes: Rows | None,
    split: SplitSpec,
    names: Collection[str] | None,
    parts: NDArray[np.int8],
) -> Split:
    """Take the parts that there are; those that are asked for and lacking are drawn from the training rows.

    The shares are then shares of the training rows.
    """
    train, validation, test = (np.flatnonzero(parts == part) for part in (TRAIN, VALIDATION, TEST))
    wanted = {
        "validation": split.validation if len(validation) == 0 else 0.0,
        "test": split.test if len(test) == 0 else 0.0,
    }
    if not any(wanted.values()) or len(train) == 0:
        return Split(train, validation, test)
    own = None if classes is None else np.unique(classes[train], return_inverse=True)[1]
    drawn = _drawn(dataset.take(train), own, split.model_copy(update=wanted), names)
    notices = list(drawn.notices)
    for name in ("validation", "test"):
        if wanted[name]:
            facts = {"rows": len(getattr(drawn, name)), "things": dataset.things}
            notices.append(Notice(f"data.{name}_from_training", **facts))
    return Split(
        train[drawn.train],
        train[drawn.validation] if wanted["validation"] else validation,
        train[drawn.test] if wanted["test"] else test,
        tuple(notices),
    )


def parts_in(column: Column) -> NDArray[np.int8]:
    """Return the parts that a column names, whatever their case.

    Raises:
        DataError: it holds something other than train, validation and test.

    Example:
        >>> parts_in(Column("part", "text", np.array([1, 0]), ("Test", "train"))).tolist()
        [0, 2]
    """
    if column.kind == "text":
        parts = [_WORDS.get(level.strip().casefold(), -1) for level in column.levels]
        found = np.array([*parts, -1], dtype=np.int8)[column.values]
    else:
        found = np.full(len(column), -1, dtype=np.int8)
    wrong = np.flatnonzero(found < 0)
    if len(wrong):
        text = column.take(wrong[:1]).texts()[0]
        code = "data.split_gap" if text is None else "data.split_words"
        raise DataError(code, column=column.name, row=int(wrong[0]) + 1, found=text)
    return found


def _check(found: Split, split: SplitSpec, dataset: Dataset) -> None:
    """Refuse a part that is asked for and has no rows."""
    rows, things = len(dataset), dataset.things
    wanted = 1 + (split.test > 0) + (split.validation > 0)
    if rows < wanted:
        raise DataError("data.too_few_rows", rows=rows, things=things, parts=wanted)
    # The least share that gives a row by rounding to the nearest, in whole hundredths.
    enough = math.ceil(100 / rows) / 100
    for part in ("test", "validation"):
        share = getattr(split, part)
        if len(getattr(found, part)) == 0 and share > 0:
            raise DataError(f"data.empty_{part}", rows=rows, things=things, share=share, enough=enough)
    if len(found.train) == 0:
        raise DataError("data.empty_train", rows=rows, things=things)
