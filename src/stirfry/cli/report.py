"""`stirfry report`: makes a run's report again."""

from __future__ import annotations

from stirfry.actions.export import run_folder
from stirfry.actions.report import report_again
from stirfry.cli.screen import Screen, write
from stirfry.engine.given import Given, from_file, given_module
from stirfry.lang import say
from stirfry.paths import expanded


def report(screen: Screen, run: str, output: str | None, module: str | None) -> int:
    """Write the report of the run in a folder, and say where it is."""
    target = None if output is None else expanded(output)
    path = report_again(run_folder(expanded(run)), target, _own(module))
    if screen.speaks:
        write(screen.results, say("cli.report_written", path=str(path)))
    screen.object({"report": str(path)})
    return 0


def _own(text: str | None) -> Given | None:
    """Return the network that is named as `path/file.py:Name`; naming it is what lets the file run."""
    return None if text is None else given_module(from_file(text), text)
