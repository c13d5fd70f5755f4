"""The order of encoded columns: a graph goes through a table kind by kind, and then puts them right."""

from __future__ import annotations

from itertools import accumulate

from stirfry.data.encode_table import TableEncoder


def starts_of(encoder: TableEncoder) -> dict[str, int]:
    """Return each column's first encoded column.

    Example:
        >>> from stirfry.data.encode_parts import CategoryPart
        >>> parts = (CategoryPart(name=name, levels=("red",), missing=False) for name in "ab")
        >>> starts_of(TableEncoder(parts=tuple(parts)))
        {'a': 0, 'b': 2}
    """
    widths = (len(part.outputs) for part in encoder.parts)
    return dict(zip(encoder.columns, accumulate(widths, initial=0), strict=False))


def order_of(columns: list[int]) -> list[int] | None:
    """Return for each encoded column where it stands; None where all are in their place.

    Args:
        columns: the encoded columns as they stand.

    Example:
        >>> order_of([2, 0, 1]), order_of([0, 1])
        ([1, 2, 0], None)
    """
    order = sorted(range(len(columns)), key=columns.__getitem__)
    return None if order == list(range(len(order))) else order
