"""The reference engine beside a lean PyTorch loop that does the same work.

    python benchmarks/reference_loop.py [--pairs 15] [--seconds 0.5] [--only NAME] [--dry]

The lean loops below are what a careful person writes by hand: data as tensors, no DataLoader, per epoch the
mean loss and the accuracy before each update. Both sides must give the same losses and accuracies, bit for
bit; where they don't, there is no figure and the script fails.

Letters: N rows, D inputs, K outputs.
"""

from __future__ import annotations

import argparse
import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from unittest import mock

os.environ["OMP_NUM_THREADS"] = str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 2)

import common
import numpy as np
import torch
from torch import nn

from stirfry.data.prepare import describe, prepare
from stirfry.data.sources import load
from stirfry.engine import torch_loop
from stirfry.engine.contract import Arrays, Job, Part
from stirfry.spec.network import NetworkSpec
from stirfry.spec.plan import Plan
from stirfry.spec.recipe import DataSpec, SplitSpec

History = tuple[list[float], list[float]]  # an epoch's loss and accuracy
Lean = Callable[[Part, int], History]

SEED = 3


def lean_iris(data: Part, epochs: int) -> History:
    """4-10-3, cross-entropy, full batch, SGD."""
    x, y = torch.from_numpy(data.inputs), torch.from_numpy(data.targets)
    torch.manual_seed(SEED)
    model = nn.Sequential(nn.Linear(4, 10), nn.ReLU(), nn.Linear(10, 3))
    rows = len(x)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    loss_function = nn.CrossEntropyLoss()
    losses, accuracies = [], []
    for _ in range(epochs):
        optimizer.zero_grad()
        outputs = model(x)
        loss = loss_function(outputs, y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        accuracies.append((outputs.argmax(1) == y).count_nonzero().item() / rows)
    return losses, accuracies


def lean_csv(data: Part, epochs: int) -> History:
    """8-32-8-4-1, sigmoid, binary cross-entropy, full batch, Adam."""
    x, y = torch.from_numpy(data.inputs), torch.from_numpy(data.targets).float().reshape(-1, 1)
    yes = y > 0
    torch.manual_seed(SEED)
    model = sigmoid_network()
    rows = len(x)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    loss_function = nn.BCEWithLogitsLoss()
    losses, accuracies = [], []
    for _ in range(epochs):
        optimizer.zero_grad()
        outputs = model(x)
        loss = loss_function(outputs, y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        accuracies.append(((outputs > 0) == yes).count_nonzero().item() / rows)
    return losses, accuracies


def lean_csv_batches(data: Part, epochs: int) -> History:
    """The same in shuffled batches of 128."""
    x, y = torch.from_numpy(data.inputs), torch.from_numpy(data.targets).float().reshape(-1, 1)
    yes = y > 0
    torch.manual_seed(SEED)
    model = sigmoid_network()
    rows = len(x)
    optimizer = torch.optim.Adam(model.parameters(), lr=0.005)
    loss_function = nn.BCEWithLogitsLoss()
    losses, accuracies = [], []
    for _ in range(epochs):
        total, right, batches = 0.0, 0, shuffled(rows).split(128)
        for batch in batches:
            optimizer.zero_grad()
            outputs = model(x.index_select(0, batch))
            loss = loss_function(outputs, y.index_select(0, batch))
            loss.backward()
            optimizer.step()
            total += loss.item()
            right += ((outputs > 0) == yes.index_select(0, batch)).count_nonzero().item()
        losses.append(total / len(batches))
        accuracies.append(right / rows)
    return losses, accuracies


def lean_simplex(data: Part, epochs: int) -> History:
    """3-5-5-5-3, squared error on one-hot targets, full batch, SGD."""
    x, classes = torch.from_numpy(data.inputs), torch.from_numpy(data.targets)
    y = nn.functional.one_hot(classes, 3).float()
    torch.manual_seed(SEED)
    model = nn.Sequential(
        *(nn.Linear(3, 5), nn.ReLU(), nn.Linear(5, 5), nn.ReLU(), nn.Linear(5, 5), nn.ReLU(), nn.Linear(5, 3))
    )
    rows = len(x)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01)
    loss_function = nn.MSELoss()
    losses, accuracies = [], []
    for _ in range(epochs):
        optimizer.zero_grad()
        outputs = model(x)
        loss = loss_function(outputs, y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        accuracies.append((outputs.argmax(1) == classes).count_nonzero().item() / rows)
    return losses, accuracies


def lean_digits(data: Part, epochs: int) -> History:
    """784-512-256-128-64-10, cross-entropy, shuffled batches of 64, SGD with momentum."""
    x, y = torch.from_numpy(data.inputs), torch.from_numpy(data.targets)
    torch.manual_seed(SEED)
    hidden = (nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 128), nn.ReLU())
    model = nn.Sequential(*hidden, nn.Linear(128, 64), nn.ReLU(), nn.Linear(64, 10))
    rows = len(x)
    optimizer = torch.optim.SGD(model.parameters(), lr=0.01, momentum=0.5)
    loss_function = nn.CrossEntropyLoss()
    losses, accuracies = [], []
    for _ in range(epochs):
        total, right, batches = 0.0, 0, shuffled(rows).split(64)
        for batch in batches:
            inputs, targets = x.index_select(0, batch), y.index_select(0, batch)
            optimizer.zero_grad()
            outputs = model(inputs)
            loss = loss_function(outputs, targets)
            loss.backward()
            optimizer.step()
            total += loss.item()
            right += (outputs.argmax(1) == targets).count_nonzero().item()
        losses.append(total / len(batches))
        accuracies.append(right / rows)
    return losses, accuracies


def sigmoid_network() -> nn.Sequential:
    """Return 8-32-8-4-1 without the last sigmoid, which is in the loss."""
    first = (nn.Linear(8, 32), nn.Sigmoid(), nn.Linear(32, 8), nn.Sigmoid())
    return nn.Sequential(*first, nn.Linear(8, 4), nn.Sigmoid(), nn.Linear(4, 1))


def shuffled(rows: int) -> torch.Tensor:
    """Return the order in which `DataLoader(shuffle=True)` gives the rows of this epoch."""
    torch.empty((), dtype=torch.int64).random_()
    seed = int(torch.empty((), dtype=torch.int64).random_().item())
    return torch.randperm(rows, generator=torch.Generator().manual_seed(seed))


@dataclass(frozen=True)
class Case:
    """One piece of work, for both sides.

    Args:
        name: what it is called on the command line.
        what: what it is, for a reader.
        job: for the engine; its number of epochs is set from the time that a run should take.
        lean: the loop written by hand.
    """

    name: str
    what: str
    job: Job
    lean: Lean

    def with_epochs(self, epochs: int) -> Case:
        """Return the same work for so many epochs."""
        return replace(self, job=replace(self.job, plan=self.job.plan.model_copy(update={"epochs": epochs})))

    def run_lean(self, threads: int) -> History:
        """Run the loop written by hand."""
        torch.set_num_threads(threads)
        return self.lean(self.job.arrays.train, self.job.plan.epochs)

    def run_engine(self, threads: int) -> History:
        """Run the engine, with a number of threads in place of the one that it would choose."""
        torch.set_num_threads(common.cores())  # it takes no more than are set
        with mock.patch.object(torch_loop, "threads_for", lambda network, rows: threads):
            history = torch_loop.train(self.job).history
        return history["train_loss"].tolist(), history["train_accuracy"].tolist()

    def own_threads(self) -> int:
        """Return the number of threads that the engine would choose."""
        size = self.job.plan.batch_size
        rows = len(self.job.arrays.train) if size == "full" else size
        return torch_loop.threads_for(self.job.network, rows)


def cases() -> list[Case]:
    """Return the work that is compared."""
    random = np.random.default_rng(SEED)
    points = random.uniform(size=(7000, 3)).astype(np.float32)
    table = random.normal(size=(537, 8)).astype(np.float32)
    yes = (table[:, 0] + table[:, 1] * table[:, 2] > 0).astype(np.int64)
    digits = random.normal(size=(6400, 784)).astype(np.float32)
    sgd = {"optimizer": "sgd", "lr": 0.01, "batch_size": "full"}
    adam = {"optimizer": "adam", "lr": 0.005, "loss": "bce_with_logits"}
    momentum = {"optimizer": "sgd", "lr": 0.01, "momentum": 0.5, "batch_size": 64}
    return [
        Case(
            "iris",
            "iris 4-10-3, 120 rows, full batch, SGD",
            _job(_iris(), (10,), "relu", 3, loss="cross_entropy", **sgd),
            lean_iris,
        ),
        Case(
            "csv",
            "8-32-8-4-1 sigmoid, 537 × 8, full batch, Adam",
            _job(Part(table, yes), (32, 8, 4), "sigmoid", 1, batch_size="full", **adam),
            lean_csv,
        ),
        Case(
            "csv-batches",
            "the same, shuffled batches of 128",
            _job(Part(table, yes), (32, 8, 4), "sigmoid", 1, batch_size=128, **adam),
            lean_csv_batches,
        ),
        Case(
            "simplex",
            "3-5-5-5-3, 7,000 rows, full batch, SGD, MSE",
            _job(Part(points, points.sum(1).astype(np.int64)), (5, 5, 5), "relu", 3, loss="mse", **sgd),
            lean_simplex,
        ),
        Case(
            "digits",
            "784-512-256-128-64-10, random 28 × 28, batches of 64, SGD with momentum; "
            "an epoch of 6,400 rows (100 steps, 0.107 of MNIST's)",
            _job(
                Part(digits, random.integers(0, 10, size=len(digits))),
                *((512, 256, 128, 64), "relu", 10),
                **momentum,
                loss="cross_entropy",
            ),
            lean_digits,
        ),
    ]


def _iris() -> Part:
    described = describe(load("iris", DataSpec()), DataSpec())
    split = SplitSpec(method="train_test_split", test=0.2, validation=0, seed=42)
    train = prepare(described, DataSpec(), "minmax", False, split).train
    return Part(train.inputs, train.targets)


def _job(part: Part, hidden: tuple[int, ...], activation: str, outputs: int, **plan: object) -> Job:
    network = NetworkSpec(hidden=hidden, activation=activation).resolve(part.inputs.shape[1:], outputs)
    task = "binary" if outputs == 1 else "multiclass"
    return Job(Arrays(part), network, Plan(**{"epochs": 1, "seed": SEED, "device": "cpu", **plan}), task)


def check(case: Case) -> None:
    """Make sure that both sides compute the same, bit for bit, or give up."""
    lean, engine = case.run_lean(1), case.run_engine(1)
    if lean != engine or not all(map(math.isfinite, lean[0])):
        raise SystemExit(f"{case.name}: the two loops don't give the same losses and accuracies")


def best_threads(run: Callable[[int], object], counts: Sequence[int]) -> int:
    """Return the number of threads with the shortest of three runs."""
    return min(counts, key=lambda count: min(common.spent(lambda: run(count)).wall for _ in range(3)))


def measure(case: Case, seconds: float, pairs: int) -> list[str]:
    """Return the row of one case."""
    counts = sorted({1, min(2, common.cores())})
    check(case.with_epochs(3))
    once = common.spent(lambda: case.with_epochs(20).run_lean(1)).wall / 20
    case = case.with_epochs(max(2, round(seconds / once)))
    check(case)
    lean, engine = best_threads(case.run_lean, counts), best_threads(case.run_engine, counts)
    found = common.paired(lambda: case.run_engine(engine), lambda: case.run_lean(lean), pairs)
    steps = case.job.plan.epochs * case.job.plan.steps_per_epoch(len(case.job.arrays.train))
    microseconds = [
        common.summary(getattr(pair, side).wall / steps * 1e6 for pair in found).show(".4g")
        for side in ("first", "second")
    ]
    clocks = [common.ratio(found, clock).show(".3f") for clock in ("wall", "cpu")]
    threads = f"{engine}, {lean}; {case.own_threads()}"
    return [case.what, f"{case.job.plan.epochs:,}", threads, *microseconds, *clocks]


def main() -> None:
    """Measure and write the section."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=0.5, help="about how long a run takes")
    parser.add_argument("--only", help="one case by name; nothing is written")
    parser.add_argument("--dry", action="store_true", help="only print")
    arguments = parser.parse_args()
    chosen = [case for case in cases() if arguments.only in (None, case.name)]
    rows = [measure(case, arguments.seconds, arguments.pairs) for case in chosen]
    head = ["work", "epochs", "threads", "engine, µs a step", "lean, µs a step", "ratio", "ratio, CPU time"]
    body = f"""
The reference engine (`engine/torch_loop.py`) beside a lean PyTorch loop written by hand. Ratios are engine to
lean loop, aimed at 1.05 or less: the median of {arguments.pairs} pairs of runs in turns, and their range.
Losses and accuracies of every epoch were equal bit for bit. Threads: the best of 1 and
{min(2, common.cores())}
for the engine and for the lean loop, measured; then the engine's own choice.

{common.table(head, rows)}

{common.machine("torch", "numpy")}.
"""
    if arguments.only or arguments.dry:
        print(body)
    else:
        common.write_section("reference_loop", "Reference engine and a lean loop", body)


if __name__ == "__main__":
    main()
