from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from stirfry.data.statistics import distinct, is_among, median, quantiles

FINITE = st.floats(-1e30, 1e30)


@given(st.lists(st.floats(), max_size=20))
def test_distinct_is_numpys_unique(values: list[float]) -> None:
    np.testing.assert_array_equal(distinct(np.array(values)), np.unique(np.array(values)))


@given(st.lists(st.integers(0, 9)), st.lists(st.integers(0, 9)))
def test_is_among_is_numpys_isin(values: list[int], others: list[int]) -> None:
    found = is_among(np.array(values, dtype=np.uint64), np.array(others, dtype=np.uint64))
    np.testing.assert_array_equal(found, np.isin(values, others))


@given(st.lists(FINITE | st.just(float("nan")), min_size=1, max_size=20))
def test_the_median_is_numpys_to_the_last_digit(values: list[float]) -> None:
    np.testing.assert_array_equal(median(np.array(values)), np.median(values))


@given(st.lists(st.tuples(FINITE, FINITE), min_size=1, max_size=9))
def test_the_median_is_taken_along_the_first_axis(rows: list[tuple[float, float]]) -> None:
    np.testing.assert_array_equal(median(np.array(rows)), np.median(rows, axis=0))


def test_the_median_of_counts_is_a_number_between_them() -> None:
    assert median(np.array([1, 2])) == 1.5


@given(st.lists(FINITE, min_size=1, max_size=30), st.lists(st.floats(0, 1), max_size=4))
def test_quantiles_are_numpys_to_the_last_digit(values: list[float], shares: list[float]) -> None:
    shares = [*shares, 0.0, 0.5, 1.0, 0.025, 0.975]
    assert quantiles(np.array(values), shares) == np.quantile(values, shares).tolist()
