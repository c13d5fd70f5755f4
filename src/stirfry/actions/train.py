"""Train: from a source of data to a network that is trained, scored and saved."""

from __future__ import annotations

import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from stirfry.actions import folds as folding
from stirfry.actions import keep
from stirfry.actions.command import train_command
from stirfry.actions.findings import (
    checks_of,
    guarded,
    verdict_error,
    verdict_of_divergence,
    verdicts_of,
    verdicts_with_spread,
)
from stirfry.actions.judging import model_of, parts_of
from stirfry.actions.listener import Listener, Nobody, Watch
from stirfry.actions.ready import Ready, get_ready
from stirfry.actions.repeats import repeat, spread_repeats
from stirfry.actions.request import TrainRequest
from stirfry.actions.run import Run
from stirfry.actions.several import check_request, in_processes, restarted
from stirfry.data.split import Split
from stirfry.engine.choose import Choice, engine_for
from stirfry.engine.contract import Remembered, State, Trained
from stirfry.engine.own import OwnNetwork
from stirfry.engine.processes import joined
from stirfry.errors import TrainingError
from stirfry.notice import Notice
from stirfry.run import folder as folders
from stirfry.run import launch
from stirfry.run.interrupt import Interrupt, listening


def train(request: TrainRequest, listener: Listener | None = None) -> Run:
    """Train a network; write the run folder where the request has a place for it.

    The pictures are drawn by `stirfry.actions.draw.draw`, after this. Of several processes the leading one
    writes, and the run of the others has neither scores nor a folder.

    Args:
        request: what to do.
        listener: who follows it.

    Returns:
        The finished run. One that Ctrl-C stopped is finished too: `stopped` says so.

    Raises:
        InterruptedLate: Ctrl-C came after the training. The run is written, and is the error's.
        KeyboardInterrupt: Ctrl-C came twice.
        StirfryError: data, network or plan are wrong, the loss isn't finite, or a file can't be written.
            Nothing half-written stays.
        VerdictError: a fault of ours in the verdicts. The run is written all the same, and is the error's.
    """
    with joined(request.processes):
        return _train(request, listener)


def _train(request: TrainRequest, listener: Listener | None) -> Run:
    collecting = _Collecting(listener or Nobody())
    started = time.perf_counter()
    processes = request.processes
    request = restarted(request)
    if processes.restart > 0:
        collecting.notice(Notice("actions.restarted", restart=processes.restart, most=processes.restarts))
    checkpoint = None if request.resume is None else keep.read_checkpoint(request.resume)
    if checkpoint is not None:
        request = keep.request_of(checkpoint, request)
    check_request(request)
    ready = in_processes(get_ready(request, collecting), processes)
    if checkpoint is not None:
        ready = keep.resumed(checkpoint, ready)
        collecting.notice(Notice("actions.resumed", epoch=checkpoint.state.facts["epoch"]))
    splits = folding.splits(ready, request.folds, collecting)
    checks = checks_of(ready, request) if processes.leads else ()
    collecting.checked(checks)

    # Ctrl-C waits for a step of the training to end, and after it for the run to be written: nothing is lost.
    with listening() as interrupt:
        place = _place(request, ready)
        with folders.given_up_if_it_fails(None if request.resume else place):
            trained = _explained(request, ready, place, collecting, interrupt)
            judging = time.perf_counter()
            run = _judged(ready, engine_for(ready.job), trained)
            run = replace(run, checks=checks, asked=request.recipe, command=train_command(request))
            if place is not None:
                run = run.at(place)
            verdicts, fault = guarded(lambda: verdicts_of(ready, run, request))
            ended = time.perf_counter()
            seconds = {"train": trained.seconds, "judge": ended - judging, "all": ended - started}
            run = replace(run, verdicts=verdicts or (), seconds=seconds, notices=tuple(collecting.notices))
            if place is not None:
                keep.write(run, ready)
            if not interrupt.asked:
                run, later = _with_others(run, request, ready, splits, collecting, interrupt)
                fault = fault or later
    collecting.scored(run)
    if interrupt.asked and not run.interrupted:
        raise InterruptedLate(run)
    if fault is not None:
        raise verdict_error(run, fault) from fault
    return run


class InterruptedLate(KeyboardInterrupt):
    """Ctrl-C came when the run was trained already: what was to come after it is left out.

    Args:
        run: the run, whole and written.
    """

    def __init__(self, run: Run) -> None:
        super().__init__()
        self.run = run


class _Collecting:
    """Passes everything on, and remembers the remarks for the run's record."""

    def __init__(self, listener: Listener) -> None:
        self._listener = listener
        self.notices: list[Notice] = []
        self.begin, self.progress, self.scored = listener.begin, listener.progress, listener.scored
        self.several, self.checked = listener.several, listener.checked

    def notice(self, notice: Notice) -> None:
        self.notices.append(notice)
        self._listener.notice(notice)


def _place(request: TrainRequest, ready: Ready) -> Path | None:
    """Make the run's folder before training, so that a place that can't be written is found out first.

    Only the leading one of several processes has a place. After a restart it is the one that it had.
    """
    if not request.processes.leads:
        return None
    if request.resume is not None:
        return request.resume
    if request.out is None:
        return None
    memory = request.processes.memory
    place = launch.place_of(memory)
    if place is None:
        place = folders.reserve(request.out, ready.recipe.name or ready.described.dataset.name)
        launch.keep_place(memory, place)
    return place


def _explained(
    request: TrainRequest, ready: Ready, place: Path | None, listener: Listener, interrupt: Interrupt
) -> Trained:
    """Train; a loss that left the finite numbers is raised with the verdict on it."""
    try:
        return _trained(request, ready, place, listener, interrupt)
    except TrainingError as error:
        if error.code != "engine.loss_not_finite":
            raise
        found = verdict_of_divergence(ready, error, request)
        code = "actions.diverged_try" if found.command else "actions.diverged"
        explained = TrainingError(code, **error.facts, rate=found.change["lr"], command=found.command)
        explained.verdicts = (found,)
        raise explained from error


def _trained(
    request: TrainRequest, ready: Ready, place: Path | None, listener: Listener, interrupt: Interrupt
) -> Trained:
    def write_checkpoint(state: State) -> None:
        assert place is not None, "without a place there is no writer"
        keep.write_checkpoint(place, state, request, ready)

    engine = engine_for(ready.job).engine  # one that can't do it is refused before the network is shown
    listener.begin(ready)
    writer = None if place is None else write_checkpoint
    watch = Watch(listener, interrupt, writer, request.checkpoint_every)
    trained = engine.train(ready.job, watch)
    if trained.stopped == "interrupted":
        listener.notice(Notice("actions.interrupted", epoch=len(trained.history.get("epoch", ()))))
    return trained


def _with_others(
    run: Run,
    request: TrainRequest,
    ready: Ready,
    splits: list[Split],
    listener: _Collecting,
    interrupt: Interrupt,
) -> tuple[Run, Exception | None]:
    """Train the other seeds and the folds, and write the run's record again with what they gave.

    Returns:
        The run, and what went wrong in what is said about it now.
    """
    fault = None
    more = request.repeats - 1 if request.repeats is not None else 0
    if request.repeats is None and run.engine == "native":
        more = spread_repeats(ready, run.seconds["train"])
    if more:
        others = repeat(ready, run, more, listener, interrupt)
        run = replace(run, repeats=replace(others, by_default=request.repeats is None))
    if splits and not interrupt.asked:
        run = replace(run, folds=folding.cross_validate(ready, splits, listener, interrupt))
    run = replace(run, notices=tuple(listener.notices))
    if run.repeats is not None:
        verdicts, fault = guarded(lambda: verdicts_with_spread(ready, run, request))
        run = run if verdicts is None else replace(run, verdicts=verdicts)
    if run.folder is not None and (run.repeats or run.folds):
        keep.write_record(run, ready)
    return run, fault


def _remembered(ready: Ready, trained: Trained) -> Remembered | None:
    """Return what the optimizer remembers, where the kept weights are those that it has moved last.

    Of a user's own module no step can be shown, so nothing is remembered for it.
    """
    if isinstance(ready.job.network, OwnNetwork):
        return None
    kept, last = trained.weights, trained.last_weights
    same = all(np.array_equal(kept[name], last[name]) for name in kept)
    return trained.remembered if same else None


def _judged(ready: Ready, choice: Choice, trained: Trained) -> Run:
    """Make the model and score it on every part."""
    model = model_of(ready, trained)
    judged = parts_of(ready) if ready.job.processes.leads else {}
    outputs, metrics = None, {}
    for name, part in judged.items():
        outputs = model.outputs_of(part.inputs)
        metrics[name] = model.judge(part.targets, outputs, intervals=name != "train")
    return Run(
        name=ready.recipe.name or ready.described.dataset.name,
        recipe=ready.recipe,
        model=model.with_scores({name: part.as_json() for name, part in metrics.items()}),
        metrics=metrics,
        history=trained.history,
        steps=trained.steps,
        probes=trained.probes,
        ready=ready,
        outputs=outputs,
        remembered=_remembered(ready, trained),
        parts={name: len(part) for name, part in parts_of(ready).items()},
        best_epoch=trained.best_epoch,
        stopped=trained.stopped,
        engine=choice.engine.name,
        reason=choice.reason,
        device=trained.device,
        precision=trained.precision,
        threads=trained.threads,
        seconds={},
        data_sha256=ready.prepared.data_sha256,
    )
