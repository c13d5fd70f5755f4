"""What the peers on PyTorch share: the model from the plan's seed, the data as tensors, the orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import torch

from stirfry.engine.build import build
from stirfry.engine.contract import Job, Part
from stirfry.engine.losses import default_loss, loss_module, targets_for
from stirfry.engine.own import OwnNetwork
from stirfry.engine.torch_parts import make_optimizer


@dataclass(frozen=True)
class Parts:
    """A job as PyTorch has it, its weights not trained yet."""

    model: torch.nn.Module
    x: torch.Tensor
    y: torch.Tensor
    loss: Any
    optimizer: torch.optim.Optimizer


def parts(job: Job) -> Parts:
    """Return a job's parts; PyTorch's random state is left where `DataLoader` would go on from."""
    torch.manual_seed(job.plan.seed)
    # A user's module as the user has it, without what stirfry hooks onto it.
    model = job.network.given.make() if isinstance(job.network, OwnNetwork) else build(job.network)
    x, y = tensors(job, job.arrays.train)
    loss = loss_module(job.plan, job.class_weights, "cpu")
    return Parts(model, x, y, loss, make_optimizer(job.plan, model))


def tensors(job: Job, part: Part) -> tuple[torch.Tensor, torch.Tensor]:
    """Return inputs, and targets as the loss wants them."""
    loss = job.plan.loss or default_loss(job.task)
    targets = targets_for(loss, job.task, part.targets, job.network.output_shape[0])
    return torch.from_numpy(part.floats()), torch.from_numpy(targets)


def batch_size(job: Job) -> int:
    """Return the rows in a step."""
    size = job.plan.batch_size
    return len(job.arrays.train) if size == "full" else size


def drawn_order(rows: int) -> torch.Tensor:
    """Return the order in which `DataLoader(shuffle=True)` gives the rows of this epoch."""
    torch.empty((), dtype=torch.int64).random_()
    seed = int(torch.empty((), dtype=torch.int64).random_().item())
    return torch.randperm(rows, generator=torch.Generator().manual_seed(seed))


def initial(job: Job) -> dict[str, Any]:
    """Return the weights that the plan's seed gives, as arrays, for peers with other random numbers."""
    torch.manual_seed(job.plan.seed)
    return {key: value.detach().numpy().copy() for key, value in build(job.network).state_dict().items()}
