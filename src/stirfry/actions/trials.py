"""Short trials of a run at other learning rates, where the native engine makes them nearly free."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from stirfry.actions.ready import Ready
from stirfry.engine import native
from stirfry.engine.contract import Job, Trained
from stirfry.engine.own import OwnNetwork
from stirfry.judge.verdicts.evidence import Trial

#: What all trials together may cost, as a share of the run's own work.
SHARE = 0.02
#: What one trial of a lower rate may cost where that is more, in visits to a weight by a row: about 0.9 ms.
#: Some rates that are too high show only in a trial; one that is too low shows in the steps alone.
LEAST = 4_000_000
#: What a row costs beside its visits to weights, what a step does, and what a run's beginning and end do.
_ROW, _STEP, _RUN = 60, 6_000, 1_500_000
#: Fewer steps say nothing about a rate.
_STEPS = 8


def try_rates(ready: Ready, rates: Sequence[float], epochs: int, most: float = 0.0) -> tuple[Trial, ...]:
    """Train the beginning of the same run at other rates; nothing where that would cost too much.

    As many are tried as can be had for `SHARE` of the run's work, and one that is lower for `LEAST`. That
    follows from the sizes alone, not from the clock, so the same run gets the same verdicts.

    Args:
        ready: the run's job, one that the native engine trains.
        rates: the rates, the one first that tells most.
        epochs: how many epochs the run had.
        most: what all of them may cost where that is more than `SHARE`, in visits to a weight by a row.
    """
    job = ready.job
    rows, steps = len(job.arrays.train), job.plan.steps_per_epoch(len(job.arrays.train))
    validation = 0 if job.arrays.validation is None else len(job.arrays.validation)
    visits = (rows + validation / 3) * (job.network.n_parameters + _ROW) + steps * _STEP
    fewest, most = -(-_STEPS // steps), max(most, SHARE * epochs * visits)
    one = _RUN + fewest * visits
    enough = max(most, LEAST) if rates and rates[0] < job.plan.lr else most
    if not rates or fewest > epochs or one > enough:
        return ()
    rates = rates[: max(1, int(most / one))]
    count = min(epochs, max(fewest, math.floor((most / len(rates) - _RUN) / visits)))
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
