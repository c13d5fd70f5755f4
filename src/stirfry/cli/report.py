"""`stirfry report`: makes a run's report again."""

from __future__ import annotations

from stirfry.actions.export import run_folder
from stirfry.actions.report import report_again
from stirfry.cli.screen import Screen, write
from stirfry.cli.settings import own_module
from stirfry.lang import say
from stirfry.paths import expanded


def report(screen: Screen, run: str, output: str | None, module: str | None) -> int:
    """Write the report of the run in a folder, and say where it is."""
    target = None if output is None else expanded(output)
    path = report_again(run_folder(expanded(run)), target, own_module(module))
    if screen.speaks:
        write(screen.results, say("cli.report_written", path=str(path)))
    screen.object({"report": str(path)})
    return 0
