"""How a table's row became the numbers that a network sees, input by input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.encode_parts import CategoryPart, DatePart, NumberPart, Part, calendar_of
from stirfry.data.encode_table import TableEncoder
from stirfry.data.table import Column, Table

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Encoding:
    """One input: `(raw - center) / scale`, or 0 or 1.

    Args:
        name: the input's name.
        column: the column that it was made of.
        value: what the network gets.
        raw: the number that was shifted and divided; None for inputs that only say yes or no.
        center: what was subtracted; None with `raw`.
        scale: what it was divided by then; 0 makes the input 0, for training saw only one value.
        filled: whether the value was missing and `raw` is the training rows' median.
    """

    name: str
    column: str
    value: float
    raw: float | None = None
    center: float | None = None
    scale: float | None = None
    filled: bool = False


def encodings(encoder: TableEncoder, row: Table, inputs: Floats) -> tuple[Encoding, ...]:
    """Return how each input of one row was made.

    Args:
        encoder: a table's.
        row: one raw row.
        inputs: the same row, encoded, shape (D,).

    Example:
        >>> part = NumberPart(name="size", median=1.0, missing=False, center=2.0, scale=4.0)
        >>> row = Table("t", (Column("size", "number", np.array([10.0])),))
        >>> made = encodings(TableEncoder(parts=(part,)), row, np.array([2.0]))[0]
        >>> made.raw, made.center, made.scale, made.value
        (10.0, 2.0, 4.0, 2.0)
    """
    found: list[Encoding] = []
    for part in encoder.parts:
        values = inputs[len(found) : len(found) + len(part.outputs)].tolist()
        sources = _sources(part, row.column(part.name))
        for name, value, source in zip(part.outputs, values, sources, strict=True):
            found.append(Encoding(name, part.name, value, **source))
    return tuple(found)


def _sources(part: Part, column: Column) -> list[dict[str, Any]]:
    """Return for each input of a part what its number was, or nothing where it only says yes or no."""
    if isinstance(part, CategoryPart):
        return [{} for _ in part.outputs]
    number = float(part.read(column)[0])
    filled = bool(np.isnan(number))
    number = part.median if filled else number
    flag: list[dict[str, Any]] = [{}] if part.missing else []
    if isinstance(part, DatePart):
        calendar = calendar_of(np.array([number]))
        found = zip(part.calendar, part.centers, part.scales, strict=True)
        return [*(_scaled(float(calendar[name][0]), at, by, filled) for name, at, by in found), *flag]
    assert isinstance(part, NumberPart), "a part is a number, a date or a category"
    return [_scaled(number, part.center, part.scale, filled), *flag]


def _scaled(raw: float, center: float, scale: float, filled: bool) -> dict[str, Any]:
    return {"raw": raw, "center": center, "scale": scale, "filled": filled}
