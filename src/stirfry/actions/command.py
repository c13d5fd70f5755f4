"""The command that trains with the settings of a recipe."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from typing import Any

from stirfry.spec.options import PLACES

#: The settings that `stirfry train` has an option for, in the order of its help page.
OPTIONS = (
    "target", "task", "drop", "category", "scale", "test", "validation", "split", "split_column",
    "test_file", "validation_file", "image_size", "memory", "hidden", "activation", "dropout", "init",
    "loss", "optimizer", "lr", "momentum", "weight_decay", "schedule", "epochs", "batch_size", "patience",
    "clip_norm",
    "class_weights", "label_smoothing", "ema_decay", "test_shift", "keep", "seed", "precision", "device",
    "engine", "history", "name",
)  # fmt: skip


def command_of(asked: dict[str, Any]) -> str | None:
    """Return the command line for settings, or None where it has no option for one of them.

    Args:
        asked: the settings that were given, nested as in a recipe, as JSON values.

    Example:
        >>> command_of({"data": {"source": "iris"}, "network": {"hidden": [8]}, "plan": {"lr": 0.01}})
        'stirfry train iris --hidden 8 --lr 0.01'
    """
    left = _flat(asked, ())
    words = ["stirfry", "train", str(left.pop(("data", "source"), ""))]
    if not words[-1]:
        return None
    for option in OPTIONS:
        value = left.pop(PLACES[option], None)
        if value is None:
            continue
        text = _FORMS.get(option, _plain)(value)
        if text is None:
            return None
        words += [f"--{option.replace('_', '-')}", text]
    return None if any(value is not None for value in left.values()) else shlex.join(words)


def _flat(values: dict[str, Any], path: tuple[str, ...]) -> dict[tuple[str, ...], Any]:
    found: dict[tuple[str, ...], Any] = {}
    for key, value in values.items():
        deeper = isinstance(value, dict) and (*path, key) in (
            ("data",),
            ("data", "split"),
            ("network",),
            ("plan",),
        )
        found |= _flat(value, (*path, key)) if deeper else {(*path, key): value}
    return found


def _plain(value: Any) -> str | None:
    return None if isinstance(value, dict | list) else str(value)


def _words(value: Any) -> str | None:
    """Return a list as it is typed; a name with a comma in it can't be."""
    texts = [str(each) for each in value]
    return None if any("," in text for text in texts) else ",".join(texts) or "none"


def _size(value: Any) -> str:
    return "x".join(str(each) for each in value)


def _name(value: Any) -> str | None:
    """Return a schedule that is its name alone."""
    if not isinstance(value, dict):
        return str(value)
    return value["name"] if set(value) == {"name"} else None


_FORMS: dict[str, Callable[[Any], str | None]] = {
    "drop": _words,
    "category": _words,
    "hidden": _words,
    "image_size": _size,
    "schedule": _name,
    "class_weights": lambda value: value if isinstance(value, str) else _words(value),
}
