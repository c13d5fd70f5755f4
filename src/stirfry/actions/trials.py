"""Short trials of a run at other learning rates, where the native engine makes them nearly free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from stirfry.actions.ready import Ready
from stirfry.engine import native
from stirfry.engine.contract import Job, Trained
from stirfry.engine.own import OwnNetwork
from stirfry.judge.verdicts.evidence import Trial

#: What all trials together may cost: this share of the run's epochs, or this many visits to a weight by a row
#: where that is more. 20 million take about 10 ms.
SHARE, VISITS = 0.03, 20_000_000
#: What a row costs beside its visits to weights, in visits, and what a step does.
_ROW, _STEP = 60, 6_000
#: Fewer steps say nothing about a rate.
_STEPS = 8


def try_rates(ready: Ready, rates: Sequence[float], epochs: int) -> tuple[Trial, ...]:
    """Train the beginning of the same run at other rates; nothing where that would cost too much.

    What is tried follows from the sizes alone, not from the clock, so the same run gets the same verdicts.

    Args:
        ready: the run's job, one that the native engine trains.
        rates: the rates.
        epochs: how many epochs the run had.
    """
    job = ready.job
    rows, steps = len(job.arrays.train), job.plan.steps_per_epoch(len(job.arrays.train))
    validation = 0 if job.arrays.validation is None else len(job.arrays.validation)
    visits = (rows + validation / 3) * (job.network.n_parameters + _ROW) + steps * _STEP
    most = max(VISITS / visits, SHARE * epochs) / len(rates)
    count = min(epochs, int(most))
    if count < 1 or count * steps < _STEPS:
        return ()
    results = native.train_many([_at(job, rate, count) for rate in rates])
    return tuple(_trial(rate, count, result) for rate, result in zip(rates, results, strict=True))


def _at(job: Job, rate: float, epochs: int) -> Job:
    changes = {"lr": rate, "epochs": epochs, "patience": "never", "follow_test": False, "history": "epoch"}
    return replace(job, plan=job.plan.model_copy(update=changes), resume=None)


def _trial(rate: float, epochs: int, result: object) -> Trial:
    if not isinstance(result, Trained) or not np.isfinite(result.history["train_loss"]).all():
        return Trial(rate, epochs, None)
    followed = result.history.get("validation_loss")
    lowest = None if followed is None else float(np.nanmin(followed))
    return Trial(rate, epochs, float(result.history["train_loss"][-1]), lowest)


def can_try(ready: Ready, engine: str) -> bool:
    """Whether the native engine trained the run, from its own initial weights."""
    return engine == "native" and not isinstance(ready.job.network, OwnNetwork)
