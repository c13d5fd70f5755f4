"""Finds the line of every key in a TOML text, which `tomllib` doesn't tell.

The text has already been read by `tomllib`, so it is well-formed; this follows its structure and
forgets the values.
"""

from __future__ import annotations

import re

Path = tuple[str | int, ...]

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_STRING = re.compile(r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL)
_SCALAR = re.compile(r"\d{4}-\d\d-\d\d \d[^\s,\]}#]*|[^\s,\]}#]+")
_BLANK = re.compile(r"(?:\s|#[^\n]*)+")
_SPACE = re.compile(r"[ \t]*")


def lines_of(text: str) -> dict[str, int]:
    """Return the line, counted from 1, of every key and table of a TOML text.

    Args:
        text: a well-formed TOML document.

    Example:
        >>> lines_of("[plan]\\nlr = 0.1\\nbetas = [0.9, 0.99]")["plan.betas[1]"]
        3
    """
    return _Scan(text.replace("\r\n", "\n")).lines


def nearest_line(lines: dict[str, int], key: str) -> int | None:
    """Return the line of a key, or else of the innermost table that holds it."""
    while key:
        if key in lines:
            return lines[key]
        key = key[: max(key.rfind("."), key.rfind("["), 0)]
    return None


def dotted(path: Path) -> str:
    """Return a path as it is written in messages: `network.layers[2].type`."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


class _Scan:
    """One walk over a text; `lines` is its result."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.lines: dict[str, int] = {}
        self._counts: dict[Path, int] = {}
        table: Path = ()
        while self._skip_blank():
            if text.startswith("[[", self.at):
                table = self._header(2, repeated=True)
            elif text[self.at] == "[":
                table = self._header(1, repeated=False)
            else:
                self._pair(table)

    def _header(self, brackets: int, repeated: bool) -> Path:
        start = self.at
        self.at += brackets
        path: Path = ()
        for name in self._names():
            path = (*path, name)
            if path in self._counts and not (repeated and self._at_end_of_header()):
                path = (*path, self._counts[path] - 1)
        if repeated:
            base = path[:-1] if isinstance(path[-1], int) else path
            self._counts[base] = self._counts.get(base, 0) + 1
            path = (*base, self._counts[base] - 1)
        self.at += brackets
        self._note(path, start)
        return path

    def _at_end_of_header(self) -> bool:
        return self.text[self.at : self.at + 1] == "]"

    def _pair(self, table: Path) -> None:
        start = self.at
        path = table
        for name in self._names():
            path = (*path, name)
            self._note(path, start)
        self.at += 1  # the equals sign
        self._skip_space()
        self._value(path)

    def _names(self) -> list[str]:
        """Read a dotted key up to what ends it, an equals sign or a bracket."""
        names = []
        while True:
            self._skip_space()
            match = _STRING.match(self.text, self.at) or _BARE.match(self.text, self.at)
            assert match, "tomllib has accepted this key"
            names.append(_unquoted(match.group()))
            self.at = match.end()
            self._skip_space()
            if self.text[self.at] != ".":
                return names
            self.at += 1

    def _value(self, path: Path) -> None:
        opening = self.text[self.at]
        if opening == "[":
            self._inside("]", path)
        elif opening == "{":
            self._inside("}", path)
        else:
            match = _STRING.match(self.text, self.at) or _SCALAR.match(self.text, self.at)
            assert match, "tomllib has accepted this value"
            self.at = match.end()

    def _inside(self, closing: str, path: Path) -> None:
        """Read an array or an inline table."""
        self.at += 1
        index = 0
        while self._skip_blank() and self.text[self.at] != closing:
            if closing == "}":
                self._pair(path)
            else:
                self._note((*path, index), self.at)
                self._value((*path, index))
                index += 1
            self._skip_blank()
            if self.text[self.at] == ",":
                self.at += 1
        self.at += 1

    def _note(self, path: Path, at: int) -> None:
        self.lines.setdefault(dotted(path), self.text.count("\n", 0, at) + 1)

    def _skip_blank(self) -> bool:
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at
        return self.at < len(self.text)

    def _skip_space(self) -> None:
        match = _SPACE.match(self.text, self.at)
        self.at = match.end() if match else self.at


def _unquoted(text: str) -> str:
    import tomllib

    return text if text[0] not in "\"'" else str(next(iter(tomllib.loads(f"{text}=0"))))
