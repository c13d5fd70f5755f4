"""What a target's values ask for: two classes, several, or a number; and why."""

from __future__ import annotations

from typing import NoReturn

import numpy as np

from stirfry.data.levels import as_number, levels_in
from stirfry.data.numbers import check_finite
from stirfry.data.roles import FEW_LEVELS, stray_text
from stirfry.data.statistics import distinct
from stirfry.data.table import Column
from stirfry.errors import DataError
from stirfry.notice import Notice
from stirfry.spec.plan import Task

#: A column of whole numbers with at most so many different values, and on average so many rows of each,
#: holds classes; one with exactly two different ones always does.
MOST_CLASSES, ROWS_A_CLASS = 20, 3


def find_task(column: Column, asked: Task | None = None) -> tuple[Task, tuple[Notice, ...]]:
    """Return the task that a target asks for, and what is to be said about it.

    Args:
        column: the target, as it was read; missing values are passed over.
        asked: the task that was asked for, if any.

    Raises:
        DataError: the target can't be one, or doesn't go with the task that was asked for.

    Example:
        >>> find_task(Column("y", "number", np.array([0.5, 1.5, 2.0])))[0]
        'regression'
    """
    if column.kind == "date":
        raise DataError("data.date_target", column=column.name)
    check_finite(column)
    labelled = column.take(~column.missing)
    if len(labelled) == 0:
        raise DataError("data.no_labels", column=column.name)
    different = len(distinct(labelled.values))
    if different < 2:
        raise DataError(
            "data.one_value", column=column.name, value=str(labelled.texts()[0]), rows=len(labelled)
        )
    if column.kind == "text":
        return _of_texts(column, asked)
    if column.kind == "boolean":
        task, why = _checked("binary", 2, asked), Notice("data.task_boolean", column=column.name)
        return task, () if asked else (why,)
    return _of_numbers(labelled, different, asked)


def _of_texts(column: Column, asked: Task | None) -> tuple[Task, tuple[Notice, ...]]:
    if asked == "regression":
        text = next((level for level in levels_in(column) if as_number(level) is None), column.levels[0])
        raise DataError("data.text_target", column=column.name, found=text)
    counts = np.bincount(column.values[column.values >= 0])
    classes, rows = int(np.count_nonzero(counts)), int(counts.sum())
    task = _checked("binary" if classes == 2 else "multiclass", classes, asked)
    if asked is not None:
        return task, ()
    once = np.count_nonzero(counts == 1)
    if classes > FEW_LEVELS:
        _refuse_slips(column, classes)
    if (once == classes > 2) or (classes > FEW_LEVELS and once > rows / 2):
        raise DataError("data.target_free_text", column=column.name, classes=classes, rows=rows)
    return task, (Notice("data.task_text", column=column.name, classes=classes),)


def _refuse_slips(column: Column, classes: int) -> None:
    """Refuse measurements that one stray text has made into dozens of classes."""
    stray = stray_text(column)
    if stray is not None:
        text, row = stray
        raise DataError("data.target_stray", column=column.name, text=text, row=row, classes=classes)


def _of_numbers(column: Column, different: int, asked: Task | None) -> tuple[Task, tuple[Notice, ...]]:
    rows = len(column)
    fractions = np.flatnonzero(column.values % 1 != 0)
    if asked == "regression":
        return "regression", ()
    if len(fractions):
        if asked is not None:
            _refuse_fractions(column, float(column.values[fractions[0]]))
        return "regression", (Notice("data.task_fractions", column=column.name),)
    few = different == 2 or (different <= MOST_CLASSES and rows >= ROWS_A_CLASS * different)
    if asked is None and not few:
        return "regression", (Notice("data.task_many", column=column.name, values=different),)
    task = _checked("binary" if different == 2 else "multiclass", different, asked)
    notices = [] if asked else [Notice("data.task_whole", column=column.name, classes=different)]
    if column.values.dtype.kind == "f":
        notices.append(Notice("data.float_labels", column=column.name))
    return task, tuple(notices)


def _refuse_fractions(column: Column, value: float) -> NoReturn:
    raise DataError("data.fractions_as_classes", column=column.name, value=repr(value))


def _checked(found: Task, classes: int, asked: Task | None) -> Task:
    """Return the task that was asked for, if there are as many classes as it takes.

    Two classes may be asked for as `multiclass`: the network then has an output for each.
    """
    if asked == "binary" and classes != 2:
        raise DataError("data.not_binary", classes=classes)
    return asked or found
