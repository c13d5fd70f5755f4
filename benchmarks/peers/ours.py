"""stirfry's native engine; it is always timed whole, set-up included."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from peers import Done
from peers.works import Work

NAME = "stirfry"
PACKAGES = ("stirfry",)
CALLS = 2000  # predictions of one row in a run


def begin(work: Work, share: float) -> Callable[[], Done]:
    """Return the whole work, ready to go."""
    from stirfry.engine import native

    if work.row.kind == "predict":
        weights = native.train(first_epoch(work)).weights
        return predicting(work, native.predictor(work.job.network, weights))
    if work.networks > 1:
        return training(work, native.train_many)
    return training(work, lambda jobs: [native.train(job) for job in jobs])


def first_epoch(work: Work) -> Any:
    """Return a job of one epoch, which gives a prediction its weights."""
    from dataclasses import replace

    return replace(work.job, plan=work.job.plan.model_copy(update={"epochs": 1}))


def training(work: Work, train_many: Callable[[Sequence[Any]], list[Any]]) -> Callable[[], Done]:
    """Return the training of one network or many, through one function for both."""
    jobs = work.jobs() if work.networks > 1 else [work.job]

    def go() -> Done:
        results = train_many(jobs)
        losses = np.stack([result.history["train_loss"] for result in results])
        return Done(1.0, losses.shape[1], losses)

    return go


def predicting(work: Work, predict: Callable[[Any], Any]) -> Callable[[], Done]:
    """Return many predictions of one row by a function."""
    row = work.job.arrays.train.inputs[0]

    def go() -> Done:
        for _ in range(CALLS):
            outputs = predict(row)
        return Done(CALLS, 1, np.asarray(outputs, dtype=np.float64).reshape(-1, 1))

    return go
