"""The reference engine against the tutorials' loop, written out."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from stirfry.engine import torch_loop
from stirfry.engine.contract import Arrays, Job, Part, Progress, State
from stirfry.errors import TrainingError
from stirfry.spec.layers import ACTIVATIONS, BatchNorm1d, Dropout, LayerNorm, Linear, ReLU
from stirfry.spec.network import Network, NetworkSpec
from stirfry.spec.plan import Plan


def rows(task: str = "multiclass", count: int = 50, columns: int = 4) -> Part:
    random = np.random.default_rng(7)
    inputs = random.normal(size=(count, columns)).astype(np.float32)
    if task == "regression":
        return Part(inputs, (inputs @ [1, -2, 0.5, 3] + 1).astype(np.float32).reshape(-1, 1))
    classes = (inputs[:, 0] + inputs[:, 1] ** 2 > 1).astype(np.int64)
    if task == "multiclass":
        classes += (inputs[:, 2] > 0.5) & (classes == 1)
    return Part(inputs, classes)


def mlp(outputs: int = 3, **settings: Any) -> Network:
    return NetworkSpec(hidden=(10,), **settings).resolve((4,), outputs)


def plan(**settings: Any) -> Plan:
    return Plan(**{"loss": "cross_entropy", "epochs": 5, "seed": 3, **settings})


def tutorial(
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    loss_function: nn.Module,
    part: Part,
    epochs: int,
    batch_size: int | None,
) -> list[float]:
    """The loop of every tutorial; returns the loss of every step."""
    x, y = torch.from_numpy(part.inputs), torch.from_numpy(part.targets)
    loader = (
        [(x, y)]
        if batch_size is None
        else DataLoader(TensorDataset(x, y), batch_size=batch_size, shuffle=True)
    )
    losses = []
    model.train()
    for _ in range(epochs):
        for inputs, targets in loader:
            optimizer.zero_grad()
            loss = loss_function(model(inputs), targets)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
    return losses


OPTIMIZERS = {
    "sgd": (dict(lr=0.1), lambda p: torch.optim.SGD(p, lr=0.1)),
    "momentum": (
        dict(optimizer="sgd", lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01),
        lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True, weight_decay=0.01),
    ),
    "adam": (
        dict(lr=0.01, betas=(0.8, 0.9), eps=1e-6),
        lambda p: torch.optim.Adam(p, lr=0.01, betas=(0.8, 0.9), eps=1e-6),
    ),
    "adamw": (dict(lr=0.01, weight_decay=0.1), lambda p: torch.optim.AdamW(p, lr=0.01, weight_decay=0.1)),
    "rmsprop": (
        dict(lr=0.01, momentum=0.5, alpha=0.9),
        lambda p: torch.optim.RMSprop(p, lr=0.01, momentum=0.5, alpha=0.9),
    ),
}


@pytest.mark.parametrize("kind", OPTIMIZERS)
@pytest.mark.parametrize("batch_size", [None, 16])
def test_weights_batches_and_losses_are_the_tutorials(kind: str, batch_size: int | None) -> None:
    settings, make = OPTIMIZERS[kind]
    settings = {"optimizer": "sgd" if kind == "momentum" else kind, **settings}
    torch.manual_seed(3)
    model = nn.Sequential(nn.Linear(4, 10), nn.ReLU(), nn.Linear(10, 3))
    theirs = tutorial(model, make(model.parameters()), nn.CrossEntropyLoss(), rows(), 5, batch_size)

    ours = torch_loop.train(
        Job(
            Arrays(rows()),
            mlp(),
            plan(**settings, batch_size=batch_size or "full", history="step"),
            "multiclass",
        )
    )
    assert ours.steps["loss"].tolist() == theirs
    for key, tensor in model.state_dict().items():
        np.testing.assert_array_equal(ours.weights[key], tensor.numpy(), err_msg=key)


def test_dropout_and_norms_draw_as_the_tutorial_does() -> None:
    torch.manual_seed(3)
    model = nn.Sequential(
        nn.Linear(4, 8), nn.BatchNorm1d(8), nn.Dropout(0.3), nn.LayerNorm(8), nn.Linear(8, 3)
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=0.01)
    theirs = tutorial(model, optimizer, nn.CrossEntropyLoss(), rows(), 4, 20)
    layers = (Linear(out_features=8), BatchNorm1d(), Dropout(p=0.3), LayerNorm(), Linear(out_features=3))
    job = Job(
        Arrays(rows()),
        Network(layers, (4,)),
        plan(epochs=4, lr=0.01, batch_size=20, history="step"),
        "multiclass",
    )
    ours = torch_loop.train(job)
    assert ours.steps["loss"].tolist() == theirs
    assert ours.weights["1.num_batches_tracked"] == model[1].num_batches_tracked
    np.testing.assert_array_equal(ours.weights["1.running_var"], model[1].running_var)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_outputs_are_those_of_the_module(activation: str) -> None:
    network = mlp(activation=activation)
    trained = torch_loop.train(Job(Arrays(rows()), network, plan(epochs=1), "multiclass"))
    kind = {
        "relu": nn.ReLU,
        "leaky_relu": nn.LeakyReLU,
        "sigmoid": nn.Sigmoid,
        "tanh": nn.Tanh,
        "gelu": nn.GELU,
    }
    kind |= {"silu": nn.SiLU, "elu": nn.ELU}
    model = nn.Sequential(nn.Linear(4, 10), kind[activation](), nn.Linear(10, 3))
    model.load_state_dict({key: torch.from_numpy(value) for key, value in trained.weights.items()})
    ours = torch_loop.outputs(network, trained.weights, rows().inputs)
    np.testing.assert_array_equal(ours, model(torch.from_numpy(rows().inputs)).detach().numpy())
    precise = torch_loop.outputs(network, trained.weights, rows().inputs.astype(np.float64))
    assert precise.dtype == np.float64
    np.testing.assert_allclose(precise, ours, rtol=1e-4, atol=1e-6)


LOSSES = {
    "bce_with_logits": ("binary", 1, nn.BCEWithLogitsLoss(), lambda y: y.float().reshape(-1, 1)),
    "mse": ("multiclass", 3, nn.MSELoss(), lambda y: nn.functional.one_hot(y, 3).float()),
    "l1": ("regression", 1, nn.L1Loss(), lambda y: y),
    "huber": ("regression", 1, nn.HuberLoss(delta=0.7), lambda y: y),
}


@pytest.mark.parametrize("loss", LOSSES)
def test_losses_are_pytorchs(loss: str) -> None:
    task, outputs, module, form = LOSSES[loss]
    part = rows(task)
    torch.manual_seed(3)
    model = nn.Sequential(nn.Linear(4, 10), nn.ReLU(), nn.Linear(10, outputs))
    targets = Part(part.inputs, form(torch.from_numpy(part.targets)).numpy())
    theirs = tutorial(model, torch.optim.SGD(model.parameters(), lr=0.05), module, targets, 5, 8)
    settings = plan(loss=loss, optimizer="sgd", lr=0.05, batch_size=8, history="step", huber_delta=0.7)
    ours = torch_loop.train(Job(Arrays(part), mlp(outputs), settings, task))
    assert ours.steps["loss"].tolist() == theirs


def test_an_epochs_numbers_are_the_means_before_each_update() -> None:
    part = rows()
    torch.manual_seed(3)
    model = nn.Sequential(nn.Linear(4, 10), nn.ReLU(), nn.Linear(10, 3))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    loader = DataLoader(
        TensorDataset(torch.from_numpy(part.inputs), torch.from_numpy(part.targets)), 16, shuffle=True
    )
    losses, right = [], 0
    for x, y in loader:
        optimizer.zero_grad()
        outputs = model(x)
        loss = nn.functional.cross_entropy(outputs, y)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        right += int((outputs.argmax(1) == y).sum())
    settings = plan(optimizer="sgd", lr=0.1, batch_size=16, epochs=1)
    history = torch_loop.train(Job(Arrays(part), mlp(), settings, "multiclass")).history
    assert history["train_loss"][0] == pytest.approx(np.mean(losses), abs=1e-12)
    assert history["train_accuracy"][0] == right / len(part)


def test_best_weights_are_those_of_the_lowest_validation_loss() -> None:
    job = Job(
        Arrays(rows(), rows(count=30)),
        mlp(),
        plan(epochs=40, lr=0.3, optimizer="sgd", batch_size=8),
        "multiclass",
    )
    trained = torch_loop.train(job)
    best = int(np.argmin(trained.history["validation_loss"]))
    assert trained.best_epoch == best + 1
    shorter = torch_loop.train(
        Job(job.arrays, job.network, job.plan.model_copy(update={"epochs": best + 1}), "multiclass")
    )
    for key, value in shorter.last_weights.items():
        np.testing.assert_array_equal(trained.weights[key], value)


def test_the_test_part_chooses_nothing() -> None:
    alone = torch_loop.train(Job(Arrays(rows()), mlp(), plan(epochs=10), "multiclass"))
    followed = torch_loop.train(
        Job(Arrays(rows(), None, rows(count=20)), mlp(), plan(epochs=10, follow_test=True), "multiclass")
    )
    assert "test_loss" in followed.history
    assert followed.best_epoch == 10
    for key, value in alone.weights.items():
        np.testing.assert_array_equal(followed.weights[key], value)


def test_patience_stops_that_many_epochs_after_the_best() -> None:
    job = Job(Arrays(rows(), rows(count=30)), mlp(), plan(epochs=500, lr=0.05, patience=7), "multiclass")
    trained = torch_loop.train(job)
    assert trained.stopped == "patience"
    assert len(trained.history["epoch"]) == trained.best_epoch + 7


class Keeper:
    """Keeps the state after so many steps and stops there."""

    def __init__(self, steps: int) -> None:
        self.left = steps
        self.state: State | None = None

    def stop(self) -> bool:
        return self.left <= 0

    def due(self) -> bool:
        self.left -= 1
        return self.left == 0

    def keep(self, state: State) -> None:
        self.state = state

    def show(self, progress: Progress) -> None:
        pass


@pytest.mark.parametrize("steps", [1, 7, 8, 21])
@pytest.mark.parametrize("optimizer", ["sgd", "adam"])
def test_a_resumed_run_goes_on_as_if_nothing_had_happened(steps: int, optimizer: str) -> None:
    layers = (Linear(out_features=8), ReLU(), Dropout(p=0.4), Linear(out_features=3))
    settings = plan(epochs=6, batch_size=8, optimizer=optimizer, lr=0.05, history="step", momentum=0.0)
    if optimizer == "sgd":
        settings = settings.model_copy(update={"momentum": 0.9})
    job = Job(Arrays(rows(), rows(count=20)), Network(layers, (4,)), settings, "multiclass")
    whole = torch_loop.train(job)
    keeper = Keeper(steps)
    assert torch_loop.train(job, keeper).stopped == "interrupted"
    assert keeper.state is not None
    resumed = torch_loop.train(Job(**{**job.__dict__, "resume": keeper.state}))
    assert resumed.steps["loss"].tolist() == whole.steps["loss"].tolist()
    for key in whole.history:
        np.testing.assert_array_equal(resumed.history[key], whole.history[key], err_msg=key)
    for key in whole.weights:
        np.testing.assert_array_equal(resumed.weights[key], whole.weights[key], err_msg=key)
    assert resumed.best_epoch == whole.best_epoch


def test_a_loss_that_is_not_finite_stops_the_run_and_names_the_epoch() -> None:
    part = rows("regression")
    settings = plan(loss="mse", optimizer="sgd", lr=1e6, epochs=100, batch_size="full")
    with pytest.raises(TrainingError) as error:
        torch_loop.train(Job(Arrays(part), mlp(1), settings, "regression"))
    assert error.value.facts["epoch"] > 1
    assert "1000000" in str(error.value)


def test_the_callers_random_state_and_threads_stay_as_they_were() -> None:
    torch.manual_seed(11)
    before, threads = torch.get_rng_state(), torch.get_num_threads()
    torch_loop.train(Job(Arrays(rows()), mlp(), plan(epochs=1), "multiclass"))
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.get_num_threads() == threads


def test_clipping_is_pytorchs() -> None:
    part = rows()
    torch.manual_seed(3)
    model = nn.Sequential(nn.Linear(4, 10), nn.ReLU(), nn.Linear(10, 3))
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5)
    x, y = torch.from_numpy(part.inputs), torch.from_numpy(part.targets)
    for _ in range(5):
        optimizer.zero_grad()
        nn.functional.cross_entropy(model(x), y).backward()
        nn.utils.clip_grad_norm_(model.parameters(), 0.1)
        optimizer.step()
    settings = plan(optimizer="sgd", lr=0.5, clip_norm=0.1, batch_size="full")
    ours = torch_loop.train(Job(Arrays(part), mlp(), settings, "multiclass"))
    np.testing.assert_array_equal(ours.weights["0.weight"], model[0].weight.detach())


def test_class_weights_weigh_the_loss() -> None:
    part = rows()
    weights = (1.0, 2.0, 5.0)
    torch.manual_seed(3)
    model = nn.Sequential(nn.Linear(4, 10), nn.ReLU(), nn.Linear(10, 3))
    loss = nn.CrossEntropyLoss(weight=torch.tensor(weights))
    theirs = tutorial(model, torch.optim.SGD(model.parameters(), lr=0.1), loss, part, 3, 16)
    settings = plan(optimizer="sgd", lr=0.1, batch_size=16, epochs=3, history="step")
    ours = torch_loop.train(Job(Arrays(part), mlp(), settings, "multiclass", class_weights=weights))
    assert ours.steps["loss"].tolist() == theirs


@pytest.mark.parametrize(
    "init", ["xavier_uniform", "xavier_normal", "he_uniform", "he_normal", "normal", "zeros"]
)
def test_initialisations_are_pytorchs(init: str) -> None:
    draw = {
        "xavier_uniform": nn.init.xavier_uniform_,
        "xavier_normal": nn.init.xavier_normal_,
        "he_uniform": lambda weight: nn.init.kaiming_uniform_(weight, nonlinearity="relu"),
        "he_normal": lambda weight: nn.init.kaiming_normal_(weight, nonlinearity="relu"),
        "normal": nn.init.normal_,
        "zeros": nn.init.zeros_,
    }[init]
    torch.manual_seed(3)
    model = nn.Sequential(nn.Linear(4, 10), nn.ReLU(), nn.Linear(10, 3))
    for module in itertools.islice(model, 0, None, 2):
        draw(module.weight)
        nn.init.zeros_(module.bias)
    settings = plan(optimizer="sgd", lr=1e-30, epochs=1, batch_size="full")
    ours = torch_loop.train(Job(Arrays(rows()), mlp(init=init), settings, "multiclass"))
    for key, tensor in model.state_dict().items():
        np.testing.assert_allclose(ours.weights[key], tensor.numpy(), atol=1e-20, err_msg=key)
