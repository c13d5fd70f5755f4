"""Scales, against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

from stirfry.data.scaling import center_and_scale, scaled
from stirfry.spec.recipe import Scale

SCALERS = {"standard": StandardScaler, "minmax": MinMaxScaler, "robust": RobustScaler}
LIMIT = 3.4e38


@given(st.lists(st.integers(-1000, 1000).map(lambda i: i / 8), min_size=2, max_size=40, unique=True))
def test_scales_are_scikit_learns(numbers: list[float]) -> None:
    values = np.array(numbers)
    for name, scaler in SCALERS.items():
        ours = scaled(values, *center_and_scale(values, name), LIMIT)  # type: ignore[arg-type]
        theirs = scaler().fit_transform(values[:, None])[:, 0]
        np.testing.assert_allclose(ours, theirs, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ["standard", "minmax", "robust"])
@pytest.mark.parametrize("value", [0.0, 0.1, -1e9, 1e-300, 1e38])
def test_a_constant_column_becomes_zero_for_any_value(name: Scale, value: float) -> None:
    center, scale = center_and_scale(np.full(7, value), name)
    assert scale == 0.0
    assert scaled(np.array([value, value + 5]), center, scale, LIMIT) == 0.0


def test_robust_falls_back_where_half_of_the_values_are_the_same() -> None:
    values = np.array([0.0] * 9 + [10.0])
    assert center_and_scale(values, "robust") == (0.0, float(values.std()))


def test_none_leaves_numbers_as_they_are() -> None:
    values = np.array([1.0, 1.0, 5.0])
    np.testing.assert_array_equal(scaled(values, *center_and_scale(values, "none"), LIMIT), values)
    assert center_and_scale(np.ones(3), "none") == (0.0, 1.0)


@given(
    st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False), min_size=1),
    st.floats(width=32, allow_nan=False, allow_infinity=False),
)
def test_no_number_overflows(numbers: list[float], new: float) -> None:
    for name in SCALERS:
        center, scale = center_and_scale(np.array(numbers), name)  # type: ignore[arg-type]
        found = np.asarray(scaled(np.array([*numbers, new]), center, scale, LIMIT))
        assert np.isfinite(found).all()
        assert np.abs(found).max() <= LIMIT
