"""Permutation importance: what isn't used doesn't matter, what is does; its cost is bounded."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.inspection import permutation_importance as sklearns

import stirfry
from stirfry.errors import DataError, UsageError
from stirfry.explain.importance import (
    BESIDES,
    BUDGET,
    FEWEST_ROWS,
    MOST_REPEATS,
    MOST_ROWS,
    Importance,
    effort,
)


def table(rows: int = 300) -> dict[str, list[Any]]:
    random = np.random.default_rng(2)
    strong, weak, noise = random.normal(size=(3, rows))
    colour = random.choice(["red", "green", "blue"], rows)
    points = 3 * strong + weak + 2 * (colour == "red")
    gaps = [None if index % 10 == 0 else value for index, value in enumerate(weak.tolist())]
    return {
        "noise": noise.tolist(),
        "weak": gaps,
        "colour": colour.tolist(),
        "strong": strong.tolist(),
        "y": points.tolist(),
    }


def by_name(found: Importance) -> dict[str, tuple[float, float, float]]:
    return {
        name: (drop, low, high)
        for name, drop, low, high in zip(found.names, found.drops, found.low, found.high, strict=True)
    }


@pytest.fixture(scope="module")
def run() -> stirfry.Run:
    return stirfry.train(table(), target="y", hidden=[16], epochs=150, lr=0.01, seed=1, test=0.4)


def test_columns_come_in_the_order_in_which_they_matter(run: stirfry.Run) -> None:
    found = run.importance()
    assert found is not None
    assert found.names == ("strong", "colour", "weak", "noise")
    assert (found.metric, found.part, found.rows, found.repeats) == ("r2", "test", 120, 10)
    assert found.score == pytest.approx(run.metrics["test"].metrics["r2"].value, rel=1e-4)
    drops = by_name(found)
    assert drops["strong"][1] > 0.5
    assert drops["noise"][1] <= 0.02 and abs(drops["noise"][0]) < 0.05
    assert all(low <= drop <= high for drop, low, high in drops.values())


def test_it_is_what_scikit_learn_measures_on_the_raw_columns(run: stirfry.Run) -> None:
    """The shuffled columns are the original ones: levels and indicators of one column move together."""
    import pandas as pd

    frame = pd.DataFrame(table())

    class Whole:
        def fit(self, *_: Any) -> Whole:
            return self

        def score(self, rows: pd.DataFrame, truth: Any) -> float:
            error = run.model.predict(rows) - truth
            return 1 - float((error**2).mean()) / float(np.var(truth))

    features = frame.drop(columns="y")
    wanted = sklearns(Whole(), features, frame["y"].to_numpy(), n_repeats=20, random_state=0)
    drops = by_name(stirfry.importance(run, frame))
    for name, drop in zip(features.columns, wanted.importances_mean, strict=True):
        assert drops[name][0] == pytest.approx(drop, rel=0.1, abs=0.02), name


def test_the_same_seed_gives_the_same_table(run: stirfry.Run) -> None:
    assert run.importance() == run.importance()


def test_classes_are_measured_by_accuracy_or_log_loss() -> None:
    flowers = stirfry.train("iris", hidden=[8], epochs=100, seed=1)
    found = flowers.importance()
    assert found is not None and found.metric == "accuracy"
    assert {name.partition(" ")[0] for name in found.names[:2]} == {"petal"}
    loss = stirfry.importance(flowers, metric="log_loss")
    assert loss.score == pytest.approx(flowers.metrics["test"].metrics["log_loss"].value, rel=1e-3)
    assert loss.drops[0] > 0.3
    assert stirfry.importance(flowers.model, "iris").rows == 150
    words = found.as_json()
    assert words["columns"][0]["column"] == found.names[0] and words["part"] == "test"


def test_where_no_answer_changes_the_interval_still_has_a_width() -> None:
    rows = {"a": list(range(100)), "b": [index * 7 % 13 for index in range(100)], "y": ["u", "v"] * 50}
    rows["y"] = ["u" if value < 50 else "v" for value in rows["a"]]
    found = stirfry.train(rows, target="y", hidden=[], epochs=200, lr=0.1, seed=1).importance()
    assert found is not None
    drop, low, high = by_name(found)["b"]
    if drop == 0:
        assert low < 0 < high
    assert by_name(found)["a"][1] > 0.2


def test_images_have_no_columns() -> None:
    digits = stirfry.train("digits", hidden=[4], epochs=1, seed=1)
    assert digits.importance() is None
    with pytest.raises(UsageError, match="takes images"):
        stirfry.importance(digits)
    with pytest.raises(UsageError, match="takes images"):
        stirfry.importance(digits.model, "digits")


def test_without_labels_or_rows_there_is_no_score(run: stirfry.Run) -> None:
    rows = table()
    with pytest.raises(DataError, match="need the column y"):
        stirfry.importance(run.model, {name: rows[name] for name in rows if name != "y"})
    with pytest.raises(DataError, match="at least 2 rows"):
        stirfry.importance(run.model, {name: values[:1] for name, values in rows.items()})


def test_without_a_test_part_another_is_measured() -> None:
    found = stirfry.train("iris", hidden=[4], epochs=5, test=0, seed=1).importance()
    assert found is not None and found.part == "validation"
    found = stirfry.train("iris", hidden=[4], epochs=5, test=0, validation=0, seed=1).importance()
    assert found is not None and found.part == "train"


@given(st.integers(2, 10**6), st.integers(1, 5_000), st.integers(1, 10**6))
def test_the_cost_stays_within_the_budget(rows: int, columns: int, each: int) -> None:
    found = effort(rows, columns, each)
    if found is None:
        assert columns * 2 * min(rows, FEWEST_ROWS) * (each + BESIDES) > BUDGET * 0.98
        return
    assert found.rows <= min(rows, MOST_ROWS) and 2 <= found.repeats <= MOST_REPEATS
    assert found.rows * found.repeats * columns * (each + BESIDES) <= BUDGET


def test_a_table_too_wide_for_the_budget_is_measured_when_it_is_asked_for() -> None:
    random = np.random.default_rng(0)
    rows = random.normal(size=(200, 300))
    wide = stirfry.train((rows, (rows[:, 7] > 0).astype(int)), hidden=[400], epochs=4, seed=1)
    assert wide.importance() is None
    assert stirfry.importance(wide).names[0] == "x7"
