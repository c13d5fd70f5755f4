"""The calendar of the graphs is NumPy's, as far as dates are read."""

from __future__ import annotations

import numpy as np
import pytest

from stirfry.data.encode_parts import DAY, FARTHEST, calendar_of
from stirfry.export.calendar import weekday, year_month_day


@pytest.mark.parametrize(
    "day", ["0001-01-01", "1582-10-15", "1900-02-28", "1969-12-31", "2000-02-29", "2024-02-29", "2100-03-01"]
)
def test_the_calendar_is_numpys(day: str) -> None:
    days = np.datetime64(day).astype(np.int64) + np.arange(-400, 400)
    found = calendar_of(days * 86_400.0 + 1)
    for part, values in zip(("year", "month", "day"), year_month_day(days), strict=True):
        np.testing.assert_array_equal(values, found[part])
    np.testing.assert_array_equal(weekday(days), found["weekday"])


def test_the_calendar_holds_as_far_as_dates_are_read() -> None:
    days = np.random.default_rng(0).integers(-FARTHEST // DAY, FARTHEST // DAY, 2_000)
    found = calendar_of(days * 86_400.0)
    for part, values in zip(("year", "month", "day"), year_month_day(days), strict=True):
        np.testing.assert_array_equal(values, found[part])
