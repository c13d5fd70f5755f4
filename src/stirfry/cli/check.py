"""`stirfry check`: builds the request, shows what was found."""

from __future__ import annotations

from typing import Any

from rich.table import Table
from rich.text import Text

from stirfry.actions.check import Checks, check
from stirfry.actions.listener import Nobody
from stirfry.actions.recipes import recipe_for
from stirfry.actions.request import CheckRequest
from stirfry.cli.screen import Screen, write
from stirfry.cli.settings import naming_options, settings_of_own
from stirfry.judge.finding import SEVERITIES, Finding
from stirfry.lang import say
from stirfry.notice import Notice
from stirfry.paths import expanded
from stirfry.spec.options import refuse_both

#: What stands before a finding.
MARKS = {"serious": "!", "warning": "!", "remark": "·", "good": "·"}


class _Remarks(Nobody):
    """Shows what is decided on the way."""

    def __init__(self, screen: Screen) -> None:
        self._screen = screen

    def notice(self, notice: Notice) -> None:
        self._screen.notice(notice)


def run(screen: Screen, options: dict[str, Any]) -> int:
    """Check what the options say, show what was found; 1 where `--strict` asks for it."""
    with naming_options():
        found = check(_request(options), _Remarks(screen))
    if screen.speaks:
        _show(screen, found)
    screen.object(found.as_json())
    return 1 if options["strict"] and found.of("serious") else 0


def _request(options: dict[str, Any]) -> CheckRequest:
    settings, module, loss = settings_of_own(options)
    if module is not None:
        refuse_both(settings.get("network", ()))
    data_dir = options["data_dir"] and expanded(options["data_dir"])
    recipe = recipe_for(
        options["recipe"], options["variant"], settings, options["source"], data_dir, options["download"]
    )
    return CheckRequest(recipe, module=module, loss=loss)


def _show(screen: Screen, found: Checks) -> None:
    write(screen.results, found.about())
    for severity in SEVERITIES:
        findings = found.of(severity)
        if findings:
            screen.results.print()
            write(screen.results, say(f"cli.findings.{severity}"), style="bold")
        for place, finding in enumerate(findings):
            if place:
                screen.results.print()
            _show_finding(screen, finding)
    if not found.findings:
        write(screen.results, say("actions.nothing_found"))


def _show_finding(screen: Screen, finding: Finding) -> None:
    mark = MARKS[finding.severity]
    texts = ((finding.seen, ""), (finding.why, "dim"), (finding.do, ""), (finding.command, "cyan"))
    if not screen.results.is_terminal:  # in a pipe or a file a sentence stays on its line
        for place, (text, _) in enumerate(each for each in texts if each[0]):
            screen.results.print(Text(f"{' ' if place else mark} {text}"), soft_wrap=True)
        return
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column()
    grid.add_column(overflow="fold")
    for place, (text, style) in enumerate(each for each in texts if each[0]):
        grid.add_row(Text("" if place else mark, "bold yellow" if mark == "!" else "dim"), Text(text, style))
    screen.results.print(grid)
