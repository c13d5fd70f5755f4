"""PyTorch at its best for small networks: the reference loop's numbers, in less time.

The same seed gives the same weights, batches and dropout as `torch_loop`, and the same losses to float32
rounding. What is different:

- pixels stay bytes in memory, and become floats a batch at a time;
- images and convolutions lie channels-last, as the processor's convolutions want them;
- ReLU comes after MaxPool2d, which gives the same numbers and gradients for a quarter of the work;
- the optimizer moves all weights in one call, and gradients are released, not set to zero;
- images that don't fit into memory are read and decoded in threads while the processor computes;
- nothing is read back from the device before the epoch ends;
- a whole step is recorded, on CUDA as one graph, on the processor as the list of its operators, and repeated
  without the model's Python code and PyTorch's bookkeeping;
- several processes may share the rows of each batch (`together.py`); the books of all of them are the same.

Letters: N rows, B rows of a batch, K outputs.
"""

from __future__ import annotations

import copy
import time
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from stirfry.engine.batches import Batches
from stirfry.engine.build import build, import_torch
from stirfry.engine.contract import Job, State, Stopped, Trained, Watcher, Weights
from stirfry.engine.course import Course
from stirfry.engine.inputs import as_tensor
from stirfry.engine.losses import loss_module
from stirfry.engine.own import OwnNetwork
from stirfry.engine.precision import Precision, choose_precision
from stirfry.engine.processes import own_device
from stirfry.engine.quick import fast_forward, place, quick_settings
from stirfry.engine.record_step import Recorded
from stirfry.engine.repeatable import repeatable
from stirfry.engine.threads import threads_for
from stirfry.engine.together import (
    Agreed,
    SharedStep,
    Shares,
    add_up,
    check_mean,
    follow,
    parallel,
    random_states,
    restore_random_state,
)
from stirfry.engine.torch_parts import (
    REPORT_EVERY,
    Silent,
    as_arrays,
    as_tensors,
    followed,
    make_optimizer,
    own_outputs,
    own_random_state,
    pick_device,
    threads,
)
from stirfry.engine.torch_probes import Probes
from stirfry.engine.written_step import LEAST_STEPS, Written
from stirfry.spec.network import Network

if TYPE_CHECKING:
    import torch

name = "torch_fast"
#: In float32 the order of sums, and with it the last digits, depends on how many rows there are.
predicts_in: type[np.floating[Any]] = np.float64

#: Rows that are evaluated at once: with convolutions a quarter faster than 2,048 (10,000 digits, 2 threads).
AT_ONCE = 512
#: Outputs that wait on the device before their hits are counted, so that memory stays small.
WAITING = 1 << 20
#: Rows on which a user's own loss is tried out before several processes share it.
LOSS_ROWS = 6


def train(job: Job, watcher: Watcher | None = None) -> Trained:
    """Train a network with PyTorch, fast.

    PyTorch's global random state and number of threads are as before afterwards.

    Args:
        job: data, network, plan.
        watcher: sees the run and may stop it.

    Returns:
        Weights, history and what is known about the run.

    Raises:
        TrainingError: the loss is no longer finite.
        MissingExtra: PyTorch isn't installed.
        UsageError: the device that the plan names isn't there, or several processes can't train this.
    """
    torch = import_torch()
    device = own_device(pick_device(job.plan.device), job.plan.device, job.processes)
    rows = len(job.arrays.train) if job.plan.batch_size == "full" else job.plan.batch_size
    worth = min(threads_for(job.network, rows // job.processes.count), job.processes.cores)
    count = min(worth, torch.get_num_threads())  # OMP_NUM_THREADS is obeyed
    with own_random_state(device), threads(count):
        torch.manual_seed(job.plan.seed)
        run = _Run(job, device)
        if job.resume is not None:
            run.course.restore(job.resume)
        tensors = {} if job.resume is None else as_tensors(job.resume.tensors)
        restore_random_state(tensors, job.plan.seed, device, job.processes)
        run.course.begin()
        watching = watcher or Silent()
        try:
            stopped = run.run(Agreed(watching, job.processes) if job.processes.several else watching)
        finally:
            run.close()
        return run.course.result(stopped, count)


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
        model: Any = build(network).eval()
    model.load_state_dict(as_tensors(weights), assign=True)
    data = torch.from_numpy(np.ascontiguousarray(inputs))
    with torch.inference_mode(), threads(threads_for(network, min(len(inputs), AT_ONCE))):
        model, last = place(model.to(data.dtype), network, data[:1], "cpu")
        forward = fast_forward(model, network)
        blocks = (block.contiguous(memory_format=last) for block in data.split(AT_ONCE))
        return np.asarray(torch.cat([forward(block) for block in blocks]).numpy())


class _Run:
    """One run: the model, the data and one step. What changes from step to step is the course."""

    def __init__(self, job: Job, device: str) -> None:
        model: torch.nn.Module = build(job.network)
        if job.initial is not None:
            model.load_state_dict(as_tensors(job.initial))
        self.network, self.processes = job.network, job.processes
        example = as_tensor(job.arrays.train.first(2))
        self.model, last = place(model, job.network, example, device)
        channels_last = last == import_torch().channels_last
        self.data = Batches("train", job.arrays.train, job, device, channels_last)
        self.followed = [Batches(key, part, job, device, channels_last) for key, part in followed(job)]
        self.data.augment = job.plan.augment if job.plan.augment.any else None
        precision = self._precision(job, device, channels_last)
        self.optimizer = make_optimizer(job.plan, self.model, **quick_settings(job.plan, device))
        self.loss = loss_module(job.plan, job.class_weights, device, job.loss)
        weighs = job.loss is None and job.plan.loss == "cross_entropy"
        self.shares = Shares(job.processes, self.loss.weight if weighs else None)
        self.course = Course(job, self.model, self.optimizer, device, name, precision)
        self.probes = Probes(self.model, job, self.course, device)
        self.ema_decay = job.plan.ema_decay
        if self.ema_decay is not None:
            self.course.averaged = copy.deepcopy(self.model).requires_grad_(False)
        self.step = _Step(self, job)
        self.take = self._taking(job, device)
        # A step from a list leaves no gradients where probes look for them.
        self.take_probed = self.step if isinstance(self.take, Written) else self.take
        self.losses: list[torch.Tensor] = []  # of the epoch's steps, still on the device
        self.waiting: list[tuple[torch.Tensor, torch.Tensor]] = []  # outputs and answers, likewise
        self.hits: torch.Tensor | None = None

    def run(self, watcher: Watcher) -> Stopped:
        """Train until the plan, the patience or the watcher ends it."""
        at = self.course
        report_at = time.monotonic() + REPORT_EVERY
        self.model.train()
        while at.epoch < at.epochs:
            if at.step == 0:
                at.order = self._drawn_order()
            self.data.expect(at.order, at.batch_size, at.step)
            stop = False
            while at.step < at.steps and not stop:
                start = at.step * at.batch_size
                rows = slice(start, start + at.batch_size)
                if at.rate_moves:
                    at.set_rate()
                probing = self.probes.due
                if probing:
                    self.probes.before()
                take = self.take_probed if probing else self.take
                self._took(*take(rows if at.order is None else at.order[rows]))
                if probing:
                    self.probes.after(self.step.norm)
                at.step += 1

                # What the watcher asks for after a step.
                if watcher.due():
                    watcher.keep(self._state())
                stop = watcher.stop()
                if at.steps > 1 and time.monotonic() > report_at:
                    report_at = time.monotonic() + REPORT_EVERY
                    watcher.show(at.within_epoch())
            if at.step < at.steps:
                return "interrupted"

            self._read()
            at.close_epoch(self._row())
            watcher.show(at.after_epoch())
            if at.out_of_patience:
                return "patience"
            if stop and at.epoch < at.epochs:
                if watcher.due():
                    watcher.keep(self._state())
                return "interrupted"
        return "epochs"

    def close(self) -> None:
        """Read no further ahead."""
        for part in (self.data, *self.followed):
            part.close()

    def _precision(self, job: Job, device: str, channels_last: bool) -> Precision:
        """Return the precision, which is measured: all processes take the leading one's."""
        chosen: Precision = choose_precision(job.plan, device, channels_last)
        if not self.processes.several:
            return chosen
        halved = import_torch().tensor(int(chosen == "bfloat16"))
        return "bfloat16" if follow(halved, self.processes).item() else "float32"

    def _taking(self, job: Job, device: str) -> Any:
        """Return what takes a step: the step, a recording of it, or the step on a share of the rows."""
        if self.processes.several:
            if job.loss is not None:
                self._check_loss()
            return SharedStep(self.step, self.shares, self.data.tensors, self.processes)
        if self.data.stream is not None:
            return self.step  # a recorded step can't read files
        if device == "cuda":
            return Recorded(self.step, self.model, self.optimizer)
        long = self.course.epochs * self.course.steps >= LEAST_STEPS
        if (
            device == "cpu"
            and long
            and self.course.precision == "float32"
            and repeatable(self.model, self.loss)
        ):
            return Written(self.step, self.model, self.optimizer, self.data.rows)
        return self.step

    def _check_loss(self) -> None:
        """Refuse a user's own loss that can't be shared out, before training."""
        x, y, _ = self.data.pick(slice(0, min(LOSS_ROWS, self.data.rows)))
        if len(y) > 1:
            with import_torch().no_grad():
                outputs = self.model.eval()(x)
            check_mean(self.loss, outputs, y)

    def _drawn_order(self) -> torch.Tensor | None:
        """Draw the epoch's order, one process for all: dropout leaves them in different random states."""
        order = self.course.draw_order()
        return None if order is None else follow(order, self.processes)

    def _took(self, loss: torch.Tensor, outputs: torch.Tensor, answers: torch.Tensor) -> None:
        """Keep what a step gave, on the device, and move the average."""
        self.losses.append(loss)
        self.waiting.append((outputs, answers))
        if len(self.waiting) * outputs.numel() > WAITING:
            self._count()
        at = self.course
        if self.ema_decay is not None and at.averaged is not None:
            done = at.epoch * at.steps + at.step + 1
            # The first averages are short, or the random weights would stay in them for long.
            decay = min(self.ema_decay, (1 + done) / (10 + done))
            _move_average(at.averaged, self.model, 1 - decay)

    def _count(self) -> None:
        """Count the hits of what is waiting, without reading the number."""
        if not self.waiting:
            return
        cat = import_torch().cat
        outputs, answers = (cat(tensors) for tensors in zip(*self.waiting, strict=True))
        hits = self.data.tensors.hits(outputs, answers)
        self.hits = hits if self.hits is None else self.hits + hits
        self.waiting = []

    def _read(self) -> None:
        """Read losses and hits back from the device: once an epoch, and for a checkpoint."""
        self._count()
        if self.losses:
            losses = add_up(import_torch().stack(self.losses), self.processes)
            self.course.losses += losses.tolist()
            self.losses = []
        if self.hits is not None:
            self.course.hits += add_up(self.hits, self.processes).item()
            self.hits = None

    def _state(self) -> State:
        self._read()
        state = self.course.state()
        return replace(
            state, tensors=state.tensors | as_arrays(random_states(self.course.device, self.processes))
        )

    def _row(self) -> dict[str, float]:
        """Return the losses and scores of the epoch that has ended."""
        data, at = self.data.tensors, self.course
        row = {data.loss_column: at.mean_loss(), data.score_column: data.scored(at.hits, at.rows_seen)}
        for part in self.followed:
            columns = (part.tensors.loss_column, part.tensors.score_column)
            row |= dict(zip(columns, self._evaluate(part), strict=True))
        return row

    def _evaluate(self, part: Batches) -> tuple[float, float]:
        """Return loss and score of a part, in float32; each process evaluates its share of the rows."""
        torch = import_torch()
        model = self.course.answering.eval()
        for buffer in model.buffers():
            follow(buffer, self.processes)  # the running means of the leading process
        forward = fast_forward(model, self.network)
        size = part.at_once(AT_ONCE)
        part.expect(None, size)
        share = self.shares.of(slice(0, part.rows), part.tensors)
        own = share.rows
        assert isinstance(own, slice), "rows in their own order"
        with torch.inference_mode():
            blocks = (slice(start, min(start + size, own.stop)) for start in range(own.start, own.stop, size))
            outputs = torch.cat([forward(part.pick(block)[0]) for block in blocks])
            loss = self.loss(outputs, part.tensors.targets[own]) * share.part
            counted = slice(own.start, own.start + share.kept)
            hits = part.tensors.hits(outputs[: share.kept], part.tensors.answers[counted])
            if self.processes.several:
                loss, hits = add_up(torch.stack([loss.double(), hits.double()]), self.processes)
        part.close()
        self.model.train()
        return loss.item(), part.tensors.scored(hits.item(), part.rows)


class _Step:
    """One step, from the rows' indices to moved weights; nothing in it waits for the device."""

    def __init__(self, run: _Run, job: Job) -> None:
        torch = import_torch()
        self.data, self.loss, self.optimizer = run.data, run.loss, run.optimizer
        self.forward = fast_forward(run.model, job.network)
        if job.processes.several:
            chance = isinstance(job.network, OwnNetwork) and job.network.chain is None
            self.forward = parallel(self.forward, some_unused=chance)
        self.parameters = [weight for weight in run.model.parameters() if weight.requires_grad]
        self.clip_norm = job.plan.clip_norm
        self.norm: Any = None  # of the gradients before they were clipped
        self.bfloat16 = run.course.precision == "bfloat16"
        device = run.course.device
        # A recorded step can't read weights that were cast before it was recorded.
        cast = torch.autocast(device, torch.bfloat16, cache_enabled=device != "cuda")
        self.casting = cast if self.bfloat16 else nullcontext()

    def __call__(
        self, rows: torch.Tensor | slice, times: torch.Tensor | float | None = None
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Take the step, and return loss, outputs and answers.

        Args:
            rows: the batch.
            times: what the gradients are multiplied with.
        """
        x, y, answers = self.data.pick(rows)
        with self.casting:
            outputs = self.forward(x)
        outputs = outputs.float() if self.bfloat16 else outputs
        loss = self.loss(outputs, y)
        for weight in self.parameters:
            weight.grad = None
        (loss if times is None else loss * times).backward()
        if self.clip_norm is not None:
            self.norm = import_torch().nn.utils.clip_grad_norm_(self.parameters, self.clip_norm)
        self.optimizer.step()
        return loss.detach(), outputs.detach(), answers


def _move_average(average: torch.nn.Module, model: torch.nn.Module, share: float) -> None:
    """Move the average's weights towards the model's; running means and counts are taken as they are."""
    torch = import_torch()
    with torch.no_grad():
        torch._foreach_lerp_(list(average.parameters()), list(model.parameters()), share)
        for kept, now in zip(average.buffers(), model.buffers(), strict=True):
            kept.copy_(now)
