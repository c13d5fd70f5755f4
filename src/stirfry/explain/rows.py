"""One row: out of the data, into the network, and as a person reads it."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.table import Column, Dataset, Table, as_text
from stirfry.errors import DataError, UsageError
from stirfry.model.model import Model
from stirfry.spec.network import Network

_DAY = 86_400


def chain_of(model: Model) -> Network:
    """Return a model's network, where its layers can be seen.

    Raises:
        UsageError: it is the user's own, whose `forward` is code and not a chain of known layers.
    """
    if not isinstance(model.network, Network):
        layers = [row.name for row in model.network.table()]
        raise UsageError("explain.own_network", name=model.network.given.path, layers=layers)
    return model.network


def row_of(data: Dataset, number: int) -> Dataset:
    """Return one row as data of one row.

    Args:
        data: rows or images.
        number: which of them, counted from 1.

    Raises:
        UsageError: there is no such row.
    """
    if not isinstance(number, int | np.integer) or not 1 <= number <= len(data):
        raise UsageError("explain.no_such_row", row=number, rows=len(data), things=data.things)
    return data.take(np.array([int(number) - 1]))


def encoded(model: Model, row: Dataset) -> NDArray[np.float64]:
    """Return one raw row as the network sees it, shape (1, *row): float32's value, in float64."""
    assert len(row) == 1, "one row is explained at a time"
    # `Model.read` has checked that the rows are of the encoder's kind.
    return np.asarray(model.encoder.transform(row)).astype(np.float64)  # type: ignore[arg-type]


def value_text(column: Column) -> str | None:
    """Return a column's only value as text, a date as a date; None where it is missing.

    Example:
        >>> value_text(Column("day", "date", np.array([86400.0])))
        '1970-01-02'
    """
    if bool(column.missing[0]):
        return None
    if column.kind == "boolean":
        return "true" if column.values[0] else "false"
    if column.kind == "date":
        return _date(float(column.values[0]))
    return column.texts()[0] if column.kind == "text" else as_text(column.values[0].item())


def _date(seconds: float) -> str:
    unit = "D" if seconds % _DAY == 0 else "s"
    return str(np.datetime64(round(seconds), "s").astype(f"datetime64[{unit}]")).replace("T", " ")


def truth_column(model: Model, row: Dataset) -> Column | None:
    """Return the row's target where the data have it; None where they don't."""
    if isinstance(row, Table):
        name = model.schema.target if model.schema else ""
        column = row.column(name) if name in row.names else None
    else:
        column = row.labels
    return None if column is None or bool(column.missing[0]) else column


def given_truth(model: Model, value: Any) -> Column:
    """Return what a person says the row should have been, as a target's column.

    Raises:
        DataError: a number is needed, and this isn't one.
    """
    name = model.schema.target if model.schema else "label"
    if model.task != "regression":
        return Column(name, "text", np.array([0], dtype=np.int32), (str(value),))
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not np.isfinite(number):
        raise DataError("explain.truth_not_a_number", value=str(value), column=name)
    return Column(name, "number", np.array([number]))
