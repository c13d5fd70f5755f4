"""What is found about a run, before it and after it."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from stirfry.actions.command import check_command, sweep_command, train_command
from stirfry.actions.evidence import evidence_of
from stirfry.actions.ready import Ready
from stirfry.actions.request import TrainRequest
from stirfry.actions.trials import can_try, try_rates
from stirfry.engine.choose import engine_for
from stirfry.errors import FAULTS, TrainingError, VerdictError
from stirfry.judge.checks import examine
from stirfry.judge.checks.subject import Subject
from stirfry.judge.finding import Finding
from stirfry.judge.verdicts import confidence, verdicts
from stirfry.judge.verdicts.candidate import Candidate
from stirfry.judge.verdicts.divergence import divergence, rates_below
from stirfry.judge.verdicts.evidence import Trial
from stirfry.judge.verdicts.healthy import healthy
from stirfry.judge.verdicts.rate import rates_around
from stirfry.judge.verdicts.seed_noise import seed_noise
from stirfry.spec.defaults import scale_of

if TYPE_CHECKING:
    from stirfry.actions.run import Run

#: What the trials after a run that diverged may cost, in visits to a weight by a row: about 7 ms. The run has
#: nothing else to show.
DIVERGED = 32_000_000


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
    return tuple(_told(finding, ready, request) for finding in examine(subject))


def _told(finding: Finding, ready: Ready, request: TrainRequest | None) -> Finding:
    """Return a finding that calls the rows what they are, with the command to try next."""
    finding = replace(finding, facts=finding.facts | {"things": ready.described.dataset.things})
    if request is None or not finding.change:
        return finding
    return replace(finding, command=_changed(request, finding.change))


def _changed(request: TrainRequest, change: dict[str, Any]) -> str:
    """Return the command with a change; empty where it changes nothing: folds that were asked for already."""
    command = train_command(request, change)
    return "" if change and command == train_command(request) else command


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
    found = [_finding(each, ready, request, place) for place, each in enumerate(verdicts(evidence))]
    ill = any(finding.severity in ("serious", "warning") for finding in found)
    return tuple(found) if ill else (_finding(healthy(evidence), ready, None), *found)


def guarded(find: Callable[[], tuple[Finding, ...]]) -> tuple[tuple[Finding, ...] | None, Exception | None]:
    """Return verdicts, or the fault of ours that kept them from being found: it must not cost the run."""
    try:
        return find(), None
    except (*FAULTS, MemoryError) as fault:
        return None, fault


def verdict_error(run: Run, fault: Exception) -> VerdictError:
    """Return what is said of a run that is kept, and whose verdicts a fault of ours kept from being found."""
    last = traceback.extract_tb(fault.__traceback__)[-1]
    facts = {
        "fault": f"{type(fault).__name__}: {fault}",
        "where": f"{Path(last.filename).name}:{last.lineno}",
    }
    if run.folder is None:
        error = VerdictError("actions.verdicts_failed", **facts)
    else:
        error = VerdictError("actions.verdicts_failed_written", path=str(run.folder), **facts)
    error.run = run
    return error


def verdicts_with_spread(ready: Ready, run: Run, request: TrainRequest) -> tuple[Finding, ...]:
    """Return a run's verdicts again, now that other seeds have shown how far scores move by chance."""
    if not run.verdicts:
        return ()
    candidate = seed_noise(evidence_of(ready, run))
    return run.verdicts if candidate is None else (*run.verdicts, _finding(candidate, ready, request))


def verdict_of_divergence(ready: Ready, error: TrainingError, request: TrainRequest) -> Finding:
    """Return the verdict on a run whose loss left the finite numbers, with a rate to try.

    Args:
        ready: the run's job.
        error: what the engine said: the epoch and the loss.
        request: what was asked for.
    """
    plan = ready.job.plan
    trials: tuple[Trial, ...] = ()
    if can_try(ready, engine_for(ready.job).engine.name):
        trials = try_rates(ready, rates_below(plan.lr), plan.epochs, DIVERGED)
    candidate = divergence(plan.lr, error.facts["epoch"], error.facts["loss"], trials)
    return _finding(candidate, ready, request)


def _finding(candidate: Candidate, ready: Ready, request: TrainRequest | None, place: int = 0) -> Finding:
    """Return a verdict as it is told, with the command to try next."""
    command = ""
    if request is not None and candidate.verb == "check":
        command = check_command(request)
    elif request is not None and candidate.verb == "sweep":
        command = sweep_command(request, rates_around(candidate.change["lr"], candidate.facts["lr"]))
    if request is not None and not command:
        command = _changed(request, candidate.change)
    return Finding(
        candidate.code,
        candidate.severity,
        candidate.facts | {"things": ready.described.dataset.things},
        None if candidate.severity == "good" else confidence(candidate, place),
        candidate.change,
        command,
    )
