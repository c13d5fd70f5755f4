"""PyTorch's eager loop with a DataLoader, as most tutorials write batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from torch.utils.data import DataLoader, TensorDataset

from peers import Done, done, epochs_of
from peers.torch_parts import Parts, batch_size, parts
from peers.works import Work

NAME = "PyTorch eager loop, DataLoader"
PACKAGES = ("torch",)
TOLERANCE = 1e-4
AT = frozenset({"csv-minibatch", "mnist", "cnn-64", "cnn-1024", "module"})


def begin(work: Work, share: float) -> Callable[[], Done]:
    """Return a share of the epochs."""
    job = work.job
    ready, epochs = parts(job), epochs_of(share, job.plan.epochs)
    loader = DataLoader(TensorDataset(ready.x, ready.y), batch_size(job), shuffle=job.plan.shuffle)
    return lambda: done(train(ready, loader, epochs), job.plan.epochs)


def train(ready: Parts, loader: DataLoader[Any], epochs: int) -> list[float]:
    """Train and return each epoch's mean loss before its updates."""
    model, loss_function, optimizer = ready.model, ready.loss, ready.optimizer
    losses = []
    for _ in range(epochs):
        total = 0.0
        for x, y in loader:
            optimizer.zero_grad()
            loss = loss_function(model(x), y)
            loss.backward()
            optimizer.step()
            total += loss.item()
        losses.append(total / len(loader))
    return losses
