"""Finds out how a text file uses quote characters, which decides how it can be read.

Most files quote whole fields, and then a quote character toggles between inside and outside: what separates
rows and fields can be told for millions of bytes at once. In the others a quote stands inside a field, after
a space, or is never closed, and only reading character by character tells what is meant.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import chain
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Quoting = Literal["none", "whole fields", "free"]
Bytes = NDArray[np.uint8]

QUOTE = ord('"')


def quoting_of(chunks: Iterable[bytes], delimiter: str) -> Quoting:
    """Return how a text uses quote characters.

    Args:
        chunks: the text, in any pieces.
        delimiter: what separates fields.

    Example:
        >>> quoting_of([b'1,"a, b"'], ","), quoting_of([b'1,6" pipe'], ",")
        ('whole fields', 'free')
    """
    beside = np.frombuffer(f'{delimiter}\n"'.encode(), dtype=np.uint8)
    seen, before, tail = False, 0, b"\n"  # `before` counts the quotes in front of `tail`
    for chunk in chain(chunks, [b"\n\n"]):
        array = np.frombuffer(tail + chunk, dtype=np.uint8)
        quotes = np.flatnonzero(array == QUOTE)
        seen = seen or len(quotes) > 0
        opening = (before + np.arange(len(quotes))) % 2 == 0
        whole = quotes < len(array) - 2  # the last two bytes come again, before what follows them
        opens, closes = quotes[opening & (quotes > 0)], quotes[~opening & whole]
        ends = (array[closes + 1] == ord("\r")) & (array[closes + 2] == ord("\n"))
        if not (
            np.isin(array[opens - 1], beside).all() and (ends | np.isin(array[closes + 1], beside)).all()
        ):
            return "free"
        before += int(np.count_nonzero(whole))
        tail = array[-2:].tobytes()
    if before % 2:
        return "free"
    return "whole fields" if seen else "none"


def outside(array: Bytes) -> NDArray[np.bool_] | None:
    """Return which bytes stand outside quotes, counting from outside; None where there are no quotes."""
    quotes = array == QUOTE
    if not quotes.any():
        return None
    # In 8 bits the count runs over, which leaves its last bit as it is.
    return np.asarray((np.cumsum(quotes, dtype=np.uint8) & 1) == 0)
