"""The estimators against scikit-learn's own contract."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.datasets import load_diabetes, load_iris
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import stirfry
from stirfry.errors import UsageError

QUICK: dict[str, Any] = {"hidden": (8,), "epochs": 15, "random_state": 0}


@parametrize_with_checks([stirfry.Classifier(), stirfry.Regressor()])
def test_scikit_learns_own_checks(estimator: Any, check: Any) -> None:
    check(estimator)


def test_inside_a_pipeline_a_search_and_a_cross_validation() -> None:
    x, y = load_iris(return_X_y=True)
    pipeline = make_pipeline(StandardScaler(), stirfry.Classifier(**QUICK))
    assert cross_val_score(pipeline, x, y, cv=3).mean() > 0.6
    search = GridSearchCV(stirfry.Classifier(**QUICK), {"lr": [1e-6, 0.01]}, cv=3).fit(x, y)
    assert search.best_params_ == {"lr": 0.01}


def test_regression_is_close_to_a_linear_model() -> None:
    x, y = load_diabetes(return_X_y=True)
    assert stirfry.Regressor(hidden=(), epochs=60, random_state=0).fit(x, y).score(x, y) > 0.35


def test_clones_and_pickles_give_the_same_answers() -> None:
    x, y = load_iris(return_X_y=True)
    names = np.array(["a", "b", "c"])[y]
    first = stirfry.Classifier(**QUICK).fit(x, names)
    again = clone(first).fit(x, names)
    np.testing.assert_array_equal(first.predict_proba(x), again.predict_proba(x))
    np.testing.assert_array_equal(pickle.loads(pickle.dumps(first)).predict(x), first.predict(x))
    assert set(first.predict(x)) <= {"a", "b", "c"}
    assert first.n_iter_ == len(first.history_["epoch"]) == 15


def test_missing_numbers_are_allowed_and_infinite_ones_are_not() -> None:
    x, y = load_iris(return_X_y=True)
    x[::7, 2] = np.nan
    model = stirfry.Classifier(**QUICK).fit(x, y)
    assert np.isfinite(model.predict_proba(x)).all()
    x[0, 0] = np.inf
    with pytest.raises(ValueError, match="infinity"):
        model.predict(x)


@pytest.mark.parametrize("make", [pd.DataFrame, pl.DataFrame])
def test_a_data_frame_may_hold_text_and_gaps(make: Any) -> None:
    random = np.random.default_rng(0)
    colour = random.choice(["red", "blue"], 120)
    rows = {"size": random.normal(size=120), "colour": colour.tolist()}
    rows["colour"][3] = None
    frame = make(rows)
    model = stirfry.Classifier(hidden=(8,), epochs=60, lr=0.01, random_state=0).fit(frame, colour == "red")
    assert model.score(frame, colour == "red") > 0.9
    assert list(model.feature_names_in_) == ["size", "colour"] and model.n_features_in_ == 2
    other = make({"colour": rows["colour"], "size": rows["size"]})
    with pytest.raises(ValueError, match="feature names"):
        model.predict(other)


def test_few_rows_train_without_a_validation_part() -> None:
    model = stirfry.Classifier(**QUICK).fit([[0.0], [1.0], [2.0], [3.0]], [0, 0, 1, 1])
    assert "validation_loss" not in model.history_
    x, y = load_iris(return_X_y=True)
    assert "validation_loss" in stirfry.Classifier(**QUICK).fit(x, y).history_
    assert "validation_loss" not in stirfry.Classifier(**QUICK, validation=0).fit(x, y).history_


def test_a_wrong_parameter_is_explained_when_it_is_used() -> None:
    x, y = load_iris(return_X_y=True)
    with pytest.raises(UsageError, match="must be above 0"):
        stirfry.Classifier(lr=-1).fit(x, y)
    with pytest.raises(UsageError, match="Did you mean relu"):
        stirfry.Classifier(activation="rely").fit(x, y)
