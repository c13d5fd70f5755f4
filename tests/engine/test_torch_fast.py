"""The fast PyTorch engine against the reference loop."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from tests.engine.native_jobs import job as table_job
from torch import nn

import stirfry
from stirfry.data.encode_images import Normal
from stirfry.engine import torch_fast, torch_loop
from stirfry.engine.contract import Arrays, Job, Part, Progress, State
from stirfry.engine.given import given_module
from stirfry.engine.own import OwnNetwork
from stirfry.engine.quick import fast_forward, place
from stirfry.engine.record_step import Recorded
from stirfry.engine.torch_parts import Silent
from stirfry.errors import TrainingError
from stirfry.spec.layers import BatchNorm2d, Conv2d, Dropout, Flatten, Layer, Linear, MaxPool2d, ReLU
from stirfry.spec.network import Network
from stirfry.spec.plan import Plan

#: Before a batch normalisation a bias gets nothing but rounding as its gradient, and Adam steps by its sign.
CNN: tuple[Layer, ...] = (
    Conv2d(out_channels=4, kernel_size=3, padding=1),
    ReLU(),
    MaxPool2d(kernel_size=2),
    Conv2d(out_channels=6, kernel_size=3, bias=False),
    BatchNorm2d(),
    ReLU(),
    MaxPool2d(kernel_size=2),
    Flatten(),
    Dropout(p=0.3),
    Linear(out_features=3),
)


def images(rows: int = 70, channels: int = 1, seed: int = 0) -> Part:
    random = np.random.default_rng(seed)
    pixels = random.integers(0, 256, (rows, channels, 12, 12), dtype=np.uint8)
    return Part(pixels, random.integers(0, 3, rows), Normal((0.4,) * channels, (0.3,) * channels))


def image_job(channels: int = 1, **settings: Any) -> Job:
    values = {"loss": "cross_entropy", "epochs": 3, "batch_size": 16, "lr": 0.003, "seed": 5} | settings
    arrays = Arrays(images(channels=channels), images(30, channels, seed=1))
    return Job(arrays, Network(CNN, (channels, 12, 12)), Plan(**values), "multiclass")


def assert_same(job: Job, tolerance: float = 1e-5, weights: bool = True) -> None:
    ours, theirs = torch_fast.train(job), torch_loop.train(job)
    assert ours.history.keys() == theirs.history.keys()
    for column, values in theirs.history.items():
        found = ours.history[column]
        np.testing.assert_allclose(found, values, rtol=tolerance, atol=tolerance, err_msg=column)
    assert ours.best_epoch == theirs.best_epoch
    for name, weight in theirs.last_weights.items() if weights else ():
        np.testing.assert_allclose(ours.last_weights[name], weight, rtol=tolerance, atol=10 * tolerance)


@pytest.mark.parametrize("optimizer", ["sgd", "adam", "adamw", "rmsprop"])
def test_an_image_network_gets_the_reference_s_numbers(optimizer: str) -> None:
    job = image_job(optimizer=optimizer, schedule="one_cycle", clip_norm=1.0)
    # In Adam and RMSprop a weight whose gradient is all rounding moves by its sign; the loss does not see it.
    assert_same(job, weights=optimizer == "sgd")


def test_colour_images_a_full_batch_and_the_rows_own_order_too() -> None:
    assert_same(image_job(channels=3))
    assert_same(image_job(batch_size="full"))
    assert_same(image_job(shuffle=False, drop_last=True, history="step"))


@pytest.mark.parametrize("loss", ["cross_entropy", "mse", "l1", "huber"])
def test_tables_get_the_reference_s_numbers(loss: str) -> None:
    assert_same(
        table_job(Linear(out_features=7), ReLU(), Dropout(p=0.2), loss=loss, momentum=0.9, optimizer="sgd")
    )


def test_regression_and_two_classes_too() -> None:
    assert_same(table_job(Linear(out_features=7), ReLU(), regression=True))
    assert_same(
        table_job(Linear(out_features=7), ReLU(), classes=2, loss="bce_with_logits", class_weights=(1.0, 2.0))
    )


def test_outputs_are_the_reference_s() -> None:
    job = image_job()
    trained, inputs = torch_fast.train(job), images(9).floats()
    theirs = torch_loop.outputs(job.network, trained.weights, inputs)
    np.testing.assert_allclose(torch_fast.outputs(job.network, trained.weights, inputs), theirs, atol=1e-5)


def test_relu_after_the_pool_gives_the_same_numbers_and_gradients() -> None:
    torch.manual_seed(1)
    plain = nn.Sequential(nn.Conv2d(2, 3, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(), nn.Linear(75, 2))
    quick = fast_forward(plain, Network(CNN, (1, 12, 12)))
    assert [type(layer).__name__ for layer in quick][1:3] == ["MaxPool2d", "ReLU"]
    x = torch.randn(8, 2, 12, 12)
    gradients = []
    for model in (plain, quick):
        plain.zero_grad()
        model(x).square().sum().backward()
        gradients.append([weight.grad.clone() for weight in plain.parameters() if weight.grad is not None])
    torch.testing.assert_close(plain(x), quick(x), rtol=0, atol=0)
    torch.testing.assert_close(gradients[0], gradients[1], rtol=0, atol=0)
    assert list(plain.state_dict()) == [
        name for name in plain.state_dict() if name.split(".")[0] in ("0", "4")
    ]


class Viewing(nn.Module):
    """A module whose `view` asks for the usual order of the axes."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.last = nn.Conv2d(3, 4, 3), nn.Linear(400, 2)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.conv(x)
        return self.last(x.view(len(x), -1))


def test_a_module_that_cannot_take_channels_last_keeps_the_usual_order() -> None:
    example = torch.rand(2, 3, 12, 12)
    own = OwnNetwork(given_module(Viewing), ((3, 12, 12),), (2,), {}, {}, (), 0)
    model, order = place(Viewing().train(), own, example, "cpu")
    assert order == torch.contiguous_format
    assert model.training
    model(example)
    flat = nn.Sequential(nn.Conv2d(3, 4, 3), nn.Flatten(), nn.Linear(400, 2))
    _, order = place(flat, own, example, "cpu")
    assert order == torch.channels_last


class Stopping(Silent):
    """Stops after so many steps, and keeps the state at that moment."""

    def __init__(self, steps: int) -> None:
        self.steps, self.state = steps, None

    def stop(self) -> bool:
        self.steps -= 1
        return self.steps < 1

    def due(self) -> bool:
        return self.steps == 1

    def keep(self, state: State) -> None:
        self.state: State | None = state


@pytest.mark.parametrize("steps", [1, 4, 5, 7])
def test_a_run_goes_on_as_if_nothing_had_happened(steps: int) -> None:
    job = image_job(ema_decay=0.9, schedule="one_cycle", augment={"shift": 1}, history="step")
    whole = torch_fast.train(job)
    watcher = Stopping(steps + 1)
    torch_fast.train(job, watcher)
    assert watcher.state is not None
    resumed = torch_fast.train(replace(job, resume=watcher.state))
    assert resumed.seconds > watcher.state.facts["seconds"] > 0, "the time before counts"
    for name, weight in whole.weights.items():
        np.testing.assert_array_equal(resumed.weights[name], weight, err_msg=name)
    for column, values in whole.history.items():
        np.testing.assert_array_equal(resumed.history[column], values, err_msg=column)


def test_progress_is_shown_and_patience_ends_a_run() -> None:
    seen: list[Progress] = []

    class Looking(Silent):
        def show(self, progress: Progress) -> None:
            seen.append(progress)

    trained = torch_fast.train(image_job(epochs=50, patience=2, lr=0.03), Looking())
    assert trained.stopped == "patience"
    assert seen[-1].epoch == len(trained.history["epoch"]) == trained.best_epoch + 2


def test_a_loss_that_is_not_finite_stops_the_run() -> None:
    with pytest.raises(TrainingError, match="epoch 1"):
        torch_fast.train(image_job(optimizer="sgd", lr=1e30))


def test_the_average_is_the_one_written_out() -> None:
    job = image_job(ema_decay=0.5, epochs=1, batch_size=32, keep="last")
    job = replace(job, arrays=Arrays(job.arrays.train))
    seen: list[dict[str, np.ndarray[Any, Any]]] = []

    class Keeping(Silent):
        def due(self) -> bool:
            return True

        def keep(self, state: State) -> None:
            seen.append({key: value for key, value in state.tensors.items() if key.startswith("model.")})

    trained = torch_fast.train(job, Keeping())
    start = torch_fast.train(replace(job, plan=job.plan.model_copy(update={"lr": 1e-30, "ema_decay": None})))
    average = start.weights["9.weight"].astype(np.float64)
    for done, state in enumerate(seen, start=1):
        decay = min(0.5, (1 + done) / (10 + done))
        average = decay * average + (1 - decay) * state["model.9.weight"]
    np.testing.assert_allclose(trained.weights["9.weight"], average, atol=1e-6)
    assert np.abs(trained.weights["9.weight"] - seen[-1]["model.9.weight"]).max() > 1e-4


def test_bfloat16_learns_the_same_with_float32_weights() -> None:
    job = image_job(precision="bfloat16", epochs=2)
    ours, exact = torch_fast.train(job), torch_fast.train(image_job(epochs=2, precision="float32"))
    assert ours.precision == "bfloat16"
    assert exact.precision == "float32"
    assert ours.weights["0.weight"].dtype == np.float32
    np.testing.assert_allclose(ours.history["train_loss"], exact.history["train_loss"], rtol=0.05)
    assert (ours.history["train_loss"] != exact.history["train_loss"]).all()


class StandIn:
    """A tape for the processor: it computes while it records, and to replay it computes again."""

    replays = 0

    def __init__(self, step: Callable[[torch.Tensor], Any]) -> None:
        self.step = step

    @contextmanager
    def recording(self) -> Iterator[None]:
        yield

    def replay(self) -> None:
        StandIn.replays += 1
        assert self.take._rows is not None
        assert self.take._result is not None
        for memory, value in zip(self.take._result, self.step(self.take._rows), strict=True):
            memory.copy_(value)

    take: Recorded


def test_recorded_steps_are_the_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    """On CUDA a step is recorded and replayed; here a stand-in does it, to the same weights."""
    job = image_job()
    plain = torch_fast.train(job)
    made: list[Recorded] = []
    original = torch_fast._Run.run

    def recorded(run: Any, watcher: Any) -> Any:
        tape = StandIn(run.step)
        run.take = tape.take = Recorded(run.step, run.model, run.optimizer, lambda: tape)
        made.append(run.take)
        return original(run, watcher)

    monkeypatch.setattr(torch_fast._Run, "run", recorded)
    StandIn.replays = 0
    replayed = torch_fast.train(job)
    assert StandIn.replays == 3 * 4, "four whole batches an epoch; the fifth is smaller"
    for name, weight in plain.weights.items():
        np.testing.assert_allclose(replayed.weights[name], weight, atol=1e-6, err_msg=name)
    np.testing.assert_allclose(replayed.history["train_loss"], plain.history["train_loss"], rtol=1e-6)


class Refusing(StandIn):
    """A tape that can't record this step."""

    @contextmanager
    def recording(self) -> Iterator[None]:
        yield
        raise RuntimeError("operation not permitted when stream is capturing")


def test_a_step_that_cannot_be_recorded_is_taken_as_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    job = image_job()
    plain = torch_fast.train(job)
    original = torch_fast._Run.run

    def recorded(run: Any, watcher: Any) -> Any:
        run.take = Recorded(run.step, run.model, run.optimizer, lambda: Refusing(run.step))
        return original(run, watcher)

    monkeypatch.setattr(torch_fast._Run, "run", recorded)
    refused = torch_fast.train(job)
    for name, weight in plain.weights.items():
        np.testing.assert_allclose(refused.weights[name], weight, atol=1e-6, err_msg=name)


class ByHand(nn.Module):
    """A chain whose `forward` is written out."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.norm = nn.BatchNorm2d(4)
        self.last = nn.Linear(100, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = nn.functional.max_pool2d(torch.relu(self.norm(self.conv(x))), 2)
        return self.last(x.flatten(1))


class Residual(nn.Module):
    """No chain: what comes in is added to what comes out."""

    def __init__(self) -> None:
        super().__init__()
        self.conv, self.last = nn.Conv2d(1, 1, 3, padding=1), nn.Linear(144, 3)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.last((x + torch.tanh(self.conv(x))).flatten(1))


@pytest.mark.parametrize("module", [ByHand, Residual])
def test_a_module_of_one_s_own_gets_the_reference_s_numbers(module: type[nn.Module]) -> None:
    part = images(90)
    settings: dict[str, Any] = {"epochs": 3, "batch_size": 16, "optimizer": "sgd", "lr": 0.05, "seed": 2}
    ours, theirs = (
        stirfry.train((part.inputs, part.targets), network=module, engine=engine, **settings)
        for engine in ("torch_fast", "torch")
    )
    assert (ours.engine, theirs.engine) == ("torch_fast", "torch")
    for column, values in theirs.history.items():
        np.testing.assert_allclose(ours.history[column], values, rtol=1e-4, err_msg=column)
    assert list(ours.model.weights) == list(module().state_dict())
