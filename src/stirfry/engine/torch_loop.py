"""The reference engine: a plain PyTorch loop, and the oracle for every engine to come.

With the same seed it gives the weights, batches and losses of the loop in a tutorial:

    torch.manual_seed(seed)
    model = nn.Sequential(...)
    loader = DataLoader(dataset, batch_size, shuffle=True)
    for epoch in range(epochs):
        for x, y in loader:
            ...

The data lie in memory as tensors, so there is no DataLoader; its two draws from the random state, once an
epoch, are made here in the same order.

Letters: N rows, B rows of a batch, K outputs.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stirfry.engine.build import build, import_torch
from stirfry.engine.contract import Job, Part, Progress, State, Stopped, Trained, Watcher, Weights
from stirfry.engine.inputs import Inputs, as_tensor, picked, row_count, some
from stirfry.engine.losses import loss_module, targets_for
from stirfry.engine.own import OwnNetwork
from stirfry.engine.threads import threads_for
from stirfry.errors import TrainingError
from stirfry.spec.network import Network
from stirfry.spec.plan import Plan
from stirfry.spec.schedule import Constant, rates

if TYPE_CHECKING:
    import torch

name = "torch"
#: In float32 the order of sums, and with it the last digits, depends on how many rows there are.
predicts_in: type[np.floating[Any]] = np.float64

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


def train(job: Job, watcher: Watcher | None = None) -> Trained:
    """Train a network with PyTorch.

    PyTorch's global random state and number of threads are as before afterwards.

    Args:
        job: data, network, plan.
        watcher: sees the run and may stop it.

    Returns:
        Weights, history and what is known about the run.

    Raises:
        TrainingError: the loss is no longer finite.
        MissingExtra: PyTorch isn't installed.
        UsageError: the device that the plan names isn't there.
    """
    torch = import_torch()
    device = pick_device(job.plan.device)
    rows = len(job.arrays.train) if job.plan.batch_size == "full" else job.plan.batch_size
    count = min(threads_for(job.network, rows), torch.get_num_threads())  # OMP_NUM_THREADS is obeyed
    with _own_random_state(device), _threads(count):
        torch.manual_seed(job.plan.seed)
        loop = _Loop(job, device)
        if job.resume is not None:
            loop.restore(job.resume)
        started = time.perf_counter()
        stopped = loop.run(watcher or Silent())
        seconds = loop.seconds_before + time.perf_counter() - started
        return loop.result(stopped, seconds, count)


def outputs(network: Network | OwnNetwork, weights: Weights, inputs: Any) -> NDArray[Any]:
    """Return the network's raw outputs in prediction mode, computed in the inputs' precision.

    Args:
        network: the network, or a user's own, which computes in its own precision.
        weights: its weights under the `state_dict` names.
        inputs: float32 or float64, shape (N, *row); a tuple where a user's own network takes several.

    Returns:
        Outputs of shape (N, K).
    """
    torch = import_torch()
    if isinstance(network, OwnNetwork):
        return _own_outputs(network, weights, inputs)
    with torch.device("meta"):
        model = build(network).eval()
    tensors = {key: torch.from_numpy(np.array(value)) for key, value in weights.items()}
    model.load_state_dict(tensors, assign=True)
    data = torch.from_numpy(np.ascontiguousarray(inputs))
    with torch.inference_mode(), _threads(threads_for(network, min(len(inputs), EVALUATED_AT_ONCE))):
        model = model.to(data.dtype)
        return np.asarray(_forward(model, data).numpy())


def _own_outputs(network: OwnNetwork, weights: Weights, inputs: Any) -> NDArray[Any]:
    """Return the outputs of a user's own module, made anew."""
    torch = import_torch()
    with torch.random.fork_rng(devices=[]):
        model = build(network).eval()
    model.load_state_dict(_as_tensors(weights))
    rows = min(row_count(inputs), EVALUATED_AT_ONCE)
    with torch.inference_mode(), _threads(threads_for(network, rows)):
        return np.asarray(_forward(model, as_tensor(inputs)).numpy())


def pick_device(wanted: str) -> str:
    """Return the device to run on; `auto` takes a GPU where PyTorch sees one.

    Raises:
        UsageError: the wanted device isn't there.
    """
    from stirfry.errors import UsageError

    torch = import_torch()
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if wanted == "auto":
        return next(device for device, is_there in there.items() if is_there)
    if not there[wanted]:
        raise UsageError("engine.no_device", device=wanted)
    return wanted


class _Loop:
    """One run. What changes from step to step stands together, and is what `state` writes down."""

    def __init__(self, job: Job, device: str) -> None:
        self.job, self.plan, self.device = job, job.plan, device
        self.model = build(job.network).to(device)
        if job.initial is not None:
            self.model.load_state_dict(_as_tensors(job.initial))
        self.optimizer = make_optimizer(self.plan, self.model)
        self.loss = loss_module(self.plan, job.class_weights, device, job.loss)
        self.data = _Tensors("train", job.arrays.train, job, device)
        self.followed = [_Tensors(name, part, job, device) for name, part in _followed(job)]
        self.validates = job.arrays.validation is not None
        rows = self.data.rows
        self.batch_size = rows if self.plan.batch_size == "full" else self.plan.batch_size
        self.epochs, self.steps = self.plan.epochs, self.plan.steps_per_epoch(rows)
        self.rows_seen = min(rows, self.steps * self.batch_size)  # in an epoch; fewer where one is left out
        self.rates = rates(self.plan.schedule, self.plan.lr, self.epochs, self.steps)
        self.last_rates = self.rates[:, -1].tolist()  # of each epoch
        self.rate_moves = not isinstance(self.plan.schedule, Constant)
        self.clip_norm, self.keeps_steps = self.plan.clip_norm, self.plan.history == "step"
        patience = self.plan.patience
        self.patience = patience if self.validates and isinstance(patience, int) else math.inf

        # What changes, beside model, optimizer and random state.
        self.epoch = 0  # epochs finished
        self.step = 0  # steps finished of the epoch under way
        self.order: torch.Tensor | None = None  # the rows in this epoch's order; None is their own order
        self.losses: list[float] = []  # of this epoch's steps
        self.hits = 0.0  # of this epoch: right answers, or the sum of squared errors
        self.history: defaultdict[str, list[float]] = defaultdict(list)
        self.all_losses: list[float] = []  # of every step, where the plan asks for them
        self.best_loss = math.inf
        self.best_epoch = 0
        self.best: dict[str, torch.Tensor] | None = None
        self.seconds_before = 0.0

    def run(self, watcher: Watcher) -> Stopped:
        """Train until the plan, the patience or the watcher ends it.

        An epoch of the smallest networks is mostly Python's own time, so nothing is done here that could be
        done once for the whole run.
        """
        data, model, optimizer, loss_function = self.data, self.model, self.optimizer, self.loss
        report_at = time.monotonic() + REPORT_EVERY
        model.train()
        while self.epoch < self.epochs:
            if self.step == 0:
                self.order = self._draw_order()
            stop = False
            while self.step < self.steps and not stop:
                x, y, answers = data.batch(self.order, self.step * self.batch_size, self.batch_size)
                if self.rate_moves:
                    self._set_rate()

                # The lines of every tutorial.
                optimizer.zero_grad()
                outputs = model(x)
                loss = loss_function(outputs, y)
                loss.backward()
                if self.clip_norm is not None:
                    import_torch().nn.utils.clip_grad_norm_(model.parameters(), self.clip_norm)
                optimizer.step()

                self.losses.append(loss.item())
                self.hits += data.hits(outputs, answers)
                self.step += 1

                # What the watcher asks for after a step.
                if watcher.due():
                    watcher.keep(self.state())
                stop = watcher.stop()
                if self.steps > 1 and time.monotonic() > report_at:
                    report_at = time.monotonic() + REPORT_EVERY
                    watcher.show(self._within_epoch())
            if self.step < self.steps:
                return "interrupted"

            row = self._close_epoch()
            watcher.show(Progress(self.epoch, self.epochs, self.epoch / self.epochs, row, self._row))
            if self.epoch - self.best_epoch >= self.patience:
                return "patience"
            if stop and self.epoch < self.epochs:
                if watcher.due():
                    watcher.keep(self.state())
                return "interrupted"
        return "epochs"

    def _draw_order(self) -> torch.Tensor | None:
        """Draw what `DataLoader(shuffle=...)` draws from the random state at the start of an epoch."""
        if self.plan.batch_size == "full":
            return None
        torch = import_torch()
        torch.empty((), dtype=torch.int64).random_()  # its workers' seed, drawn even without workers
        if not self.plan.shuffle:
            return None
        seed = int(torch.empty((), dtype=torch.int64).random_().item())
        order = torch.randperm(self.data.rows, generator=torch.Generator().manual_seed(seed))
        return order.to(self.device)

    def _set_rate(self) -> None:
        for group in self.optimizer.param_groups:
            group["lr"] = float(self.rates[self.epoch, self.step])

    def _within_epoch(self) -> Progress:
        share = (self.epoch + self.step / self.steps) / self.epochs
        return Progress(self.epoch, self.epochs, share, self._row(self.epoch), self._row)

    def _row(self, epoch: int) -> dict[str, float]:
        return {column: values[epoch - 1] for column, values in self.history.items()}

    def _close_epoch(self) -> dict[str, float]:
        """Write the epoch's row of the history, keep the best weights, and begin the next epoch."""
        loss = sum(self.losses) / len(self.losses)
        if not math.isfinite(loss):
            raise TrainingError(
                "engine.loss_not_finite", epoch=self.epoch + 1, loss=str(loss), lr=self.plan.lr
            )
        data = self.data
        row = {
            "epoch": self.epoch + 1.0,
            data.loss_column: loss,
            data.score_column: data.scored(self.hits, self.rows_seen),
        }
        for part in self.followed:
            row[part.loss_column], row[part.score_column] = self._evaluate(part)
        row["lr"] = self.last_rates[self.epoch]
        for column, value in row.items():
            self.history[column].append(value)
        if self.keeps_steps:
            self.all_losses += self.losses
        self.epoch, self.step, self.losses, self.hits = self.epoch + 1, 0, [], 0.0
        if self.validates:
            self._keep_best(row["validation_loss"])
        return row

    def _evaluate(self, data: _Tensors) -> tuple[float, float]:
        self.model.eval()
        with import_torch().no_grad():
            outputs = _forward(self.model, data.inputs)
            loss = self.loss(outputs, data.targets).item()
            score = data.scored(data.hits(outputs, data.answers), data.rows)
        self.model.train()
        return loss, score

    def _keep_best(self, validation_loss: float) -> None:
        if not validation_loss < self.best_loss - self.plan.min_delta:
            return
        self.best_loss, self.best_epoch = validation_loss, self.epoch
        if self.plan.keep == "best":
            self.best = {key: tensor.clone() for key, tensor in self.model.state_dict().items()}

    def result(self, stopped: Stopped, seconds: float, threads: int) -> Trained:
        """Return what the run gave."""
        last = _as_arrays(self.model.state_dict())
        history = {column: np.array(values) for column, values in self.history.items()}
        return Trained(
            weights=last if self.best is None else _as_arrays(self.best),
            last_weights=last,
            history=history,
            best_epoch=self.epoch if self.best is None else self.best_epoch,
            stopped=stopped,
            seconds=seconds,
            threads=threads,
            device=self.device,
            steps=self._step_columns(),
        )

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
        for index, values in self.optimizer.state_dict()["state"].items():
            tensors |= {
                f"optimizer.{index}.{key}": value for key, value in values.items() if value is not None
            }
        tensors["random"] = torch.get_rng_state()
        if self.device == "cuda":
            tensors["random_cuda"] = torch.cuda.get_rng_state()
        if self.order is not None:
            tensors["order"] = self.order
        arrays = _as_arrays(tensors) | {
            f"history.{key}": np.array(column) for key, column in self.history.items()
        }
        arrays |= {"losses": np.array(self.losses), "all_losses": np.array(self.all_losses)}
        facts = {key: getattr(self, key) for key in ("epoch", "step", "hits", "best_epoch")}
        best_loss = self.best_loss if math.isfinite(self.best_loss) else None
        return State(arrays, facts | {"best_loss": best_loss, "engine": name})

    def restore(self, state: State) -> None:
        """Become the run that wrote `state`."""
        torch = import_torch()
        tensors = _as_tensors(state.tensors)
        self.model.load_state_dict(_under("model", tensors))
        self.best = {k: v.to(self.device) for k, v in _under("best", tensors).items()} or None
        settings = self.optimizer.state_dict()
        for key, value in _under("optimizer", tensors).items():
            index, name = key.split(".", 1)
            settings["state"].setdefault(int(index), {})[name] = value
        self.optimizer.load_state_dict(settings)
        torch.set_rng_state(tensors["random"])
        if "random_cuda" in tensors and self.device == "cuda":
            torch.cuda.set_rng_state(tensors["random_cuda"])
        self.order = tensors["order"].to(self.device) if "order" in tensors else None
        self.history.update({k: v.tolist() for k, v in _under("history", tensors).items()})
        self.losses, self.all_losses = tensors["losses"].tolist(), tensors["all_losses"].tolist()
        for key in ("epoch", "step", "hits", "best_epoch"):
            setattr(self, key, state.facts[key])
        self.best_loss = math.inf if state.facts["best_loss"] is None else state.facts["best_loss"]


class _Tensors:
    """One part's rows as tensors on the device: inputs, targets in the form the loss wants, and answers.

    Answers are what outputs are scored against: class numbers, or yes and no beside a single logit, or the
    values themselves.
    """

    def __init__(self, name: str, part: Part, job: Job, device: str) -> None:
        torch = import_torch()
        outputs = job.network.output_shape[0]
        loss = job.plan.loss
        assert loss is not None, "the job's loss is set before it reaches an engine"
        targets = targets_for(loss, job.task, part.targets, outputs)
        self.rows = len(part)
        self.inputs = as_tensor(part.inputs, device)
        self.targets = torch.from_numpy(np.ascontiguousarray(targets)).to(device)
        self.regression = job.task == "regression"
        self.one_logit = loss == "bce_with_logits"
        self.yes_above = 0.5 if job.reads == "share" else 0.0
        self.answers = self.targets  # where they are the same, a batch is picked out only once
        if self.one_logit:
            self.answers = self.targets > 0
        elif targets is not part.targets:
            self.answers = torch.from_numpy(np.ascontiguousarray(part.targets)).to(device)
        self.loss_column = f"{name}_loss"
        self.score_column = f"{name}_{'r2' if self.regression else 'accuracy'}"
        values = part.targets.astype(np.float64)
        self.spread = float(((values - values.mean()) ** 2).sum()) if self.regression else 0.0

    def batch(self, order: torch.Tensor | None, start: int, size: int) -> tuple[Any, ...]:
        """Return inputs, targets and answers of the batch that begins at `start`.

        `index_select` picks the same rows as `inputs[rows]`, in a quarter of the time.
        """
        if order is None and size == self.rows:
            return self.inputs, self.targets, self.answers
        stop = start + size
        if order is None:
            return some(self.inputs, start, stop), self.targets[start:stop], self.answers[start:stop]
        rows = order[start:stop]
        targets = self.targets.index_select(0, rows)
        answers = targets if self.answers is self.targets else self.answers.index_select(0, rows)
        return picked(self.inputs, rows), targets, answers

    def hits(self, outputs: torch.Tensor, answers: torch.Tensor) -> float:
        """Return the number of right answers, or the sum of squared errors in regression."""
        if self.regression:
            return ((outputs.detach() - answers) ** 2).sum().item()
        said = outputs > self.yes_above if self.one_logit else outputs.argmax(dim=1)
        return (said == answers).count_nonzero().item()

    def scored(self, hits: float, rows: int) -> float:
        """Return the accuracy of so many hits, or R² of so large a sum of squared errors."""
        if not self.regression:
            return hits / rows
        return 1 - hits / self.spread if self.spread > 0 else math.nan


def make_optimizer(plan: Plan, model: torch.nn.Module) -> torch.optim.Optimizer:
    """Return the plan's optimizer, as `torch.optim` makes it from the same settings."""
    optim = import_torch().optim
    common = {"lr": float(plan.lr), "weight_decay": plan.weight_decay}
    if plan.optimizer == "sgd":
        settings = {"momentum": plan.momentum, "nesterov": plan.nesterov}
        return optim.SGD(model.parameters(), **common, **settings)
    if plan.optimizer == "rmsprop":
        settings = {"momentum": plan.momentum, "alpha": plan.alpha, "eps": plan.eps}
        return optim.RMSprop(model.parameters(), **common, **settings)
    kind = optim.Adam if plan.optimizer == "adam" else optim.AdamW
    return kind(model.parameters(), **common, betas=plan.betas, eps=plan.eps)


def _followed(job: Job) -> list[tuple[str, Part]]:
    """Return the parts that are evaluated after every epoch."""
    test = job.arrays.test if job.plan.follow_test else None
    parts = (("validation", job.arrays.validation), ("test", test))
    return [(name, part) for name, part in parts if part is not None]


def _forward(model: torch.nn.Module, inputs: Inputs) -> torch.Tensor:
    """Return the outputs for all rows, so many at a time that memory stays small."""
    rows = row_count(inputs)
    if rows <= EVALUATED_AT_ONCE:
        return model(inputs)
    starts = range(0, rows, EVALUATED_AT_ONCE)
    return import_torch().cat([model(some(inputs, start, start + EVALUATED_AT_ONCE)) for start in starts])


def _under(prefix: str, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
    return {key[len(prefix) + 1 :]: value for key, value in tensors.items() if key.startswith(prefix + ".")}


def _as_tensors(arrays: Weights) -> dict[str, torch.Tensor]:
    torch = import_torch()
    return {key: torch.from_numpy(np.array(value)) for key, value in arrays.items()}


def _as_arrays(tensors: dict[str, torch.Tensor]) -> Weights:
    return {key: tensor.detach().cpu().numpy().copy() for key, tensor in tensors.items()}


@contextmanager
def _own_random_state(device: str) -> Iterator[None]:
    """Leave PyTorch's global random state as it was found."""
    torch = import_torch()
    devices = [torch.cuda.current_device()] if device == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        yield


@contextmanager
def _threads(count: int) -> Iterator[None]:
    """Compute with so many threads at most, and leave PyTorch's setting as it was found."""
    torch = import_torch()
    before = torch.get_num_threads()
    torch.set_num_threads(min(count, before))
    try:
        yield
    finally:
        torch.set_num_threads(before)
