"""The works that are timed: the recipes' own jobs and their neighbours, and what their arithmetic costs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import numpy as np

from peers import own_module
from stirfry.actions.listener import Nobody
from stirfry.actions.ready import get_ready
from stirfry.actions.recipes import recipe_for
from stirfry.actions.request import TrainRequest
from stirfry.engine.contract import Arrays, Job, Part
from stirfry.spec.layers import AnyLayer, Linear
from stirfry.spec.network import NetworkSpec

NETWORKS, NETWORK_EPOCHS = 1000, 2000


@dataclass(frozen=True)
class Row:
    """A row of the table.

    Args:
        name: what it is called on the command line.
        what: what it is, for a reader.
        floor: the ratio to PyTorch's eager loop that is to be reached; None where there is none.
        recipe: the recipe whose job it is; None is random rows.
        kind: `train` one network, `many` networks, or `predict` one row.
    """

    name: str
    what: str
    floor: float | None
    recipe: str | None
    kind: str = "train"


ROWS = (
    Row("iris", "iris-mlp, 20,000 epochs", 100, "iris-mlp"),
    Row("iris-followed", "the same, the test part followed", None, "iris-mlp"),
    Row("5-12-4", "iris's plan, 5-12-4, 120 random rows", None, None),
    Row("7-9-2", "iris's plan, 7-9-2, 120 random rows", None, None),
    Row("csv", "csv-dnn, 5,000 epochs, full batch", 20, "csv-dnn"),
    Row("csv-minibatch", "csv-dnn-minibatch, 500 epochs", 60, "csv-dnn-minibatch"),
    Row("simplex", "simplex-dnn, 1,000 epochs", 25, "simplex-dnn"),
    Row("weights", "linear-weights, 100 epochs of single rows", 500, "linear-weights"),
    Row("mnist", "mnist-dnn, one epoch, batches of 64", 2, "mnist-dnn"),
    Row("many", f"{NETWORKS:,} iris networks, {NETWORK_EPOCHS:,} epochs", 170, "iris-mlp", "many"),
    Row("predict", "one row of iris predicted", 20, "iris-mlp", "predict"),
)
#: What `torch_engine.py` measures: steps of a convolutional network, and of a user's own module.
TORCH_ROWS = (
    Row("cnn-64", "mnist-cnn, 30 steps of 64", 2, "mnist-cnn"),
    Row("cnn-1024", "mnist-cnn, 4 steps of 1,024", 2.5, "mnist-cnn"),
    Row("module", "a module with a skip, 20-64-64-3, 500 steps of 32", None, None),
)
CNN_STEPS = {"cnn-64": (64, 30), "cnn-1024": (1024, 4)}
MODULE_STEPS = (32, 100, 5)  # rows of a batch, batches, epochs
#: The neighbours must reach 80% of iris's ratio, so that no kernel is made for one recipe's sizes.
NEIGHBOURS = {"5-12-4": 0.8, "7-9-2": 0.8}
#: What trains one network on full batches or on batches and may use any framework.
COMMON = frozenset({"iris", "csv", "csv-minibatch", "simplex"})


@dataclass(frozen=True)
class Work:
    """A row's job.

    Args:
        row: the row.
        job: the job; of `many` networks the first one's.
        networks: how many are trained.
    """

    row: Row
    job: Job
    networks: int = 1

    def jobs(self) -> list[Job]:
        """Return the jobs of `many` networks: a seed each."""
        plan = self.job.plan
        return [
            replace(self.job, plan=plan.model_copy(update={"seed": seed})) for seed in range(self.networks)
        ]


@cache
def work(name: str, data_dir: str | None, shrink: float = 1.0) -> Work:
    """Return a work by name, its data read.

    Args:
        name: the row's name.
        data_dir: where `pima.csv` and MNIST's files lie.
        shrink: the share of the epochs, and of many networks, that makes the work; for trying things out.

    Raises:
        StirfryError: the data aren't there.
    """
    row = next(each for each in (*ROWS, *TORCH_ROWS) if each.name == name)
    if name == "module":
        return Work(row, own_module.job(*MODULE_STEPS))
    job = _recipe_job(row, data_dir) if row.recipe else _neighbour(*map(int, name.split("-")))
    if name in CNN_STEPS:
        return Work(row, _steps(job, *CNN_STEPS[name]))
    many = row.kind == "many"
    epochs = NETWORK_EPOCHS if many else job.plan.epochs
    plan = job.plan.model_copy(update={"epochs": max(1, round(shrink * epochs))})
    networks = max(2, round(shrink * NETWORKS)) if many else 1
    return Work(row, replace(job, plan=plan), networks)


def _recipe_job(row: Row, data_dir: str | None) -> Job:
    plan: dict[str, object] = {"device": "cpu"}
    if row.recipe == "iris-mlp":
        plan["follow_test"] = row.name == "iris-followed"
    if row.name == "mnist":
        plan |= {"epochs": 1, "follow_test": False}
    recipe = recipe_for(row.recipe, settings={"plan": plan}, data_dir=Path(data_dir) if data_dir else None)
    return get_ready(TrainRequest(recipe), Nobody()).job


def _steps(job: Job, batch_size: int, steps: int) -> Job:
    """Return a job's first rows as one epoch of so many steps."""
    train = job.arrays.train
    part = Part(train.inputs[: batch_size * steps], train.targets[: batch_size * steps], train.normal)
    changes = {"epochs": 1, "batch_size": batch_size, "follow_test": False, "precision": "float32"}
    return replace(job, arrays=Arrays(part), plan=job.plan.model_copy(update=changes))


def _neighbour(inputs: int, hidden: int, outputs: int) -> Job:
    """Return iris's job for other widths, on as many rows, of random points in groups."""
    random = np.random.default_rng(3)
    classes = np.arange(120, dtype=np.int64) % outputs
    points = random.uniform(size=(120, inputs)) * 0.5 + random.uniform(size=(outputs, inputs))[classes] * 0.5
    network = NetworkSpec(hidden=(hidden,)).resolve((inputs,), outputs)
    plan = _recipe_job(ROWS[0], None).plan
    task = "binary" if outputs == 2 else "multiclass"
    return Job(Arrays(Part(points.astype(np.float32), classes)), network, plan, task)


#: Operations of a function of one number by hand: an exponential by a polynomial takes 12 (range reduction
#: 3, degree 6, scaling 3 with the conversion), a logarithm as many; a sigmoid adds a division and an
#: addition, and its derivative 3.
EXPONENTIAL = 12
ACTIVATION = {"ReLU": 2, "Sigmoid": EXPONENTIAL + 2 + 3, "Flatten": 0}
#: An output's share in the loss and its gradient: softmax with its maximum and sum; log-sigmoid; difference.
LOSS = {"cross_entropy": EXPONENTIAL + 6, "bce_with_logits": 2 * EXPONENTIAL + 6, "mse": 4}
OPTIMIZER = {"sgd": 2, "momentum": 4, "adam": 12}


def operations(work: Work) -> float:
    """Return the operations of a work, counted by hand.

    A Linear layer multiplies and adds forward, for the weights' gradient and, but in the first layer, for the
    inputs' gradient; biases cost an addition forward and one backward. Accuracy, shuffling and moving of
    data count nothing.
    """
    job, plan, rows = work.job, work.job.plan, len(work.job.arrays.train)
    if work.row.kind == "predict":
        return float(_forward(job))
    row = _forward(job) + _backward(job) + LOSS[str(plan.loss)] * job.network.output_shape[0]
    optimizer = OPTIMIZER["momentum" if plan.momentum else plan.optimizer]
    steps = plan.steps_per_epoch(rows) * job.network.n_parameters * optimizer
    followed = len(job.arrays.test) * _forward(job) if plan.follow_test and job.arrays.test else 0
    return float(work.networks * plan.epochs * (rows * row + steps + followed))


def _forward(job: Job) -> int:
    total = 0
    for layer, before, after in _chain(job):
        linear = 2 * before * after + after * layer.bias if isinstance(layer, Linear) else 0
        total += linear + ACTIVATION.get(layer.name, 0) * after
    return total


def _backward(job: Job) -> int:
    linear = [(layer, before, after) for layer, before, after in _chain(job) if isinstance(layer, Linear)]
    gradients = sum(2 * before * after + after * layer.bias for layer, before, after in linear)
    return gradients + sum(2 * before * after for _, before, after in linear[1:])


def _chain(job: Job) -> list[tuple[AnyLayer, int, int]]:
    shapes = [int(np.prod(shape)) for shape in job.network.shapes]
    return list(zip(job.network.layers, shapes, shapes[1:], strict=False))
