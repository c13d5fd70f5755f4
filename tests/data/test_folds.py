"""Folds: every row held out once, classes in proportion, equal rows together, nothing from later rows."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.data.make_tables import number, table, text

from stirfry.data.folds import deal, make_folds
from stirfry.data.split import Split, make_split
from stirfry.data.table import Table
from stirfry.errors import UsageError
from stirfry.spec.recipe import SplitSpec


def numbers(rows: int) -> Table:
    return table(number("a", [float(i) for i in range(rows)]))


def folds_of(
    dataset: Table, folds: int, validates: bool = False, classes: np.ndarray | None = None, **split: object
) -> tuple[Split, list[Split]]:
    spec = SplitSpec(**split)  # type: ignore[arg-type]
    parts = make_split(dataset, classes, spec)
    return parts, make_folds(dataset, classes, spec, parts, folds, validates)


@given(
    st.lists(st.integers(0, 3), min_size=12, max_size=60),
    st.integers(2, 6),
    st.integers(0, 9),
    st.booleans(),
)
def test_every_row_outside_the_test_part_is_held_out_once(
    labels: list[int], folds: int, seed: int, validates: bool
) -> None:
    parts, found = folds_of(numbers(len(labels)), folds, validates, np.array(labels), seed=seed)
    outside = np.sort(np.concatenate([parts.train, parts.validation]))
    assert np.sort(np.concatenate([fold.test for fold in found])).tolist() == outside.tolist()
    for fold in found:
        own = np.concatenate([fold.train, fold.validation, fold.test])
        assert np.sort(own).tolist() == outside.tolist()
        # A class keeps a row to train on; where all have but one, none is left to validate on.
        assert (len(fold.validation) > 0) == validates or len(set(labels)) >= len(fold.train)


@given(st.lists(st.integers(0, 4), min_size=8, max_size=80), st.integers(2, 5), st.integers(0, 9))
def test_classes_and_folds_are_dealt_evenly(labels: list[int], folds: int, seed: int) -> None:
    strata = np.array(labels)
    dealt = deal(strata, None, folds, seed)
    for one in np.unique(strata):
        counts = np.bincount(dealt[strata == one], minlength=folds)
        assert counts.max() - counts.min() <= 1
    sizes = np.bincount(dealt, minlength=folds)
    assert sizes.max() - sizes.min() <= 1


@given(st.lists(st.integers(0, 9), min_size=10, max_size=60), st.integers(2, 4), st.integers(0, 9))
def test_a_group_is_in_one_fold(groups: list[int], folds: int, seed: int) -> None:
    numbers = np.array(groups)
    dealt = deal(numbers % 2, numbers, folds, seed)
    assert all(len(np.unique(dealt[numbers == one])) == 1 for one in np.unique(numbers))


def test_equal_rows_are_held_out_together() -> None:
    values = [float(i) for i in range(60)]
    values[40] = values[3]
    _, found = folds_of(table(number("a", values)), 5, test=0)
    assert [notice.code for notice in found[0].notices] == ["data.repeats_together"]
    assert all((3 in fold.test) == (40 in fold.test) for fold in found)


def test_the_same_seed_gives_the_same_folds_and_another_others() -> None:
    first, same, other = (folds_of(numbers(40), 4, seed=seed)[1] for seed in (1, 1, 2))
    assert [fold.test.tolist() for fold in first] == [fold.test.tolist() for fold in same]
    assert [fold.test.tolist() for fold in first] != [fold.test.tolist() for fold in other]


def test_rows_in_order_are_judged_on_what_follows() -> None:
    parts, found = folds_of(numbers(50), 4, True, method="in_order")
    for fold in found:
        assert fold.train.max() < fold.validation.min() <= fold.validation.max() < fold.test.min()
        assert fold.test.max() < parts.test.min()
    assert [len(fold.test) for fold in found] == [8, 8, 8, 8]


def test_rare_classes_are_named() -> None:
    labels = np.array([0] * 30 + [1] * 3)
    _, found = folds_of(numbers(33), 5, classes=labels, test=0, validation=0)
    assert [notice.code for notice in found[0].notices] == ["data.folds_rare"]


def test_what_cannot_be_folded_is_refused() -> None:
    part = text("part", ["train", "validation", "test", "train"] * 5)
    given_parts = table(number("a", [float(i) for i in range(20)]), part)
    with pytest.raises(UsageError, match="sets apart"):
        folds_of(given_parts, 3, method="column", column="part")
    with pytest.raises(UsageError, match="Use fewer"):
        folds_of(numbers(10), 12)
    with pytest.raises(UsageError, match="Use fewer"):
        folds_of(numbers(10), 12, method="in_order")


def test_parts_without_a_validation_part_are_folded() -> None:
    part = text("part", ["train", "train", "test", "train"] * 5)
    given_parts = table(number("a", [float(i) for i in range(20)]), part)
    parts, found = folds_of(given_parts, 3, method="column", column="part", validation=0)
    assert not set(np.concatenate([fold.test for fold in found])) & set(parts.test)
    assert sum(len(fold.test) for fold in found) == 15
