"""What the layers do while PyTorch trains: gradients, updates and idle units, now and then.

A probe is a look at one step, the last of an epoch. It costs about as much as one step or two, and there is
at most one for each `STEPS` of them.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from stirfry.engine.build import import_torch
from stirfry.engine.contract import Job
from stirfry.engine.inputs import as_tensor

if TYPE_CHECKING:
    import torch

    from stirfry.engine.course import Course

#: Probes of a run at most, and steps for each probe at least: so they take 1 to 3% of a run.
MOST, STEPS = 100, 60
#: The training rows over which a unit has to be idle.
ROWS = 64


class Probes:
    """Looks at one step of each probed epoch, and writes a row into the course.

    Args:
        model: the network, with a column of each kind for each of its modules that has no modules in it.
        job: the run; only the leading one of several processes probes.
        course: the run's books.
        device: where the model is.
    """

    def __init__(self, model: torch.nn.Module, job: Job, course: Course, device: str) -> None:
        nn = import_torch().nn
        leaves = [(name, each) for name, each in model.named_modules() if not list(each.children())]
        self._leaves = [(name, each) for name, each in leaves if not isinstance(each, nn.Flatten)]
        self._model, self._course, self._clip_norm = model, course, job.plan.clip_norm
        probes = min(MOST, max(1, course.epochs * course.steps // STEPS), course.epochs)
        self._every = -(-course.epochs // probes)
        self._probes = job.processes.leads
        self._rows = as_tensor(job.arrays.train.first(ROWS), device) if self._probes else None
        self._before: list[list[torch.Tensor]] = []
        self._idle: dict[str, torch.Tensor] = {}

    @property
    def due(self) -> bool:
        """Whether the step to come is one to look at."""
        at = self._course
        return self._probes and at.step + 1 == at.steps and at.epoch % self._every == 0

    def before(self) -> None:
        """Look at the units and the weights before the step."""
        torch = import_torch()
        held = {"Sigmoid": _saturated(0, 1), "Tanh": _saturated(-1, 1), "ReLU": _at_zero}
        kinds = [(name, each, held[type(each).__name__]) for name, each in self._leaves if _named(each, held)]
        self._idle = {}
        hooks = [each.register_forward_hook(self._look(name, rests)) for name, each, rests in kinds]
        training = self._model.training
        with torch.random.fork_rng(devices=[]), torch.no_grad():
            if kinds:
                self._model.eval()(self._rows)
                self._model.train(training)
            self._before = [[weight.clone() for weight in each.parameters()] for _, each in self._leaves]
        for hook in hooks:
            hook.remove()

    def after(self, norm: torch.Tensor | None) -> None:
        """Look at gradients and weights after the step, and write the probe's row.

        Args:
            norm: the norm of all gradients before they were clipped; None where they weren't.
        """
        torch = import_torch()
        zero = torch.zeros((), device=next(self._model.parameters()).device)
        found = []
        for (name, each), before in zip(self._leaves, self._before, strict=True):
            weights = list(each.parameters())
            gradients = [weight.grad for weight in weights if weight.grad is not None]
            moves = [now.detach() - then for now, then in zip(weights, before, strict=True)]
            found += [_norm(gradients, zero), _norm(moves, zero), self._idle.get(name, zero)]
        self._before = []
        numbers = torch.stack([each.float() for each in found]).tolist()
        clipped = 1.0 if norm is None or self._clip_norm is None else self._clip_norm / (float(norm) + 1e-6)
        row: defaultdict[str, list[float]] = self._course.probes
        row["epoch"].append(self._course.epoch + 1.0)
        for index, (name, _) in enumerate(self._leaves):
            gradient, update, idle = numbers[3 * index : 3 * index + 3]
            row[f"{name}.gradient_norm"].append(gradient / min(1.0, clipped))
            row[f"{name}.update_norm"].append(update)
            row[f"{name}.idle_share"].append(idle)

    def _look(self, name: str, rests: Any) -> Any:
        def hook(module: Any, given: Any, outputs: torch.Tensor) -> None:
            # A unit is a feature, or a channel with all its places: axis 1, but the last of sequences.
            units = outputs.movedim(-1, 1) if outputs.ndim == 3 else outputs
            idle = rests(units).transpose(0, 1).flatten(1).all(dim=1)
            self._idle[name] = idle.float().mean()

        return hook


def _named(module: Any, kinds: dict[str, Any]) -> bool:
    return type(module).__name__ in kinds


def _at_zero(outputs: torch.Tensor) -> torch.Tensor:
    return outputs == 0


def _saturated(low: float, high: float) -> Any:
    """Return whether outputs lie within a hundredth of the activation's ends."""
    margin = (high - low) / 100
    return lambda outputs: (outputs < low + margin) | (outputs > high - margin)


def _norm(tensors: list[torch.Tensor], zero: torch.Tensor) -> torch.Tensor:
    torch = import_torch()
    return torch.stack([(each.float() ** 2).sum() for each in tensors]).sum().sqrt() if tensors else zero
