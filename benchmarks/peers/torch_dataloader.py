"""PyTorch's eager loop with a DataLoader, as most tutorials write batches."""

from __future__ import annotations

from collections.abc import Callable

from torch.utils.data import DataLoader, TensorDataset

from peers import Done, done, epochs_of
from peers.torch_parts import batch_size, parts
from peers.works import Work

NAME = "PyTorch eager loop, DataLoader"
PACKAGES = ("torch",)
TOLERANCE = 1e-4
AT = frozenset({"csv-minibatch", "mnist"})


def begin(work: Work, share: float) -> Callable[[], Done]:
    """Return a share of the epochs."""
    job = work.job
    ready, epochs = parts(job), epochs_of(share, job.plan.epochs)
    model, loss_function, optimizer = ready.model, ready.loss, ready.optimizer
    loader = DataLoader(TensorDataset(ready.x, ready.y), batch_size(job), shuffle=job.plan.shuffle)

    def go() -> Done:
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
        return done(losses, job.plan.epochs)

    return go
