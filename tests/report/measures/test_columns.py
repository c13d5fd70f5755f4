from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stirfry.data.table import Column
from stirfry.report.measures.columns import BARS, bars_of, glance
from stirfry.report.measures.sample import sample

NUMBERS = st.lists(st.one_of(st.floats(-1e12, 1e12), st.just(float("nan"))), min_size=1, max_size=50)


@given(NUMBERS)
def test_every_number_is_in_a_bar(values: list[float]) -> None:
    found = glance(Column("x", "number", np.array(values)))
    there = [value for value in values if value == value]
    assert found.missing == len(values) - len(there)
    assert sum(found.bars) == len(there)
    if there:
        assert (found.low, found.high) == (min(there), max(there))
        assert found.middle == np.median(there)
    else:
        assert found.low is found.middle is found.high is None


def test_a_few_whole_numbers_have_a_bar_each() -> None:
    assert bars_of(np.array([1.0, 3.0, 3.0, 4.0])) == (1, 0, 2, 1)
    assert bars_of(np.array([2.0, 2.0])) == (2,)
    assert len(bars_of(np.arange(1000.0))) == BARS
    assert bars_of(np.array([-1e308, 1e308])) == (2,)


def test_the_commonest_texts_come_first() -> None:
    values = np.array([0, 1, 1, 2, 2, 2, -1], dtype=np.int32)
    found = glance(Column("x", "text", values, ("a", "b", "c", "never")))
    assert found.levels == (("c", 3), ("b", 2), ("a", 1))
    assert (found.missing, found.distinct, found.bars) == (1, 3, (3, 2, 1))


def test_a_column_of_whole_numbers_has_no_gaps() -> None:
    found = glance(Column("x", "number", np.array([3, 1, 2])))
    assert (found.missing, found.low, found.middle, found.high) == (0, 1, 2, 3)


def test_a_sample_is_the_same_every_time() -> None:
    first, second = sample(1_000, 50), sample(1_000, 50)
    np.testing.assert_array_equal(first, second)
    assert len(np.unique(first)) == 50 and (np.diff(first) > 0).all()


def test_of_true_and_false_the_share_that_is_true_counts() -> None:
    found = glance(Column("x", "boolean", np.array([1.0, 0.0, 1.0, np.nan])))
    assert found.missing == 1 and found.middle == 2 / 3 and found.bars == (1, 2)
