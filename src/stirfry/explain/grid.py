"""Numbers and names in columns that line up, in lines of 80: for matrices and tables in plain text.

A Chinese character is two columns wide on a terminal. Columns that don't fit beside each other go below.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.cells import cell_len

from stirfry.lang import say

WIDTH = 80
GAP = 2
#: A column's heading is cut to this.
LONGEST_HEAD = 11
#: A row's name is cut to this.
LONGEST_NAME = 26
#: Numbers at the beginning of a summary.
FIRST = 4


@dataclass(frozen=True)
class Line:
    """One row of a grid: its name and its cells, empty ones as empty texts."""

    name: str
    cells: Sequence[str]


def grid(heads: Sequence[str], lines: Sequence[Line], left: frozenset[int] = frozenset()) -> list[str]:
    """Return a table as lines of text, columns that don't fit below the others.

    Args:
        heads: the columns' names.
        lines: the rows.
        left: columns of words, which begin at the left; the others are numbers and end at the right.

    Example:
        >>> grid(["a", "b"], [Line("x", ["1.5", "2"])])
        ['          a  b', '  x     1.5  2']
    """
    names = distinct([line.name for line in lines], LONGEST_NAME)
    margin = max([4, *map(cell_len, names)])
    heads = distinct(heads, LONGEST_HEAD)
    widths = [
        max([cell_len(head), *(cell_len(line.cells[place]) for line in lines)])
        for place, head in enumerate(heads)
    ]
    found: list[str] = []
    for block in _blocks(widths, WIDTH - 2 - margin):
        above = [heads[place] for place in block]
        if any(above):
            found.append(_row("", above, block, widths, left, margin))
        for name, line in zip(names, lines, strict=True):
            cells = [line.cells[place] for place in block]
            if any(cells):
                found.append(_row(name, cells, block, widths, left, margin))
    return found


def _blocks(widths: list[int], room: int) -> list[list[int]]:
    """Return which columns stand beside each other."""
    blocks: list[list[int]] = [[]]
    used = 0
    for place, width in enumerate(widths):
        if blocks[-1] and used + GAP + width > room:
            blocks.append([])
            used = 0
        blocks[-1].append(place)
        used += GAP + width
    return blocks


def _row(
    name: str,
    cells: list[str],
    block: list[int],
    widths: list[int],
    left: frozenset[int],
    margin: int,
) -> str:
    text = "  " + padded(name, margin)
    for place, cell in zip(block, cells, strict=True):
        text += " " * GAP + (padded(cell, widths[place]) if place in left else _right(cell, widths[place]))
    return text.rstrip()


def padded(text: str, width: int) -> str:
    """Return a text with spaces after it."""
    return text + " " * (width - cell_len(text))


def _right(text: str, width: int) -> str:
    return " " * (width - cell_len(text)) + text


def wrapped(line: str) -> list[str]:
    """Return a line of words in lines of `WIDTH`, which begin where it begins.

    Example:
        >>> wrapped("  " + "word " * 20)[1]
        '  word word word word word'
    """
    if cell_len(line) <= WIDTH:
        return [line]
    indent = len(line) - len(line.lstrip(" "))
    found, rest = [], line.strip(" ")
    while cell_len(rest) > WIDTH - indent:
        cut = len(rest)
        while cell_len(rest[:cut]) > WIDTH - indent:
            cut -= 1
        # At a space; Chinese may be broken anywhere, but not before its punctuation.
        space = rest.rfind(" ", 0, cut + 1)
        if space > 0 and rest[cut - 1] < "⺀":
            cut = space
        elif rest[cut] in "，。；：、）":
            cut -= 1
        found.append(" " * indent + rest[:cut].rstrip(" "))
        rest = rest[cut:].lstrip(" ")
    return [*found, " " * indent + rest] if rest else found


def distinct(names: Sequence[str], most: int) -> list[str]:
    """Return names in so many columns at most, and still as many different ones where that can be.

    Example:
        >>> distinct(["petal length (cm)", "petal width (cm)"], 11)
        ['petal leng…', 'petal widt…']
        >>> distinct(["measurement 1", "measurement 2"], 11)
        ['measur…nt 1', 'measur…nt 2']
    """
    several = len(set(names))
    found = list(names)
    for tail in (0, 4, 2):
        found = [shortened(name, most, tail) for name in names]
        if len(set(found)) == several:
            break
    return found


def shortened(text: str, most: int, tail: int = 0) -> str:
    """Return a name in so many columns at most: its beginning, and so many characters of its end."""
    if cell_len(text) <= most:
        return text
    end = text[len(text) - tail :]
    head = text
    while head and cell_len(head) > most - 1 - cell_len(end):
        head = head[:-1]
    return f"{head}…{end}"


def numbers(values: NDArray[Any] | Sequence[float], decimals: int = 4) -> list[str]:
    """Return numbers as texts of one form: with so many decimals, fewer for large ones, more for small ones.

    Example:
        >>> numbers([0.5, -12.25, 0.0]), numbers([1e-7])
        (['0.5000', '-12.2500', '0'], ['1.000e-07'])
    """
    found = np.asarray(values, dtype=np.float64).ravel()
    finite = np.abs(found[np.isfinite(found)])
    largest = float(finite.max()) if finite.size else 0.0
    if largest and not 1e-4 <= largest < 1e6:
        return [_plain(value, f"{value:.3e}") for value in found.tolist()]
    if largest >= 1000:
        decimals = max(0, decimals + 2 - math.floor(math.log10(largest)))
    elif 0 < largest < 1e-2:
        decimals = max(decimals, 6)
    smallest = 0.5 * 10.0**-decimals
    return [
        _plain(value, f"{value:.0e}" if 0 < abs(value) < smallest else f"{value:.{decimals}f}")
        for value in found.tolist()
    ]


def _plain(value: float, text: str) -> str:
    """Return a whole number without decimals: a 0 or a 1 that is one, and not nearly."""
    return f"{value:.0f}" if value.is_integer() and abs(value) < 1000 else text


def number(value: float) -> str:
    """Return one number as text.

    Example:
        >>> number(0.12345), number(5.1)
        ('0.1235', '5.1000')
    """
    return numbers([value])[0]


def exact(value: float) -> str:
    """Return a number that a person gave, with all its digits but no more.

    Example:
        >>> exact(5.0), exact(0.1)
        ('5', '0.1')
    """
    return f"{value:.10g}"


def summary(name: str, values: NDArray[Any]) -> list[str]:
    """Return two lines on a tensor of many numbers: shape, smallest, mean, largest, zeros; the first ones."""
    found = np.asarray(values, dtype=np.float64)
    zeros = int(np.count_nonzero(found == 0))
    low, mean, high = numbers([found.min(), found.mean(), found.max()])
    first = numbers(found.ravel()[:FIRST])
    return [
        "  " + say("explain.summary", name=name, shape=found.shape, low=low, mean=mean, high=high),
        "    " + say("explain.summary_first", first="  ".join(first), zeros=zeros, size=found.size),
    ]
