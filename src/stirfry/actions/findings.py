"""What is found about a run, before it and after it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from stirfry.actions.command import train_command
from stirfry.actions.ready import Ready
from stirfry.actions.request import TrainRequest
from stirfry.judge.checks import examine
from stirfry.judge.checks.subject import Subject
from stirfry.judge.finding import Finding
from stirfry.spec.defaults import scale_of

if TYPE_CHECKING:
    from stirfry.actions.run import Run


def checks_of(ready: Ready, request: TrainRequest | None = None) -> tuple[Finding, ...]:
    """Return what the checks find about data, network and plan, the most serious first.

    Args:
        ready: data and job.
        request: what was asked for, for the command to try next; None gives none.
    """
    subject = Subject(
        described=ready.described,
        prepared=ready.prepared,
        data=ready.recipe.data,
        scale=scale_of(ready.recipe.data),
        plan=ready.job.plan,
        network=ready.job.network,
        own_loss=ready.job.loss is not None,
    )
    return tuple(_with_command(finding, request) for finding in examine(subject))


def _with_command(finding: Finding, request: TrainRequest | None) -> Finding:
    if request is None or not finding.change:
        return finding
    return replace(finding, command=train_command(request, finding.change))


def verdicts_of(ready: Ready, run: Run) -> tuple[Finding, ...]:
    """Return what the verdicts say about a finished run, the likeliest cause first."""
    return ()
