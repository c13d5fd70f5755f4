from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics as oracle
from sklearn.dummy import DummyClassifier, DummyRegressor

from stirfry.errors import TrainingError
from stirfry.judge import scores as judge
from stirfry.judge.scores import CLASSIFICATION, REGRESSION, Score, scores


def some_classes(rows, classes, seed=0, sharpness=1.5):
    generator = np.random.default_rng(seed)
    truth = np.arange(rows) % classes
    odds = np.exp(generator.normal(size=(rows, classes)) + sharpness * np.eye(classes)[truth])
    return truth, odds / odds.sum(axis=1, keepdims=True)


def some_values(rows, seed=0):
    generator = np.random.default_rng(seed)
    truth = generator.normal(10, 3, rows)
    return truth, truth + generator.normal(0, 1, rows)


def test_classification_has_every_metric_with_interval_and_baseline():
    truth, probabilities = some_classes(200, 3)
    part = scores("multiclass", truth, probabilities, intervals=True, training_frequencies=[50, 60, 40])
    assert tuple(part.metrics) == CLASSIFICATION
    assert part.rows == 200
    assert np.array_equal(part.confusion, oracle.confusion_matrix(truth, probabilities.argmax(axis=1)))
    for name, score in part.metrics.items():
        assert score.low < score.value < score.high, name
        assert score.method == ("wilson" if name == "accuracy" else "bootstrap")
        assert score.baseline is not None


def test_regression_has_every_metric_with_interval_and_baseline():
    truth, predicted = some_values(100)
    part = scores(
        "regression", truth.reshape(-1, 1), predicted.reshape(-1, 1), intervals=True, training_mean=9.0
    )
    assert tuple(part.metrics) == REGRESSION
    assert part.confusion is None
    for name, score in part.metrics.items():
        assert score.low < score.value < score.high, name
        assert score.method == "bootstrap"
    assert part.metrics["r2"].baseline < 0 < part.metrics["r2"].value


def test_without_intervals_there_are_only_values():
    truth, probabilities = some_classes(20, 2)
    part = scores("binary", truth, probabilities, intervals=False)
    assert all(score == Score(score.value) for score in part.metrics.values())
    assert None not in {score.value for score in part.metrics.values()}


def test_classification_baselines_are_the_dummys():
    truth, probabilities = some_classes(90, 3)
    training = np.repeat([0, 1, 2], [5, 11, 4])
    part = scores(
        "multiclass", truth, probabilities, intervals=False, training_frequencies=np.bincount(training)
    )
    dummy = DummyClassifier(strategy="prior").fit(np.zeros((20, 1)), training)
    said, shares = dummy.predict(np.zeros((90, 1))), dummy.predict_proba(np.zeros((90, 1)))
    expected = {
        "accuracy": oracle.accuracy_score(truth, said),
        "balanced_accuracy": oracle.balanced_accuracy_score(truth, said),
        "macro_f1": oracle.f1_score(truth, said, average="macro"),
        "roc_auc": 0.5,
        "log_loss": oracle.log_loss(truth, shares),
    }
    assert {name: score.baseline for name, score in part.metrics.items()} == pytest.approx(expected)


def test_regression_baselines_are_the_dummys():
    truth, predicted = some_values(50)
    part = scores("regression", truth, predicted, intervals=False, training_mean=7.0)
    said = DummyRegressor(strategy="constant", constant=7.0).fit([[0]], [0]).predict(np.zeros((50, 1)))
    expected = {
        "rmse": oracle.root_mean_squared_error(truth, said),
        "mae": oracle.mean_absolute_error(truth, said),
        "r2": oracle.r2_score(truth, said),
    }
    assert {name: score.baseline for name, score in part.metrics.items()} == pytest.approx(expected)


def brute_force(truth, predicted, metric, draws=1500):
    """The bootstrap as it is defined: draw rows, score them, again and again."""
    generator = np.random.default_rng(99)
    drawn = generator.integers(0, len(truth), (draws, len(truth)))
    return np.quantile([metric(truth[rows], predicted[rows]) for rows in drawn], [0.025, 0.975])


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("balanced_accuracy", lambda t, p: oracle.recall_score(t, p.argmax(1), average="macro")),
        ("macro_f1", lambda t, p: oracle.f1_score(t, p.argmax(1), average="macro")),
        ("roc_auc", lambda t, p: oracle.roc_auc_score(t, p, multi_class="ovr")),
        ("log_loss", lambda t, p: oracle.log_loss(t, p, labels=[0, 1, 2])),
    ],
)
def test_class_intervals_are_the_bootstraps(name, metric):
    truth, probabilities = some_classes(60, 3)
    score = scores("multiclass", truth, probabilities, intervals=True).metrics[name]
    expected = brute_force(truth, probabilities, metric, draws=400)
    assert [score.low, score.high] == pytest.approx(expected, abs=0.15 * np.ptp(expected))


@pytest.mark.parametrize(
    ("name", "metric"),
    [
        ("rmse", oracle.root_mean_squared_error),
        ("mae", oracle.mean_absolute_error),
        ("r2", oracle.r2_score),
    ],
)
def test_regression_intervals_are_the_bootstraps(name, metric):
    truth, predicted = some_values(60)
    score = scores("regression", truth, predicted, intervals=True).metrics[name]
    expected = brute_force(truth, predicted, metric, draws=400)
    assert [score.low, score.high] == pytest.approx(expected, abs=0.15 * np.ptp(expected))


def test_the_quick_area_of_large_parts_has_the_same_interval(monkeypatch):
    truth, probabilities = some_classes(1500, 3, sharpness=1.0)
    exact = scores("multiclass", truth, probabilities, intervals=True).metrics["roc_auc"]
    monkeypatch.setattr(judge, "_RANKED_AT_MOST", 0)
    quick = scores("multiclass", truth, probabilities, intervals=True).metrics["roc_auc"]
    assert quick.value == exact.value
    assert quick != exact
    width = exact.high - exact.low
    assert [quick.low, quick.high] == pytest.approx([exact.low, exact.high], abs=0.05 * width)


def test_the_same_seed_gives_the_same_intervals():
    truth, probabilities = some_classes(50, 2)
    first, again, other = (
        scores("binary", truth, probabilities, intervals=True, seed=seed).metrics for seed in (1, 1, 2)
    )
    assert first == again
    assert first["log_loss"] != other["log_loss"]
    assert first["macro_f1"] != other["macro_f1"]
    assert first["accuracy"] == other["accuracy"]


@pytest.mark.parametrize("right", [True, False])
def test_a_perfect_test_isnt_a_certain_one(right):
    """30 of 30 right: a bootstrap would give [1, 1]."""
    truth = np.repeat([0, 1, 2], 10)
    probabilities = np.eye(3)[truth] if right else np.eye(3)[(truth + 1) % 3]
    part = scores("multiclass", truth, probabilities, intervals=True)
    for name in ("accuracy", "balanced_accuracy", "macro_f1", "roc_auc")[: 4 if right else 3]:
        score = part.metrics[name]
        assert score.method == "wilson"
        assert (score.low, score.high) == pytest.approx((0.8865, 1) if right else (0, 0.1135), abs=1e-4), name
        assert score.low <= score.value <= score.high


def test_a_perfect_binary_area_is_as_sure_as_its_smaller_side():
    truth = np.array([0] * 95 + [1] * 5)
    score = scores("binary", truth, np.eye(2)[truth], intervals=True).metrics["roc_auc"]
    few = scores("binary", truth[-10:], np.eye(2)[truth[-10:]], intervals=True).metrics["roc_auc"]
    assert score.value == 1
    assert score == few


def test_an_absent_class_leaves_no_area():
    truth, probabilities = some_classes(20, 3)
    part = scores(
        "multiclass", np.minimum(truth, 1), probabilities, intervals=True, training_frequencies=[1] * 3
    )
    assert part.metrics["roc_auc"] == Score(None)
    assert part.metrics["log_loss"].low is not None


@pytest.mark.parametrize("rows", [0, 1])
def test_parts_of_no_or_one_row(rows):
    part = scores("regression", np.ones(rows), np.zeros(rows), intervals=True, training_mean=0.0)
    assert part.metrics["r2"] == Score(None)
    assert part.metrics["mae"] == (Score(1.0, baseline=1.0) if rows else Score(None))
    part = scores(
        "binary",
        np.ones(rows, dtype=int),
        np.full((rows, 2), 0.5),
        intervals=True,
        training_frequencies=[1, 2],
    )
    assert part.metrics["roc_auc"] == Score(None)
    assert part.metrics["accuracy"].value == (0 if rows else None)
    assert part.metrics["log_loss"].low is None


def test_overflowing_errors_have_no_value():
    part = scores("regression", np.array([0.0, 1.0]), np.array([1e200, 0.0]), intervals=True)
    assert part.metrics["rmse"].value is None
    assert part.metrics["mae"].value == pytest.approx(5e199)


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_predictions_that_arent_finite_are_refused(bad):
    truth, probabilities = some_classes(6, 2)
    probabilities[2:4, 1] = bad
    with pytest.raises(TrainingError, match="2 of 6 are infinite") as caught:
        scores("binary", truth, probabilities, intervals=False)
    assert caught.value.facts == {"rows": 2, "total": 6}
    with pytest.raises(TrainingError):
        scores("regression", np.zeros(2), np.array([0.0, bad]), intervals=False)


@settings(max_examples=25, deadline=None)
@given(
    st.integers(2, 4).flatmap(
        lambda k: st.lists(
            st.tuples(st.integers(0, k - 1), st.lists(st.integers(0, 3), min_size=k, max_size=k)),
            min_size=1,
            max_size=12,
        )
    )
)
def test_any_part_gives_strict_json_and_ends_around_the_value(rows):
    truth = np.array([row[0] for row in rows])
    odds = np.array([row[1] for row in rows]) + 0.25
    probabilities = (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)
    task = "binary" if odds.shape[1] == 2 else "multiclass"
    part = scores(task, truth, probabilities, intervals=True, training_frequencies=np.ones(odds.shape[1]))
    read = json.loads(json.dumps(part.as_json(), allow_nan=False))
    assert tuple(read) == CLASSIFICATION
    for score in read.values():
        assert set(score) == {"value", "low", "high", "method", "baseline"}
        assert (score["low"] is None) == (score["high"] is None) == (score["method"] is None)
        assert score["low"] is None or score["low"] <= score["value"] <= score["high"]
