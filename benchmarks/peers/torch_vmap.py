"""Many networks at once in PyTorch: their weights stacked, one gradient mapped over them."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch.func import functional_call, grad_and_value, stack_module_state, vmap

from peers import Done, epochs_of
from peers.torch_parts import parts
from peers.works import Work
from stirfry.engine.build import build

NAME = "torch.vmap"
PACKAGES = ("torch",)
TOLERANCE = 1e-4
AT = frozenset({"many"})


def begin(work: Work, share: float) -> Callable[[], Done]:
    """Return a share of all networks' epochs."""
    job = work.job
    ready, epochs = parts(job), epochs_of(share, job.plan.epochs)
    models = []
    for each in work.jobs():
        torch.manual_seed(each.plan.seed)
        models.append(build(each.network))
    weights, _ = stack_module_state(models)
    weights = {key: value.detach() for key, value in weights.items()}

    def loss_of(state: dict[str, torch.Tensor]) -> torch.Tensor:
        return ready.loss(functional_call(ready.model, state, (ready.x,)), ready.y)

    step = vmap(grad_and_value(loss_of))

    def go() -> Done:
        state = weights
        for _ in range(epochs):
            gradients, losses = step(state)
            state = {key: value - job.plan.lr * gradients[key] for key, value in state.items()}
        return Done(epochs / job.plan.epochs, epochs, losses.numpy())

    return go
