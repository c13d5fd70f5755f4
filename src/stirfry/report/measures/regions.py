"""What a model answers over two columns, the others held at their middle.

Letters: N rows, G points along an axis, K classes.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stirfry.data.encode_table import TableEncoder
from stirfry.data.table import Column, Table
from stirfry.model.model import Model
from stirfry.report.measures.sample import sample

Floats = NDArray[np.float64]

#: Points along an axis: the border between two classes is then as smooth as it is drawn.
GRID = 48
#: Columns with no more different values than this are groups rather than numbers.
FEW = 5
#: The share of a column's values that the view leaves out at each end where they lie far out.
TAIL = 0.005


@dataclass(frozen=True)
class Region:
    """What a model answers over two columns.

    Args:
        x: values of the column across, shape (G,).
        y: values of the column upwards, shape (G,).
        answers: shape (G, G, K) of probabilities, or (G, G, 1) of numbers; the first axis is `y`.
        fixed: the other columns and the values they are held at.
    """

    x: Floats
    y: Floats
    answers: Floats
    fixed: tuple[tuple[str, str], ...]


def numeric(model: Model, table: Table) -> list[str]:
    """Return the names of the columns that have a direction: numbers with more than a few values."""
    if not isinstance(model.encoder, TableEncoder):
        return []
    parts = {part.name for part in model.encoder.parts if part.kind == "number" and not part.boolean}
    columns = [column for column in table.columns if column.name in parts and column.kind == "number"]
    return [column.name for column in columns if len(np.unique(column.values[: 10 * FEW**2])) > FEW]


def region(model: Model, table: Table, across: str, up: str) -> Region | None:
    """Return what a model answers over two columns; None where one of them never changes.

    Args:
        model: a model of a table.
        table: the rows that say where the view ends, and what the middle of the other columns is.
        across: the column across.
        up: the column upwards.
    """
    x, y = _axis(table.column(across)), _axis(table.column(up))
    if x is None or y is None:
        return None
    rows = len(x) * len(y)
    places = {across: np.tile(x, len(y)), up: np.repeat(y, len(x))}
    columns, fixed = [], []
    for name in model.columns:
        column = table.column(name)
        if name in places:
            columns.append(Column(name, "number", places[name]))
            continue
        value, text = _middle(column)
        fixed.append((name, text))
        columns.append(Column(name, column.kind, np.full(rows, value), column.levels))
    outputs = model.raw_outputs(Table(table.name, tuple(columns)))
    answers = model.answers(outputs)[:, None] if model.task == "regression" else model.shares(outputs)
    return Region(x, y, answers.reshape(len(y), len(x), -1), tuple(fixed))


def _axis(column: Column) -> Floats | None:
    values = column.values[~column.missing].astype(np.float64)
    values = values[np.isfinite(values)]
    if not len(values):
        return None
    values = values[sample(len(values))]
    low, high = (float(end) for end in np.quantile(values, [TAIL, 1 - TAIL]))
    low, high = (low, high) if low < high else (float(values.min()), float(values.max()))
    room = 0.05 * (high - low)
    if not 0 < room < np.inf:
        return None
    return np.linspace(low - room, high + room, GRID)


def _middle(column: Column) -> tuple[float | int, str]:
    """Return a column's median, or its commonest text, and how it is written."""
    if column.kind == "text":
        seen = column.values[column.values >= 0]
        if not len(seen):
            return -1, "–"
        code = int(np.bincount(seen).argmax())
        return code, column.levels[code]
    values = column.values[~column.missing].astype(np.float64)
    if not len(values):
        return float("nan"), "–"
    if column.kind == "boolean":
        true = bool(np.mean(values) >= 0.5)
        return float(true), str(true).lower()
    middle = float(np.median(values[sample(len(values))]))
    if column.kind == "date":
        return middle, date_text(middle)
    return middle, f"{middle:.6g}"


def date_text(seconds: float) -> str:
    """Return seconds since 1970 as a date, with its time where it has one.

    Example:
        >>> date_text(0.0), date_text(90000.0)
        ('1970-01-01', '1970-01-02 01:00')
    """
    if not abs(seconds) < 2.5e11:
        return "–"
    moment = np.datetime64(int(seconds), "s")
    return str(moment)[:10] if seconds % 86_400 == 0 else str(moment)[:16].replace("T", " ")
