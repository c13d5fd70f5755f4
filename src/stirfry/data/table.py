"""What every source becomes: a table of typed columns, or a stack of images.

Columns are plain NumPy arrays, so everything after reading (schema, split, encoding) is the same for a
CSV, a DataFrame or arrays, and needs no data-frame library.

Letters: N rows, C channels, H height, W width.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from stirfry.data.on_disk import lies_on_disk, moved_to_disk
from stirfry.data.stream import Stream
from stirfry.notice import Notice

Kind = Literal["number", "text", "boolean", "date"]
Rows = NDArray[np.int64]

#: The parts of a split, by the numbers that `Table.parts` holds.
TRAIN, VALIDATION, TEST = 0, 1, 2


@dataclass(frozen=True)
class Column:
    """One column.

    Args:
        name: as in the source.
        kind: what the values are.
        values: shape (N,). Numbers: int64 or float64, NaN where missing. Booleans: float64 0 and 1, NaN
            where missing. Dates: float64 seconds since 1970 (UTC), NaN where missing. Text: int32
            positions in `levels`, -1 where missing.
        levels: the different texts, sorted, or in the order of a known set's classes; empty for the other
            kinds.
    """

    name: str
    kind: Kind
    values: NDArray[Any]
    levels: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.values)

    @property
    def missing(self) -> NDArray[np.bool_]:
        """Where a value is missing. Shape (N,)."""
        if self.kind == "text":
            return np.asarray(self.values < 0)
        if self.values.dtype.kind == "f":
            return np.isnan(self.values)
        return np.zeros(len(self.values), dtype=bool)

    def take(self, rows: NDArray[Any]) -> Column:
        """Return the column of some rows, by index or mask."""
        return replace(self, values=self.values[rows])

    def texts(self) -> list[str | None]:
        """Return every value as text, the way a category is named; None where missing."""
        if self.kind == "text":
            return [self.levels[code] if code >= 0 else None for code in self.values.tolist()]
        return [as_text(value) for value in self.values.tolist()]


def as_text(value: float | int | bool) -> str | None:
    """Return a number as the name of a category: 2, 2.0 and "2" are the same one."""
    if value != value:
        return None
    return str(int(value)) if float(value).is_integer() else repr(float(value))


@dataclass(frozen=True)
class Table:
    """Rows of named columns.

    Args:
        name: what runs on it are called after.
        columns: the columns, all of the same length.
        target: the column that the source itself knows to be the target, if any.
        parts: shape (N,), int8: 0 train, 1 validation, 2 test, where the source has its own parts.
        notices: what was found out or decided while reading.
    """

    name: str
    columns: tuple[Column, ...]
    target: str | None = None
    parts: NDArray[np.int8] | None = None
    notices: tuple[Notice, ...] = ()

    #: What its rows are called in texts.
    things: ClassVar[str] = "rows"

    def __len__(self) -> int:
        return len(self.columns[0]) if self.columns else 0

    @property
    def names(self) -> list[str]:
        """The columns' names, in order."""
        return [column.name for column in self.columns]

    def column(self, name: str) -> Column:
        """Return a column by name.

        Raises:
            KeyError: there is none.
        """
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def take(self, rows: NDArray[Any]) -> Table:
        """Return the table of some rows, by index or mask; what lies on disk stays there."""
        parts = None if self.parts is None else self.parts[rows]
        kept = moved_to_disk if self.on_disk else np.asarray
        columns = tuple(replace(column, values=kept(column.values[rows])) for column in self.columns)
        return replace(self, columns=columns, parts=parts)

    @property
    def on_disk(self) -> bool:
        """Whether it is too large for the memory, and lies in temporary files."""
        return any(lies_on_disk(column.values) for column in self.columns)

    def sha256(self) -> str:
        """Return a hash over names, kinds and values."""
        digest = hashlib.sha256()
        for column in self.columns:
            digest.update(f"{column.name}\0{column.kind}\0{len(column)}\0".encode())
            digest.update("\0".join(column.levels).encode())
            digest.update(np.ascontiguousarray(column.values).data)
        return digest.hexdigest()


@dataclass(frozen=True)
class Images:
    """Images with a label each.

    Args:
        name: what runs on it are called after.
        pixels: shape (N, C, H, W), uint8, or float32 where the source has floats; a stream where they are too
            many for the memory.
        labels: the classes; None where there are none to be had (at prediction).
        parts: as in `Table`.
        notices: what was found out or decided while reading.
    """

    name: str
    pixels: NDArray[Any] | Stream
    labels: Column | None
    parts: NDArray[np.int8] | None = None
    notices: tuple[Notice, ...] = ()

    #: What its rows are called in texts.
    things: ClassVar[str] = "images"

    def __len__(self) -> int:
        return len(self.pixels)

    def take(self, rows: NDArray[Any]) -> Images:
        """Return some of the images, by index or mask."""
        labels = None if self.labels is None else self.labels.take(rows)
        parts = None if self.parts is None else self.parts[rows]
        pixels = self.pixels.only(rows) if isinstance(self.pixels, Stream) else self.pixels[rows]
        return replace(self, pixels=pixels, labels=labels, parts=parts)

    def sha256(self) -> str:
        """Return a hash over pixels and labels; over files and labels where the pixels are a stream."""
        if isinstance(self.pixels, Stream):
            digest = hashlib.sha256(self.pixels.sha256().encode())
        else:
            digest = hashlib.sha256(repr((self.pixels.shape, self.pixels.dtype.str)).encode())
            digest.update(np.ascontiguousarray(self.pixels).data)
        if self.labels is not None:
            digest.update("\0".join(self.labels.levels).encode())
            digest.update(np.ascontiguousarray(self.labels.values).data)
        return digest.hexdigest()


@dataclass(frozen=True)
class Inputs:
    """Arrays as they are, for a user's own network: one of any shape, or several that go in together.

    Args:
        name: what runs on it are called after.
        arrays: each of shape (N, …), int64 or floats.
        names: the arguments of `forward` that they are; empty where they go by position.
        labels: the target; None where there is none to be had (at prediction).
        whole: for each array, whether the network takes it as whole numbers.
        parts: as in `Table`.
        notices: what was found out or decided while reading.
    """

    name: str
    arrays: tuple[NDArray[Any], ...]
    names: tuple[str, ...] = ()
    labels: Column | None = None
    whole: tuple[bool, ...] = (False,)
    parts: NDArray[np.int8] | None = None
    notices: tuple[Notice, ...] = ()

    #: What its rows are called in texts.
    things: ClassVar[str] = "rows"

    def __len__(self) -> int:
        return len(self.arrays[0])

    def take(self, rows: NDArray[Any]) -> Inputs:
        """Return some of the rows, by index or mask."""
        labels = None if self.labels is None else self.labels.take(rows)
        parts = None if self.parts is None else self.parts[rows]
        return replace(self, arrays=tuple(each[rows] for each in self.arrays), labels=labels, parts=parts)

    def sha256(self) -> str:
        """Return a hash over all arrays and labels."""
        digest = hashlib.sha256()
        for values in self.arrays:
            digest.update(repr((values.shape, values.dtype.str)).encode())
            digest.update(np.ascontiguousarray(values).data)
        if self.labels is not None:
            digest.update("\0".join(self.labels.levels).encode())
            digest.update(np.ascontiguousarray(self.labels.values).data)
        return digest.hexdigest()


Dataset = Table | Images | Inputs
