"""From a dataset to encoded parts: what the columns are, which rows are where, the numbers.

`describe` finds out what there is, so that defaults can be chosen; `prepare` splits, fits and encodes.

Letters: N rows, D encoded columns, C channels, H height, W width.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from stirfry.data.encode_images import SAMPLE, ImageEncoder, Normal, check_pixels, fit_images
from stirfry.data.encode_inputs import InputsEncoder, check_inputs, fit_inputs
from stirfry.data.encode_table import TableEncoder, fit_table
from stirfry.data.folds import make_folds
from stirfry.data.schema import Schema, find_target, infer, shown
from stirfry.data.split import Split, make_split
from stirfry.data.stream import Stream
from stirfry.data.table import Column, Dataset, Images, Inputs, Table
from stirfry.data.target import Label, Target, fit_scale, labels_of
from stirfry.data.task import find_task
from stirfry.errors import DataError, UsageError
from stirfry.notice import Notice
from stirfry.spec.plan import Task
from stirfry.spec.recipe import DataSpec, Scale, SplitSpec

Encoder = TableEncoder | ImageEncoder | InputsEncoder

#: What is said about columns that would be numbers but for a few texts, by the reason of their role.
_STRAY = {
    "data.why_stray_category": "data.taken_as_groups",
    "data.why_stray_identifier": "data.left_out_stray",
}
AnyDataset = TypeVar("AnyDataset", Table, Images, Inputs)


@dataclass(frozen=True)
class Described:
    """A dataset and what was found out about it.

    Args:
        dataset: the rows that have a label.
        target: the target's column, of the same rows.
        schema: the columns' roles; None for images.
        task: the task.
        labels: the classes; empty in regression.
        rows: how many rows.
        columns: how many feature columns, or pixels times channels.
        data_sha256: a hash over the dataset as it was read.
        notices: what was decided, and why.
    """

    dataset: Dataset
    target: Column
    schema: Schema | None
    task: Task
    labels: tuple[Label, ...]
    rows: int
    columns: int
    data_sha256: str
    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class Encoded:
    """One part's rows, encoded.

    Args:
        inputs: float32, shape (N, D) or (N, C, H, W); or uint8 pixels with `normal`, which may be a stream;
            for a user's own network as its encoder has them.
        targets: int64 class numbers (N,), or float32 values (N, 1).
        normal: what turns pixels into floats; None where the inputs are floats.
    """

    inputs: Any
    targets: NDArray[Any]
    normal: Normal | None = None

    def __len__(self) -> int:
        return len(self.targets)


@dataclass(frozen=True)
class Prepared:
    """Encoded parts, and what encoded them.

    Args:
        train: what is learned from.
        validation: what stops and chooses; None without such a part.
        test: what judges; None without such a part.
        encoder: from raw rows to inputs.
        schema: the columns' roles; None for images.
        target: from raw labels to targets, and back.
        split: the rows of each part.
        data_sha256: a hash over the dataset as it was read.
        notices: what was decided since `describe`.
    """

    train: Encoded
    validation: Encoded | None
    test: Encoded | None
    encoder: Encoder
    schema: Schema | None
    target: Target
    split: Split
    data_sha256: str
    notices: tuple[Notice, ...]

    @property
    def features(self) -> int:
        """How many numbers the network sees of a row."""
        return math.prod(self.encoder.input_shape)


def describe(dataset: Dataset, data: DataSpec) -> Described:
    """Find out what a dataset's columns are, which is the target, and what the task is.

    Args:
        dataset: the rows as they were read.
        data: what the user says about them.

    Raises:
        UsageError: a column that was named isn't there.
        DataError: the data can't be learned from.

    Example:
        >>> from stirfry.data.sources import load
        >>> describe(load("iris", DataSpec()), DataSpec()).task
        'multiclass'
    """
    if isinstance(dataset, Images):
        return _describe_images(dataset, data)
    if isinstance(dataset, Inputs):
        return _describe_inputs(dataset, data)
    name, why = find_target(dataset, data)
    target = dataset.column(name)
    task, said = find_task(target, data.task)
    schema = infer(dataset, data, name, why, task)
    labelled, target, dropped = _with_labels(dataset, target)
    notices = [*_target_notices(name, why), *said, *dropped, *_schema_notices(schema)]
    return Described(
        dataset=labelled,
        target=target,
        schema=schema,
        task=task,
        labels=() if task == "regression" else labels_of(target),
        rows=len(labelled),
        columns=len(schema.features),
        data_sha256=dataset.sha256(),
        notices=tuple(notices),
    )


def _describe_images(dataset: Images, data: DataSpec) -> Described:
    named = [data.target, *data.drop, *data.category, data.split.column]
    asked = [name for name in named if name is not None]
    if asked:
        raise UsageError("data.images_have_no_columns", names=asked)
    if dataset.labels is None:
        raise DataError("data.images_without_labels")
    task, said = find_task(dataset.labels, data.task)
    if task == "regression":
        raise DataError("data.images_regression")
    check_pixels(dataset.pixels)
    labelled, target, dropped = _with_labels(dataset, dataset.labels)
    return Described(
        dataset=labelled,
        target=target,
        schema=None,
        task=task,
        labels=labels_of(target),
        rows=len(labelled),
        columns=math.prod(labelled.pixels.shape[1:]),
        data_sha256=dataset.sha256(),
        notices=(*said, *dropped),
    )


def _describe_inputs(dataset: Inputs, data: DataSpec) -> Described:
    named = [data.target, *data.drop, *data.category, data.split.column]
    asked = [name for name in named if name is not None]
    if asked:
        raise UsageError("data.inputs_have_no_columns", names=asked)
    assert dataset.labels is not None, "arrays that are trained on come with a target"
    task, said = find_task(dataset.labels, data.task)
    check_inputs(dataset)
    labelled, target, dropped = _with_labels(dataset, dataset.labels)
    return Described(
        dataset=labelled,
        target=target,
        schema=None,
        task=task,
        labels=() if task == "regression" else labels_of(target),
        rows=len(labelled),
        columns=sum(math.prod(values.shape[1:]) for values in labelled.arrays),
        data_sha256=dataset.sha256(),
        notices=(*said, *dropped),
    )


def _with_labels(dataset: AnyDataset, target: Column) -> tuple[AnyDataset, Column, tuple[Notice, ...]]:
    """Leave out the rows without a label, and say how many there were."""
    missing = target.missing
    if not missing.any():
        return dataset, target, ()
    rows = np.flatnonzero(~missing)
    dropped = Notice("data.rows_dropped", rows=int(missing.sum()), things=dataset.things)
    return dataset.take(rows), target.take(rows), (dropped,)


def _target_notices(name: str, why: Notice) -> list[Notice]:
    """Return the remark on a target that wasn't asked for."""
    codes = {
        "data.why_source": "data.target_source",
        "data.why_named": "data.target_named",
        "data.why_last": "data.target_last",
    }
    return [Notice(codes[why.code], column=name)] if why.code in codes else []


def _schema_notices(schema: Schema) -> list[Notice]:
    said: dict[str, list[str]] = {}
    for column in schema.columns:
        code = _STRAY.get(column.reason.code, f"data.left_out_{column.role}")
        if code in (*_STRAY.values(), "data.left_out_identifier", "data.left_out_constant"):
            said.setdefault(code, []).append(column.name)
    return [Notice(code, names=shown(names)) for code, names in said.items()]


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

    Example:
        >>> from stirfry.data.sources import load
        >>> found = describe(load("iris", DataSpec()), DataSpec())
        >>> prepare(found, DataSpec(), "minmax", False, SplitSpec()).train.inputs.shape
        (90, 4)
    """
    target = Target(task=described.task, labels=described.labels)
    return prepare_parts(described, data, scale, scale_target, _split(described, target, split))


def prepare_parts(
    described: Described, data: DataSpec, scale: Scale, scale_target: bool, parts: Split
) -> Prepared:
    """Fit the encoder on the training rows of a split that is there already, and encode every part.

    Args:
        described: the dataset.
        data: what the user says about it.
        scale: how numbers are scaled.
        scale_target: whether a regression's target is standardised.
        parts: the rows of each part.
    """
    target = Target(task=described.task, labels=described.labels)
    if described.task == "regression" and scale_target:
        mean, std = fit_scale(described.target, parts.train)
        target = Target(task="regression", mean=mean, std=std)
    encoder: Encoder
    if isinstance(described.dataset, Images):
        encoder = fit_images(described.dataset, parts.train, data.mean, data.std)
    elif isinstance(described.dataset, Inputs):
        encoder = fit_inputs(described.dataset, parts.train, scale)
    else:
        assert described.schema is not None, "a table has a schema"
        encoder = fit_table(described.dataset, described.schema, parts.train, scale)
    prepared = _encoded(described, encoder, described.schema, target, parts)
    return replace(prepared, notices=(*prepared.notices, *_sampled(described.dataset, data, parts)))


def _sampled(dataset: Dataset, data: DataSpec, parts: Split) -> tuple[Notice, ...]:
    """Return the remark on an encoder that wasn't fitted on all training rows."""
    streams = isinstance(dataset, Images) and isinstance(dataset.pixels, Stream)
    if not streams or data.mean is not None or len(parts.train) <= SAMPLE:
        return ()
    return (Notice("data.moments_of_sample", rows=SAMPLE),)


def prepare_again(
    described: Described, encoder: Encoder, schema: Schema | None, target: Target, split: SplitSpec
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
    notices = _check(encoder, described.dataset)
    prepared = _encoded(described, encoder, schema, target, _split(described, target, split))
    return replace(prepared, notices=(*notices, *prepared.notices))


def _check(encoder: Encoder, dataset: Dataset) -> tuple[Notice, ...]:
    """Return the encoder's remarks on a dataset, which must be of the encoder's kind."""
    if isinstance(encoder, TableEncoder) and isinstance(dataset, Table):
        return encoder.check(dataset)
    if isinstance(encoder, ImageEncoder) and isinstance(dataset, Images):
        return encoder.check(dataset)
    if isinstance(encoder, InputsEncoder):
        if isinstance(dataset, Inputs):
            return encoder.check(dataset)
        wanted = ["×".join(str(size) for size in ("N", *shape)) for shape in encoder.shapes]
        raise UsageError("data.wants_inputs", wanted=wanted, names=list(encoder.input_names) or ["-"])
    raise DataError("data.wants_table" if isinstance(encoder, TableEncoder) else "data.wants_images")


def _split(described: Described, target: Target, split: SplitSpec) -> Split:
    classes = None if target.task == "regression" else target.encode(described.target)
    return make_split(described.dataset, classes, split, _names(described))


def _names(described: Described) -> set[str] | None:
    """Return the columns that make rows equal; None is all of them."""
    if described.schema is None:
        return None
    return {described.schema.target, *(column.name for column in described.schema.features)}


def prepare_folds(
    described: Described, split: SplitSpec, parts: Split, folds: int, validates: bool
) -> list[Split]:
    """Return the folds of all rows outside the test part (see `stirfry.data.folds.make_folds`)."""
    target = Target(task=described.task, labels=described.labels)
    classes = None if described.task == "regression" else target.encode(described.target)
    return make_folds(described.dataset, classes, split, parts, folds, validates, _names(described))


def _encoded(
    described: Described, encoder: Encoder, schema: Schema | None, target: Target, split: Split
) -> Prepared:
    targets = target.encode(described.target)

    def part(rows: NDArray[np.int64]) -> Encoded:
        # Encoder and dataset are of one kind: one was fitted on the other, or `_check` has compared them.
        if isinstance(encoder, ImageEncoder) and isinstance(described.dataset, Images):
            pixels = encoder.whole_pixels(described.dataset, rows)
            if pixels is not None:
                return Encoded(pixels, targets[rows], encoder.normal)
        return Encoded(encoder.transform(described.dataset, rows), targets[rows])  # type: ignore[arg-type]

    return Prepared(
        train=part(split.train),
        validation=part(split.validation) if len(split.validation) else None,
        test=part(split.test) if len(split.test) else None,
        encoder=encoder,
        schema=schema,
        target=target,
        split=split,
        data_sha256=described.data_sha256,
        notices=split.notices,
    )


def class_weights(targets: NDArray[np.int64], classes: int) -> tuple[float, ...]:
    """Return weights that give every class the same say: rows / (classes x rows of the class).

    Args:
        targets: class numbers of the training rows, shape (N,).
        classes: how many classes; one without a row counts as if it had one.

    Source: scikit-learn's `compute_class_weight("balanced")`.

    Example:
        >>> class_weights(np.array([0, 0, 0, 1]), 2)
        (0.6666666666666666, 2.0)
    """
    counts = np.maximum(np.bincount(targets, minlength=classes), 1)
    return tuple((len(targets) / (classes * counts)).tolist())
