"""Cross-validation: every row outside the test part is judged once by a network that never saw it.

Each fold does what the run did, from the start: its encoder is fitted on the fold's training rows alone.
Where the run chose its epoch by a validation part, the fold draws one from its own training rows; where it
didn't, the fold trains for the plan's epochs and keeps its last weights. So nothing about a fold's network
was chosen on the rows that judge it.
"""

from __future__ import annotations

import time
from typing import Any

from stirfry.actions.judging import model_of, scored
from stirfry.actions.listener import Listener, WatchMany
from stirfry.actions.population import Population
from stirfry.actions.ready import Ready, check_batches, ready_on
from stirfry.data.prepare import prepare_folds
from stirfry.data.split import Split
from stirfry.engine.contract import Trained
from stirfry.engine.many import train_many
from stirfry.errors import TrainingError, UsageError
from stirfry.judge.scores import PartScores
from stirfry.judge.spread import spreads
from stirfry.notice import Notice
from stirfry.run.interrupt import Interrupt

#: Bytes of encoded rows up to which folds lie in memory together; larger ones are trained in turn.
TOGETHER = 1 << 28


def splits(ready: Ready, folds: int | None, listener: Listener) -> list[Split]:
    """Return the rows of each fold, before anything is trained; none where no folds are asked for.

    Raises:
        UsageError: the rows can't be folded, or training goes on from a model that may have seen them.
        SpecError: a fold leaves a batch normalisation a batch of one row.
    """
    if folds is None:
        return []
    if ready.before is not None:
        raise UsageError("actions.folds_after_model")
    spec = ready.recipe.data.split
    found = prepare_folds(ready.described, spec, ready.prepared.split, folds, _chooses(ready))
    for each in found:
        check_batches(ready.job.network, ready.recipe.plan, len(each.train))
    for notice in found[0].notices:
        if notice not in ready.prepared.notices:
            listener.notice(notice)
    return found


def cross_validate(ready: Ready, folds: list[Split], listener: Listener, interrupt: Interrupt) -> Population:
    """Train a network for each fold, and return the scores on the rows that each held out.

    Args:
        ready: the run's job.
        folds: the rows, from `splits`.
        listener: who follows.
        interrupt: whether the user has asked to stop; what is finished then counts.
    """
    started = time.perf_counter()
    plan: dict[str, Any] = {"follow_test": False, "history": "epoch"}
    if not _chooses(ready):
        plan |= {"patience": "never", "keep": "last"}
    own = ready.recipe.plan.model_copy(update=plan)
    members, diverged, found = [], [], []
    for first, bunch in _bunches(ready, folds):
        made = [ready_on(ready, each, own) for each in bunch]
        span = (first / len(folds), (first + len(bunch)) / len(folds))
        watch = WatchMany(listener, interrupt, Notice("actions.training_folds", runs=len(folds)), span)
        results = train_many([each.job for each in made], watch)
        for number, (each, trained) in enumerate(zip(made, results, strict=True), start=first + 1):
            try:
                scores = _scores(each, trained)
            except TrainingError:
                diverged.append(number)
                continue
            if scores is not None:
                members.append(number)
                found.append(scores)
    done = len(members) + len(diverged)
    if done < len(folds):
        listener.notice(Notice("actions.folds_interrupted", done=done, asked=len(folds)))
    return Population(
        kind="folds",
        asked=len(folds),
        members=tuple(members),
        diverged=tuple(diverged),
        scores=spreads(found),
        seconds=time.perf_counter() - started,
        interrupted=done < len(folds),
    )


def _chooses(ready: Ready) -> bool:
    """Whether a validation part chooses the run's epoch."""
    plan = ready.recipe.plan
    asked = plan.keep == "best" or isinstance(plan.patience, int)
    return asked and ready.job.arrays.validation is not None


def _bunches(ready: Ready, folds: list[Split]) -> list[tuple[int, list[Split]]]:
    size = 4 * ready.described.rows * ready.prepared.features
    count = max(1, TOGETHER // max(1, size))
    return [(first, folds[first : first + count]) for first in range(0, len(folds), count)]


def _scores(ready: Ready, trained: Trained | TrainingError) -> dict[str, PartScores] | None:
    """Return the scores on the rows held out; None where the fold wasn't finished."""
    if isinstance(trained, TrainingError):
        raise trained
    if trained.stopped == "interrupted":
        return None
    held = ready.job.arrays.test
    assert held is not None, "a fold holds rows out"
    return {"held_out": scored(model_of(ready, trained), held, intervals=False)}
