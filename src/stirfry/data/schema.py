"""What each column is, which one is the target, what the task is, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

from stirfry.data.kept import Kept
from stirfry.data.roles import Role, role_of
from stirfry.data.table import Column, Kind, Table
from stirfry.errors import DataError, UsageError
from stirfry.lang import say
from stirfry.notice import Notice
from stirfry.spec.faults import nearest
from stirfry.spec.plan import Task
from stirfry.spec.recipe import DataSpec

#: Names by which a target is known, whatever their case; an earlier one goes before a later one.
TARGET_NAMES = (
    *("target", "label", "class", "outcome", "y", "species", "diagnosis", "survived", "price", "quality"),
    *("标签", "类别", "目标", "结果"),
)

#: Names that are listed in a message, at most.
SHOWN_NAMES = 20


class Reason(BaseModel):
    """Why something was decided: a key of the catalogue and the facts that its text needs."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^data\.why_[a-z_]+$")
    facts: dict[str, JsonValue] = {}

    @model_validator(mode="after")
    def _can_be_said(self) -> Reason:
        """Refuse a reason out of a foreign file here, and not when somebody reads it."""
        try:
            str(self)
        except (KeyError, IndexError, TypeError) as error:
            raise ValueError(f"no such reason: {self.code}") from error
        return self

    def __str__(self) -> str:
        return say(self.code, **self.facts)


class ColumnSchema(BaseModel):
    """One column's role and the reason for it.

    Args:
        name: as in the source.
        kind: what its values are.
        role: what it is to the network.
        reason: why.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    kind: Kind
    role: Role
    reason: Reason


class Schema(Kept):
    """All columns' roles, and the task.

    Args:
        columns: every column of the source, in its order.
        target: the name of the one that is predicted.
        task: `binary`, `multiclass` or `regression`.
    """

    columns: tuple[ColumnSchema, ...]
    target: str
    task: Task

    @property
    def features(self) -> list[ColumnSchema]:
        """The columns that the network sees."""
        return [column for column in self.columns if column.role in ("number", "category", "date")]

    def described(self) -> list[tuple[str, str, str]]:
        """Return name, role and reason of each column, in the language of the moment."""
        return [(column.name, say(f"data.role.{column.role}"), str(column.reason)) for column in self.columns]


def find_target(table: Table, spec: DataSpec) -> tuple[str, Notice]:
    """Return the target's name, and why it is the target.

    It is the column that was asked for, else the one that the source knows, else one with a target's name,
    else the last.

    Args:
        table: the rows.
        spec: which columns are asked for or dropped.

    Raises:
        UsageError: a column that was named isn't there.
        DataError: two columns have the same name, or none is left.

    Example:
        >>> from stirfry.data.sources import load
        >>> find_target(load("iris", DataSpec()), DataSpec())[1].code
        'data.why_source'
    """
    check_names(table.names, spec)
    if spec.target is not None:
        return spec.target, Notice("data.why_asked")
    left = [name for name in table.names if name not in (*spec.drop, spec.split.column)]
    if not left:
        raise DataError("data.no_features", dropped=shown(table.names))
    if table.target in left:
        return table.target, Notice("data.why_source")
    by_name = {name.strip().casefold(): name for name in reversed(left)}
    known = next((by_name[name] for name in TARGET_NAMES if name in by_name), None)
    if known is not None:
        return known, Notice("data.why_named")
    return left[-1], Notice("data.why_last")


def check_names(names: Sequence[str], spec: DataSpec) -> None:
    """Refuse two columns of one name, and wishes for columns that aren't there.

    Raises:
        UsageError: with the nearest name and the columns that there are.
        DataError: with the names that occur more than once.
    """
    twice = [name for name, count in Counter(names).items() if count > 1]
    if twice:
        raise DataError("data.duplicate_columns", names=shown(twice))
    wanted = [spec.target, *spec.drop, *spec.category, spec.split.column]
    for name in wanted:
        if name is None or name in names:
            continue
        near = nearest(name, list(names))
        if near is None:
            raise UsageError("data.no_column", name=name, known=shown(names))
        raise UsageError("data.no_column_near", name=name, near=near, known=shown(names))
    if spec.split.column is not None and spec.split.column in (spec.target, *spec.category):
        raise UsageError("data.split_column_used", name=spec.split.column)


def infer(table: Table, spec: DataSpec, target: str, why: Notice, task: Task) -> Schema:
    """Return every column's role.

    Args:
        table: the rows, those without a label too, so that a message can name a row of the source.
        spec: what to drop, what is a category.
        target: the target's name.
        why: why it is the target.
        task: the task.

    Raises:
        DataError: infinite numbers in a column that is used, or no column is left to learn from.

    Example:
        >>> from stirfry.data.sources import load
        >>> iris = load("iris", DataSpec())
        >>> schema = infer(iris, DataSpec(), "species", Notice("data.why_source"), "multiclass")
        >>> [column.role for column in schema.columns]
        ['number', 'number', 'number', 'number', 'target']
    """
    columns = []
    for column in table.columns:
        role, reason = ("target", why) if column.name == target else _role(column, table.names, spec)
        because = Reason(code=reason.code, facts=reason.facts)
        columns.append(ColumnSchema(name=column.name, kind=column.kind, role=role, reason=because))
    schema = Schema(columns=tuple(columns), target=target, task=task)
    if not schema.features:
        others = [f"{name} ({reason})" for name, _, reason in schema.described() if name != target]
        raise DataError("data.no_features" if others else "data.only_target", dropped=shown(others))
    return schema


def _role(column: Column, names: list[str], spec: DataSpec) -> tuple[Role, Notice]:
    if column.name in spec.drop:
        return "dropped", Notice("data.why_asked")
    if column.name == spec.split.column:
        return "dropped", Notice("data.why_split")
    return role_of(column, names, as_category=column.name in spec.category)


def shown(names: Sequence[str]) -> list[str]:
    """Return names for a message: all of them, or the first ones and how many more there are."""
    if len(names) <= SHOWN_NAMES:
        return list(names)
    return [*names[:SHOWN_NAMES], f"… (+{len(names) - SHOWN_NAMES})"]
