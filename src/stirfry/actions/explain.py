"""Explain: every number of one row's way through a model, and which inputs matter."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from stirfry.actions.explain_plan import training_at, training_by_default, training_of_run
from stirfry.actions.request import ExplainRequest
from stirfry.actions.run import Run
from stirfry.data.encode_images import ImageEncoder
from stirfry.data.encode_table import TableEncoder
from stirfry.data.table import Table
from stirfry.errors import DataError, UsageError
from stirfry.explain.explained import Course, Training, explain_row
from stirfry.explain.explanation import Explanation
from stirfry.explain.importance import BUDGET, MOST_ROWS, Importance, Metric, permutation_importance
from stirfry.explain.rows import chain_of, row_of
from stirfry.model.file import load
from stirfry.model.model import Model
from stirfry.notice import Notice

Say = Callable[[Notice], None]


@dataclass(frozen=True)
class Explained:
    """What a request to explain gave.

    Args:
        model: the model.
        importance: which columns matter; None where a row was asked for.
        explanation: one row's way; None where no row was asked for.
        pictures: the files that were drawn.
    """

    model: Model
    importance: Importance | None = None
    explanation: Explanation | None = None
    pictures: tuple[Path, ...] = ()


def explain(request: ExplainRequest, say: Say) -> Explained:
    """Explain one row, or measure which columns matter; draw it where the request has a place for it.

    Raises:
        StirfryError: the model or the data can't be read, there is no such row, the network's layers can't be
            seen, a picture can't be drawn or written.
    """
    model = load(request.model, request.module, say)
    if request.row is None:
        importance = importance_on(model, request.data, say)
        return Explained(model, importance=importance, pictures=_drawn(request, importance=importance))
    chain_of(model)
    training = training_at(request.model, model, request.settings)
    course = Course(steps=request.steps, fresh=request.fresh)
    found = explain_one(model, request.data, request.row, training, request.truth, course, say)
    return Explained(model, explanation=found, pictures=_drawn(request, explanation=found))


def _drawn(
    request: ExplainRequest, explanation: Explanation | None = None, importance: Importance | None = None
) -> tuple[Path, ...]:
    if request.out is None:
        return ()
    from stirfry.actions.explain_pictures import draw

    return draw(request.out, explanation, importance)


def explain_one(
    model: Model,
    data: Any,
    row: int,
    training: Training,
    truth: Any = None,
    course: Course | None = None,
    say: Say = lambda notice: None,
) -> Explanation:
    """Explain one row of some data.

    Args:
        model: a model whose network is a chain of known layers.
        data: rows, as for `Model.predict`.
        row: which of them, counted from 1.
        training: loss and optimizer.
        truth: what the row should have been, in place of what the data say.
        course: where the optimizer stands.
        say: takes the remarks.

    Raises:
        StirfryError: as for `explain`.
    """
    chain_of(model)
    one = row_of(model.read(data), row)
    try:
        notices = model.encoder.check(one)  # type: ignore[arg-type]
    except DataError as error:
        raise _at_row(error, row) from None
    for notice in notices:
        say(notice)
    return explain_row(model, one, row, training, truth, course)


def explain_in_run(
    run: Run, row: int, data: Any, truth: Any, course: Course, settings: dict[str, Any]
) -> Explanation:
    """Explain one row with a run's model and plan; see `Run.explain`.

    Raises:
        StirfryError: as for `explain`.
    """
    if data is None:
        if run.ready is None:
            raise UsageError("explain.run_has_no_rows")
        data = run.ready.described.dataset
    return explain_one(run.model, data, row, training_of_run(run, settings), truth, _checked(course))


def _checked(course: Course) -> Course:
    if not isinstance(course.steps, int | np.integer) or course.steps < 1:
        raise UsageError("explain.steps_count", found=course.steps)
    return course


def explain_with(
    model: Model | Path, data: Any, row: int, truth: Any, course: Course, settings: dict[str, Any]
) -> Explanation:
    """Explain one row with a model, or with the model in a file or a run folder.

    Raises:
        StirfryError: as for `explain`.
    """
    if isinstance(model, Model):
        training = training_by_default(model, settings)
    else:
        path, model = model, load(model)
        training = training_at(path, model, settings)
    return explain_one(model, data, row, training, truth, _checked(course))


def _at_row(error: DataError, row: int) -> DataError:
    """Return an error about data of one row with the row's number in all the data."""
    return DataError(error.code, **error.facts | ({"row": row} if "row" in error.facts else {}))


def importance_on(
    model: Model, data: Any, say: Say = lambda notice: None, metric: Metric | None = None
) -> Importance:
    """Return which columns matter to a model on some labelled rows.

    Args:
        model: a model of a table.
        data: labelled rows, as for `Model.evaluate`.
        say: takes the remarks.
        metric: the score; `accuracy` for classes and `r2` for numbers where none is given.

    Raises:
        UsageError: the model takes no table.
        DataError: the rows can't be read, or have no labels.
    """
    _needs_columns(model)
    table = model.read(data)
    assert isinstance(table, Table) and model.schema is not None, "a model of a table reads a table"
    if model.schema.target not in table.names:
        raise DataError("explain.no_target_column", column=model.schema.target, found=table.names)
    rows = np.flatnonzero(~model.labels_in(table).missing)
    if len(rows) < 2:
        raise DataError("explain.too_few_rows", rows=len(rows))
    if len(rows) > MOST_ROWS:
        rows = np.sort(np.random.default_rng(0).choice(rows, MOST_ROWS, replace=False))
        say(Notice("explain.rows_sampled", rows=MOST_ROWS, of=len(table)))
    for notice in model.encoder.check(table):  # type: ignore[arg-type]
        say(notice)
    inputs = np.asarray(model.encoder.transform(table, rows))  # type: ignore[arg-type]
    targets = model.target.encode(model.labels_in(table).take(rows))
    found = permutation_importance(model, inputs, targets, metric=metric, budget=None)
    assert found is not None, "without a budget nothing is too much"
    return found


def _needs_columns(model: Model) -> None:
    if isinstance(model.encoder, ImageEncoder):
        raise UsageError("explain.images_have_no_columns")
    if not isinstance(model.encoder, TableEncoder):
        raise UsageError("explain.arrays_have_no_columns")


def importance_of(run: Run) -> Importance | None:
    """Return which columns matter to a run, measured on its test part, at a cost of 0.2 s at most.

    Without a test part it is the validation part, or the training part: `Importance.part` says which.

    Args:
        run: a finished run that still has its rows.

    Returns:
        The columns, the most important first; None for images and arrays, which have no columns, and for
        tables so wide that the cost would be larger.

    Example:
        >>> import stirfry
        >>> importance_of(stirfry.train("iris", hidden=[8], epochs=100, seed=1)).metric
        'accuracy'
    """
    if run.ready is None or not isinstance(run.model.encoder, TableEncoder):
        return None
    return _on_part(run, None, BUDGET)


def importance_in_run(run: Run, metric: Metric | None) -> Importance:
    """Return which columns matter to a run, whatever it costs.

    Raises:
        UsageError: the run's model takes no table, or the run has no rows any more.
        DataError: there are too few rows.
    """
    _needs_columns(run.model)
    if run.ready is None:
        raise UsageError("explain.run_has_no_rows")
    found = _on_part(run, metric, None)
    if found is None:
        raise DataError("explain.too_few_rows", rows=1)
    return found


def _on_part(run: Run, metric: Metric | None, budget: float | None) -> Importance | None:
    """Measure on the part that is judged; None where no part has two rows, or the budget is too small."""
    assert run.ready is not None, "the caller has made sure of it"
    prepared = run.ready.prepared
    parts = {"test": prepared.test, "validation": prepared.validation, "train": prepared.train}
    for name, part in parts.items():
        if part is not None and len(part) > 1:
            seed = run.recipe.plan.seed
            inputs, targets = np.asarray(part.inputs), part.targets
            return permutation_importance(
                run.model, inputs, targets, metric=metric, budget=budget, seed=seed, part=name
            )
    return None
