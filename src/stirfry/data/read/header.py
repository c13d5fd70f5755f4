"""Finds out how a CSV file is laid out: what separates its fields, and whether its first row names them."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path
from typing import TextIO

from stirfry.data.read.blocks import SPACES, any_length
from stirfry.data.read.columns import stripped_names
from stirfry.data.read.files import reading
from stirfry.data.read.text import TextFile
from stirfry.notice import Notice

_DELIMITERS = "\t;|,"
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?|[-+]?inf(inity)?|nan", re.IGNORECASE | re.ASCII)
_DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+", re.ASCII)

_SAMPLE_LINES = 50
_SAMPLE_WIDTH = 1 << 20


def delimiter_of(file: TextFile) -> str:
    """Return what separates the fields of a file: comma, tab, semicolon, pipe, or any number of spaces.

    It is the one that the first line has and that most lines have equally often; between two such, the one
    that leaves more numbers ("1,5;2,5" is two, not three fields). Spaces are only thought of where there
    is nothing else and most words are numbers.
    """
    with reading(file.path), file.open() as stream:
        lines = list(islice((line for line in _short_lines(stream) if line.strip()), _SAMPLE_LINES))
    scores = {delimiter: _score(lines, delimiter) for delimiter in _DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    if scores[best] > (0, 0):
        return best
    return SPACES if not file.quoted and _are_spaced(lines) else ","


def _short_lines(stream: TextIO) -> Iterator[str]:
    return iter(lambda: stream.readline(_SAMPLE_WIDTH), "")


def _are_spaced(lines: list[str]) -> bool:
    rows = [line.split() for line in lines]
    words = [word for row in rows for word in row]
    alike = len(rows[0]) > 1 and len({len(row) for row in rows}) == 1
    return alike and 2 * sum(map(is_number, words)) >= len(words)


def _score(lines: list[str], delimiter: str) -> tuple[float, float]:
    """Return the share of lines that are alike, and the share of cells that are numbers."""
    with any_length():
        rows = [row for row in csv.reader(lines, delimiter=delimiter, skipinitialspace=True) if row]
    usual, times = Counter(map(len, rows)).most_common(1)[0]
    if usual < 2 or len(rows[0]) < 2:
        return 0, 0
    cells = [cell.strip() for row in rows for cell in row]
    numbers = sum(
        1 for cell in cells if is_number(cell) or (delimiter != "," and _DECIMAL_COMMA.fullmatch(cell))
    )
    return times / len(rows), numbers / len(cells)


def is_number(text: str) -> bool:
    """Whether a text is a number as it stands."""
    return _NUMBER.fullmatch(text) is not None


def is_data(cells: Sequence[str]) -> bool:
    """Whether a first row is one of data: at least half of its cells are numbers.

    Whole numbers from 1000 to 2999 don't count, because years are column names too. Neither does the
    first row that pandas writes for columns without names: an empty cell and then 0, 1, 2 and so on.

    Example:
        >>> is_data(["5.1", "3.5", "setosa"]), is_data(["country", "2019", "2020"])
        (True, False)
    """
    if len(cells) > 1 and list(cells) == ["", *map(str, range(len(cells) - 1))]:
        return False
    numbers = [cell for cell in cells if is_number(cell) and not re.fullmatch("[12][0-9]{3}", cell)]
    return 2 * len(numbers) >= len(cells)


def names_of(cells: Sequence[str], path: Path) -> tuple[list[str], bool, list[Notice]]:
    """Return the columns' names, whether the first row is where they stand, and what is to be said.

    Args:
        cells: the first row.
        path: the file, for messages.

    Raises:
        DataError: two columns have the same name.
    """
    cells = [cell.strip() for cell in cells]
    if is_data(cells):
        names = [f"column_{number}" for number in range(1, len(cells) + 1)]
        return names, False, [Notice("source.no_header", path=str(path), first=cells[:5])]
    names = stripped_names([cell or _nameless(number, cells) for number, cell in enumerate(cells, 1)])
    given = [name for name, cell in zip(names, cells, strict=True) if not cell]
    return names, True, [Notice("source.unnamed_columns", names=given)] if given else []


def _nameless(number: int, cells: Sequence[str]) -> str:
    name = f"column_{number}"
    while name in cells:
        name += "_"
    return name
