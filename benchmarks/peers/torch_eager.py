"""PyTorch's eager loop as the tutorials write it: tensors in memory, full batches or slices of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from peers import Done, done, epochs_of
from peers.torch_parts import Parts, batch_size, drawn_order, parts, tensors
from peers.works import ROWS, TORCH_ROWS, Work
from stirfry.engine.contract import Job

NAME = "PyTorch eager loop"
PACKAGES = ("torch",)
TOLERANCE = 1e-4
AT = frozenset(row.name for row in (*ROWS, *TORCH_ROWS))
CALLS = 500


def begin(work: Work, share: float) -> Callable[[], Done]:
    """Return a share of the epochs, of the networks one after another, or of single predictions."""
    if work.row.kind == "predict":
        return _predicting(work.job)
    if work.row.kind == "many":
        return _one_after_another(work, share)
    epochs = epochs_of(share, work.job.plan.epochs)
    ready = parts(work.job)
    return lambda: done(train(work.job, ready, epochs), work.job.plan.epochs)


def train(job: Job, ready: Parts, epochs: int) -> list[float]:
    """Train and return each epoch's mean loss before its updates."""
    model, loss_function, optimizer = ready.model, ready.loss, ready.optimizer
    test = tensors(job, job.arrays.test) if job.plan.follow_test and job.arrays.test else None
    losses = []
    for _ in range(epochs):
        total = 0.0
        count = 0
        for x, y in _batches(job, ready):
            optimizer.zero_grad()
            loss = loss_function(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item()
            count += 1
        losses.append(total / count)
        if test is not None:
            _follow(model, loss_function, *test)
    return losses


def _batches(job: Job, ready: Parts) -> Iterator[tuple[torch.Tensor, torch.Tensor]]:
    x, y, size = ready.x, ready.y, batch_size(job)
    if job.plan.batch_size == "full":
        yield x, y
    elif job.plan.shuffle:
        for rows in drawn_order(len(x)).split(size):
            yield x[rows], y[rows]
    else:
        for start in range(0, len(x), size):
            yield x[start : start + size], y[start : start + size]


def _follow(model: Any, loss_function: Any, x: torch.Tensor, y: torch.Tensor) -> tuple[float, float]:
    """Return the test part's loss and accuracy, as the tutorial reads them each epoch."""
    model.eval()
    with torch.no_grad():
        outputs = model(x)
        found = loss_function(outputs, y).item(), (outputs.argmax(1) == y).float().mean().item()
    model.train()
    return found


def _one_after_another(work: Work, share: float) -> Callable[[], Done]:
    jobs = work.jobs()[: max(1, round(share * work.networks))]

    def go() -> Done:
        losses = [train(job, parts(job), job.plan.epochs)[-1] for job in jobs]
        return Done(len(jobs) / work.networks, jobs[0].plan.epochs, np.array(losses))

    return go


def trained_once(job: Job) -> torch.nn.Sequential:
    """Return the network after one epoch, which a prediction takes its weights from."""
    ready = parts(job)
    train(job, ready, 1)
    return ready.model.eval()


def _predicting(job: Job) -> Callable[[], Done]:
    model, row = trained_once(job), job.arrays.train.inputs[0]

    def go() -> Done:
        with torch.inference_mode():
            for _ in range(CALLS):
                outputs = model(torch.from_numpy(row)).numpy()
        return Done(CALLS, 1, outputs)

    return go
