"""The same run with other seeds: how far its scores move by chance."""

from __future__ import annotations

import time
from dataclasses import replace

from stirfry.actions.judging import own_weights, parts_of, scored
from stirfry.actions.listener import Listener, WatchMany
from stirfry.actions.population import Population
from stirfry.actions.ready import Ready
from stirfry.actions.run import Run
from stirfry.engine.contract import Job
from stirfry.engine.many import train_many
from stirfry.errors import TrainingError
from stirfry.judge.scores import PartScores
from stirfry.judge.spread import spreads
from stirfry.model.model import Model
from stirfry.notice import Notice
from stirfry.run.interrupt import Interrupt

#: Seeds beyond the run's own that are trained without being asked for; fewer say too little for a line.
FEWEST_SEEDS, MOST_SEEDS = 3, 10
#: The seconds that the fewest may take, and those within which there are more of them.
SPREAD_SECONDS, SHORT_SECONDS = 1.0, 0.2


def repeat(ready: Ready, run: Run, more: int, listener: Listener, interrupt: Interrupt) -> Population:
    """Train the run again with the seeds that follow its own, and return the scores of all of them.

    The split is the run's own for every seed: what differs are initial weights, batches and dropout.

    Args:
        ready: the run's job.
        run: the finished run, which counts as the first.
        more: how many more seeds.
        listener: who follows.
        interrupt: whether the user has asked to stop; what is finished then counts.
    """
    started = time.perf_counter()
    seeds = [other_seed(ready.recipe.plan.seed, index) for index in range(1, more + 1)]
    watch = WatchMany(listener, interrupt, Notice("actions.training_seeds", runs=more))
    members, diverged, found = [ready.recipe.plan.seed], [], [run.metrics]
    results = train_many([with_seed(ready.job, seed) for seed in seeds], watch)
    for seed, trained in zip(seeds, results, strict=True):
        try:
            if isinstance(trained, TrainingError):
                raise trained
            if trained.stopped != "interrupted":
                found.append(_scores(ready, replace(run.model, weights=own_weights(ready, trained.weights))))
                members.append(seed)
        except TrainingError:
            diverged.append(seed)
    done = len(members) + len(diverged)
    if done <= more:
        listener.notice(Notice("actions.seeds_interrupted", done=done, asked=more + 1))
    return Population(
        kind="repeats",
        asked=more + 1,
        members=tuple(members),
        diverged=tuple(diverged),
        scores=spreads(found),
        seconds=time.perf_counter() - started,
        interrupted=done <= more,
    )


def spread_repeats(ready: Ready, seconds: float) -> int:
    """Return how many more seeds show a run's spread in under a second; 0 where that takes longer.

    Args:
        ready: the run's job. One that goes on from a model has its weights from there, whatever the seed.
        seconds: how long the run trained.
    """
    if ready.before is not None or FEWEST_SEEDS * seconds > SPREAD_SECONDS:
        return 0
    return min(MOST_SEEDS, max(FEWEST_SEEDS, int(SHORT_SECONDS / max(seconds, 1e-9))))


def other_seed(seed: int, index: int) -> int:
    """Return the seed so many after another; after the largest comes 0."""
    return (seed + index) % 2**63


def with_seed(job: Job, seed: int) -> Job:
    """Return the same job, from its start, with another seed."""
    plan = job.plan.model_copy(update={"seed": seed, "history": "epoch"})
    return replace(job, plan=plan, resume=None)


def _scores(ready: Ready, model: Model) -> dict[str, PartScores]:
    return {name: scored(model, part, intervals=False) for name, part in parts_of(ready).items()}
