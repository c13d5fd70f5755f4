from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from stirfry.report.thin import MOST, thinned


@settings(max_examples=50, deadline=None)
@given(
    st.lists(st.floats(allow_infinity=False, width=32), min_size=1, max_size=300).map(np.array),
    st.integers(4, 100),
)
def test_few_points_both_ends_and_every_extreme(values, most):
    kept = thinned(values, most)
    assert len(kept) <= max(most, 1)
    assert (np.diff(kept) > 0).all()
    assert (kept[0], kept[-1]) == (0, len(values) - 1)
    if not np.isnan(values).all():
        assert np.nanmin(values[kept]) == np.nanmin(values)
        assert np.nanmax(values[kept]) == np.nanmax(values)


def test_short_lines_are_left_whole():
    assert thinned(np.zeros(MOST)).tolist() == list(range(MOST))
    assert len(thinned(np.zeros(MOST + 1))) <= MOST


def test_a_peak_in_every_stretch_stays():
    values = np.zeros(100_000)
    values[::997] = 5
    values[3::997] = -5
    kept = values[thinned(values)]
    assert (kept == 5).sum() == (values == 5).sum()
    assert (kept == -5).sum() == (values == -5).sum()
