"""Every metric against scikit-learn's."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as oracle

from stirfry.judge import metrics

SOME = settings(max_examples=40, deadline=None)


@st.composite
def predictions(draw, most_classes=5, every_class=False):
    """Truth and probabilities, with ties, for a few rows and classes."""
    classes = draw(st.integers(2, most_classes))
    rows = draw(st.integers(2, 25))
    generator = np.random.default_rng(draw(st.integers(0, 2**32)))
    truth = generator.integers(0, classes, rows)
    if every_class:
        truth = np.concatenate([truth, np.arange(classes)])
    steps = draw(st.sampled_from([2, 5, 1000]))
    weights = generator.integers(0, steps + 1, (len(truth), classes)) + 0.01
    probabilities = weights / weights.sum(axis=1, keepdims=True)
    return truth, probabilities.astype(draw(st.sampled_from([np.float32, np.float64])))


def ones(rows):
    return np.ones((1, rows), dtype=np.int64)


@SOME
@given(predictions())
def test_confusion_matrix_and_class_measures(case):
    truth, probabilities = case
    guesses, classes = probabilities.argmax(axis=1), probabilities.shape[1]
    confusion = metrics.confusion_matrix(truth, guesses, classes)
    assert np.array_equal(confusion, oracle.confusion_matrix(truth, guesses, labels=range(classes)))
    counts = metrics.tally(confusion)
    assert metrics.accuracy(counts) == pytest.approx(oracle.accuracy_score(truth, guesses))
    recall = oracle.recall_score(truth, guesses, labels=np.unique(truth), average="macro", zero_division=0)
    assert metrics.balanced_accuracy(counts) == pytest.approx(recall)
    f1 = oracle.f1_score(truth, guesses, average="macro", zero_division=0)
    assert metrics.macro_f1(counts) == pytest.approx(f1)


def test_balanced_accuracy_is_scikit_learns():
    truth, guesses = np.array([0, 0, 0, 1, 2, 2]), np.array([0, 1, 0, 1, 0, 2])
    counts = metrics.tally(metrics.confusion_matrix(truth, guesses, 3))
    assert metrics.balanced_accuracy(counts) == pytest.approx(oracle.balanced_accuracy_score(truth, guesses))


@SOME
@given(predictions(every_class=True))
def test_roc_auc(case):
    truth, probabilities = case
    exact = probabilities.astype(np.float64)
    exact /= exact.sum(axis=1, keepdims=True)
    measured = metrics.roc_auc(metrics.rankings(truth, exact))(ones(len(truth)))["roc_auc"]
    if exact.shape[1] == 2:
        expected = oracle.roc_auc_score(truth, exact[:, 1])
    else:
        expected = oracle.roc_auc_score(truth, exact, multi_class="ovr", average="macro")
    assert measured == pytest.approx(expected)


@SOME
@given(predictions())
def test_log_loss(case):
    truth, probabilities = case
    labels = range(probabilities.shape[1])
    measured = metrics.log_loss(truth, probabilities)(ones(len(truth)))["log_loss"]
    assert measured == pytest.approx(oracle.log_loss(truth, probabilities, labels=labels), rel=1e-5)


@pytest.mark.parametrize(("kind", "cost"), [(np.float32, 15.942), (np.float64, 36.044)])
def test_log_loss_of_a_wrong_certainty_is_finite(kind, cost):
    truth, probabilities = np.array([0]), np.array([[0, 1]], dtype=kind)
    assert metrics.log_loss(truth, probabilities)(ones(1))["log_loss"] == pytest.approx(cost, abs=1e-3)


@SOME
@given(
    st.lists(
        st.tuples(st.floats(-1e6, 1e6, width=32), st.floats(-1e6, 1e6, width=32)), min_size=2, max_size=30
    ),
    st.sampled_from([0.0, 1e6]),
)
def test_regression(pairs, shift):
    truth, predicted = (np.array(pairs) + shift).T
    measured = metrics.regression(truth, predicted)(ones(len(truth)))
    assert measured["rmse"] == pytest.approx(oracle.root_mean_squared_error(truth, predicted), abs=1e-9)
    assert measured["mae"] == pytest.approx(oracle.mean_absolute_error(truth, predicted), abs=1e-9)
    if np.ptp(truth) > 1e-3:
        assert measured["r2"] == pytest.approx(oracle.r2_score(truth, predicted), rel=1e-6, abs=1e-6)


@pytest.mark.parametrize("truth", [[3.0], [0.1] * 10, [1e9] * 7])
def test_no_r2_of_a_constant(truth):
    measured = metrics.regression(np.array(truth), np.zeros(len(truth)))(ones(len(truth)))
    assert np.isnan(measured["r2"])


@SOME
@given(predictions(every_class=True), st.integers(0, 2**32))
def test_counts_say_how_often_each_row_occurs(case, seed):
    """A measure of counts is the measure of the rows written out as often."""
    truth, probabilities = case
    rows = np.random.default_rng(seed).integers(0, len(truth), len(truth))
    counts = np.bincount(rows, minlength=len(truth))[None]
    for make in (metrics.log_loss, lambda *both: metrics.roc_auc(metrics.rankings(*both))):
        (counted,) = make(truth, probabilities)(counts).values()
        (written_out,) = make(truth[rows], probabilities[rows])(ones(len(rows))).values()
        assert counted == pytest.approx(written_out, nan_ok=True)
    values = probabilities[:, 0]
    counted = metrics.regression(truth, values)(counts)
    written_out = metrics.regression(truth[rows], values[rows])(ones(len(rows)))
    for name, value in counted.items():
        assert value == pytest.approx(written_out[name], nan_ok=True), name


@SOME
@given(predictions(every_class=True))
def test_influence_is_the_slope_of_the_area(case):
    """Raising one row's count a little moves the area by that row's influence."""
    truth, probabilities = case
    large = 1_000_000
    for ranking in metrics.rankings(truth, probabilities):
        counts = np.full((len(truth), len(truth)), large) + np.eye(len(truth), dtype=np.int64)
        slopes = (ranking.area(counts) - ranking.area(ones(len(truth)))) * large
        assert slopes == pytest.approx(ranking.influence(), abs=1e-5)
        assert ranking.influence().sum() == pytest.approx(0, abs=1e-12)


def test_a_resample_without_a_class_takes_the_mean_over_the_others():
    truth, probabilities = np.array([0, 1, 2, 0]), np.eye(3)[[0, 1, 0, 1]] * 0.8 + 0.1
    without_two = metrics.roc_auc(metrics.rankings(truth, probabilities))(np.array([[1, 1, 0, 2]]))
    areas = [
        oracle.roc_auc_score([1, 0, 1, 1], [0.9, 0.1, 0.1, 0.1]),
        oracle.roc_auc_score([0, 1, 0, 0], [0.1, 0.9, 0.9, 0.9]),
    ]
    assert without_two["roc_auc"] == pytest.approx(np.mean(areas))
    only_one = metrics.roc_auc(metrics.rankings(truth, probabilities))(np.array([[0, 4, 0, 0]]))
    assert np.isnan(only_one["roc_auc"])
