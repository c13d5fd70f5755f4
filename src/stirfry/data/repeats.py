"""Which rows are the same as another, in every feature and the target.

Letters: N rows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from stirfry.data.table import Dataset, Images, Table

#: Odd constants of the SplitMix64 generator (Steele, Lea and Flood, 2014).
_FIRST, _SECOND, _STEP = (
    np.uint64(value) for value in (0xBF58476D1CE4E5B9, 0x94D049BB133111EB, 0x9E3779B97F4A7C15)
)


def groups_of(dataset: Dataset) -> NDArray[np.int64]:
    """Return for each row the number of its group; equal rows, and only they, share one.

    Rows are compared by a 64-bit hash of all their values, a missing value being equal to another. Two
    different rows of a million fall together with a probability of 3 in 10^8.

    Args:
        dataset: the rows.

    Returns:
        Group numbers of shape (N,), counted in the order of the groups' first rows.
    """
    hashes = _image_hashes(dataset) if isinstance(dataset, Images) else _table_hashes(dataset)
    _, first, inverse = np.unique(hashes, return_index=True, return_inverse=True)
    order = np.empty(len(first), dtype=np.int64)
    order[np.argsort(first)] = np.arange(len(first))
    return order[inverse]


def _table_hashes(table: Table) -> NDArray[np.uint64]:
    hashes = np.zeros(len(table), dtype=np.uint64)
    for column in table.columns:
        values = column.values.astype(np.float64)
        values[np.isnan(values)] = np.nan  # one bit pattern for every gap
        values += 0.0  # -0.0 is 0.0
        hashes = _mixed(hashes, values.view(np.uint64))
    return hashes


def _image_hashes(images: Images) -> NDArray[np.uint64]:
    rows = np.ascontiguousarray(images.pixels).reshape(len(images), -1).view(np.uint8)
    padded = -rows.shape[1] % 8
    hashes = np.zeros(len(images), dtype=np.uint64)
    words = np.pad(rows, ((0, 0), (0, padded))).view(np.uint64)
    for word in words.T:
        hashes = _mixed(hashes, word)
    if images.labels is not None:
        hashes = _mixed(hashes, images.labels.values.astype(np.int64).view(np.uint64))
    return hashes


def _mixed(hashes: NDArray[np.uint64], values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the hashes with one more value each, mixed by SplitMix64's finisher."""
    mixed = (hashes + _STEP) ^ values
    mixed = (mixed ^ (mixed >> np.uint64(30))) * _FIRST
    mixed = (mixed ^ (mixed >> np.uint64(27))) * _SECOND
    return np.asarray(mixed ^ (mixed >> np.uint64(31)))
