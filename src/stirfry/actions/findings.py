"""What is found about a run, before it and after it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stirfry.actions.evidence import evidence_of
from stirfry.actions.next_command import command_for
from stirfry.actions.ready import Ready
from stirfry.actions.request import TrainRequest
from stirfry.actions.trials import can_try, try_rates
from stirfry.engine.choose import engine_for
from stirfry.errors import TrainingError
from stirfry.judge.finding import Finding
from stirfry.judge.verdicts import confidence, healthy, verdicts
from stirfry.judge.verdicts.divergence import rate_after_divergence, rates_below

if TYPE_CHECKING:
    from stirfry.actions.run import Run


def checks_of(ready: Ready) -> tuple[Finding, ...]:
    """Return what the checks find about data, network and plan, the most serious first."""
    return ()


def verdicts_of(ready: Ready, run: Run, request: TrainRequest | None = None) -> tuple[Finding, ...]:
    """Return what the verdicts say about a finished run, the likeliest cause first.

    Args:
        ready: the run's job.
        run: the run; of one that another process scores nothing is said.
        request: what was asked for, from which the commands to try next are made.
    """
    if not run.metrics or not run.history or run.stopped == "interrupted":
        return ()
    evidence = evidence_of(ready, run)
    found = []
    for each in verdicts(evidence):
        command = "" if request is None else command_for(each.verb, each.change, request)
        sure = confidence(each)
        found.append(Finding(each.code, each.severity, each.facts, sure, each.change, command))
    ill = any(finding.severity in ("serious", "warning") for finding in found)
    return tuple(found) if ill else (healthy(evidence), *found)


def verdict_of_divergence(ready: Ready, error: TrainingError, request: TrainRequest) -> Finding:
    """Return the verdict on a run whose loss left the finite numbers, with a rate to try.

    Args:
        ready: the run's job.
        error: what the engine said: the epoch and the loss.
        request: what was asked for.
    """
    plan = ready.job.plan
    trials = ()
    if can_try(ready, engine_for(ready.job).engine.name):
        trials = try_rates(ready, rates_below(plan.lr), plan.epochs)
    change = {"lr": rate_after_divergence(plan.lr, trials)}
    facts = {"lr": plan.lr, "rate": change["lr"], "epoch": error.facts["epoch"], "loss": error.facts["loss"]}
    command = command_for("train", change, request)
    return Finding("verdicts.diverged", "serious", facts, 0.95, change, command)
