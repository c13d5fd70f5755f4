"""`stirfry doctor`."""

from __future__ import annotations

from stirfry.cli.screen import Screen, write
from stirfry.cli.tables import plain_table, row
from stirfry.engine.doctor import examine
from stirfry.lang import say


def run(screen: Screen) -> int:
    """Show what the machine is, and what to do for each mismatch."""
    report = examine()
    if not screen.as_json:
        table = plain_table(say("cli.doctor"), "")
        table.columns[1].justify, table.columns[1].no_wrap = "left", False
        for label, value in report.rows():
            row(table, label, value)
        screen.results.print(table)
        screen.results.print()
        for notice in report.advice:
            write(screen.results, str(notice), mark="!")
        if not report.advice:
            screen.results.print(say("cli.doctor_well"))
    screen.object(report.as_json())
    return 0
