"""Nested values as the text of a TOML file, which `tomllib` reads back as they were."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def as_toml(values: dict[str, Any]) -> str:
    """Return nested values as TOML: plain keys first, then a table for each dictionary.

    Args:
        values: texts, numbers, booleans, lists and dictionaries of them. None can't be written, and is left
            out.

    Example:
        >>> print(as_toml({"name": "iris", "plan": {"lr": 0.01, "hidden": [8, 4]}}), end="")
        name = "iris"
        <BLANKLINE>
        [plan]
        lr = 0.01
        hidden = [8, 4]
    """
    return "\n".join(_lines(values, ())).lstrip("\n") + "\n"


def _lines(values: dict[str, Any], path: tuple[str, ...]) -> Iterator[str]:
    tables = {key: value for key, value in values.items() if isinstance(value, dict)}
    plain = {key: value for key, value in values.items() if key not in tables and value is not None}
    if path and (plain or not tables):
        yield f"\n[{'.'.join(map(_key, path))}]"
    for key, value in plain.items():
        yield f"{_key(key)} = {_value(value)}"
    for key, value in tables.items():
        yield from _lines(value, (*path, key))


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else _text(key)


def _value(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        inner = ", ".join(f"{_key(key)} = {_value(each)}" for key, each in value.items() if each is not None)
        return f"{{ {inner} }}" if inner else "{}"
    if isinstance(value, list | tuple):
        return _list(value)
    if isinstance(value, float):
        text = repr(value)
        return text if set(text) & set(".en") else f"{text}.0"
    return str(value)


def _list(values: Any) -> str:
    """Return a list; one of tables has a line for each."""
    texts = [_value(each) for each in values]
    if any(isinstance(each, dict) for each in values):
        return "[\n" + "".join(f"  {text},\n" for text in texts) + "]"
    return f"[{', '.join(texts)}]"


def _text(text: str) -> str:
    """Return a text in quotes: JSON's are TOML's but for the character that JSON leaves as it is."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
