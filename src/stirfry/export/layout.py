"""How a graph goes through a table: all numbers together, every other column by itself."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import accumulate

from stirfry.data.encode_parts import CategoryPart, DatePart, NumberPart
from stirfry.data.encode_table import TableEncoder


@dataclass(frozen=True)
class Layout:
    """What the encoded columns are made of, block by block.

    Args:
        numbers: the numbers; their scaled values are the first block, their indicators the second.
        flagged: which of them have indicators, by position in `numbers`.
        others: the dates and categories, a block each.
        order: for each encoded column its place in the blocks; None where it is the same.
    """

    numbers: tuple[NumberPart, ...]
    flagged: tuple[int, ...]
    others: tuple[DatePart | CategoryPart, ...]
    order: tuple[int, ...] | None


def layout_of(encoder: TableEncoder) -> Layout:
    """Return how a graph goes through a table.

    Example:
        >>> colour = CategoryPart(name="colour", levels=("red",), missing=False)
        >>> size = NumberPart(name="size", median=0, missing=True, center=0, scale=1)
        >>> layout_of(TableEncoder(parts=(colour, size))).order
        (2, 3, 0, 1)
    """
    widths = [len(part.outputs) for part in encoder.parts]
    starts = dict(zip(encoder.columns, accumulate(widths, initial=0), strict=False))
    numbers = tuple(part for part in encoder.parts if isinstance(part, NumberPart))
    others = tuple(part for part in encoder.parts if not isinstance(part, NumberPart))
    flagged = tuple(place for place, part in enumerate(numbers) if part.missing)
    columns = [starts[part.name] for part in numbers] + [starts[numbers[place].name] + 1 for place in flagged]
    for part in others:
        columns += range(starts[part.name], starts[part.name] + len(part.outputs))
    order = tuple(sorted(range(len(columns)), key=columns.__getitem__))
    return Layout(numbers, flagged, others, None if order == tuple(range(len(columns))) else order)
