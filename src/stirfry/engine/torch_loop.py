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

import time
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.engine.build import build, import_torch
from stirfry.engine.contract import Job, Stopped, Trained, Watcher, Weights
from stirfry.engine.course import Course
from stirfry.engine.losses import loss_module
from stirfry.engine.own import OwnNetwork
from stirfry.engine.threads import threads_for
from stirfry.engine.torch_parts import (
    EVALUATED_AT_ONCE,
    REPORT_EVERY,
    Silent,
    as_tensors,
    followed,
    forward,
    make_optimizer,
    own_outputs,
    own_random_state,
    pick_device,
    threads,
)
from stirfry.engine.torch_probes import Probes
from stirfry.engine.torch_tensors import Tensors
from stirfry.spec.network import Network

name = "torch"
#: In float32 the order of sums, and with it the last digits, depends on how many rows there are.
predicts_in: type[np.floating[Any]] = np.float64


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
    with own_random_state(device), threads(count):
        torch.manual_seed(job.plan.seed)
        loop = _Loop(job, device)
        if job.resume is not None:
            loop.course.restore(job.resume)
        loop.course.begin()
        return loop.course.result(loop.run(watcher or Silent()), count)


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
        return own_outputs(network, weights, inputs)
    with torch.device("meta"):
        model = build(network).eval()
    model.load_state_dict(as_tensors(weights), assign=True)
    data = torch.from_numpy(np.ascontiguousarray(inputs))
    with torch.inference_mode(), threads(threads_for(network, min(len(inputs), EVALUATED_AT_ONCE))):
        model = model.to(data.dtype)
        return np.asarray(forward(model, data).numpy())


class _Loop:
    """One run: what the steps need. What changes from step to step is the course."""

    def __init__(self, job: Job, device: str) -> None:
        self.model = build(job.network).to(device)
        if job.initial is not None:
            self.model.load_state_dict(as_tensors(job.initial))
        self.optimizer = make_optimizer(job.plan, self.model)
        self.loss = loss_module(job.plan, job.class_weights, device, job.loss)
        self.data = Tensors("train", job.arrays.train, job, device)
        self.followed = [Tensors(name, part, job, device) for name, part in followed(job)]
        self.clip_norm = job.plan.clip_norm
        self.course = Course(job, self.model, self.optimizer, device, name)
        self.probes = Probes(self.model, job, self.course, device)

    def run(self, watcher: Watcher) -> Stopped:
        """Train until the plan, the patience or the watcher ends it.

        An epoch of the smallest networks is mostly Python's own time, so nothing is done here that could be
        done once for the whole run.
        """
        model, optimizer, loss_function = self.model, self.optimizer, self.loss
        data, at = self.data, self.course
        report_at = time.monotonic() + REPORT_EVERY
        model.train()
        while at.epoch < at.epochs:
            if at.step == 0:
                at.order = at.draw_order()
            stop = False
            while at.step < at.steps and not stop:
                x, y, answers = data.batch(at.order, at.step * at.batch_size, at.batch_size)
                if at.rate_moves:
                    at.set_rate()

                probing, norm = self.probes.due, None
                if probing:
                    self.probes.before()

                # The lines of every tutorial.
                optimizer.zero_grad()
                outputs = model(x)
                loss = loss_function(outputs, y)
                loss.backward()
                if self.clip_norm is not None:
                    norm = import_torch().nn.utils.clip_grad_norm_(model.parameters(), self.clip_norm)
                optimizer.step()

                if probing:
                    self.probes.after(norm)

                at.losses.append(loss.item())
                at.hits += data.hits(outputs, answers).item()
                at.step += 1

                # What the watcher asks for after a step.
                if watcher.due():
                    watcher.keep(at.state())
                stop = watcher.stop()
                if at.steps > 1 and time.monotonic() > report_at:
                    report_at = time.monotonic() + REPORT_EVERY
                    watcher.show(at.within_epoch())
            if at.step < at.steps:
                return "interrupted"

            at.close_epoch(self._row())
            watcher.show(at.after_epoch())
            if at.out_of_patience:
                return "patience"
            if stop and at.epoch < at.epochs:
                if watcher.due():
                    watcher.keep(at.state())
                return "interrupted"
        return "epochs"

    def _row(self) -> dict[str, float]:
        """Return the losses and scores of the epoch that has ended."""
        data, at = self.data, self.course
        row = {data.loss_column: at.mean_loss(), data.score_column: data.scored(at.hits, at.rows_seen)}
        for part in self.followed:
            row[part.loss_column], row[part.score_column] = self._evaluate(part)
        return row

    def _evaluate(self, data: Tensors) -> tuple[float, float]:
        self.model.eval()
        with import_torch().no_grad():
            outputs = forward(self.model, data.inputs)
            loss = self.loss(outputs, data.targets).item()
            score = data.scored(data.hits(outputs, data.answers).item(), data.rows)
        self.model.train()
        return loss, score
