"""The texts, one file for each room. A key begins with the room that says it."""

from __future__ import annotations

from importlib import import_module

from stirfry.lang.text import Text

ROOMS = (
    "spec",
    "data",
    "data_sources",
    "engine",
    "own",
    "judge",
    "checks",
    "verdicts",
    "run",
    "model",
    "explain",
    "report",
    "report_page",
    "report_answers",
    "report_settings",
    "doctor",
    "export",
    "graph",
    "actions",
    "cli",
    "help",
)


def gather() -> dict[str, Text]:
    """Return the texts of every room in one dictionary."""
    texts: dict[str, Text] = {}
    for room in ROOMS:
        texts.update(import_module(f"stirfry.lang.texts.{room}").TEXTS)
    return texts
