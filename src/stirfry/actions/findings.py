"""What is found about a run, before it and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stirfry.actions.ready import Ready
from stirfry.judge.finding import Finding

if TYPE_CHECKING:
    from stirfry.actions.run import Run


def checks_of(ready: Ready) -> tuple[Finding, ...]:
    """Return what the checks find about data, network and plan, the most serious first."""
    return ()


def verdicts_of(ready: Ready, run: Run) -> tuple[Finding, ...]:
    """Return what the verdicts say about a finished run, the likeliest cause first."""
    return ()
