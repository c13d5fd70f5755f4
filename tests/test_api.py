"""What a caller in Python may hand over by mistake or by habit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas
import pytest
from scipy import sparse

import stirfry
from stirfry import lang
from stirfry.errors import UsageError

X = np.random.default_rng(0).normal(size=(40, 3))
Y = (X[:, 0] > 0).astype(int)


@pytest.mark.parametrize("target", [Y, Y.tolist(), pandas.Series(Y)])
@pytest.mark.parametrize("call", [stirfry.train, stirfry.check, stirfry.sweep])
def test_features_and_target_side_by_side_are_told_to_be_a_pair(call: Any, target: Any) -> None:
    with pytest.raises(UsageError, match=r"\(\(X, y\)\)") as found:
        call(X, target)
    assert found.value.code == "source.target_apart"


@pytest.mark.parametrize("labels", [[0, 1, 2, 3], [("in", 0), ("in", 1), ("in", 2), ("out", "y")]])
def test_a_target_is_named_as_the_columns_of_its_frame_are(labels: list[Any]) -> None:
    frame = pandas.DataFrame(np.column_stack([X, Y]))
    frame.columns = pandas.Index(labels) if labels[0] == 0 else pandas.MultiIndex.from_tuples(labels)
    run = stirfry.train(frame, labels[-1], epochs=1)
    assert run.recipe.data.target == str(labels[-1])


def test_a_sparse_matrix_is_called_what_it_is() -> None:
    with pytest.raises(UsageError, match="csr_matrix"):
        stirfry.train((sparse.csr_matrix(X), Y))


def test_all_errors_are_caught_by_one_name() -> None:
    with pytest.raises(stirfry.StirfryError):
        stirfry.train("iris", lr=0)


def test_what_comes_back_says_in_short_what_it_is() -> None:
    run = stirfry.train("iris", epochs=2, repeats=2, folds=2)
    assert repr(run.repeats).startswith("2 seeds\n  train accuracy 0.")
    assert repr(run.folds).startswith("2 folds\n  held_out accuracy 0.")
    matters = repr(run.importance()).splitlines()
    assert len(matters) == 5 and "petal" in "".join(matters[1:3])
    sweep = stirfry.sweep("iris", lr=[0.01, 0.1], hidden=[4], epochs=2)
    assert repr(sweep).startswith("Sweep iris: 2 of 2 networks; best lr 0.1, hidden 4, validation loss ")
    with lang.speaking("zh"):
        assert repr(sweep).startswith("扫描 iris：") and repr(run.repeats).startswith("2 个种子")
    lost = stirfry.sweep("iris", lr=[1e30, 1e31], hidden=[4], optimizer="sgd", epochs=2)
    assert "none has finished" in repr(lost)
