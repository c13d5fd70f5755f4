"""From a dataset to encoded parts: what the columns are, which rows are where, the numbers.

`describe` finds out what there is, so that defaults can be chosen; `prepare` splits, fits and encodes.

Letters: N rows, D encoded columns.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.encode_images import ImageEncoder, fit_images
from stirfry.data.encode_table import TableEncoder, fit_table
from stirfry.data.schema import Schema, find_target, find_task, infer
from stirfry.data.split import Split, make_split
from stirfry.data.table import Column, Dataset, Images
from stirfry.data.target import Label, Target, labels_of
from stirfry.errors import DataError
from stirfry.notice import Notice
from stirfry.spec.plan import Task
from stirfry.spec.recipe import DataSpec, Scale, SplitSpec


@dataclass(frozen=True)
class Described:
    """A dataset and what was found out about it.

    Args:
        dataset: the rows that have a label.
        target: the target's column.
        schema: the columns' roles; None for images.
        task: the task.
        labels: the classes; empty in regression.
        rows: how many rows.
        columns: how many feature columns, or pixels and channels.
        notices: what was decided, and why.
    """

    dataset: Dataset
    target: Column
    schema: Schema | None
    task: Task
    labels: tuple[Label, ...]
    rows: int
    columns: int
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class Encoded:
    """One part's rows, encoded.

    Args:
        inputs: float32, shape (N, D) or (N, C, H, W).
        targets: int64 class numbers (N,), or float32 values (N, 1).
    """

    inputs: NDArray[np.float32]
    targets: NDArray[Any]


@dataclass(frozen=True)
class Prepared:
    """Encoded parts, and what encoded them."""

    train: Encoded
    validation: Encoded | None
    test: Encoded | None
    encoder: TableEncoder | ImageEncoder
    schema: Schema | None
    target: Target
    split: Split
    data_sha256: str
    notices: tuple[Notice, ...]


def describe(dataset: Dataset, data: DataSpec) -> Described:
    """Find out what a dataset's columns are, which is the target, and what the task is.

    Args:
        dataset: the rows as they were read.
        data: what the user says about them.

    Raises:
        UsageError: a column that was named isn't there.
        DataError: the data can't be learned from.
    """
    if isinstance(dataset, Images):
        return _describe_images(dataset, data)
    name, why = find_target(dataset, data)
    table, column, dropped = _with_labels(dataset, dataset.column(name))
    task, task_why = find_task(column, data)
    schema = infer(table, data, name, why, task)
    notices = [
        *dropped,
        Notice("data.target_is", column=name, why=str(why)),
        *_task_notices(column, task, task_why),
    ]
    for role in ("identifier", "constant"):
        names = [each.name for each in schema.columns if each.role == role]
        if names:
            notices.append(Notice(f"data.left_out_{role}", names=names))
    if len(schema.features) > len(dataset):
        notices.append(Notice("data.wide", columns=len(schema.features), rows=len(dataset)))
    labels = () if task == "regression" else labels_of(column)
    return Described(
        dataset, column, schema, task, labels, len(dataset), len(schema.features), tuple(notices)
    )


def _describe_images(dataset: Images, data: DataSpec) -> Described:
    if dataset.labels is None:
        raise DataError("data.images_without_labels")
    found, column, dropped = _with_labels(dataset, dataset.labels)
    task, why = find_task(column, data)
    if task == "regression":
        raise DataError("data.images_regression")
    notices = (*dropped, *_task_notices(column, task, why))
    size = int(np.prod(found.pixels.shape[1:]))
    return Described(found, column, None, task, labels_of(column), len(found), size, notices)


def _with_labels(dataset: Dataset, column: Column) -> tuple[Any, Column, list[Notice]]:
    """Leave out the rows without a label, and say how many there were."""
    missing = column.missing
    if missing.all():
        raise DataError("data.no_labels", column=column.name)
    if column.values.dtype.kind == "f" and np.isinf(column.values).any():
        row = int(np.flatnonzero(np.isinf(column.values))[0])
        raise DataError("data.infinite", column=column.name, row=row + 1, value=str(column.values[row]))
    if not missing.any():
        return dataset, column, []
    rows = np.flatnonzero(~missing)
    return dataset.take(rows), column.take(rows), [Notice("data.rows_dropped", rows=int(missing.sum()))]


def _task_notices(column: Column, task: Task, why: Notice) -> list[Notice]:
    notices = [Notice(f"data.task_is_{task}", why=str(why))]
    if task != "regression" and column.kind == "number" and column.values.dtype.kind == "f":
        notices.append(Notice("data.float_labels", column=column.name))
    return notices


def prepare(
    described: Described, data: DataSpec, scale: Scale, scale_target: bool, split: SplitSpec
) -> Prepared:
    """Split the rows, fit the encoder on the training rows, and encode every part.

    Args:
        described: the dataset.
        data: what the user says about it.
        scale: how numbers are scaled.
        scale_target: whether a regression's target is standardised.
        split: the parts.

    Raises:
        DataError: a part would be empty.
    """
    target = Target(task=described.task, labels=described.labels)
    parts = _split(described, target, split)
    if described.task == "regression" and scale_target:
        values = described.target.values[parts.train].astype(np.float64)
        target = Target(task="regression", mean=float(values.mean()), std=float(values.std()) or 1.0)
    encoder: TableEncoder | ImageEncoder
    if isinstance(described.dataset, Images):
        encoder = fit_images(described.dataset, parts.train, data.mean, data.std)
    else:
        assert described.schema is not None, "a table has a schema"
        encoder = fit_table(described.dataset, described.schema, parts.train, scale)
    return _encoded(described, encoder, described.schema, target, parts)


def prepare_again(
    described: Described,
    encoder: TableEncoder | ImageEncoder,
    schema: Schema | None,
    target: Target,
    split: SplitSpec,
) -> Prepared:
    """Split the rows and encode every part with an encoder that was fitted before.

    Args:
        described: the dataset.
        encoder: fitted on the rows of an earlier run.
        schema: that run's.
        target: that run's; a label it doesn't know is refused.
        split: the parts.

    Raises:
        DataError: columns are missing, a label is unknown, or a part would be empty.
    """
    notices = encoder.check(described.dataset)  # type: ignore[arg-type]
    prepared = _encoded(described, encoder, schema, target, _split(described, target, split))
    return Prepared(**{**prepared.__dict__, "notices": (*notices, *prepared.notices)})


def _split(described: Described, target: Target, split: SplitSpec) -> Split:
    classes = None if target.task == "regression" else target.encode(described.target)
    return make_split(described.dataset, classes, split)


def _encoded(
    described: Described,
    encoder: TableEncoder | ImageEncoder,
    schema: Schema | None,
    target: Target,
    split: Split,
) -> Prepared:
    targets = target.encode(described.target)

    def part(rows: NDArray[np.int64]) -> Encoded | None:
        if len(rows) == 0:
            return None
        inputs = encoder.transform(described.dataset, rows)  # type: ignore[arg-type]
        return Encoded(inputs, targets[rows])

    train = part(split.train)
    assert train is not None, "a split without training rows has been refused"
    return Prepared(
        train=train,
        validation=part(split.validation),
        test=part(split.test),
        encoder=encoder,
        schema=schema,
        target=target,
        split=split,
        data_sha256=described.dataset.sha256(),
        notices=split.notices,
    )


def class_weights(targets: NDArray[np.int64], classes: int) -> tuple[float, ...]:
    """Return weights that give every class the same say: rows / (classes x rows of the class).

    Args:
        targets: class numbers of the training rows, shape (N,); every class has one at least.
        classes: how many classes.

    Source: scikit-learn's `compute_class_weight("balanced")`.

    Example:
        >>> class_weights(np.array([0, 0, 0, 1]), 2)
        (0.6666666666666666, 2.0)
    """
    return tuple((len(targets) / (classes * np.bincount(targets, minlength=classes))).tolist())
