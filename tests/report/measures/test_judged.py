from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn import metrics

from stirfry.judge.intervals import wilson
from stirfry.report.measures.judged import POINTS, calibration_error, precision_recall, reliability, roc

SCORES = st.lists(
    st.tuples(st.booleans(), st.sampled_from([0.0, 0.1, 0.25, 0.5, 0.9, 1.0])), min_size=2, max_size=60
)


@given(SCORES)
def test_roc_is_scikit_learns(rows: list[tuple[bool, float]]) -> None:
    positive, scores = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    found = roc(positive, scores)
    if positive.all() or not positive.any():
        assert found is None
        return
    assert found is not None
    wanted = metrics.roc_curve(positive, scores, drop_intermediate=False)
    np.testing.assert_allclose(found.x, wanted[0])
    np.testing.assert_allclose(found.y, wanted[1])
    assert found.area == pytest.approx(metrics.roc_auc_score(positive, scores))


@given(SCORES)
def test_precision_and_recall_are_scikit_learns(rows: list[tuple[bool, float]]) -> None:
    positive, scores = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    found = precision_recall(positive, scores)
    if not positive.any():
        assert found is None
        return
    assert found is not None
    precision, recall, _ = metrics.precision_recall_curve(positive, scores)
    np.testing.assert_allclose(found.x, recall[::-1])
    np.testing.assert_allclose(found.y, precision[::-1])
    assert found.area == pytest.approx(metrics.average_precision_score(positive, scores))


def test_a_long_curve_keeps_its_ends() -> None:
    generator = np.random.default_rng(0)
    scores = generator.random(5_000)
    found = roc(generator.random(5_000) < scores, scores)
    assert found is not None and len(found.x) == POINTS
    assert (found.x[0], found.y[0], found.x[-1], found.y[-1]) == (0, 0, 1, 1)


@given(
    st.lists(
        st.tuples(st.sampled_from([0.1, 0.3, 0.5, 0.55, 0.8, 1.0]), st.booleans()), min_size=1, max_size=150
    )
)
def test_every_row_is_in_one_bin(rows: list[tuple[float, bool]]) -> None:
    said, true = np.array([row[0] for row in rows]), np.array([row[1] for row in rows])
    bins = reliability(said, true)
    assert sum(each.rows for each in bins) == len(rows)
    assert sum(each.rows * each.share for each in bins) == pytest.approx(true.sum())
    assert sum(each.rows * each.said for each in bins) == pytest.approx(said.sum())
    assert [each.said for each in bins] == sorted(each.said for each in bins)
    for each in bins:
        assert (each.low, each.high) == wilson(round(each.share * each.rows), each.rows)


def test_rows_of_one_probability_stay_together() -> None:
    bins = reliability(np.array([0.5] * 95 + [0.9] * 5), np.ones(100, dtype=bool))
    assert [each.rows for each in bins] in ([95, 5], [100])


def test_a_perfect_forecast_is_off_by_nothing() -> None:
    said = np.repeat([0.2, 0.6], 10)
    true = np.array([True] * 2 + [False] * 8 + [True] * 6 + [False] * 4)
    assert calibration_error(reliability(said, true)) == pytest.approx(0)
    assert calibration_error(reliability(said, np.zeros(20, dtype=bool))) == pytest.approx(0.4)
    assert reliability(np.empty(0), np.empty(0, dtype=bool)) == ()
