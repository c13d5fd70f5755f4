"""Reads CSV and TSV: delimiter, header and types are found out, every row is checked.

A file is parsed in blocks of some megabytes, so that what lies in memory at any moment is the finished
columns and one block, not the file beside them. The types are those of the whole file: a text in row
900,000 makes its column one of text from the first row on.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stirfry.data.read.blocks import Block, Layout
from stirfry.data.read.columns import finished
from stirfry.data.read.files import safe_name
from stirfry.data.read.growing import GrowingColumn
from stirfry.data.read.header import delimiter_of, names_of
from stirfry.data.read.pieces import MISSING, native_piece, text_piece, typed_piece
from stirfry.data.read.quotes import quoting_of
from stirfry.data.read.text import examine
from stirfry.data.table import Column, Table
from stirfry.errors import DataError
from stirfry.notice import Notice

if TYPE_CHECKING:
    import polars as pl

#: Bytes that the first guess of the types is made from.
_GUESS = 1 << 16


def read_delimited(path: Path) -> Table:
    """Read a CSV or TSV file, gzipped or not.

    Args:
        path: the file.

    Raises:
        DataError: the file is empty, isn't text, has ragged rows, names two columns alike, or has no
            rows under its header.
    """
    file = examine(path)
    delimiter = delimiter_of(file)
    layout = Layout(file, delimiter, quoting_of(file.chunks(), delimiter) if file.quoted else "none")
    first = next(layout.blocks(), None)
    if first is None:
        raise DataError("source.empty", path=str(path))
    names, has_header, remarks = names_of(first.first_row(delimiter), path)
    columns, more = _columns(_Rows(layout, tuple(names), has_header))
    if file.encoding == "gb18030":
        remarks.append(Notice("source.gbk", path=str(path)))
    return Table(safe_name(path), columns, notices=(*remarks, *more))


@dataclass(frozen=True)
class _Rows:
    """The rows of a file and how to parse them."""

    layout: Layout
    names: tuple[str, ...]
    has_header: bool

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks of data: without the header, and never an empty one."""
        for index, part in enumerate(self.layout.blocks()):
            rows = part.without_first() if index == 0 and self.has_header else part
            if rows.lines:
                yield rows

    def parse(
        self, body: bytes, types: Sequence[Any] | None, only: Sequence[int] | None = None
    ) -> pl.DataFrame:
        """Parse some rows with given types, one a column; with None they are inferred."""
        import polars as pl

        names = [str(number) for number in range(len(self.names))]
        return pl.read_csv(
            body,
            has_header=False,
            separator=self.layout.delimiter,
            quote_char=None if self.layout.quoting == "none" else '"',
            schema=None if types is None else dict(zip(names, types, strict=True)),
            columns=None if only is None else list(only),
            null_values=list(MISSING),
            infer_schema_length=None,
        )


def _columns(rows: _Rows) -> tuple[tuple[Column, ...], list[Notice]]:
    """Return the columns of a file; those that hold numbers and texts are read a second time, as texts."""
    growing, lines = _typed(rows)
    if not lines.rows:
        raise DataError("source.only_header", path=str(rows.layout.file.path))
    columns = {index: own.column(rows.names[index]) for index, own in enumerate(growing)}
    mixed = [index for index, own in enumerate(growing) if own.mixed]
    columns |= {index: own.column(rows.names[index]) for index, own in _as_texts(rows, mixed).items()}
    commas = [name for name, own in zip(rows.names, growing, strict=True) if own.commas and not own.mixed]
    notices = [Notice("source.decimal_commas", names=commas)] if commas else []
    done = []
    for index in range(len(rows.names)):
        column = columns.pop(index)
        assert column is not None, "pieces of text agree"
        column, remarks = finished(column, lines.line_of)
        done.append(column)
        notices.extend(remarks)
    return tuple(done), notices


class _Lines:
    """The line of the file that each row begins in."""

    def __init__(self, blocks: Sequence[Sequence[int]]) -> None:
        self._blocks = blocks
        self._ends = list(accumulate(map(len, blocks)))
        self.rows = self._ends[-1] if self._ends else 0

    def line_of(self, row: int) -> int:
        """Return the line, counted from 1, of a row, counted from 0."""
        index = bisect_right(self._ends, row)
        return self._blocks[index][row - (self._ends[index - 1] if index else 0)]


def _typed(rows: _Rows) -> tuple[list[GrowingColumn], _Lines]:
    """Return every column as what its texts are, and the lines of the rows."""
    columns = [GrowingColumn(rows.layout.file.most_lines) for _ in rows.names]
    lines: list[Sequence[int]] = []
    types: list[Any] = []
    for block in rows.blocks():
        types = types or _guess(rows, block.body)
        frame, types = _parsed(rows, block.body, types)
        assert frame.height == len(block.lines), "the parser and the check count rows alike"
        lines.append(block.lines)
        for column, series in zip(columns, frame.iter_columns(), strict=True):
            column.add(native_piece(series) or typed_piece(series, rows.layout.delimiter != ","))
    return columns, _Lines(lines)


def _guess(rows: _Rows, body: bytes) -> list[Any]:
    """Return types that fit the first rows: whole numbers, numbers, booleans, or else text."""
    import polars as pl

    end = body.rfind(b"\n", 0, _GUESS) + 1 or len(body)
    try:
        found = rows.parse(body[:end], None).dtypes
    except pl.exceptions.ComputeError:  # such as digits that aren't ASCII, or a quoted field cut in two
        found = []
    if len(found) != len(rows.names):
        return [pl.String] * len(rows.names)
    return [kind if kind in (pl.Int64, pl.Float64, pl.Boolean) else pl.String for kind in found]


def _parsed(rows: _Rows, body: bytes, types: list[Any]) -> tuple[pl.DataFrame, list[Any]]:
    """Return a block parsed, and types that fit it; where those given don't, it is parsed as texts."""
    import polars as pl

    try:
        return rows.parse(body, types), types
    except pl.exceptions.ComputeError:
        frame = rows.parse(body, [pl.String] * len(types))
        return frame, [
            _fitting(kind, series) for kind, series in zip(types, frame.iter_columns(), strict=True)
        ]


def _fitting(kind: Any, texts: pl.Series) -> Any:
    """Return the narrowest type, from `kind` on, that texts can be parsed as."""
    import polars as pl

    if kind == pl.Int64 or kind == pl.Float64:
        for wider in (pl.Int64, pl.Float64) if kind == pl.Int64 else (pl.Float64,):
            if texts.cast(wider, strict=False).null_count() == texts.null_count():
                return wider
    return pl.String


def _as_texts(rows: _Rows, which: Sequence[int]) -> dict[int, GrowingColumn]:
    """Return some columns as texts, by index."""
    import polars as pl

    columns = {index: GrowingColumn(rows.layout.file.most_lines) for index in which}
    types = [pl.String] * len(rows.names)
    for block in rows.blocks() if which else ():
        frame = rows.parse(block.body, types, which)
        for column, series in zip(columns.values(), frame.iter_columns(), strict=True):
            column.add(text_piece(series))
    return columns
