"""The model as a function of plain numbers, beside `predict` on tables."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import stirfry
from stirfry.errors import DataError, UsageError

RANDOM = np.random.default_rng(0)
X = RANDOM.normal(size=(60, 3)) * [1, 10, 0.1] + [5, 0, 2]
QUICK: dict[str, Any] = {"epochs": 3, "hidden": [5]}


@pytest.mark.parametrize("engine", ["native", "torch"])
@pytest.mark.parametrize("loss", ["cross_entropy", "mse"])
def test_classes_are_those_of_predict_proba(engine: str, loss: str, monkeypatch: pytest.MonkeyPatch) -> None:
    model = stirfry.train((X, RANDOM.integers(0, 3, 60)), **QUICK, loss=loss, task="multiclass").model
    if engine == "torch":
        monkeypatch.setattr("stirfry.engine.choose.NATIVE_BELOW", 0)
    predict = model.predictor()
    np.testing.assert_allclose(predict(X), model.predict_proba(X), atol=1e-6)
    assert predict(X[0]).shape == (3,)
    np.testing.assert_allclose(predict(X[0].tolist()), model.predict_proba(X[:1])[0], atol=1e-6)


def test_two_classes_have_two_probabilities() -> None:
    model = stirfry.train((X, X[:, 0] > 5), **QUICK).model
    predict = model.predictor()
    np.testing.assert_allclose(predict(X), model.predict_proba(X), atol=1e-6)
    np.testing.assert_allclose([predict(row) for row in X], predict(X), rtol=1e-12)


def test_a_row_of_many_classes_is_a_row_of_the_rows() -> None:
    y = RANDOM.permutation(np.arange(120) % 40)
    rows = RANDOM.normal(size=(120, 3))
    predict = stirfry.train((rows, y), **QUICK, task="multiclass").model.predictor()
    assert predict(rows[0]).shape == (40,)
    np.testing.assert_array_equal([predict(row) for row in rows[:3]], predict(rows[:3]))


def test_numbers_come_in_the_targets_unit() -> None:
    model = stirfry.train((X, X[:, 1] * 100), **QUICK, task="regression").model
    predict = model.predictor()
    np.testing.assert_allclose(predict(X), model.predict(X), rtol=1e-5)
    assert predict(X[0]).shape == ()


def test_what_is_no_plain_row_is_refused() -> None:
    model = stirfry.train((X, X[:, 0] > 5), **QUICK).model
    predict = model.predictor()
    for wrong in (X[:, :2], 1.0, X[None]):
        with pytest.raises(DataError, match=r"D is 3"):
            predict(wrong)
    for strange in ({"a": 1.0}, ["x", 1.0, 2.0], [[1.0, 2.0, 3.0], [1.0]], (each for each in "abc")):
        with pytest.raises(DataError, match="numbers alone"):
            predict(strange)
    with pytest.raises(DataError, match="NaN"):
        predict([1.0, np.nan, 2.0])


def test_other_columns_than_numbers_need_predict() -> None:
    table = {"size": X[:, 0], "colour": ["red", "blue"] * 30, "y": X[:, 0] > 5}
    model = stirfry.train(table, target="y", **QUICK).model
    with pytest.raises(UsageError, match="colour"):
        model.predictor()
