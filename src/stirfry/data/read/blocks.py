"""Cuts a text file into blocks of whole rows, each row with the right number of fields.

A ragged line is refused here, by number, because parsers fill it up or cut it off without a word. Nearly
all files are checked with NumPy, a block at a time; those with quote characters in odd places go through
the `csv` module, which is the authority on quotes, and are written out again plainly.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from stirfry.data.read.files import reading
from stirfry.data.read.quotes import Quoting, outside
from stirfry.data.read.text import TextFile
from stirfry.errors import DataError

#: A line longer than this is no line of a table.
LONGEST_LINE = 1 << 28

#: The delimiter of files whose fields are any number of spaces and tabs apart.
SPACES = " "

_FEED = ord("\n")
_BLANKS = np.frombuffer(b" \t\r\n", dtype=np.uint8)


@dataclass(frozen=True)
class Block:
    """Some rows of a file.

    Args:
        body: the rows as UTF-8, none of them blank, each ending in a line feed.
        lines: the line of the file that each row begins in, counted from 1.
    """

    body: bytes
    lines: Sequence[int]

    def first_row(self, delimiter: str) -> list[str]:
        """Return the fields of the first row."""
        # A carriage return within a line would end the row for the csv module, and ends nothing here.
        text = self.body[: self._end_of_first_row()].decode().replace("\r", " ")
        with any_length():
            return next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))

    def without_first(self) -> Block:
        """Return the block without its first row, the header."""
        return Block(self.body[self._end_of_first_row() :], self.lines[1:])

    def _end_of_first_row(self) -> int:
        end = self.body.index(b"\n") + 1
        while self.body.count(b'"', 0, end) % 2:  # a line feed between quotes ends no row
            end = self.body.index(b"\n", end) + 1
        return end


@dataclass(frozen=True)
class Layout:
    """How a text file is cut into rows and fields.

    Args:
        file: the examined file.
        delimiter: what separates fields.
        quoting: how it uses quote characters.
    """

    file: TextFile
    delimiter: str
    quoting: Quoting

    def blocks(self) -> Iterator[Block]:
        """Yield the rows in blocks; the first one, whatever it is, says how many fields a row has.

        Raises:
            DataError: a row has more or fewer fields, or a quote is never closed.
        """
        return _written_anew(self) if self.quoting == "free" else _cut(self)

    def ragged(self, line: int, found: int, expected: int) -> DataError:
        """Return the error of a row that has more or fewer fields than the first one."""
        return DataError("source.ragged", path=str(self.file.path), line=line, found=found, expected=expected)


@contextmanager
def any_length() -> Iterator[None]:
    """Let the `csv` module read fields of any length inside a `with` block; by itself it stops at 128 KB."""
    before = csv.field_size_limit(2**31 - 1)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _cut(layout: Layout) -> Iterator[Block]:
    fields, line = 0, 1
    for body in _whole_rows(layout):
        block, fields = _checked(layout, body, fields, line)
        line += body.count(b"\n")
        if block.lines:
            yield block


def _whole_rows(layout: Layout) -> Iterator[bytes]:
    """Yield the file in pieces that end where a row does."""
    rest = b""
    spaced = layout.delimiter == SPACES
    for chunk in layout.file.chunks():
        rest += chunk
        cut = _last_end(rest)
        if cut:
            yield _single_spaced(rest[:cut]) if spaced else rest[:cut]
            rest = rest[cut:]
        if len(rest) > LONGEST_LINE:
            raise DataError("source.line_too_long", path=str(layout.file.path), limit=LONGEST_LINE >> 20)
    if rest:
        yield _single_spaced(rest + b"\n") if spaced else rest + b"\n"


def _single_spaced(body: bytes) -> bytes:
    """Return lines whose fields stand any number of spaces and tabs apart with one space between them."""
    return re.sub(rb"(?m)^ | (?=\r?\n)", b"", re.sub(rb"[ \t]+", b" ", body))


def _last_end(body: bytes) -> int:
    """Return where the last whole row of a piece ends, 0 where there is none."""
    free = outside(np.frombuffer(body, dtype=np.uint8))
    cut = body.rfind(b"\n")
    while free is not None and cut >= 0 and not free[cut]:
        cut = body.rfind(b"\n", 0, cut)
    return cut + 1


def _checked(layout: Layout, body: bytes, fields: int, line: int) -> tuple[Block, int]:
    """Return the rows of a piece that begins in some line, and the number of fields a row has."""
    array = np.frombuffer(body, dtype=np.uint8)
    feeds, marks = array == _FEED, array == ord(layout.delimiter)
    free = outside(array)
    ends = np.flatnonzero(feeds if free is None else feeds & free)
    starts = np.concatenate([[0], ends[:-1] + 1])
    counts = _each(marks if free is None else marks & free, ends) + 1
    blank = (counts == 1) & np.isin(array[starts], _BLANKS)
    for index in np.flatnonzero(blank).tolist():
        blank[index] = not body[starts[index] : ends[index]].strip()
    rows = np.flatnonzero(~blank)
    lines = line + (rows if free is None else _first_lines(feeds, ends)[rows])
    if len(rows) and not fields:
        fields = int(counts[rows[0]])
    wrong = np.flatnonzero(counts[rows] != fields)
    if len(wrong):
        raise layout.ragged(int(lines[wrong[0]]), int(counts[rows[wrong[0]]]), fields)
    if len(rows) < len(ends):
        body = array[np.repeat(~blank, ends - starts + 1)].tobytes()
    return Block(body, _sequence(lines)), fields


def _each(marks: NDArray[np.bool_], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many marks each row holds."""
    return np.diff(np.cumsum(marks, dtype=np.int32)[ends], prepend=0)


def _first_lines(feeds: NDArray[np.bool_], ends: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many lines stand before each row; a row with line feeds between quotes has several."""
    return np.concatenate([[0], np.cumsum(_each(feeds, ends))[:-1]])


def _sequence(lines: NDArray[np.int64]) -> Sequence[int]:
    """Return lines as a range where they follow one another, as they nearly always do."""
    if len(lines) and lines[-1] - lines[0] == len(lines) - 1:
        return range(int(lines[0]), int(lines[-1]) + 1)
    return list(lines.tolist())


def _written_anew(layout: Layout) -> Iterator[Block]:
    out, lines, fields = io.StringIO(newline=""), list[int](), 0
    writer = csv.writer(out, delimiter=layout.delimiter, lineterminator="\n")
    for line, row in _rows(layout):
        fields = fields or len(row)
        if len(row) != fields:
            raise layout.ragged(line, len(row), fields)
        writer.writerow(row)
        lines.append(line)
        if out.tell() >= layout.file.chunk:
            yield Block(out.getvalue().encode(), lines)
            out.seek(0)
            out.truncate()
            lines = []
    if lines:
        yield Block(out.getvalue().encode(), lines)


def _rows(layout: Layout) -> Iterator[tuple[int, list[str]]]:
    """Yield each row that isn't blank, with the line it begins in."""
    path, line = layout.file.path, 1
    try:
        with any_length(), reading(path), layout.file.open() as stream:
            reader = csv.reader(stream, delimiter=layout.delimiter, skipinitialspace=True, strict=True)
            for row in reader:
                if len(row) > 1 or (row and row[0].strip()):
                    yield line, row
                line = reader.line_num + 1
    except csv.Error as error:
        raise DataError("source.bad_quotes", path=str(path), line=line, reason=str(error)) from error
