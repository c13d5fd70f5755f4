"""Sweep: a grid of rates and widths on one split, ranked by the validation loss and by nothing else."""

from __future__ import annotations

import math
import time
from dataclasses import replace
from typing import Any

from stirfry.actions.findings import checks_of
from stirfry.actions.listener import Listener, Nobody, Remembering, WatchMany
from stirfry.actions.ready import Ready, get_ready, other_network
from stirfry.actions.repeats import other_seed, with_seed
from stirfry.actions.request import SweepRequest, TrainRequest
from stirfry.actions.swept import Member, Sweep, Trial
from stirfry.engine.choose import engine_for
from stirfry.engine.contract import Job, Trained
from stirfry.engine.many import train_many
from stirfry.errors import TrainingError, UsageError
from stirfry.notice import Notice
from stirfry.run import folder as folders
from stirfry.run import record
from stirfry.run.atomic import write_atomic
from stirfry.run.interrupt import Interrupt, listening
from stirfry.spec.recipe import with_changes


def sweep(request: SweepRequest, listener: Listener | None = None) -> Sweep:
    """Train a grid of rates and widths on the same split; write the folder where there is a place for it.

    Only the validation part ranks. The test part is never looked at, so that it can still judge the network
    that is chosen.

    Args:
        request: what to do.
        listener: who follows it.

    Returns:
        The finished cells, the best first. Ctrl-C ends it early, and what is finished is kept.

    Raises:
        UsageError: the grid has a single cell, or there is no validation part.
        StirfryError: data, network or plan are wrong, or a file can't be written.
        KeyboardInterrupt: Ctrl-C before any cell was finished, and nothing is written; or after the last.
    """
    listener = listener or Nobody()
    hearing = Remembering(listener)
    base, cells = _cells(request, hearing)
    listener.checked(checks_of(base, request.train))
    jobs = [
        with_seed(job, other_seed(job.plan.seed, index)) for job in cells for index in range(request.repeats)
    ]
    started = time.perf_counter()
    with listening() as interrupt:
        place = None if request.out is None else folders.reserve(request.out, f"{_name(base)}-sweep")
        with folders.given_up_if_it_fails(place):
            results = train_many(jobs, _watch(request, listener, interrupt, len(jobs)))
            found = _gathered(request, base, cells, results)
            if not found.trials:
                listener.notice(Notice("actions.sweep_interrupted_early", asked=found.asked))
                raise KeyboardInterrupt
            if len(found.trials) < found.asked:
                hearing.notice(Notice("actions.sweep_interrupted", done=len(found.trials), asked=found.asked))
                found = replace(found, interrupted=True)
            found = replace(found, notices=tuple(hearing.notices), seconds=time.perf_counter() - started)
            if place is not None:
                found = replace(found, name=place.name, folder=place)
                write_atomic(place / folders.SWEEP_CSV, found.as_csv())
                write_atomic(place / folders.SWEEP_JSON, record.as_json(found.as_json()))
    if interrupt.asked and not found.interrupted:
        raise KeyboardInterrupt
    return found


def _cells(request: SweepRequest, listener: Listener) -> tuple[Ready, list[Job]]:
    """Read and split the data once, and return a job for each cell, widths before rates."""
    hidden: list[tuple[int, ...] | None] = [*request.hidden] or [None]
    rates: list[float | None] = [*request.lr] or [None]
    if len(hidden) * len(rates) == 1:
        raise UsageError("actions.sweep_of_one")
    changes = [_changes(widths, rate) for widths in hidden for rate in rates]
    first = with_changes(request.recipe, changes[0])
    base = get_ready(TrainRequest(first, request.data), listener)
    if base.job.arrays.validation is None:
        raise UsageError("actions.sweep_without_validation")
    jobs = [other_network(base, change, request.recipe).job for change in changes]
    unseen = replace(base.job.arrays, test=None)
    plan = {"follow_test": False}
    return base, [replace(job, arrays=unseen, plan=job.plan.model_copy(update=plan)) for job in jobs]


def _changes(hidden: tuple[int, ...] | None, lr: float | None) -> dict[str, Any]:
    return {
        **({} if hidden is None else {"network": {"hidden": hidden}}),
        **({} if lr is None else {"plan": {"lr": lr}}),
    }


def _name(base: Ready) -> str:
    return base.recipe.name or base.described.dataset.name


def _watch(request: SweepRequest, listener: Listener, interrupt: Interrupt, runs: int) -> WatchMany:
    return WatchMany(listener, interrupt, Notice("actions.training_grid", runs=runs))


def _gathered(
    request: SweepRequest, base: Ready, cells: list[Job], results: list[Trained | TrainingError]
) -> Sweep:
    """Rank the cells of which every seed is finished."""
    measure = "r2" if base.described.task == "regression" else "accuracy"
    hidden: list[tuple[int, ...] | None] = [*request.hidden] or [None]
    rates = len(cells) // len(hidden)
    trials = []
    for index, cell in enumerate(cells):
        own = results[index * request.repeats : (index + 1) * request.repeats]
        runs = [
            _member(other_seed(cell.plan.seed, number), trained, measure)
            for number, trained in enumerate(own)
            if isinstance(trained, TrainingError) or trained.stopped != "interrupted"
        ]
        if len(runs) == request.repeats:
            trials.append(Trial(cell.plan.lr, hidden[index // rates], tuple(runs)))
    arrays = base.job.arrays
    finished = [trained for trained in results if not isinstance(trained, TrainingError) and trained.history]
    return Sweep(
        name=_name(base),
        trials=tuple(sorted(trials, key=lambda trial: trial.order)),
        asked=len(cells),
        keep=base.recipe.plan.keep,
        measure=measure,
        parts={"train": len(arrays.train), "validation": len(arrays.validation or ())},
        seconds=0.0,
        engine={
            "names": sorted({engine_for(job).engine.name for job in cells}),
            "device": finished[0].device if finished else None,
            "threads": finished[0].threads if finished else None,
        },
        data_sha256=base.prepared.data_sha256,
        settings=request.recipe.model_dump(
            mode="json", exclude_unset=True, include={"name", "data", "network", "plan"}
        ),
        words=request.command,
    )


def _member(seed: int, trained: Trained | TrainingError, measure: str) -> Member:
    if isinstance(trained, TrainingError):
        return Member(seed, diverged=True)
    history, kept = trained.history, trained.best_epoch - 1
    losses = history["validation_loss"]
    finite = losses[[math.isfinite(loss) for loss in losses]]
    if not math.isfinite(losses[kept]):
        return Member(seed, len(losses), diverged=True)
    return Member(
        seed=seed,
        epochs=len(losses),
        best_epoch=trained.best_epoch,
        train_loss=float(history["train_loss"][-1]),
        final_loss=float(losses[-1]),
        best_loss=float(finite.min()),
        kept_loss=float(losses[kept]),
        score=float(history[f"validation_{measure}"][kept]),
    )
