"""Convolutions and pooling in the native engine beside PyTorch, on every instruction set."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.native_jobs import SETS, assert_same_gradients, assert_same_weights

from stirfry.data.encode_images import Normal
from stirfry.engine import native, torch_fast, torch_loop
from stirfry.engine.contract import Arrays, Job, Part, State
from stirfry.spec.augment import Augment
from stirfry.spec.layers import (
    GELU,
    AvgPool2d,
    BatchNorm1d,
    BatchNorm2d,
    Conv2d,
    Dropout,
    Flatten,
    Layer,
    LayerNorm,
    LeakyReLU,
    Linear,
    MaxPool2d,
    ReLU,
    Sigmoid,
    Tanh,
)
from stirfry.spec.network import Network
from stirfry.spec.plan import Plan


def conv(channels: int, kernel: Any, **more: Any) -> Conv2d:
    return Conv2d(out_channels=channels, kernel_size=kernel, **more)


def pool(kernel: Any, **more: Any) -> MaxPool2d:
    return MaxPool2d(kernel_size=kernel, **more)


def job(
    *layers: Layer,
    shape: tuple[int, int, int] = (2, 11, 9),
    rows: int = 70,
    last: bool = True,
    **plan: Any,
) -> Job:
    """Return a job on made-up images, with a Linear layer of 4 classes behind unless `last` says no."""
    draw = np.random.RandomState(0)
    inputs = draw.randn(rows, *shape).astype(np.float32)
    targets = draw.randint(0, 4, rows)
    wanted = {"loss": "cross_entropy", "epochs": 3, "batch_size": 32, "lr": 0.05, "optimizer": "sgd"}
    behind = (Flatten(), Linear(out_features=4)) if last else (Flatten(),)
    held_out = Part(inputs[:37] + np.float32(0.1), targets[:37])
    arrays = Arrays(Part(inputs, targets), held_out)
    return Job(arrays, Network((*layers, *behind), shape), Plan(**wanted | plan), "multiclass")


RUNS: dict[str, Job] = {
    "one convolution": job(conv(5, 3), ReLU(), pool(2)),
    "padded": job(conv(7, 3, padding=1), ReLU(), pool(2), conv(6, 3, padding=1), ReLU(), pool(2)),
    "by tiles": job(conv(9, 3), ReLU(), conv(13, 3), pool(2), ReLU(), conv(8, 1)),
    "by tiles, padded": job(
        conv(8, 3), conv(17, 3, padding=(1, 2), bias=False), Sigmoid(), conv(10, 3, padding=1), Tanh(),
        batch_size=41,
    ),
    "by tiles, first": job(
        conv(20, 3, padding=2), ReLU(), pool(3), conv(8, 3, padding=1), shape=(9, 12, 8), rows=40
    ),
    "strides": job(conv(6, 5, stride=2), conv(9, 3, padding=(2, 1), stride=(2, 1)), pool(2), ReLU()),
    "holes between windows": job(conv(6, 1), conv(4, 2, stride=3), Tanh()),
    "unequal sides": job(
        conv(3, (1, 5), padding=(0, 2)), GELU(), conv(13, (4, 2), bias=False), Sigmoid(),
        AvgPool2d(kernel_size=2, stride=1, padding=1),
    ),
    "overlapping windows": job(conv(6, 3, padding=2), pool(3, stride=2, padding=1), ReLU(), conv(4, 3)),
    "pooled, then bent": job(conv(6, 3), pool(2), Tanh(), conv(4, 2), pool(2), LeakyReLU()),
    "batch norm": job(
        conv(6, 3, bias=False), BatchNorm2d(), ReLU(), pool(2, stride=1, padding=1), conv(8, 3, bias=False),
        BatchNorm2d(), LeakyReLU(), batch_size=35,
    ),
    "batch norm first": job(BatchNorm2d(), conv(5, 3), ReLU(), batch_size=35),
    "batch norm behind": job(
        conv(5, 3, bias=False), BatchNorm2d(), Flatten(), Linear(out_features=9, bias=False), BatchNorm1d(),
        ReLU(), batch_size=35,
    ),
    "layer norm behind": job(conv(5, 3), ReLU(), Flatten(), LayerNorm()),
    "dropout": job(
        conv(6, 3), Sigmoid(), pool(3, stride=2), Dropout(p=0.4), conv(5, 2), ReLU(), Flatten(),
        Linear(out_features=130), ReLU(), Dropout(p=0.5),
    ),
    "no linear layer": job(conv(8, 3), ReLU(), conv(4, 3), AvgPool2d(kernel_size=(7, 5)), last=False),
    "batch norm last": job(
        conv(4, 3), BatchNorm2d(), AvgPool2d(kernel_size=(9, 7)), last=False, batch_size=35
    ),
    "nothing to learn in front": job(pool(2), Flatten(), Linear(out_features=9), Tanh()),
    "large batches": job(conv(5, 3), ReLU(), pool(2), rows=300, batch_size=290),
    "one image": job(conv(5, 3), ReLU(), rows=9, batch_size=1),
    "adam": job(conv(5, 3), ReLU(), pool(2), optimizer="adam", lr=0.003, clip_norm=0.5),
}  # fmt: skip


def same(found: Any, expected: Any) -> None:
    """Check that two runs went alike."""
    for column, values in expected.history.items():
        np.testing.assert_allclose(found.history[column], values, rtol=1e-5, atol=2e-5, err_msg=column)
    assert_same_weights(found, expected)


@pytest.mark.parametrize("name", RUNS)
def test_a_run_is_pytorchs(name: str, isa: str) -> None:
    same(native.train(RUNS[name]), torch_loop.train(RUNS[name]))


@st.composite
def fronts(draw: st.DrawFn) -> tuple[list[Layer], tuple[int, int, int]]:
    """Draw an image's shape and some layers over it that fit."""
    shape = (draw(st.integers(1, 4)), draw(st.integers(1, 12)), draw(st.integers(1, 12)))
    layers: list[Layer] = []
    at: tuple[int, ...] = shape
    for _ in range(draw(st.integers(1, 3))):
        kernel = (draw(st.integers(1, min(5, at[1]))), draw(st.integers(1, min(5, at[2]))))
        stride = (draw(st.integers(1, 3)), draw(st.integers(1, 3)))
        tiled = draw(st.booleans()) and min(at[1:]) >= 3
        if tiled:  # two such in a row have enough channels to go by tiles
            kernel, stride = (3, 3), (1, 1)
        if tiled or draw(st.integers(0, 3)):
            padding = (draw(st.integers(0, 2)), draw(st.integers(0, 2)))
            channels, bias = draw(st.integers(8 if tiled else 1, 14)), draw(st.booleans())
            layers.append(conv(channels, kernel, stride=stride, padding=padding, bias=bias))
        else:
            kind = draw(st.sampled_from([MaxPool2d, AvgPool2d]))
            padding = (draw(st.integers(0, kernel[0] // 2)), draw(st.integers(0, kernel[1] // 2)))
            layers.append(kind(kernel_size=kernel, stride=stride, padding=padding))
        layers += draw(st.lists(st.sampled_from([ReLU(), Sigmoid(), Tanh()]), max_size=1))
        at = Network(tuple(layers), shape).shapes[-1]
    return layers, shape


@settings(max_examples=40, deadline=None)
@given(front=fronts(), rows=st.integers(1, 50), isa=st.sampled_from(SETS))
def test_gradients_are_autograds(
    front: tuple[list[Layer], tuple[int, int, int]], rows: int, isa: str
) -> None:
    # One step of plain SGD at a large rate leaves the gradient as the difference of the weights.
    lr = 1e4
    one = job(*front[0], shape=front[1], rows=rows, epochs=1, batch_size="full", lr=lr)
    one = replace(one, arrays=Arrays(one.arrays.train))
    # A bias gathers its gradient from all pixels, which nearly cancel out.
    assert_same_gradients(one, isa, 3e-7)


def test_the_number_of_threads_changes_nothing(isa: str, monkeypatch: pytest.MonkeyPatch) -> None:
    # Large enough for a team of threads: see `team_from`, and `group_most` for what is left in its midst.
    layers = (conv(8, 3), BatchNorm2d(), ReLU(), pool(2), conv(8, 3), ReLU())
    for given_layers in (layers, layers[:1] + layers[2:]):
        large = job(
            *given_layers, shape=(1, 28, 28), rows=140, batch_size=70, epochs=1, augment=MOVES["both"]
        )
        found = []
        for threads in ("1", "3"):
            monkeypatch.setenv("OMP_NUM_THREADS", threads)
            found.append(native.train(large))
        assert [each.threads for each in found] == [1, 3]
        for key, value in found[0].weights.items():
            np.testing.assert_array_equal(found[1].weights[key], value)


class Keeper:
    """Keeps the state at the first chance, and stops there."""

    state: State | None = None

    def stop(self) -> bool:
        return self.state is not None

    def show(self, progress: Any) -> None:
        pass

    def due(self) -> bool:
        return self.state is None

    def keep(self, state: State) -> None:
        self.state = state


@pytest.mark.parametrize("norm", [True, False])
def test_a_step_is_left_in_its_midst_and_taken_up_again(norm: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(native, "TICK", 0.0)
    layers = (
        conv(8, 3),
        *([BatchNorm2d()] if norm else []),
        ReLU(),
        pool(2),
        conv(8, 3),
        Dropout(p=0.3),
        ReLU(),
    )
    long = job(*layers, shape=(1, 28, 28), rows=200, batch_size=200, epochs=2, augment=MOVES["both"])
    whole, keeper = native.train(long), Keeper()
    native.train(long, keeper)
    assert keeper.state is not None
    resumed = native.train(replace(long, resume=keeper.state))
    for key, value in whole.weights.items():
        np.testing.assert_array_equal(resumed.weights[key], value)


def pixels(rows: int, shape: tuple[int, int, int] = (3, 10, 10)) -> Part:
    draw = np.random.RandomState(rows)
    images = draw.randint(0, 256, (rows, *shape)).astype(np.uint8)
    return Part(
        images, draw.randint(0, 4, rows), Normal((0.5, 0.3, 0.1)[: shape[0]], (0.2, 0.3, 0.4)[: shape[0]])
    )


MOVES = {
    "none": Augment(),
    "shift": Augment(shift=2),
    "flip": Augment(flip=True),
    "both": Augment(shift=1, flip=True),
}


@pytest.mark.parametrize("name", MOVES)
def test_pixels_and_moved_images_are_those_of_the_pytorch_engine(name: str, isa: str) -> None:
    # Dropout stands behind: in front, that engine draws its masks in another order.
    network = Network(
        (conv(6, 3), ReLU(), pool(2), Flatten(), Dropout(p=0.2), Linear(out_features=4)), (3, 10, 10)
    )
    plan = Plan(loss="cross_entropy", epochs=3, batch_size=32, lr=0.003, augment=MOVES[name])
    both = Job(Arrays(pixels(90), pixels(41)), network, plan, "multiclass")
    same(native.train(both), torch_fast.train(both))


def test_moved_floats_of_uneven_images_are_those_of_the_pytorch_engine(isa: str) -> None:
    both = job(BatchNorm2d(), conv(5, 3), ReLU(), batch_size=35, augment=MOVES["both"])
    same(native.train(both), torch_fast.train(both))


def test_pixels_that_are_flattened_first_are_floats_to_the_engine() -> None:
    network = Network((Flatten(), Linear(out_features=4)), (3, 10, 10))
    plan = Plan(loss="cross_entropy", epochs=2, batch_size=32, lr=0.003)
    flat = Job(Arrays(pixels(90), pixels(41)), network, plan, "multiclass")
    same(native.train(flat), torch_fast.train(flat))


def test_probes_see_channels() -> None:
    run = job(conv(6, 3), ReLU(), pool(2), Flatten(), Linear(out_features=8), Tanh(), rows=60, batch_size=60)
    ours, theirs = native.train(run), torch_fast.train(run)
    assert ours.probes.keys() == theirs.probes.keys()
    np.testing.assert_allclose(
        ours.probes["0.gradient_norm"][0], theirs.probes["0.gradient_norm"][0], rtol=1e-4
    )
    np.testing.assert_allclose(ours.probes["0.update_norm"][0], theirs.probes["0.update_norm"][0], rtol=1e-3)


def test_dead_channels_are_counted() -> None:
    run = job(conv(6, 3), ReLU(), epochs=1)
    start = native.initial_weights(run.network, native.Stream(run.plan.seed))
    start["0.bias"][:2] = -1e3
    found = native.train(replace(run, initial=start))
    assert found.probes["1.idle_share"][0] == pytest.approx(2 / 6)


@pytest.mark.parametrize("rows", [1, 5, 300])
def test_outputs_are_pytorchs(rows: int, isa: str) -> None:
    run = RUNS["batch norm behind"]
    weights = torch_loop.train(run).weights
    inputs = np.random.RandomState(1).randn(rows, 2, 11, 9).astype(np.float32)
    found = native.outputs(run.network, weights, inputs)
    np.testing.assert_allclose(found, torch_loop.outputs(run.network, weights, inputs), rtol=1e-4, atol=1e-5)
    np.testing.assert_array_equal(native.outputs(run.network, weights, inputs[:1]), found[:1])


def test_a_missing_pixel_is_not_hidden(isa: str) -> None:
    run = RUNS["padded"]
    weights = native.initial_weights(run.network, native.Stream(0))
    inputs = np.zeros((3, 2, 11, 9), dtype=np.float32)
    inputs[1] = np.nan
    found = native.outputs(run.network, weights, inputs)
    assert np.isnan(found[1]).all() and np.isfinite(found[[0, 2]]).all()


def test_denormal_outputs_do_not_depend_on_the_number_of_threads(isa: str) -> None:
    network = Network((conv(16, 3), Flatten(), Linear(out_features=2)), (8, 18, 18))
    shapes = network.parameter_shapes
    tiny = {name: np.full(shapes[name], 1e-20, np.float32) for name in ("0.weight", "0.bias")}
    weights = tiny | {name: np.ones(shapes[name], np.float32) for name in ("2.weight", "2.bias")}
    weights["0.bias"] *= 0
    weights["2.bias"] *= 0
    images = np.full((640, 8 * 18 * 18), 1e-20, np.float32)
    for threads in (1, 2):
        found = native.predictor(network, weights, threads)(images)
        assert len(np.unique(found)) == 1, "equal rows have equal outputs"
