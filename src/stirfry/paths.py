"""Paths as people write them."""

from __future__ import annotations

from pathlib import Path


def expanded(path: str | Path) -> Path:
    """Return a path with `~` and `~name` as the home folders that they stand for.

    A name that nobody on this machine has is part of the path: the file then isn't there, and whoever looks
    for it says so.

    Example:
        >>> expanded("data/iris.csv").as_posix(), expanded("~nobody-of-this-name/a.csv").as_posix()
        ('data/iris.csv', '~nobody-of-this-name/a.csv')
    """
    try:
        return Path(path).expanduser()
    except (RuntimeError, ValueError):  # nobody of this name, or one with a null character
        return Path(path)
