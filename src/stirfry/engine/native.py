"""The native engine: PyTorch's numbers for chains of known layers, without PyTorch or the interpreter.

A run is one object of the compiled module `stirfry._native`, carried on a few hundredths of a second at a
time with the interpreter's lock released. Between two such pieces the watcher is asked: so Ctrl-C is heard
within `TICK`, and the run pays for it 40 times a second and not at every step.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.engine.contract import (
    Job,
    Part,
    Progress,
    Remembered,
    State,
    Stopped,
    Trained,
    Watcher,
    Weights,
)
from stirfry.engine.initial import initial_weights
from stirfry.engine.native_program import (
    extension,
    flat_buffers,
    flat_weights,
    instruction_set,
    named,
    native_layers,
    native_loss,
    native_plan,
    native_rows,
    row_size,
)
from stirfry.engine.native_state import restore, state_of
from stirfry.engine.own import OwnNetwork
from stirfry.engine.remembered import of_native
from stirfry.engine.threads import free_cores, multiplications
from stirfry.errors import TrainingError
from stirfry.rng import Stream
from stirfry.spec.network import Network
from stirfry.spec.schedule import rates

name = "native"
#: One row's outputs don't depend on the rows beside it in this precision: each has a lane of its own.
predicts_in: type[np.floating[Any]] = np.float32

#: Seconds that a run goes on before the watcher is asked, and between two reports.
TICK, REPORT_EVERY = 0.025, 0.05
#: Steps after which the watcher is asked too; 0 leaves it to the clock.
STEPS_AT_ONCE = 0
#: Runs of a population that are under way at the same time, where their data are small and where not.
UNDER_WAY, SMALL = 256, 100_000


def train(job: Job, watcher: Watcher | None = None) -> Trained:
    """Train a network.

    Args:
        job: data, network, plan.
        watcher: sees the run and may stop it; asked every `TICK`.

    Returns:
        Weights, history and what is known about the run.

    Raises:
        TrainingError: the loss is no longer finite.
    """
    started = time.perf_counter()
    run = _Run(job, cores(), _Rows())
    stopped = run.watched(watcher) if watcher is not None else run.alone()
    return run.result(stopped, time.perf_counter() - started, remembers=run.own is None)


def train_many(
    jobs: Sequence[Job],
    stop: Callable[[], bool] = lambda: False,
    show: Callable[[float], None] = lambda share: None,
    threads: int | None = None,
) -> list[Trained | TrainingError | None]:
    """Train many networks, one on each core at a time.

    A run's result doesn't depend on the runs beside it, nor on the number of threads.

    Args:
        jobs: the runs, each with its own plan, rows and seed; parts that are the same object are held once.
        stop: asked every `TICK`; where it says so, every run ends where it is.
        show: takes the share of all steps that are done.
        threads: how many at a time; None is as many as there are cores.

    Returns:
        For each job what it gave, its TrainingError where the loss left the finite numbers, or None where it
        was stopped before its first epoch was over.
    """
    count = threads or cores()
    rows = _Rows()
    small = max((job.arrays.train.inputs.size for job in jobs), default=0) <= SMALL
    at_once = UNDER_WAY if small else 2 * count
    results: list[Trained | TrainingError | None] = [None] * len(jobs)
    total = sum(job.plan.epochs for job in jobs)
    waiting = list(enumerate(jobs))[::-1]
    under_way: list[tuple[int, _Run]] = []
    done, report_at = 0, time.monotonic() + REPORT_EVERY
    while waiting or under_way:
        while waiting and len(under_way) < at_once:
            index, job = waiting.pop()
            under_way.append((index, _Run(job, 1, rows)))
        extension().advance_all([run.native for _, run in under_way], TICK, count)
        stopping = stop()
        going: list[tuple[int, _Run]] = []
        for index, run in under_way:
            if run.going and not stopping:
                going.append((index, run))
                continue
            results[index] = run.outcome()
            done += run.job.plan.epochs
        under_way = going
        if stopping:
            break
        if time.monotonic() > report_at:
            report_at = time.monotonic() + REPORT_EVERY
            show((done + sum(run.native.epoch for _, run in under_way)) / total)
    return results


def outputs(network: Network | OwnNetwork, weights: Weights, inputs: Any) -> NDArray[Any]:
    """Return the network's raw outputs in prediction mode.

    Args:
        network: the network.
        weights: its weights under the `state_dict` names.
        inputs: rows, shape (N, *row); computed as float32.

    Returns:
        Outputs of shape (N, K), float32.
    """
    assert isinstance(network, Network), "a user's own network predicts as a chain, or on PyTorch"
    rows = np.ascontiguousarray(inputs, dtype=np.float32).reshape(len(inputs), row_size(network))
    return np.asarray(predictor(network, weights, cores())(rows))


def predictor(
    network: Network, weights: Weights, threads: int = 1
) -> Callable[[NDArray[np.float32]], NDArray[np.float32]]:
    """Return a function from rows to raw outputs, made once for many calls.

    Args:
        network: the network.
        weights: its weights under the `state_dict` names.
        threads: how many threads many images may take.

    Returns:
        A function of float32 rows, shape (N, D) to (N, K) or (D,) to (K,), for one thread at a time.

    Example:
        >>> from stirfry.spec.layers import Linear
        >>> network = Network((Linear(out_features=1, bias=False),), (2,))
        >>> predict = predictor(network, {"0.weight": np.array([[1, 2]], dtype=np.float32)})
        >>> predict(np.array([3, 4], dtype=np.float32)).tolist()
        [11.0]
    """
    return extension().Predictor(
        instruction_set(),
        native_layers(network),
        row_size(network),
        flat_weights(network, weights),
        flat_buffers(network, weights),
        threads,
    )


def scaled_predictor(
    network: Network, weights: Weights, centers: NDArray[np.float64], scales: NDArray[np.float64]
) -> Callable[[NDArray[np.float64]], NDArray[np.float32] | None]:
    """Return a function from raw rows to raw outputs, or to None where an output isn't finite.

    Args:
        network: the network.
        weights: its weights under the `state_dict` names.
        centers: what is subtracted from each input, shape (D,).
        scales: what it is divided by then, shape (D,).

    Returns:
        A function of contiguous float64 rows, shape (N, D) to (N, K), for one thread at a time.
    """
    made = predictor(network, weights)
    return lambda rows: made.scaled(rows, centers, scales)  # type: ignore[attr-defined]


class _Rows:
    """Parts in the engine's form, each made once however many runs look at it."""

    def __init__(self) -> None:
        self._made: dict[tuple[int, str, int], tuple[Part, Any]] = {}

    def of(self, part: Part, job: Job) -> Any:
        key = (id(part), str(job.plan.loss), job.network.output_shape[0])
        if key not in self._made:
            self._made[key] = (part, native_rows(part, job))  # the part too, so that its id stays its own
        return self._made[key][1]


class _Run:
    """One run and what Python knows about it."""

    def __init__(self, job: Job, threads: int, rows: _Rows) -> None:
        self.own = job.network if isinstance(job.network, OwnNetwork) else None
        job = job if self.own is None else self.own.as_chain(job)
        assert isinstance(job.network, Network), "the native engine trains chains"
        self.job, self.network = job, job.network
        arrays, plan = job.arrays, job.plan
        random = extension().Random(plan.seed & 0xFFFFFFFF)
        # They are drawn where others are given too: the batches come from the same stream, further on.
        if self.own is None:
            self.initial = initial_weights(job.network, Stream(plan.seed, random.words))
        else:
            self.initial, key, position = self.own.begun(plan.seed)
        if job.initial is not None:
            self.initial = job.initial
        test = arrays.test if plan.follow_test else None
        followed = {"validation": arrays.validation, "test": test}
        self.parts = ["train", *(name for name, part in followed.items() if part is not None)]
        self.score = "r2" if job.task == "regression" else "accuracy"
        self.steps = plan.steps_per_epoch(len(arrays.train))
        self.rates = rates(plan.schedule, plan.lr, plan.epochs, self.steps)
        batch = len(arrays.train) if plan.batch_size == "full" else plan.batch_size
        self.bfloat16 = plan.precision == "bfloat16"
        self.native = extension().Run(
            instruction_set(min(batch, len(arrays.train)), multiplications(self.network), self.bfloat16),
            native_layers(self.network),
            row_size(self.network),
            native_loss(job),
            native_plan(job, self.rates),
            rows.of(arrays.train, job),
            [rows.of(part, job) for part in followed.values() if part is not None],
            flat_weights(self.network, self.initial),
            flat_buffers(self.network, self.initial),
            random,
            threads,
        )
        self.seconds_before = 0.0
        if self.own is not None:
            self.native.set_random(key, position)
        if job.resume is not None:
            self.seconds_before = restore(self.native, job.resume)

    @property
    def going(self) -> bool:
        """Whether there is more to do."""
        return bool(self.native.status == extension().Status.running)

    def alone(self) -> Stopped:
        """Train to the end with nobody watching; Ctrl-C is Python's own, between two pieces."""
        while self.going:
            self.native.advance(TICK)
        return self.ended()

    def watched(self, watcher: Watcher) -> Stopped:
        """Train until the plan, the patience or the watcher ends it."""
        report_at = time.monotonic() + REPORT_EVERY
        stop = False
        while self.going and not stop:
            self.native.advance(TICK, STEPS_AT_ONCE)
            stop = watcher.stop()
            if self.going and watcher.due():
                watcher.keep(self.state())
            if time.monotonic() > report_at:
                report_at = time.monotonic() + REPORT_EVERY
                watcher.show(self.progress())
        if self.going:
            return "interrupted"
        if self.native.status != extension().Status.not_finite:
            watcher.show(self.progress())
        return self.ended()

    def ended(self) -> Stopped:
        """Return why the run ended.

        Raises:
            TrainingError: the loss is no longer finite.
        """
        status = extension().Status
        if self.native.status == status.not_finite:
            epoch, loss = self.native.epoch + 1, str(self.native.failed_loss)
            raise TrainingError("engine.loss_not_finite", epoch=epoch, loss=loss, lr=self.job.plan.lr)
        return "patience" if self.native.status == status.patience else "epochs"

    def outcome(self) -> Trained | TrainingError | None:
        """Return what a run of a population gave."""
        if self.going:
            return self.result("interrupted", 0.0) if self.native.epoch else None
        try:
            return self.result(self.ended(), 0.0)
        except TrainingError as error:
            return error

    def state(self) -> State:
        """Return everything that the steps to come depend on, and everything that has been measured."""
        return state_of(self.native)

    def progress(self) -> Progress:
        """Return how far the run is."""
        native, epochs = self.native, self.job.plan.epochs
        share = (native.epoch + native.step / self.steps) / epochs
        return Progress(native.epoch, epochs, share, self.row(native.epoch), self.row)

    def row(self, epoch: int) -> dict[str, float]:
        """Return the history's row of a finished epoch; empty where there is none."""
        found = self.native.row(epoch)
        return {"epoch": float(epoch)} | dict(zip(self.columns(), found, strict=True)) if found else {}

    def columns(self) -> list[str]:
        """Return the names of the native history's columns."""
        return [f"{part}_{what}" for part in self.parts for what in ("loss", self.score)]

    def result(self, stopped: Stopped, seconds: float, remembers: bool = False) -> Trained:
        """Return what the run gave, and what its optimizer remembers where that is wanted."""
        native, network = self.native, self.network
        last = named(network, native.weights, native.buffers, native.batches, self.initial)
        kept = last
        best = bool(len(native.best_weights)) and self.job.plan.keep == "best"
        if best:
            kept = named(network, native.best_weights, native.best_buffers, native.best_batches, self.initial)
        if self.own is not None:
            kept, last = self.own.own_names(kept), self.own.own_names(last)
        return Trained(
            weights=kept,
            last_weights=last,
            history=self.history(),
            best_epoch=native.best_epoch if best else native.epoch,
            stopped=stopped,
            seconds=self.seconds_before + seconds,
            threads=self.native.threads,
            device="cpu",
            precision="bfloat16" if self.bfloat16 else "float32",
            steps=self.step_columns(),
            probes=self.probes(),
            remembered=self.remembered() if remembers else None,
        )

    def remembered(self) -> Remembered | None:
        """Return what the optimizer remembers of each weight."""
        native = self.native
        return of_native(self.network, self.job.plan, native.first, native.second, native.optimizer_steps)

    def history(self) -> dict[str, NDArray[np.float64]]:
        """Return the history by column."""
        rows = self.native.history
        columns = {"epoch": np.arange(1.0, len(rows) + 1)}
        columns |= {name: rows[:, index].copy() for index, name in enumerate(self.columns())}
        return columns | {"lr": self.rates[: len(rows), -1].astype(np.float64)}

    def step_columns(self) -> dict[str, NDArray[np.float64]]:
        """Return a row for each step of the finished epochs, where the plan asks for them."""
        if self.job.plan.history != "step":
            return {}
        losses = self.native.step_losses[: self.native.epoch * self.steps].astype(np.float64)
        epochs = self.native.epoch
        return {
            "step": np.arange(1.0, len(losses) + 1),
            "epoch": np.repeat(np.arange(1.0, epochs + 1), self.steps),
            "loss": losses,
            "lr": self.rates[:epochs].reshape(-1).astype(np.float64),
        }

    def probes(self) -> dict[str, NDArray[np.float64]]:
        """Return the probes by column: `epoch`, and for each layer gradient norm, update and idle units."""
        rows = self.native.probes
        found = {"epoch": rows[:, 0].copy()}
        indices = [i for i, layer in enumerate(self.network.layers) if layer.name != "Flatten"]
        for place, index in enumerate(indices):
            for offset, what in enumerate(("gradient_norm", "update_norm", "idle_share")):
                found[f"{index}.{what}"] = rows[:, 1 + 3 * place + offset].copy()
        return found


def cores() -> int:
    """Return how many threads to use at most: OMP_NUM_THREADS, or what this process may run on."""
    given = os.environ.get("OMP_NUM_THREADS", "")
    return int(given) if given.isdecimal() and int(given) > 0 else free_cores()
