"""The target: labels and their numbers, or values and their scale; there and back.

Letters: N rows.
"""

from __future__ import annotations

from typing import Annotated, Any

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, StrictBool, StrictInt, StrictStr

from stirfry.data.kept import Kept
from stirfry.data.levels import UNKNOWN, match
from stirfry.data.numbers import LARGEST, numbers_in
from stirfry.data.scaling import scaled
from stirfry.data.statistics import distinct
from stirfry.data.table import Column
from stirfry.errors import DataError
from stirfry.spec.plan import Task

Label = StrictBool | StrictInt | StrictStr
Finite = Annotated[float, Field(allow_inf_nan=False)]

#: Labels that are listed in a message, at most.
SHOWN_LABELS = 10


class Target(Kept):
    """What is predicted.

    Args:
        task: `binary`, `multiclass` or `regression`.
        labels: the classes in order: whole numbers by size, texts by their characters, false before true.
        mean: what is subtracted from a regression's values for training.
        std: what they are divided by, above 0.
    """

    task: Task
    labels: tuple[Label, ...] = ()
    mean: Finite = 0.0
    std: Annotated[Finite, Field(gt=0)] = 1.0

    def encode(self, column: Column) -> NDArray[Any]:
        """Return the target as the engine takes it.

        Args:
            column: the target's column; no value is missing.

        Returns:
            int64 class numbers of shape (N,), or float32 values of shape (N, 1).

        Raises:
            DataError: a label that isn't one of the classes, or text where numbers are needed.

        Example:
            >>> column = Column("y", "text", np.array([1, 0]), ("no", "yes"))
            >>> Target(task="binary", labels=("no", "yes")).encode(column).tolist()
            [1, 0]
        """
        assert not column.missing.any(), "rows without a label are dropped before"
        if self.task == "regression":
            values = numbers_in(column, truths=True).astype(np.float64)
            return np.asarray(scaled(values, self.mean, self.std, LARGEST), np.float32).reshape(-1, 1)
        places = match(column, [_name(label) for label in self.labels])
        strangers = np.flatnonzero(places == UNKNOWN)
        if len(strangers):
            self._refuse(column.take(strangers))
        return places.astype(np.int64)

    def decode(self, classes: NDArray[Any]) -> NDArray[Any]:
        """Return the labels of class numbers. Shape (N,)."""
        # NumPy's own texts lose NULs at their end, which would make two labels one.
        ends_in_nul = any(isinstance(label, str) and label.endswith("\0") for label in self.labels)
        return np.array(self.labels, dtype=object if ends_in_nul else None)[classes]

    def values(self, scaled: NDArray[Any]) -> NDArray[np.float64]:
        """Return a regression's values in the target's own unit, shape (N,), from scaled ones (N, 1)."""
        return scaled[:, 0].astype(np.float64) * self.std + self.mean

    def _refuse(self, column: Column) -> None:
        found = sorted({str(text) for text in column.texts()})
        raise DataError(
            "data.unknown_label",
            column=column.name,
            found=found[:SHOWN_LABELS],
            rows=len(column),
            labels=[*self.labels[:SHOWN_LABELS], *(["…"] if len(self.labels) > SHOWN_LABELS else [])],
        )


def labels_of(column: Column) -> tuple[Label, ...]:
    """Return the different labels of a column, in order.

    Args:
        column: texts, booleans, or whole numbers; floats that hold whole numbers count as such.

    Example:
        >>> labels_of(Column("y", "number", np.array([10.0, 9.0, 10.0])))
        (9, 10)
    """
    values = distinct(column.values[~column.missing]).tolist()
    if column.kind == "text":
        return tuple(column.levels[code] for code in values)
    if column.kind == "boolean":
        return tuple(bool(value) for value in values)
    return tuple(int(value) for value in values)


def fit_scale(column: Column, rows: NDArray[np.int64]) -> tuple[float, float]:
    """Return mean and standard deviation of some of a target's values; 1 where they are all the same."""
    values = numbers_in(column)[rows].astype(np.float64)
    spread = float(values.std())
    # Rounding leaves equal values a spread of a few units in the last place.
    return float(values.mean()), spread if values.min() < values.max() and spread > 0 else 1.0


def _name(label: bool | int | str) -> str:
    return label if isinstance(label, str) else str(int(label))
