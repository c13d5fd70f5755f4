"""A table's preprocessing as ONNX nodes: what `TableEncoder.transform` does, in the same precision.

Letters: N rows, P encoded columns of a part.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from stirfry.data.encode_inputs import InputPart
from stirfry.data.encode_parts import DAY, FARTHEST, CategoryPart, DatePart, NumberPart
from stirfry.data.encode_table import TableEncoder
from stirfry.data.numbers import LARGEST
from stirfry.export.calendar import weekday, year_month_day
from stirfry.export.description import places
from stirfry.export.layout import order_of, starts_of
from stirfry.export.onnx_graph import ML, Graph, Value, side_by_side


def encoded_table(graph: Graph, encoder: TableEncoder) -> Value:
    """Add the preprocessing of a table.

    Numbers go through it together, each date and each category by itself, and the encoded columns are put
    into the encoder's order at the end.

    Args:
        graph: has one input a column, under the column's name, of shape (N, 1): texts for categories, float64
            for the rest.
        encoder: the encoder.

    Returns:
        The encoded rows, float32 of shape (N, D).
    """
    starts = starts_of(encoder)
    numbers = [part for part in encoder.parts if isinstance(part, NumberPart)]
    flagged = [place for place, part in enumerate(numbers) if part.missing]
    blocks = _numbers(graph, numbers, flagged) if numbers else []
    columns = [starts[part.name] for part in numbers]
    columns += [starts[numbers[place].name] + 1 for place in flagged]
    for part in encoder.parts:
        if not isinstance(part, NumberPart):
            blocks.append(_date(graph, part) if isinstance(part, DatePart) else _category(graph, part))
            columns += range(starts[part.name], starts[part.name] + len(part.outputs))
    order, rows = order_of(columns), side_by_side(blocks)
    return rows if order is None else rows.columns(order)


def _numbers(graph: Graph, parts: Sequence[NumberPart], flagged: Sequence[int]) -> list[Value]:
    """Return the scaled numbers, and which of those with indicators were missing."""
    given = side_by_side([_input(graph, part.name) for part in parts])
    gaps = given.then("IsNaN", dtype=bool)
    filled = _filled(given, gaps, [part.median for part in parts])
    blocks = [_scaled(filled, [part.center for part in parts], [part.scale for part in parts])]
    return [*blocks, gaps.columns(flagged).cast(np.float32)] if flagged else blocks


def _date(graph: Graph, part: DatePart) -> Value:
    """Return the calendar parts of a date, scaled, and whether it was missing."""
    given = _input(graph, part.name)
    gaps = given.then("IsNaN", dtype=bool)
    seconds = _filled(given, gaps, [part.median])
    near = seconds.then("Clip", np.float64(-FARTHEST), np.float64(FARTHEST))
    days = (near / DAY).then("Floor")
    whole_days = days.cast(np.int64)
    year, month, day = year_month_day(whole_days)
    found = {"seconds": seconds, "year": year, "month": month, "day": day, "weekday": weekday(whole_days)}
    found["hour"] = (near - days * DAY) / 3600
    parts = side_by_side([found[name].cast(np.float64) for name in part.calendar])
    scaled = _scaled(parts, list(part.centers), list(part.scales))
    return side_by_side([scaled, gaps.cast(np.float32)]) if part.missing else scaled


def _category(graph: Graph, part: CategoryPart) -> Value:
    """Return a 1 in the column of each row's level, and 0 elsewhere."""
    last = len(part.outputs) - 1
    known = places(part)
    texts = Value(graph, part.name, np.dtype(object))
    codes = texts.then(
        "LabelEncoder",
        dtype=np.int64,
        domain=ML,
        keys_strings=list(known),
        values_int64s=list(known.values()),
        default_int64=last,
    )
    return codes.then("Equal", list(range(last + 1)), dtype=bool).cast(np.float32)


def _input(graph: Graph, name: str) -> Value:
    return Value(graph, name, np.dtype(np.float64))


def _filled(values: Value, gaps: Value, medians: list[float]) -> Value:
    constant = values.graph.constant(np.array(medians))
    return gaps.then("Where", constant, values, dtype=np.float64)


def encoded_array(graph: Graph, part: InputPart, name: str) -> Value:
    """Add the preprocessing of an array: what `InputPart.encode` does.

    Args:
        graph: has one input.
        part: the encoding of the array.
        name: the input's name.

    Returns:
        int64 for whole numbers, else float32.
    """
    if part.whole:
        return Value(graph, name, np.dtype(np.int64))
    values = _input(graph, name)
    return _scaled(values, list(part.centers), list(part.scales)) if part.centers else values.cast(np.float32)


def _scaled(values: Value, centers: list[float], scales: list[float]) -> Value:
    """Return `scaled` of every column; divided by infinity, those that never differed become 0."""
    divisors = [scale or math.inf for scale in scales]
    limits = np.float64(-LARGEST), np.float64(LARGEST)
    return ((values - centers) / divisors).then("Clip", *limits).cast(np.float32)
