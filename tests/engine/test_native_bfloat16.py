"""The native engine's products in bfloat16 with sums in float32: PyTorch's numbers for that rounding."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engine.native_jobs import SETS, job
from torch import nn

from stirfry.engine import native
from stirfry.engine.contract import Arrays, Job, Part
from stirfry.engine.native_program import extension, has_bfloat16
from stirfry.errors import TrainingError
from stirfry.spec.layers import BatchNorm1d, Dropout, ReLU, Sigmoid, Tanh
from stirfry.spec.layers import Linear as OurLinear

pytestmark = pytest.mark.skipif(extension() is None, reason="the native engine isn't built")

HALVES = [isa for isa in SETS if extension().in_bfloat16(isa)]
#: Narrower layers sum their weights' gradients lane by lane, which stays float32.
WIDE = 64


@pytest.fixture(params=HALVES)
def half(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Compute with each instruction set that has products in bfloat16."""
    monkeypatch.setenv("STIRFRY_ISA", request.param)
    return str(request.param)


def linear(width: int) -> OurLinear:
    return OurLinear(out_features=width)


def in_half(one: Job) -> Job:
    return dataclasses.replace(one, plan=one.plan.model_copy(update={"precision": "bfloat16"}))


def one_step(*hidden: Any, **more: Any) -> Job:
    """Return a job of one large step of plain SGD: by the gradient the weights have moved."""
    made = job(*hidden, epochs=1, batch_size="full", optimizer="sgd", lr=1e4, validation=False, **more)
    return in_half(made)


def moved(one: Job) -> dict[str, np.ndarray]:
    start = native.initial_weights(one.network, native.Stream(one.plan.seed))
    trained = native.train(one)
    return {
        key: (value.astype(np.float64) - trained.last_weights[key]) / one.plan.lr
        for key, value in start.items()
    }


class Halved(torch.autograd.Function):
    """A Linear layer whose factors are rounded to bfloat16 before each product."""

    @staticmethod
    def forward(ctx: Any, x: Any, weight: Any, bias: Any) -> Any:
        ctx.save_for_backward(x, weight)
        return rounded(x) @ rounded(weight).T + bias

    @staticmethod
    def backward(ctx: Any, *gradients: Any) -> Any:
        (d,) = gradients
        x, weight = ctx.saved_tensors
        wide = x.shape[1] >= WIDE
        by_weight = rounded(d).T @ rounded(x) if wide else d.T @ x
        return rounded(d) @ rounded(weight), by_weight, d.sum(0)


def rounded(x: torch.Tensor) -> torch.Tensor:
    return x.to(torch.bfloat16).to(torch.float32)


def expected(one: Job, activation: Any) -> dict[str, np.ndarray]:
    """Return PyTorch's gradients of a chain of Linear layers with one activation between them."""
    start = native.initial_weights(one.network, native.Stream(one.plan.seed))
    tensors = {key: torch.tensor(value, requires_grad=True) for key, value in start.items()}
    x = torch.tensor(one.arrays.train.inputs)
    keys = list(tensors)
    for place, (weight, bias) in enumerate(zip(keys[::2], keys[1::2], strict=True)):
        x = Halved.apply(activation(x) if place else x, tensors[weight], tensors[bias])
    nn.functional.cross_entropy(x, torch.tensor(one.arrays.train.targets)).backward()
    return {key: tensor.grad.numpy().astype(np.float64) for key, tensor in tensors.items()}


def distances(found: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> np.ndarray:
    """Return how far apart two sets of gradients are, each entry as a share of its tensor's largest one.

    Of one that nearly cancels out it's a share of a hundredth of the largest of all.
    """
    least = max(np.abs(value).max() for value in other.values()) / 100
    apart = [np.abs(found[key] - other[key]).ravel() / max(np.abs(other[key]).max(), least) for key in other]
    return np.concatenate(apart)


ACTIVATIONS = [(ReLU(), torch.relu), (Sigmoid(), torch.sigmoid), (Tanh(), torch.tanh)]
SHAPES = [(70, 130, (65, 33)), (601, 96, (129,)), (5, 40, (7, 6))]


@pytest.mark.parametrize(("ours", "theirs"), ACTIVATIONS)
@pytest.mark.parametrize(("columns", "rows", "widths"), SHAPES)
def test_gradients_are_pytorchs_with_the_same_rounding(
    half: str, ours: Any, theirs: Any, columns: int, rows: int, widths: tuple[int, ...]
) -> None:
    layers = [each for width in widths for each in (linear(width), ours)]
    one = one_step(*layers, columns=columns, rows=rows)
    right = expected(one, theirs)
    apart = distances(moved(one), right)
    # A value next to the middle between two numbers of bfloat16 may be rounded to the other one.
    assert np.quantile(apart, 0.98) < 1e-6 and apart.max() < 2e-3
    single = dataclasses.replace(one, plan=one.plan.model_copy(update={"precision": "float32"}))
    assert np.median(distances(moved(single), right)) > 1e-4, "in float32 they are further away"


@settings(max_examples=30, deadline=None)
@given(
    widths=st.lists(st.integers(1, 150), max_size=3),
    columns=st.integers(1, 1200),
    rows=st.integers(2, 300),
    seed=st.integers(0, 1000),
)
def test_every_shape_gives_the_reference_s_numbers(
    widths: list[int], columns: int, rows: int, seed: int
) -> None:
    one = one_step(*[linear(width) for width in widths], columns=columns, rows=rows, seed=seed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STIRFRY_ISA", "naive")
        right = moved(one)
        for isa in HALVES:
            patch.setenv("STIRFRY_ISA", isa)
            apart = distances(moved(one), right)
            assert apart.max() < 2e-2 and np.median(apart) < 1e-3


def test_the_number_of_threads_changes_nothing(half: str, monkeypatch: pytest.MonkeyPatch) -> None:
    layers = (linear(301), ReLU(), Dropout(p=0.1), linear(203), BatchNorm1d(), Sigmoid())
    one = in_half(job(*layers, columns=151, rows=300, batch_size=128, epochs=2))
    runs = []
    for threads in (1, 2, 3):
        monkeypatch.setattr(native, "cores", lambda threads=threads: threads)
        runs.append(native.train(one))
    assert [run.threads for run in runs] == [1, 2, 3]
    for run in runs[1:]:
        assert all(np.array_equal(run.weights[key], value) for key, value in runs[0].weights.items())


def test_validation_is_judged_in_float32(half: str) -> None:
    one = job(linear(80), ReLU(), columns=70, epochs=1, batch_size="full", optimizer="sgd", lr=1e-12)
    single, halved = native.train(one), native.train(in_half(one))
    assert single.precision == "float32" and halved.precision == "bfloat16"
    assert halved.history["validation_loss"] == single.history["validation_loss"]
    assert halved.history["train_loss"] != single.history["train_loss"]
    assert halved.history["train_loss"] == pytest.approx(single.history["train_loss"], rel=1e-2)


def test_it_learns_as_well(half: str) -> None:
    draw = np.random.RandomState(1)
    centres = draw.randn(4, 70)
    targets = draw.randint(0, 4, 600).astype(np.int64)
    inputs = (centres[targets] + 2 * draw.randn(600, 70)).astype(np.float32)
    arrays = Arrays(Part(inputs[:400], targets[:400]), Part(inputs[400:], targets[400:]))
    one = job(linear(90), ReLU(), columns=70, classes=4, epochs=10)
    one = dataclasses.replace(one, arrays=arrays)
    single, halved = native.train(one), native.train(in_half(one))
    accuracies = [run.history["validation_accuracy"][-1] for run in (single, halved)]
    assert min(accuracies) > 0.9 and abs(accuracies[0] - accuracies[1]) <= 0.02


def test_a_missing_value_is_not_hidden(half: str) -> None:
    one = in_half(job(linear(66), ReLU(), linear(5), columns=65))
    inputs = one.arrays.train.inputs.copy()
    inputs[3, 1] = np.nan
    # All bits of the mantissa: rounding up would carry into the sign.
    inputs[4, 2] = np.array(0x7FFFFFFF, dtype=np.uint32).view(np.float32)
    for row in (3, 4):
        some = inputs.copy()
        some[7 - row] = 0
        broken = dataclasses.replace(one, arrays=Arrays(Part(some, one.arrays.train.targets)))
        with pytest.raises(TrainingError):
            native.train(broken)


def test_a_set_without_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    for isa in SETS:
        monkeypatch.setenv("STIRFRY_ISA", isa)
        assert has_bfloat16() == (isa in HALVES)
    assert "naive" in HALVES and "baseline" not in HALVES
