"""Lines of a script: Python's spelling of values, lists that wrap, comments that stay comments."""

from __future__ import annotations

import json
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from stirfry.lang import say

#: Columns that a line of a script takes at most.
WIDTH = 100


@dataclass(frozen=True)
class Section:
    """One step of a script: a heading, and the lines under it.

    Args:
        title: what the step does, in the language of the moment.
        lines: Python.
        imports: the import lines that they need.
        needs: packages that must be there though they aren't imported.
    """

    title: str
    lines: list[str]
    imports: set[str] = field(default_factory=set)
    needs: set[str] = field(default_factory=set)


def spelled(value: Any) -> str:
    """Return a value as a person writes it in Python.

    Example:
        >>> spelled(20000), spelled(1e-05), spelled((0.9, 0.99)), spelled("Größe"), spelled(True)
        ('20_000', '1e-05', '(0.9, 0.99)', '"Größe"', 'True')
    """
    if isinstance(value, bool):
        return str(value)
    if isinstance(value, int):
        return f"{value:_}" if abs(value) >= 10_000 else str(value)
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, tuple):
        return "(" + ", ".join(map(spelled, value)) + ("," if len(value) == 1 else "") + ")"
    if isinstance(value, list):
        return "[" + ", ".join(map(spelled, value)) + "]"
    if isinstance(value, dict):
        return "{" + ", ".join(f"{spelled(key)}: {spelled(each)}" for key, each in value.items()) + "}"
    return repr(value)


def _text(value: str) -> str:
    """Return a text between double quotes; what isn't printable is escaped, so that it can be seen."""
    plain = json.dumps(value, ensure_ascii=False)
    if plain.isprintable():
        return plain
    return '"' + "".join(each if each.isprintable() else ascii(each)[1:-1] for each in plain[1:-1]) + '"'


def listed(head: str, values: Iterable[Any], tail: str) -> list[str]:
    """Return `head value, value, … tail` in as many lines as it takes.

    Example:
        >>> listed("names = [", ["a", "b"], "]")
        ['names = ["a", "b"]']
    """
    return wrapped(head, [spelled(value) for value in values], tail)


def wrapped(head: str, words: list[str], tail: str) -> list[str]:
    """Return `head word, word, … tail` in as many lines as it takes, each beginning under the first word.

    Example:
        >>> wrapped("x = [", ["a" * 50, "b" * 50], "]")[1]
        '     bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb]'
    """
    lines, line = [], head
    for place, word in enumerate(words):
        last = place == len(words) - 1
        end = tail if last else ","
        space = "" if line in (head, " " * width(head)) else " "
        if space and width(line + space + word + end) > WIDTH:
            lines.append(line)
            line, space = " " * width(head), ""
        line += f"{space}{word}{end}"
    return [*lines, line if words else head + tail]


def call(line: str) -> list[str]:
    """Return a line, its arguments in a line of their own where it is too long."""
    if width(line) <= WIDTH:
        return [line]
    head, _, rest = line.partition("(")
    inner, _, tail = rest.rpartition(")")
    indent = " " * (len(line) - len(line.lstrip()))
    inner_lines = textwrap.wrap(
        inner, WIDTH - len(indent) - 4, break_long_words=False, break_on_hyphens=False
    )
    return [f"{head}(", *(f"{indent}    {each}" for each in inner_lines), f"{indent}){tail}"]


def remark(key: str, /, **facts: Any) -> str:
    """Return a text of the catalogue in one line, whatever its facts hold: a comment ends with its line."""
    return " ".join(say(key, **facts).split())


def comment(key: str, /, **facts: Any) -> list[str]:
    """Return a text of the catalogue as comment lines."""
    return [f"# {line}" for line in folded(remark(key, **facts), WIDTH - 2)]


def beside(line: str, key: str, /, **facts: Any) -> list[str]:
    """Return a line with a comment behind it, or above it where there is no room."""
    text = remark(key, **facts)
    if width(f"{line}  # {text}") <= WIDTH:
        return [f"{line}  # {text}"]
    indent = " " * (len(line) - len(line.lstrip()))
    return [*(f"{indent}# {part}" for part in folded(text, WIDTH - 2 - len(indent))), line]


def folded(text: str, columns: int) -> list[str]:
    """Return a text in lines of so many columns; Chinese may be cut between any two characters."""
    if text.isascii():
        return textwrap.wrap(text, columns)
    lines, line = [], ""
    for word in _pieces(text):
        if line and width(line + word) > columns and word not in "，。；：、）":
            lines.append(line.rstrip())
            line = word.lstrip()
        else:
            line += word
    return [*lines, line]


def _pieces(text: str) -> list[str]:
    """Return a text in the pieces that may stand in different lines."""
    pieces = [""]
    for each in text:
        wide = unicodedata.east_asian_width(each) in "WF"
        if each == " " or wide or (pieces[-1] and unicodedata.east_asian_width(pieces[-1][-1]) in "WF"):
            pieces.append("")
        pieces[-1] += each
    return [piece for piece in pieces if piece]


def width(text: str) -> int:
    """Return how many columns a text takes; Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(each) in "WF" else 1 for each in text)


def joined(sections: Sequence[list[str]]) -> list[str]:
    """Return the lines of several lists as one."""
    return [line for lines in sections for line in lines]
