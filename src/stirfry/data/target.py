"""The target: labels and their numbers, or values and their scale; there and back.

Letters: N rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from stirfry.data.table import Column, as_text
from stirfry.errors import DataError
from stirfry.spec.plan import Task

Label = bool | int | str


class Target(BaseModel):
    """What is predicted.

    Args:
        task: `binary`, `multiclass` or `regression`.
        labels: the classes in order: whole numbers and texts sorted, false before true.
        mean: what is subtracted from a regression's values for training.
        std: what they are divided by.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    task: Task
    labels: tuple[Label, ...] = ()
    mean: float = 0.0
    std: float = 1.0

    def encode(self, column: Column) -> NDArray[Any]:
        """Return the target as the engine takes it.

        Args:
            column: the target's column; no value is missing.

        Returns:
            int64 class numbers of shape (N,), or float32 values of shape (N, 1).

        Raises:
            DataError: a label that isn't one of the classes, or text where numbers are needed.
        """
        if self.task == "regression":
            if column.kind == "text":
                raise DataError("data.text_target", column=column.name, found=column.levels[0])
            values = (column.values.astype(np.float64) - self.mean) / self.std
            return values.astype(np.float32).reshape(-1, 1)
        numbers = {_key(label): number for number, label in enumerate(self.labels)}
        found, inverse = _distinct(column)
        unknown = [text for text in found if text not in numbers]
        if unknown:
            raise DataError(
                "data.unknown_label", column=column.name, found=unknown[0], labels=list(self.labels)
            )
        return np.array([numbers[text] for text in found], dtype=np.int64)[inverse]

    def decode(self, classes: NDArray[Any]) -> NDArray[Any]:
        """Return the labels of class numbers. Shape (N,)."""
        return np.array(self.labels)[classes]

    def values(self, scaled: NDArray[Any]) -> NDArray[np.float64]:
        """Return a regression's values in the target's own unit, shape (N,), from scaled ones (N, 1)."""
        return scaled[:, 0].astype(np.float64) * self.std + self.mean

    def to_json(self) -> dict[str, Any]:
        """Return the target as JSON values."""
        return self.model_dump(mode="json")

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Target:
        """Return the target that `to_json` wrote."""
        return cls.model_validate(values, strict=False)


def labels_of(column: Column) -> tuple[Label, ...]:
    """Return the different labels of a column, in order.

    Args:
        column: texts, booleans, or whole numbers; floats that hold whole numbers count as such.
    """
    if column.kind == "text":
        present = np.unique(column.values[~column.missing])
        return tuple(column.levels[code] for code in present)
    values = np.unique(column.values[~column.missing])
    if column.kind == "boolean":
        return tuple(bool(value) for value in values)
    return tuple(int(value) for value in values)


def _key(label: Label) -> str:
    return label if isinstance(label, str) else str(int(label))


def _distinct(column: Column) -> tuple[list[str], NDArray[np.int64]]:
    """Return the different values as text, and for each row which of them it has."""
    values, inverse = np.unique(column.values, return_inverse=True)
    if column.kind == "text":
        return [column.levels[code] for code in values], inverse
    return [as_text(value) or "" for value in values.tolist()], inverse
