"""Rows that stay on disk and are read when they are needed: what stands in for an array that is too large.

A `Stream` has an array's shape and type, and `take` reads some of its rows. Whoever computes with batches
asks for them with `ahead`, and the next ones are read in threads meanwhile:

    for pixels in stream.ahead(batches):
        ...                               # a few batches lie ready or are being read

Letters: N rows.
"""

from __future__ import annotations

import hashlib
import math
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from concurrent.futures import Future

Rows = NDArray[np.int64]
Shape = tuple[int, ...]

#: Batches that lie ready or are being read at most.
AHEAD = 4
#: Bytes of rows that are worked on at once where nobody says how many.
BLOCK_BYTES = 1 << 24


class Source(Protocol):
    """What rows are read from. Several threads may read at once."""

    @property
    def shape(self) -> Shape:
        """The shape of the array that it stands for, N first."""

    @property
    def dtype(self) -> np.dtype[Any]:
        """That array's type."""

    @property
    def threads(self) -> int:
        """How many threads are worth reading with."""

    def read(self, rows: Rows) -> NDArray[Any]:
        """Return some rows, by index, in this order."""

    def marks(self) -> NDArray[np.uint64]:
        """Return a number for each row, equal for rows that are stored the same, shape (N,)."""


@dataclass(frozen=True, eq=False)
class Stream:
    """Some rows of a source, in any order.

    Args:
        source: what they are read from.
        rows: their indices there; None is all of them.

    Example:
        >>> stream = Stream(Stored(np.arange(10.0)))
        >>> [batch.tolist() for batch in stream.ahead([np.array([7, 1]), np.array([3])])]
        [[7.0, 1.0], [3.0]]
    """

    source: Source
    rows: Rows | None = None

    def __len__(self) -> int:
        return self.source.shape[0] if self.rows is None else len(self.rows)

    @property
    def shape(self) -> Shape:
        """The array's shape, N first."""
        return (len(self), *self.source.shape[1:])

    @property
    def dtype(self) -> np.dtype[Any]:
        """The array's type."""
        return self.source.dtype

    @property
    def ndim(self) -> int:
        """How many axes the array has."""
        return len(self.source.shape)

    @property
    def size(self) -> int:
        """How many numbers there are."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """How many bytes the rows would take in memory."""
        return self.size * self.dtype.itemsize

    def only(self, rows: NDArray[Any]) -> Stream:
        """Return the stream of some rows, by index or mask; nothing is read."""
        return Stream(self.source, self._places(rows))

    def take(self, rows: NDArray[Any]) -> NDArray[Any]:
        """Read some rows, by index or mask, in this order."""
        return self.source.read(self._places(rows))

    def __getitem__(self, key: slice | NDArray[Any]) -> NDArray[Any]:
        return self.take(np.arange(len(self))[key] if isinstance(key, slice) else key)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> NDArray[Any]:
        """Read everything, which may be more than the memory holds; for small streams."""
        return self.take(np.arange(len(self))).astype(dtype or self.dtype, copy=False)

    def _places(self, rows: NDArray[Any]) -> Rows:
        places = np.flatnonzero(rows) if rows.dtype == bool else rows.astype(np.int64, copy=False)
        return places if self.rows is None else self.rows[places]

    def mapped(self, function: Callable[[NDArray[Any]], NDArray[Any]], shape: Shape, dtype: Any) -> Stream:
        """Return the stream whose rows are a function of these, worked out as they are read.

        Args:
            function: takes rows and returns as many others; threads may call it at once.
            shape: of one row that it returns.
            dtype: of what it returns.
        """
        return Stream(
            _Mapped(self.source, function, (self.source.shape[0], *shape), np.dtype(dtype)), self.rows
        )

    def ahead(
        self, batches: Iterable[NDArray[Any]], depth: int = AHEAD
    ) -> Generator[NDArray[Any], None, None]:
        """Yield the rows of one batch after another, and read the next ones in threads meanwhile.

        What goes wrong while a batch is read is raised when that batch's turn comes. Where the caller stops
        early, closes the iterator or is interrupted, what is being read is finished and the rest dropped.

        Args:
            batches: indices or masks; the iterable is asked no further than `depth` batches ahead.
            depth: batches that lie ready or are being read at most, 1 or more. With the one that the caller
                works on they are all that is in memory.
        """
        from concurrent.futures import ThreadPoolExecutor

        waiting: deque[Future[NDArray[Any]]] = deque()
        with ThreadPoolExecutor(min(self.source.threads, depth), "stirfry-ahead") as pool:
            try:
                for rows in batches:
                    waiting.append(pool.submit(self.take, rows))
                    if len(waiting) == depth:
                        yield waiting.popleft().result()
                while waiting:
                    yield waiting.popleft().result()
            finally:
                for future in waiting:
                    future.cancel()

    def blocks(self, most: int = BLOCK_BYTES) -> list[Rows]:
        """Return the indices of all rows, cut into batches of so many bytes at most, of one row at least."""
        each = max(1, most // max(1, self.nbytes // max(1, len(self))))
        return [np.arange(start, min(start + each, len(self))) for start in range(0, len(self), each)]

    def marks(self) -> NDArray[np.uint64]:
        """Return a number for each row, equal for rows that are stored the same, shape (N,)."""
        marks = self.source.marks()
        return marks if self.rows is None else marks[self.rows]

    def sha256(self) -> str:
        """Return a hash over shape, type, and what the rows are stored as."""
        digest = hashlib.sha256(repr((self.shape, self.dtype.str)).encode())
        digest.update(np.ascontiguousarray(self.marks()).data)
        return digest.hexdigest()


@dataclass(frozen=True, eq=False)
class _Mapped:
    source: Source
    function: Callable[[NDArray[Any]], NDArray[Any]]
    shape: Shape
    dtype: np.dtype[Any]

    @property
    def threads(self) -> int:
        return self.source.threads

    def read(self, rows: Rows) -> NDArray[Any]:
        return self.function(self.source.read(rows))

    def marks(self) -> NDArray[np.uint64]:
        return self.source.marks()


@dataclass(frozen=True, eq=False)
class Stored:
    """A source whose rows are in memory."""

    array: NDArray[Any]
    threads: int = 1

    @property
    def shape(self) -> Shape:
        """The array's shape."""
        return self.array.shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """The array's type."""
        return self.array.dtype

    def read(self, rows: Rows) -> NDArray[Any]:
        """Return some rows, by index, in this order."""
        return self.array[rows]

    def marks(self) -> NDArray[np.uint64]:
        """Return a hash of each row's bytes, shape (N,)."""
        return np.array([mark(np.ascontiguousarray(row).tobytes()) for row in self.array], dtype=np.uint64)


@dataclass(frozen=True, eq=False)
class _Joined:
    streams: tuple[Stream, ...]
    starts: Rows

    @property
    def shape(self) -> Shape:
        return (int(self.starts[-1]), *self.streams[0].shape[1:])

    @property
    def dtype(self) -> np.dtype[Any]:
        return self.streams[0].dtype

    @property
    def threads(self) -> int:
        return max(stream.source.threads for stream in self.streams)

    def read(self, rows: Rows) -> NDArray[Any]:
        found = np.empty((len(rows), *self.shape[1:]), dtype=self.dtype)
        which = np.searchsorted(self.starts, rows, side="right") - 1
        for number, stream in enumerate(self.streams):
            mine = np.flatnonzero(which == number)
            if len(mine):
                found[mine] = stream.take(rows[mine] - self.starts[number])
        return found

    def marks(self) -> NDArray[np.uint64]:
        return np.concatenate([stream.marks() for stream in self.streams])


def joined(parts: Sequence[NDArray[Any] | Stream]) -> NDArray[Any] | Stream:
    """Return arrays one after another as one array, or as a stream where one of them is a stream.

    Args:
        parts: arrays and streams, whose rows have the same shape and type.

    Example:
        >>> joined([np.array([1, 2]), Stream(Stored(np.array([3, 4])))]).take(np.array([3, 0])).tolist()
        [4, 1]
    """
    arrays = [part for part in parts if not isinstance(part, Stream)]
    if len(arrays) == len(parts):
        return np.concatenate(arrays)
    streams = tuple(part if isinstance(part, Stream) else Stream(Stored(part)) for part in parts)
    return Stream(_Joined(streams, np.cumsum([0, *map(len, parts)])))


def mark(data: bytes) -> int:
    """Return 64 bits of a hash of some bytes."""
    return int.from_bytes(hashlib.blake2b(data, digest_size=8).digest(), "little")


def in_batches(
    inputs: NDArray[Any] | Stream, order: Rows | None, size: int, first: int = 0
) -> Generator[tuple[Rows, NDArray[Any]], None, None]:
    """Yield one epoch's batches: their rows, and the inputs of these rows.

    Args:
        inputs: an array, or a stream, which is read ahead.
        order: the rows in this epoch's order; None is their own.
        size: rows of a batch; the last one may have fewer.
        first: the number of the batch to begin with, for an epoch that goes on.

    Example:
        >>> [x.tolist() for _, x in in_batches(np.arange(5), np.array([4, 2, 0, 1, 3]), 2, first=1)]
        [[0, 1], [3]]
    """
    order = np.arange(len(inputs)) if order is None else order
    batches = [order[start : start + size] for start in range(first * size, len(order), size)]
    if not isinstance(inputs, Stream):
        for rows in batches:
            yield rows, inputs[rows]
        return
    with closing(inputs.ahead(batches)) as read:
        yield from zip(batches, read, strict=True)
