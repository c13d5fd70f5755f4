"""A column that is filled piece by piece.

It has its whole length from the start. Joining finished pieces at the end instead would hold the column
twice, and memory freed in between seldom goes back to the system: measured on a file of 128 MB that was
a peak of 324 MB against 226 MB.

Where one piece holds numbers and another text, the column is one of text and has to be read again as
text, because a number no longer knows how it was written ("1.50", "007").
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.read.pieces import Piece
from stirfry.data.table import Column, Kind


class GrowingColumn:
    """A column under way.

    Args:
        rows: at least as many rows as there will be; those that never come cost no memory.
    """

    def __init__(self, rows: int) -> None:
        self.mixed = False
        self.commas = False
        self._rows = rows
        self._filled = 0
        self._kind: Kind | None = None
        self._values: NDArray[Any] = np.empty(0)
        self._codes: dict[str, int] = {}

    def add(self, piece: Piece) -> None:
        """Append some rows."""
        start, end = self._filled, self._filled + len(piece.values)
        self._filled = end
        if piece.kind is not None and self._kind is not None and piece.kind != self._kind:
            self.mixed = True
        if self.mixed:
            self._values = np.empty(0)
            return
        if piece.kind is not None and self._kind is None:
            self._kind = piece.kind
            self._values = self._fresh(piece, start)
        if self._kind is None:
            return
        if self._values.dtype == np.int64 and piece.values.dtype != np.int64:
            floats = self._values.view(np.float64)  # in place, to hold the column only once
            floats[:start] = self._values[:start]
            self._values = floats
        self._values[start:end] = self._coded(piece)
        self.commas |= piece.commas

    def column(self, name: str) -> Column | None:
        """Return the finished column, or None where its pieces don't agree; then this is empty."""
        if self.mixed:
            return None
        values = np.full(self._filled, np.nan) if self._kind is None else self._values[: self._filled]
        self._values = np.empty(0)
        if self._kind != "text":
            return Column(name, self._kind or "number", values)
        levels = sorted(self._codes)
        ranks = np.full(len(levels) + 1, -1, dtype=np.int32)  # the last one, which is -1, is for code -1
        ranks[[self._codes[level] for level in levels]] = np.arange(len(levels))
        return Column(name, "text", np.take(ranks, values, out=values, mode="wrap"), tuple(levels))

    def _fresh(self, piece: Piece, start: int) -> NDArray[Any]:
        """Return an array of the piece's type, its first rows missing."""
        whole = start == 0 or piece.kind == "text"
        values = np.empty(self._rows, dtype=piece.values.dtype if whole else np.float64)
        if start:
            values[:start] = -1 if piece.kind == "text" else np.nan
        return values

    def _coded(self, piece: Piece) -> NDArray[Any]:
        """Return a piece's values, texts by the codes that they have in this column."""
        if self._kind != "text":
            return piece.values
        if piece.levels is None:
            return np.full(len(piece.values), -1, dtype=np.int32)
        codes = [self._codes.setdefault(level, len(self._codes)) for level in piece.levels.to_list()]
        return np.asarray(np.array([*codes, -1], dtype=np.int32)[piece.values])
