from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binomtest

from stirfry.judge import intervals
from stirfry.judge.metrics import confusion_matrix


@settings(max_examples=50, deadline=None)
@given(st.integers(1, 10_000).flatmap(lambda rows: st.tuples(st.integers(0, rows), st.just(rows))))
def test_wilson(case):
    right, rows = case
    expected = binomtest(right, rows).proportion_ci(method="wilson")
    assert intervals.wilson(right, rows) == pytest.approx(tuple(expected), abs=1e-9)


def test_effective_rows():
    assert intervals.effective_rows(np.array([10, 10, 10])) == pytest.approx(30)
    assert intervals.effective_rows(np.array([1000, 1])) < 4
    assert intervals.effective_rows(np.array([5, 0])) == 0


@pytest.mark.parametrize(
    ("rows", "draws"), [(1, 1000), (100_000, 1000), (200_000, 500), (500_000, 200), (10**9, 200)]
)
def test_how_many_resamples(rows, draws):
    assert intervals.resamples(rows) == draws


def test_row_counts_are_bootstrap_draws():
    drawn = list(intervals.row_counts(50_000, 7, np.random.default_rng(0)))
    assert len(drawn) > 1, "a large part is drawn a few resamples at a time"
    counts = np.concatenate(drawn)
    assert counts.shape == (7, 50_000)
    assert (counts.sum(axis=1) == 50_000).all()
    assert counts.var() == pytest.approx(1, abs=0.02)
    assert (counts == 0).mean() == pytest.approx(np.exp(-1), abs=0.01)
    assert not np.array_equal(counts[0], counts[1])


def test_tally_counts_are_those_of_drawn_rows():
    generator = np.random.default_rng(1)
    truth, guesses = generator.integers(0, 3, (2, 400))
    confusion = confusion_matrix(truth, guesses, 5)
    right, true, predicted = map(
        np.concatenate, zip(*intervals.tally_counts(confusion, 2000, np.random.default_rng(2)), strict=True)
    )
    assert right.shape == true.shape == predicted.shape == (2000, 5)
    assert (true.sum(axis=1) == 400).all()
    assert (predicted.sum(axis=1) == 400).all()
    assert not true[:, 3:].any(), "a class without rows is never drawn"
    for counts, whole in (
        (right, np.diag(confusion)),
        (true, confusion.sum(1)),
        (predicted, confusion.sum(0)),
    ):
        assert counts.mean(axis=0) == pytest.approx(whole, abs=1.5)
        assert counts.var(axis=0) == pytest.approx(whole * (1 - whole / 400), rel=0.15)


def test_percentiles():
    values = np.concatenate([np.arange(1001.0), [np.nan, np.inf]])
    assert intervals.percentiles(values) == pytest.approx((25, 975))


@pytest.mark.parametrize("values", [[], [np.nan], [0.7, 0.7], [0.3, 0.1 + 0.2], [0.0, 0.0]])
def test_no_percentiles_without_spread(values):
    assert intervals.percentiles(np.array(values, dtype=float)) is None
