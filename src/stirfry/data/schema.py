"""What each column is, which one is the target, what the task is, and why."""

from __future__ import annotations

from collections import Counter
from typing import Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict

from stirfry.data.table import Column, Table
from stirfry.errors import DataError, UsageError
from stirfry.lang import say
from stirfry.notice import Notice
from stirfry.spec.faults import nearest
from stirfry.spec.plan import Task
from stirfry.spec.recipe import DataSpec

Role = Literal["number", "category", "date", "identifier", "constant", "dropped", "target"]

#: Names by which a target is known, whatever their case.
TARGET_NAMES = frozenset(
    ["target", "label", "class", "outcome", "y", "species", "diagnosis", "survived", "price", "quality"]
    + ["标签", "类别", "目标", "结果"]
)
#: Names by which a row number or key is known, where all its values differ.
ID_NAMES = frozenset(
    ["", "id", "index", "row", "no", "no.", "key", "uuid", "unnamed: 0", "rownames"]
    + ["序号", "编号", "行号", "索引"]
)
#: A text column with more levels than this is free text or a key, and so is one where most rows differ.
MOST_LEVELS = 200
#: Below this many levels a text column is a category, however few rows there are of each.
FEW_LEVELS = 20
#: A column of whole numbers with at most so many different values, at least so many rows each, holds classes.
MOST_CLASSES, ROWS_A_CLASS = 20, 3


class ColumnSchema(BaseModel):
    """One column's role and the reason for it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    role: Role
    reason: str
    facts: dict[str, Any] = {}


class Schema(BaseModel):
    """All columns' roles, and the task."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    columns: tuple[ColumnSchema, ...]
    target: str
    task: Task

    @property
    def features(self) -> list[ColumnSchema]:
        """The columns that the network sees."""
        return [column for column in self.columns if column.role in ("number", "category", "date")]

    def described(self) -> list[tuple[str, str, str]]:
        """Return name, role and reason of each column, in the language of the moment."""
        return [
            (column.name, say(f"data.role.{column.role}"), say(column.reason, **column.facts))
            for column in self.columns
        ]

    def to_json(self) -> dict[str, Any]:
        """Return the schema as JSON values."""
        return self.model_dump(mode="json")

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> Schema:
        """Return the schema that `to_json` wrote."""
        return cls.model_validate(values)


def find_target(table: Table, spec: DataSpec) -> tuple[str, Notice]:
    """Return the target's name, and why it is the target.

    Raises:
        UsageError: the column that was asked for isn't there.
        DataError: two columns have the same name.
    """
    _check_names(table, spec)
    if spec.target is not None:
        return spec.target, Notice("data.why_asked")
    if table.target is not None:
        return table.target, Notice("data.why_source")
    left = [name for name in table.names if name not in spec.drop]
    if not left:
        raise DataError("data.no_features", dropped=list(table.names))
    known = next((name for name in left if name.casefold() in TARGET_NAMES), None)
    if known is not None:
        return known, Notice("data.why_named")
    return left[-1], Notice("data.why_last")


def _check_names(table: Table, spec: DataSpec) -> None:
    twice = [name for name, count in Counter(table.names).items() if count > 1]
    if twice:
        raise DataError("data.duplicate_columns", names=twice)
    for name in (*([spec.target] if spec.target is not None else []), *spec.drop, *spec.category):
        if name not in table.names:
            near = nearest(name, table.names)
            code = "data.no_column_near" if near else "data.no_column"
            raise UsageError(code, name=name, near=near, known=table.names)


def find_task(column: Column, spec: DataSpec) -> tuple[Task, Notice]:
    """Return the task that a target asks for, and why.

    Args:
        column: the target; no value is missing.
        spec: may name the task.

    Raises:
        DataError: the target has one value only, or doesn't go with the task that was asked for.
    """
    if column.kind == "date":
        raise DataError("data.date_target", column=column.name)
    different = len(np.unique(column.values))
    if different < 2:
        raise DataError("data.one_value", column=column.name, value=column.texts()[0], rows=len(column))
    if column.kind in ("text", "boolean"):
        if spec.task == "regression" and column.kind == "text":
            raise DataError("data.text_target", column=column.name, found=column.levels[0])
        found = Notice("data.task_text" if column.kind == "text" else "data.task_boolean", classes=different)
        return _asked(spec, _by_count(different), different, found)
    whole = bool(np.all(np.mod(column.values, 1) == 0))
    if spec.task in ("binary", "multiclass") and not whole:
        raise DataError("data.fractions_as_classes", column=column.name)
    few = different == 2 or (different <= MOST_CLASSES and len(column) >= ROWS_A_CLASS * different)
    if whole and few:
        return _asked(spec, _by_count(different), different, Notice("data.task_whole", classes=different))
    if spec.task in ("binary", "multiclass"):
        return _asked(spec, _by_count(different), different, Notice("data.why_asked"))
    reason = Notice("data.task_many" if whole else "data.task_fractions", values=different)
    return "regression", reason


def _by_count(classes: int) -> Task:
    return "binary" if classes == 2 else "multiclass"


def _asked(spec: DataSpec, found: Task, classes: int, reason: Notice) -> tuple[Task, Notice]:
    if spec.task is None:
        return found, reason
    if spec.task == "binary" and classes != 2:
        raise DataError("data.not_binary", classes=classes)
    if spec.task == "multiclass":
        return found, Notice("data.why_asked")
    return spec.task, Notice("data.why_asked")


def infer(table: Table, spec: DataSpec, target: str, why: Notice, task: Task) -> Schema:
    """Return every column's role.

    Args:
        table: the rows that have a label.
        spec: what to drop, what is a category.
        target: the target's name.
        why: why it is the target.
        task: the task.

    Raises:
        DataError: infinite numbers in a column that is used, or no column is left to learn from.
    """
    roles = []
    for column in table.columns:
        role, reason = ("target", why) if column.name == target else _role(column, spec)
        if role == "number":
            _check_finite(column)
        roles.append(ColumnSchema(name=column.name, role=role, reason=reason.code, facts=reason.facts))
    schema = Schema(columns=tuple(roles), target=target, task=task)
    if not schema.features:
        left_out = [
            f"{column.name} ({say(f'data.role.{column.role}')})" for column in roles if column.name != target
        ]
        raise DataError("data.no_features", dropped=left_out)
    return schema


def _role(column: Column, spec: DataSpec) -> tuple[Role, Notice]:
    present = column.values[~column.missing]
    different = len(np.unique(present))
    if column.name in spec.drop:
        return "dropped", Notice("data.why_asked")
    if column.name == spec.split.column:
        return "dropped", Notice("data.why_split")
    if column.name in spec.category:
        return "category", Notice("data.why_asked")
    if different == 0:
        return "constant", Notice("data.why_empty")
    if different == 1 and not column.missing.any():
        return "constant", Notice("data.why_constant", value=column.take(np.array([0])).texts()[0])
    named_id = column.name.strip().casefold() in ID_NAMES
    if named_id and different == len(column) and column.kind in ("number", "text"):
        return "identifier", Notice("data.why_id_name")
    if column.kind == "date":
        return "date", Notice("data.why_date")
    if column.kind == "boolean":
        return "number", Notice("data.why_boolean")
    if column.kind == "number":
        return "number", Notice("data.why_number", different=different)
    return _text_role(different, len(present))


def _text_role(different: int, present: int) -> tuple[Role, Notice]:
    all_differ = different == present and present >= 5
    mostly_differ = different > FEW_LEVELS and different > present / 2
    if all_differ or mostly_differ or different > MOST_LEVELS:
        return "identifier", Notice("data.why_id_text", different=different, rows=present)
    return "category", Notice("data.why_category", levels=different)


def _check_finite(column: Column) -> None:
    if column.values.dtype.kind == "f" and np.isinf(column.values).any():
        row = int(np.flatnonzero(np.isinf(column.values))[0])
        raise DataError("data.infinite", column=column.name, row=row + 1, value=str(column.values[row]))
