"""Which rows are the same as another, in every feature and the target.

Letters: N rows.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.stream import Stream
from stirfry.data.table import Column, Dataset, Images, Table

Hashes = NDArray[np.uint64]

#: Odd constants of the SplitMix64 generator (Steele, Lea and Flood, 2014).
_FIRST, _SECOND, _STEP = (
    np.uint64(value) for value in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15)
)
#: Rows that are hashed at once; bounds the memory beside the hashes themselves.
BLOCK = 65_536
#: Bytes of images that are hashed at once.
BLOCK_BYTES = 1 << 24


def groups_of(dataset: Dataset, names: Collection[str] | None = None) -> NDArray[np.int64] | None:
    """Return for each row the number of its group; equal rows, and only they, share one.

    Rows are compared by a 64-bit hash of all their values, a missing value being equal to another. Two
    different rows of a million fall together with a probability of 3 in 10^8.

    Args:
        dataset: the rows.
        names: the columns of a table that count; None is all of them.

    Returns:
        Group numbers of shape (N,), counted from 0; None where all rows differ.

    Example:
        >>> groups_of(Table("t", (Column("a", "number", np.array([5.0, 7.0, 5.0])),))).tolist()
        [0, 1, 0]
    """
    if isinstance(dataset, Table):
        hashes = _table_hashes(dataset, names)
    else:
        arrays: tuple[NDArray[Any] | Stream, ...]
        arrays = (dataset.pixels,) if isinstance(dataset, Images) else dataset.arrays
        hashes = _array_hashes(arrays, dataset.labels)
    # Sorting alone takes half the memory of finding the groups, and most tables repeat nothing.
    in_order = np.sort(hashes)
    if not (in_order[1:] == in_order[:-1]).any():
        return None
    _, groups = np.unique(hashes, return_inverse=True)
    first = np.full(int(groups.max()) + 1, len(groups))
    np.minimum.at(first, groups, np.arange(len(groups)))
    ranks = np.empty(len(first), dtype=np.int64)
    ranks[np.argsort(first)] = np.arange(len(first))
    return ranks[groups]


def column_hashes(columns: Sequence[Column]) -> Hashes:
    """Return 64 bits for each row of some columns; equal rows have equal ones. Shape: (N,).

    Texts are compared by their positions, so the columns of two hashes must come from the same table.

    Args:
        columns: at least one, all of the same length.
    """
    hashes = np.zeros(len(columns[0]), dtype=np.uint64)
    for column in columns:
        _mix_in(hashes, column)
    return hashes


def row_hashes(arrays: tuple[NDArray[Any], ...]) -> Hashes:
    """Return 64 bits for each row of some arrays; equal rows have equal ones. Shape: (N,)."""
    return _array_hashes(arrays, None)


def _table_hashes(table: Table, names: Collection[str] | None) -> Hashes:
    hashes = np.zeros(len(table), dtype=np.uint64)
    for column in table.columns:
        if names is None or column.name in names:
            _mix_in(hashes, column)
    return hashes


def _mix_in(hashes: Hashes, column: Column) -> None:
    for start in range(0, len(hashes), BLOCK):
        block = slice(start, start + BLOCK)
        hashes[block] = _mixed(hashes[block], _bits(column.values[block]))


def _bits(values: NDArray[Any]) -> Hashes:
    """Return 64 bits a value: equal ones for equal values, and for missing ones."""
    if values.dtype.kind != "f":
        return values.astype(np.int64).view(np.uint64)
    floats = values.astype(np.float64)
    floats[np.isnan(floats)] = np.nan  # one bit pattern for every gap
    floats += 0.0  # -0.0 is 0.0
    return floats.view(np.uint64)


def _array_hashes(arrays: tuple[NDArray[Any] | Stream, ...], labels: Column | None) -> Hashes:
    hashes = np.zeros(len(arrays[0]), dtype=np.uint64)
    for values in arrays:
        if isinstance(values, Stream):  # decoding all images would take as long as an epoch
            hashes = _mixed(hashes, values.marks())
        else:
            _mix_in_rows(hashes, values)
    if labels is not None:
        _mix_in(hashes, labels)
    return hashes


def _mix_in_rows(hashes: Hashes, values: NDArray[Any]) -> None:
    each = max(1, values[:1].nbytes)
    for start in range(0, len(values), max(1, BLOCK_BYTES // each)):
        block = slice(start, start + max(1, BLOCK_BYTES // each))
        whole = np.ascontiguousarray(values[block])
        rows = whole.reshape(len(whole), -1).view(np.uint8)
        for word in np.pad(rows, ((0, 0), (0, -rows.shape[1] % 8))).view(np.uint64).T:
            hashes[block] = _mixed(hashes[block], word)


def _mixed(hashes: Hashes, values: Hashes) -> Hashes:
    """Return the hashes with one more value each, mixed by SplitMix64's finisher."""
    mixed = (hashes + _STEP) ^ values
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
