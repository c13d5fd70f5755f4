"""What both PyTorch engines are made of: device, optimizer, threads, tensors and arrays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stirfry.engine.build import build, import_torch
from stirfry.engine.contract import Job, Part, Progress, State, Weights
from stirfry.engine.inputs import Inputs, as_tensor, row_count, some
from stirfry.engine.own import OwnNetwork
from stirfry.engine.threads import threads_for
from stirfry.errors import UsageError
from stirfry.spec.plan import Plan

if TYPE_CHECKING:
    import torch

#: Rows that are evaluated at once: enough to fill the processor, few enough for any memory.
EVALUATED_AT_ONCE = 2048
#: Seconds between two reports from within an epoch.
REPORT_EVERY = 0.1


class Silent:
    """The watcher of a run that nobody watches."""

    def stop(self) -> bool:
        """Never stop."""
        return False

    def show(self, progress: Progress) -> None:
        """Show nothing."""

    def due(self) -> bool:
        """No checkpoint is ever due."""
        return False

    def keep(self, state: State) -> None:
        """Keep nothing."""


def pick_device(wanted: str) -> str:
    """Return the device to run on; `auto` takes a GPU where PyTorch sees one.

    Raises:
        UsageError: the wanted device isn't there.
    """
    torch = import_torch()
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted == "auto":
        return next(device for device, is_there in there.items() if is_there)
    if not there[wanted]:
        raise UsageError("engine.no_device", device=wanted)
    return wanted


def make_optimizer(plan: Plan, model: torch.nn.Module, **extra: Any) -> torch.optim.Optimizer:
    """Return the plan's optimizer, as `torch.optim` makes it from the same settings.

    Args:
        plan: the plan.
        model: whose parameters it moves.
        **extra: settings that change how it computes, and not what.
    """
    optim = import_torch().optim
    common: dict[str, Any] = {"lr": float(plan.lr), "weight_decay": plan.weight_decay} | extra
    if plan.optimizer == "sgd":
        settings = {"momentum": plan.momentum, "nesterov": plan.nesterov}
        return optim.SGD(model.parameters(), **common, **settings)
    if plan.optimizer == "rmsprop":
        settings = {"momentum": plan.momentum, "alpha": plan.alpha, "eps": plan.eps}
        return optim.RMSprop(model.parameters(), **common, **settings)
    kind = optim.Adam if plan.optimizer == "adam" else optim.AdamW
    return kind(model.parameters(), **common, betas=plan.betas, eps=plan.eps)


def moved_by_steps(model: torch.nn.Module, optimizer: torch.optim.Optimizer) -> list[torch.Tensor]:
    """Return parameters, buffers and the optimizer's tensors themselves, not views of them."""
    state = [value for values in optimizer.state.values() for value in values.values()]
    kept = [value for value in state if import_torch().is_tensor(value)]
    return [*model.parameters(), *model.buffers(), *kept]


def followed(job: Job) -> list[tuple[str, Part]]:
    """Return the parts that are evaluated after every epoch."""
    test = job.arrays.test if job.plan.follow_test else None
    parts = (("validation", job.arrays.validation), ("test", test))
    return [(name, part) for name, part in parts if part is not None]


def forward(model: torch.nn.Module, inputs: Inputs) -> torch.Tensor:
    """Return the outputs for all rows, so many at a time that memory stays small."""
    rows = row_count(inputs)
    if rows <= EVALUATED_AT_ONCE:
        return model(inputs)
    starts = range(0, rows, EVALUATED_AT_ONCE)
    return import_torch().cat([model(some(inputs, start, start + EVALUATED_AT_ONCE)) for start in starts])


def own_outputs(network: OwnNetwork, weights: Weights, inputs: Any) -> NDArray[Any]:
    """Return the outputs of a user's own module, made anew.

    Args:
        network: the user's own network.
        weights: its weights under the `state_dict` names.
        inputs: an array of shape (N, *row), or a tuple where the network takes several.
    """
    torch = import_torch()
    with torch.random.fork_rng(devices=[]):
        model = build(network).eval()
    model.load_state_dict(as_tensors(weights))
    rows = min(row_count(inputs), EVALUATED_AT_ONCE)
    with torch.inference_mode(), threads(threads_for(network, rows)):
        return np.asarray(forward(model, as_tensor(inputs)).numpy())


def under(prefix: str, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    """Return the tensors whose names begin with `prefix.`, under the rest of their names."""
    return {key[len(prefix) + 1 :]: value for key, value in tensors.items() if key.startswith(prefix + ".")}


def as_tensors(arrays: Weights) -> dict[str, torch.Tensor]:
    """Return arrays as tensors with memory of their own."""
    torch = import_torch()
    return {key: torch.from_numpy(np.array(value)) for key, value in arrays.items()}


def as_arrays(tensors: dict[str, torch.Tensor]) -> Weights:
    """Return tensors as arrays with memory of their own, in C order."""
    return {key: tensor.detach().cpu().numpy().copy() for key, tensor in tensors.items()}


@contextmanager
def own_random_state(device: str) -> Iterator[None]:
    """Leave PyTorch's global random state as it was found."""
    torch = import_torch()
    devices = [torch.cuda.current_device()] if device == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        yield


@contextmanager
def threads(count: int) -> Iterator[None]:
    """Compute with so many threads at most, and leave PyTorch's setting as it was found."""
    torch = import_torch()
    before = torch.get_num_threads()
    torch.set_num_threads(min(count, before))
    try:
        yield
    finally:
        torch.set_num_threads(before)
