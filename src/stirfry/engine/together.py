"""What the processes of a run do together while it trains: shares of a batch, sums, and decisions.

Every process has all rows and draws the same order. Of each batch it takes its own share, and the gradients
are weighted by rows and added up, so the weights move as they would in one process.

Letters: N rows of a batch, P processes.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from stirfry.engine.build import import_torch
from stirfry.engine.contract import Progress, State, Watcher
from stirfry.engine.processes import Processes
from stirfry.engine.torch_tensors import Tensors
from stirfry.errors import UsageError

if TYPE_CHECKING:
    import torch

    Rows = torch.Tensor | slice
    Result = tuple[torch.Tensor, torch.Tensor, torch.Tensor]

#: Seconds between two times that the processes ask each other, which takes about one thousandth of one.
ASK_EVERY = 0.1


class Share(NamedTuple):
    """What one process takes of some rows.

    Attributes:
        rows: the rows' numbers; one row that doesn't count where there are fewer rows than processes.
        part: how much its mean loss counts in the mean over all rows.
        kept: how many of its rows count.
    """

    rows: Rows
    part: torch.Tensor | float
    kept: int


class Shares:
    """How rows are shared out.

    Args:
        processes: which process of how many this is.
        weight: the loss's weight for each class, where its mean is weighted by classes.
    """

    def __init__(self, processes: Processes, weight: torch.Tensor | None) -> None:
        self._rank, self._count, self._weight = processes.rank, processes.count, weight

    def of(self, rows: Rows, data: Tensors) -> Share:
        """Return this process's share: rows that follow each other, as many as every other's or one more."""
        if isinstance(rows, slice):
            rows = slice(rows.start, min(rows.stop, data.rows))
            total = rows.stop - rows.start
        else:
            total = len(rows)
        if self._count == 1:
            return Share(rows, 1.0, total)
        begin, end = (total * each // self._count for each in (self._rank, self._rank + 1))
        own = _within(rows, begin, max(end, begin + 1)) if begin < total else _within(rows, 0, 1)
        if self._weight is None or begin == end:
            return Share(own, (end - begin) / total, end - begin)
        weights = self._weight[data.targets[rows]]
        return Share(own, weights[begin:end].sum() / weights.sum(), end - begin)


def _within(rows: Rows, begin: int, end: int) -> Rows:
    if isinstance(rows, slice):
        return slice(rows.start + begin, rows.start + end)
    return rows[begin:end]


class SharedStep:
    """A step on this process's share of the batch, whose gradients are added up over all processes.

    Args:
        step: the step; it takes rows and what the loss is multiplied with before its gradient is taken.
        shares: how rows are shared out.
        data: the rows.
        processes: which process of how many this is.
    """

    def __init__(
        self, step: Callable[..., Result], shares: Shares, data: Tensors, processes: Processes
    ) -> None:
        self._step, self._shares, self._data, self._count = step, shares, data, processes.count

    def __call__(self, rows: Rows) -> Result:
        """Take the step, and return this process's part of the loss, its outputs and answers."""
        share = self._shares.of(rows, self._data)
        # DistributedDataParallel takes the mean over processes; the sum is wanted.
        loss, outputs, answers = self._step(share.rows, share.part * self._count)
        return loss * share.part, outputs[: share.kept], answers[: share.kept]


def parallel(module: torch.nn.Module, some_unused: bool) -> torch.nn.Module:
    """Return the module as one whose gradients are averaged over the processes; its weights become rank 0's.

    Args:
        module: the module.
        some_unused: whether a step may leave parameters out.
    """
    wrapped: torch.nn.Module = import_torch().nn.parallel.DistributedDataParallel(
        module, find_unused_parameters=some_unused
    )
    return wrapped


def add_up(tensor: torch.Tensor, processes: Processes) -> torch.Tensor:
    """Add a tensor up over all processes, in place, and return it."""
    if processes.several:
        import_torch().distributed.all_reduce(tensor)
    return tensor


def follow(tensor: torch.Tensor, processes: Processes) -> torch.Tensor:
    """Give a tensor the values that it has in the leading process, in place, and return it."""
    if processes.several:
        import_torch().distributed.broadcast(tensor, src=0)
    return tensor


def check_mean(loss: Callable[..., Any], outputs: torch.Tensor, targets: torch.Tensor) -> None:
    """Refuse a user's own loss that is no mean over rows: shares of it don't add up.

    Args:
        loss: the loss.
        outputs: those of a few rows, at least 2.
        targets: of the same rows.

    Raises:
        UsageError: the mean of its values for some of the rows isn't its value for all of them.
    """
    torch = import_torch()
    rows = len(outputs)
    with torch.no_grad():
        whole = loss(outputs, targets)
        first = loss(outputs[:1], targets[:1])
        rest = loss(outputs[1:], targets[1:])
    if not torch.allclose(whole, (first + (rows - 1) * rest) / rows, rtol=1e-3, atol=1e-5):
        raise UsageError("engine.loss_no_mean")


def random_states(device: str, processes: Processes) -> dict[str, torch.Tensor]:
    """Return the random states of all processes but the leading one, under their names in a checkpoint."""
    if not processes.several:
        return {}
    torch = import_torch()
    own = torch.get_rng_state()
    if device == "cuda":
        own = torch.cat([own, torch.cuda.get_rng_state()])
    found = [torch.empty_like(own) for _ in range(processes.count)]
    torch.distributed.all_gather(found, own)
    return {f"random_of.{rank}": state for rank, state in enumerate(found) if rank > 0}


def restore_random_state(
    states: dict[str, torch.Tensor], seed: int, device: str, processes: Processes
) -> None:
    """Give a process the random state that it had; a new one where there were other processes.

    Args:
        states: the checkpoint's tensors, or none at the start of a run.
        seed: what a new state is made from.
        device: where it computes.
        processes: which process this is; the leading one has the state of a run in one process.
    """
    if processes.leads:
        return
    torch = import_torch()
    before = [key for key in states if key.startswith("random_of.")]
    if len(before) != processes.count - 1:
        torch.manual_seed((seed + processes.rank) % 2**63)
        return
    state = states[f"random_of.{processes.rank}"]
    size = len(torch.get_rng_state())
    torch.set_rng_state(state[:size].clone())
    if device == "cuda" and len(state) > size:
        torch.cuda.set_rng_state(state[size:].clone())


class Agreed:
    """The watcher of a process among several: what one of them is asked for, all do at the same step.

    They ask each other after so many steps that about `ASK_EVERY` seconds lie between.

    Args:
        watcher: this process's own.
        processes: which process this is; checkpoints are due when the leading one says so.
    """

    def __init__(self, watcher: Watcher, processes: Processes) -> None:
        self._watcher, self._processes = watcher, processes
        self._every = self._left = 1
        self._asked_at = time.monotonic()
        self._stop = self._due = False

    def due(self) -> bool:
        """Whether all are to give their part of a checkpoint; called after every step, by all of them."""
        self._left -= 1
        if self._left == 0:
            self._ask()
        return self._due

    def stop(self) -> bool:
        """Whether all stop."""
        return self._stop

    def show(self, progress: Progress) -> None:
        """Show progress."""
        self._watcher.show(progress)

    def keep(self, state: State) -> None:
        """Keep a checkpoint, in the leading process."""
        self._due = self._stop  # what is kept on stopping is kept again at the end of the epoch
        if self._processes.leads:
            self._watcher.keep(state)

    def _ask(self) -> None:
        torch = import_torch()
        now = time.monotonic()
        a_step = max(now - self._asked_at, 1e-6) / self._every
        every = max(1, min(2 * self._every, int(ASK_EVERY / a_step)))
        leads = self._processes.leads
        said = torch.tensor(
            [int(self._watcher.stop()), int(leads and self._watcher.due()), every if leads else 0]
        )
        torch.distributed.all_reduce(said, op=torch.distributed.ReduceOp.MAX)
        stop, due, every = said.tolist()
        self._stop, self._due = self._stop or bool(stop), bool(due)
        self._every = self._left = every
        self._asked_at = now
