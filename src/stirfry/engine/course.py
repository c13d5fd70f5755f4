"""A run of PyTorch from step to step: where it stands, what was measured, what to keep and to go on from.

Both PyTorch engines keep their books here; what a step is, each says itself.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stirfry.engine.build import import_torch
from stirfry.engine.contract import Job, Progress, Remembered, State, Stopped, Trained
from stirfry.engine.precision import Precision
from stirfry.engine.remembered import of_torch
from stirfry.engine.torch_parts import as_arrays, as_tensors, under
from stirfry.errors import TrainingError
from stirfry.spec.schedule import Constant, rates

if TYPE_CHECKING:
    import torch

#: Facts of a checkpoint that are plain numbers.
_COUNTS = ("epoch", "step", "hits", "best_epoch")


class Course:
    """The course of one run: its length, and everything that changes, which is what `state` writes down."""

    def __init__(
        self,
        job: Job,
        model: torch.nn.Module,
        optimizer: torch.optim.Optimizer,
        device: str,
        engine: str,
        precision: Precision = "float32",
    ) -> None:
        self.model, self.optimizer, self.device, self.engine = model, optimizer, device, engine
        self.precision = precision
        self.plan = job.plan
        self.rows = len(job.arrays.train)
        self.batch_size = self.rows if self.plan.batch_size == "full" else self.plan.batch_size
        self.epochs, self.steps = self.plan.epochs, self.plan.steps_per_epoch(self.rows)
        self.rows_seen = min(
            self.rows, self.steps * self.batch_size
        )  # of an epoch; the last batch may be left out
        self.rates = rates(self.plan.schedule, self.plan.lr, self.epochs, self.steps)
        self.last_rates = self.rates[:, -1].tolist()  # of each epoch
        self.rate_moves = not isinstance(self.plan.schedule, Constant)
        self.validates = job.arrays.validation is not None
        patience = self.plan.patience
        self.patience = patience if self.validates and isinstance(patience, int) else math.inf

        # What changes, beside model, optimizer and random state.
        self.epoch = 0  # epochs finished
        self.step = 0  # steps finished of the epoch under way
        self.order: torch.Tensor | None = None  # the rows in this epoch's order; None is their own order
        self.losses: list[float] = []  # of this epoch's steps
        self.hits = 0.0  # of this epoch: right answers, or the sum of squared errors
        self.history: defaultdict[str, list[float]] = defaultdict(list)
        self.probes: defaultdict[str, list[float]] = defaultdict(list)
        self.all_losses: list[float] = []  # of every step, where the plan asks for them
        self.best_loss = math.inf
        self.best_epoch = 0
        self.best: dict[str, torch.Tensor] | None = None
        self.averaged: torch.nn.Module | None = None  # the moving average, where the plan asks for one
        self._seconds_before, self._began = 0.0, time.perf_counter()

    def begin(self) -> None:
        """Start the clock."""
        self._began = time.perf_counter()

    @property
    def seconds(self) -> float:
        """How long the run has taken, before a checkpoint that it went on from and since."""
        return self._seconds_before + time.perf_counter() - self._began

    @property
    def answering(self) -> torch.nn.Module:
        """The model whose answers count: the moving average, where there is one."""
        return self.model if self.averaged is None else self.averaged

    def draw_order(self) -> torch.Tensor | None:
        """Draw what `DataLoader(shuffle=...)` draws from the random state at the start of an epoch."""
        if self.plan.batch_size == "full":
            return None
        torch = import_torch()
        torch.empty((), dtype=torch.int64).random_()  # its workers' seed, drawn even without workers
        if not self.plan.shuffle:
            return None
        seed = int(torch.empty((), dtype=torch.int64).random_().item())
        order = torch.randperm(self.rows, generator=torch.Generator().manual_seed(seed))
        return order.to(self.device)

    def set_rate(self) -> None:
        """Give the optimizer the rate of the step to come."""
        rate = float(self.rates[self.epoch, self.step])
        for group in self.optimizer.param_groups:
            if isinstance(group["lr"], float):
                group["lr"] = rate
            else:  # a tensor that a recorded step reads
                group["lr"].fill_(rate)

    def within_epoch(self) -> Progress:
        """Return how far the run is, between two steps."""
        share = (self.epoch + self.step / self.steps) / self.epochs
        return Progress(self.epoch, self.epochs, share, self.row(self.epoch), self.row)

    def after_epoch(self) -> Progress:
        """Return how far the run is, after an epoch."""
        return Progress(self.epoch, self.epochs, self.epoch / self.epochs, self.row(self.epoch), self.row)

    def row(self, epoch: int) -> dict[str, float]:
        """Return one row of the history."""
        return {column: values[epoch - 1] for column, values in self.history.items()}

    def mean_loss(self) -> float:
        """Return the mean of the epoch's losses.

        Raises:
            TrainingError: it isn't finite.
        """
        loss = sum(self.losses) / len(self.losses)
        if not math.isfinite(loss):
            raise TrainingError(
                "engine.loss_not_finite", epoch=self.epoch + 1, loss=str(loss), lr=self.plan.lr
            )
        return loss

    def close_epoch(self, row: dict[str, float]) -> None:
        """Write the epoch's row of the history, keep the best weights, and begin the next epoch."""
        for column, value in (
            {"epoch": self.epoch + 1.0} | row | {"lr": self.last_rates[self.epoch]}
        ).items():
            self.history[column].append(value)
        if self.plan.history == "step":
            self.all_losses += self.losses
        self.epoch, self.step, self.losses, self.hits = self.epoch + 1, 0, [], 0.0
        if self.validates and row["validation_loss"] < self.best_loss - self.plan.min_delta:
            self.best_loss, self.best_epoch = row["validation_loss"], self.epoch
            if self.plan.keep == "best":
                self.best = {key: value.clone() for key, value in self.answering.state_dict().items()}

    @property
    def out_of_patience(self) -> bool:
        """Whether the validation loss hasn't become better for too long."""
        return self.epoch - self.best_epoch >= self.patience

    def result(self, stopped: Stopped, threads: int) -> Trained:
        """Return what the run gave."""
        last = as_arrays(self.answering.state_dict())
        return Trained(
            weights=last if self.best is None else as_arrays(self.best),
            last_weights=last,
            history={column: np.array(values) for column, values in self.history.items()},
            best_epoch=self.epoch if self.best is None else self.best_epoch,
            stopped=stopped,
            seconds=self.seconds,
            threads=threads,
            device=self.device,
            precision=self.precision,
            steps=self._step_columns(),
            probes={column: np.array(values) for column, values in self.probes.items()},
            remembered=None if self.averaged is not None else self._remembered(),
        )

    def _remembered(self) -> Remembered | None:
        return of_torch(self.model, self.optimizer, self.epoch * self.steps + self.step)

    def _step_columns(self) -> dict[str, NDArray[np.float64]]:
        if self.plan.history != "step":
            return {}
        at = np.arange(len(self.all_losses))
        return {
            "step": at + 1.0,
            "epoch": at // self.steps + 1.0,
            "loss": np.array(self.all_losses),
            "lr": self.rates.reshape(-1)[: len(at)].astype(np.float64),
        }

    def state(self) -> State:
        """Return everything that the steps to come depend on, and everything that has been measured."""
        torch = import_torch()
        tensors = {f"model.{key}": value for key, value in self.model.state_dict().items()}
        tensors |= {f"best.{key}": value for key, value in (self.best or {}).items()}
        if self.averaged is not None:
            tensors |= {f"averaged.{key}": value for key, value in self.averaged.state_dict().items()}
        for index, values in self.optimizer.state_dict()["state"].items():
            tensors |= {
                f"optimizer.{index}.{key}": value for key, value in values.items() if value is not None
            }
        tensors["random"] = torch.get_rng_state()
        if self.device == "cuda":
            tensors["random_cuda"] = torch.cuda.get_rng_state()
        if self.order is not None:
            tensors["order"] = self.order
        arrays = as_arrays(tensors) | {
            f"history.{key}": np.array(column) for key, column in self.history.items()
        }
        arrays |= {f"probes.{key}": np.array(column) for key, column in self.probes.items()}
        arrays |= {"losses": np.array(self.losses), "all_losses": np.array(self.all_losses)}
        facts: dict[str, Any] = {key: getattr(self, key) for key in _COUNTS}
        best_loss = self.best_loss if math.isfinite(self.best_loss) else None
        # A file of tensors has no order of its own, and the columns of the history have one.
        facts |= {"best_loss": best_loss, "engine": self.engine, "columns": list(self.history)}
        facts["probe_columns"] = list(self.probes)
        facts |= {"seconds": self.seconds, "precision": self.precision}
        return State(arrays, facts)

    def restore(self, state: State) -> None:
        """Become the run that wrote `state`."""
        torch = import_torch()
        tensors = as_tensors(state.tensors)
        self.model.load_state_dict(under("model", tensors))
        self.best = {k: v.to(self.device) for k, v in under("best", tensors).items()} or None
        if self.averaged is not None:
            self.averaged.load_state_dict(under("averaged", tensors))
        settings = self.optimizer.state_dict()
        weights = [weight for group in self.optimizer.param_groups for weight in group["params"]]
        for key, value in under("optimizer", tensors).items():
            index, name = key.split(".", 1)
            if value.shape == weights[int(index)].shape:
                # In the weight's own order of axes: an optimizer that moves all at once relies on it.
                value = torch.empty_like(weights[int(index)].detach(), device="cpu").copy_(value)
            settings["state"].setdefault(int(index), {})[name] = value
        self.optimizer.load_state_dict(settings)
        torch.set_rng_state(tensors["random"])
        if "random_cuda" in tensors and self.device == "cuda":
            torch.cuda.set_rng_state(tensors["random_cuda"])
        self.order = tensors["order"].to(self.device) if "order" in tensors else None
        columns = under("history", tensors)
        order = state.facts.get("columns", list(columns))
        self.history.update({column: columns[column].tolist() for column in order})
        probes = under("probes", tensors)
        # Earlier checkpoints had none.
        self.probes.update({key: probes[key].tolist() for key in state.facts.get("probe_columns", ())})
        self.losses, self.all_losses = tensors["losses"].tolist(), tensors["all_losses"].tolist()
        self._seconds_before = state.facts.get("seconds", 0.0)  # earlier checkpoints had none
        for key in _COUNTS:
            setattr(self, key, state.facts[key])
        self.best_loss = math.inf if state.facts["best_loss"] is None else state.facts["best_loss"]
