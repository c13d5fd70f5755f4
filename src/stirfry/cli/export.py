"""`stirfry export`."""

from __future__ import annotations

from pathlib import Path

from stirfry.actions.export import export
from stirfry.actions.request import ExportRequest
from stirfry.cli.screen import Screen, write
from stirfry.cli.settings import own_module
from stirfry.lang import say
from stirfry.spec.options import quoted

#: The kinds that a shell command opens; the others are loaded in Python.
_BY_SHELL = ("script", "notebook")


def run(screen: Screen, path: str, kind: str, output: str | None, module: str | None) -> int:
    """Write a run or a model in another form, and say where it is and what to do with it."""
    place = None if output is None else Path(output)
    written = export(ExportRequest(Path(path), kind, place, own_module(module)), screen.notice)
    if screen.speaks and not screen.as_json:
        write(screen.results, str(written))
        shown = quoted(str(written)) if kind in _BY_SHELL else str(written)
        write(screen.side, say(f"cli.export_{kind}", path=shown), style="dim")
    screen.object({"kind": kind, "path": str(written)})
    return 0
