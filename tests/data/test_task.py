"""What a target asks for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.data.make_tables import boolean, date, number, text

from stirfry.data.table import Column
from stirfry.data.task import find_task
from stirfry.errors import DataError
from stirfry.spec.plan import Task

MANY = [str(i % 21) for i in range(189)]


@pytest.mark.parametrize(
    ("column", "task", "codes"),
    [
        (text("y", ["a", "b", "a"]), "binary", ["task_text"]),
        (text("y", ["a", "b", "c", "a"]), "multiclass", ["task_text"]),
        (boolean("y", [True, False, None]), "binary", ["task_boolean"]),
        (number("y", [5, 9, 5]), "binary", ["task_whole"]),
        (number("y", [-1, 1]), "binary", ["task_whole"]),
        (number("y", [1, 2, 3] * 3), "multiclass", ["task_whole"]),
        (number("y", [1.0, 2.0, 3.0] * 3), "multiclass", ["task_whole", "float_labels"]),
        (number("y", [1, 2, None] * 3), "binary", ["task_whole", "float_labels"]),
        (number("y", [1, 2, 3] * 2), "regression", ["task_many"]),
        (number("y", list(range(20)) * 3), "multiclass", ["task_whole"]),
        (number("y", list(range(21)) * 10), "regression", ["task_many"]),
        (number("y", [0.5, 1.5] * 9), "regression", ["task_fractions"]),
        (text("y", MANY), "multiclass", ["task_text"]),
        (text("y", ["a", "b"]), "binary", ["task_text"]),
    ],
)
def test_tasks_are_found_and_said(column: Column, task: Task, codes: list[str]) -> None:
    found, notices = find_task(column)
    assert found == task
    assert [notice.code for notice in notices] == [f"data.{code}" for code in codes]
    assert all(str(notice) for notice in notices)


@pytest.mark.parametrize(
    ("column", "asked", "task"),
    [
        (number("y", [1, 2, 3] * 3), "regression", "regression"),
        (boolean("y", [True, False]), "regression", "regression"),
        (number("y", list(range(100)) * 2), "multiclass", "multiclass"),
        (number("y", [0, 1, 0]), "binary", "binary"),
        (number("y", [0, 1, 0]), "multiclass", "multiclass"),
        (text("y", [*MANY, "x"]), "multiclass", "multiclass"),
        (text("y", list("abcdef")), "multiclass", "multiclass"),
        (number("y", [3, 1, 2]), "multiclass", "multiclass"),
    ],
)
def test_a_task_that_is_asked_for_is_taken_without_a_word(column: Column, asked: Task, task: Task) -> None:
    assert find_task(column, asked) == (task, ())


@pytest.mark.parametrize(
    ("column", "asked", "code"),
    [
        (date("y", ["2020-01-01", "2020-01-02"]), None, "date_target"),
        (text("y", ["a", "a", None]), None, "one_value"),
        (number("y", [3, 3]), None, "one_value"),
        (number("y", [2.5, 2.5]), "regression", "one_value"),
        (boolean("y", [True]), None, "one_value"),
        (number("y", [None, None]), None, "no_labels"),
        (text("y", [None]), None, "no_labels"),
        (text("y", ["1", "b"]), "regression", "text_target"),
        (number("y", [0.5, 1.0, 2.0]), "multiclass", "fractions_as_classes"),
        (number("y", [0.5, 1.0]), "binary", "fractions_as_classes"),
        (number("y", [1, 2, 3] * 3), "binary", "not_binary"),
        (text("y", ["a", "b", "c"] * 3), "binary", "not_binary"),
        (text("y", list("abcdef")), None, "target_free_text"),
        (text("y", [f"name {i}" for i in range(40)] + ["name 0"]), None, "target_free_text"),
        (text("y", [*MANY, "x"]), None, "target_stray"),
        (number("y", [1.0, np.inf]), None, "infinite"),
    ],
)
def test_what_cant_be_learned_is_refused(column: Column, asked: Task | None, code: str) -> None:
    with pytest.raises(DataError) as caught:
        find_task(column, asked)
    assert caught.value.code == f"data.{code}"
    assert "y" in str(caught.value)


def test_a_stray_text_in_a_regressions_target_is_named() -> None:
    with pytest.raises(DataError, match="oops"):
        find_task(text("y", ["1.5", "2.5", "oops", "3"]), "regression")


def test_a_single_class_is_called_one_as_estimators_are_asked_to() -> None:
    with pytest.raises(DataError, match="one class"):
        find_task(number("y", [1]), "binary")


@given(st.lists(st.none() | st.integers(-5, 30), min_size=1), st.sampled_from([None, "binary", "multiclass"]))
def test_whole_numbers_give_a_task_or_a_clear_refusal(values: list[int | None], asked: Task | None) -> None:
    try:
        task, _ = find_task(number("y", values), asked)
    except DataError as error:
        assert str(error)
    else:
        different = len({value for value in values if value is not None})
        assert task == "regression" or (task == "binary") == (different == 2 and asked != "multiclass")
