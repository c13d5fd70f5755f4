"""Many runs in one call: seeds, folds, rates, widths."""

from __future__ import annotations

from collections.abc import Sequence

from stirfry.engine import native
from stirfry.engine.choose import engine_for
from stirfry.engine.contract import Job, Progress, State, Trained, Watcher
from stirfry.errors import TrainingError


def train_many(jobs: Sequence[Job], watcher: Watcher | None = None) -> list[Trained | TrainingError]:
    """Train many networks; what one of them comes to changes nothing in the others.

    Args:
        jobs: the runs. They may share arrays.
        watcher: sees them all: `Progress.share` is the share of the steps of all runs, the other fields are
            those of some run under way. Its `stop` ends all of them. There are no checkpoints.

    Returns:
        One result for each job, in their order. A run whose loss is no longer finite has its error in its
        place. One that `stop` ended has `stopped == "interrupted"`; where it had not begun, it has neither
        weights nor history.

    Raises:
        MissingExtra: the engine isn't installed.
        UsageError: a plan asks for an engine that can't do it.
    """
    if jobs and all(engine_for(job).engine is native for job in jobs):
        return _natively(jobs, watcher)
    steps = [job.plan.epochs * job.plan.steps_per_epoch(len(job.arrays.train)) for job in jobs]
    results: list[Trained | TrainingError] = []
    for index, job in enumerate(jobs):
        if watcher is not None and watcher.stop():
            results.append(never_begun())
            continue
        within = None if watcher is None else _Within(watcher, sum(steps[:index]), steps[index], sum(steps))
        results.append(_one(job, within))
    if watcher is not None and jobs and not watcher.stop():
        watcher.show(Progress(jobs[-1].plan.epochs, jobs[-1].plan.epochs, 1.0, {}))
    return results


def _natively(jobs: Sequence[Job], watcher: Watcher | None) -> list[Trained | TrainingError]:
    """Train them on all cores, one run on each at a time."""
    if watcher is None:
        found = native.train_many(jobs)
    else:
        seen = watcher
        most = max(job.plan.epochs for job in jobs)

        def show(share: float) -> None:
            seen.show(Progress(int(share * most), most, share, {}))

        found = native.train_many(jobs, watcher.stop, show)
        show(1.0)
    return [never_begun() if one is None else one for one in found]


def never_begun() -> Trained:
    """Return what a run gives that was stopped before its first step."""
    return Trained({}, {}, {}, best_epoch=0, stopped="interrupted", seconds=0.0, threads=0, device="")


def _one(job: Job, watcher: Watcher | None) -> Trained | TrainingError:
    try:
        return engine_for(job).engine.train(job, watcher)
    except TrainingError as error:
        return error


class _Within:
    """The watcher of one run among many."""

    def __init__(self, outer: Watcher, before: int, own: int, total: int) -> None:
        self._outer, self._before, self._own, self._total = outer, before, own, total

    def show(self, progress: Progress) -> None:
        """Pass progress on, as a share of all runs."""
        share = (self._before + progress.share * self._own) / self._total
        self._outer.show(progress._replace(share=share))

    def stop(self) -> bool:
        """Whether all runs are to stop."""
        return self._outer.stop()

    def due(self) -> bool:
        """No checkpoint is ever due."""
        return False

    def keep(self, state: State) -> None:
        """Keep nothing."""
