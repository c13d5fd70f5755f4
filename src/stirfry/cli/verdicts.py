"""What a finished run is told: the likeliest causes in a sentence each, with a command to try next."""

from __future__ import annotations

from collections.abc import Sequence

from stirfry.cli.screen import Screen, write
from stirfry.judge.finding import Finding
from stirfry.lang import say, together

#: How many are shown; all of them stand in `run.json`.
SHOWN = 3
_STYLES = {"serious": "bold red", "warning": "bold yellow", "remark": "dim", "good": "bold green"}
_MARKS = {"serious": "✗", "warning": "!", "remark": "·", "good": "✓"}


def show_verdicts(screen: Screen, findings: Sequence[Finding]) -> None:
    """Show the likeliest verdicts; a healthy run's is one line."""
    for finding in findings[:SHOWN]:
        words = finding.seen
        if finding.confidence is not None and finding.severity != "remark":
            words = together(words, say("verdicts.sure", share=finding.confidence))
        write(screen.results, words, mark=_MARKS[finding.severity], mark_style=_STYLES[finding.severity])
        if finding.severity == "good":
            continue
        advice = say("verdicts.try", command=finding.command) if finding.command else finding.do
        write(screen.results, advice, mark=" ")
