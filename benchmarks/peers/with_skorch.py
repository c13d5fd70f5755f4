"""skorch on the same module, quiet, without a validation split."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from skorch import NeuralNet

from peers import Done, epochs_of
from peers.torch_parts import batch_size, parts
from peers.works import COMMON, Work

NAME = "skorch"
PACKAGES = ("skorch",)
TOLERANCE = 1e-4
AT = COMMON | {"module"}


def begin(work: Work, share: float) -> Callable[[], Done]:
    """Return a share of the epochs."""
    job = work.job
    ready, epochs = parts(job), epochs_of(share, job.plan.epochs)
    settings = {} if job.plan.optimizer == "sgd" else {"optimizer__betas": job.plan.betas}
    net = NeuralNet(
        ready.model,
        criterion=type(ready.loss),
        optimizer=type(ready.optimizer),
        lr=job.plan.lr,
        max_epochs=epochs,
        batch_size=batch_size(job),
        iterator_train__shuffle=job.plan.batch_size != "full" and job.plan.shuffle,
        train_split=None,
        verbose=0,
        **settings,
    )
    state = torch.get_rng_state()
    net.initialize()
    torch.set_rng_state(state)  # what it drew to set itself up isn't part of the loop
    x, y = ready.x.numpy(), ready.y.numpy()

    def go() -> Done:
        net.partial_fit(x, y)
        return Done(epochs / job.plan.epochs, epochs, np.array([_mean(net.history[-1]["batches"])]))

    return go


def _mean(batches: list[dict[str, float]]) -> float:
    """Return the mean of the batches' losses; skorch's own is weighted by their rows."""
    return float(np.mean([batch["train_loss"] for batch in batches]))
