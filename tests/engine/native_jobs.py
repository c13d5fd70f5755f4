"""Small jobs for the tests of the native engine."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from stirfry.engine import native, torch_loop
from stirfry.engine.contract import Arrays, Job, Part, Trained
from stirfry.engine.native_program import extension
from stirfry.spec.layers import Layer, Linear
from stirfry.spec.network import Network
from stirfry.spec.plan import Plan

SETS = extension().instruction_sets() if extension() is not None else []


def assert_same_weights(found: Trained, expected: Trained) -> None:
    """Check that two runs ended with the same tensors, to the rounding of float32."""
    for key, value in expected.weights.items():
        assert found.weights[key].shape == value.shape and found.weights[key].dtype == value.dtype
        largest = np.abs(value).max() + 1e-3
        np.testing.assert_allclose(found.weights[key], value, atol=2e-4 * largest, err_msg=key)


def assert_same_gradients(one: Job, isa: str, rounding: float) -> None:
    """Compare the gradients of a job of one large step of plain SGD: by that much the weights have moved.

    Args:
        one: the job.
        isa: the instruction set.
        rounding: that of float32 in the sums before, which counts where they nearly cancel out.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STIRFRY_ISA", isa)
        expected, found = torch_loop.train(one), native.train(one)
    start = native.initial_weights(one.network, native.Stream(one.plan.seed))
    for key, before in start.items():
        gradient = (before.astype(np.float64) - expected.last_weights[key]) / one.plan.lr
        ours = (before.astype(np.float64) - found.last_weights[key]) / one.plan.lr
        np.testing.assert_allclose(ours, gradient, atol=1e-5 * np.abs(gradient).max() + rounding, err_msg=key)


def job(
    *hidden: Layer,
    rows: int = 130,
    columns: int = 5,
    classes: int = 3,
    regression: bool = False,
    class_weights: tuple[float, ...] | None = None,
    validation: bool = True,
    init: Any = "default",
    seed: int = 0,
    **plan: Any,
) -> Job:
    """Return a job on made-up rows: hidden layers, then one with as many outputs as the loss wants."""
    draw = np.random.RandomState(seed)
    settings = {"loss": "mse" if regression else "cross_entropy", "epochs": 8, "batch_size": 32, "lr": 0.01}
    settings |= plan
    inputs = draw.randn(rows, columns).astype(np.float32)
    if regression:
        targets: Any = (inputs[:, :1] * 2 + draw.randn(rows, 1)).astype(np.float32)
    else:
        targets = draw.randint(0, classes, rows).astype(np.int64)
    outputs = 1 if regression or settings["loss"] == "bce_with_logits" else classes
    network = Network((*hidden, Linear(out_features=outputs)), (columns,), init)
    held_out = Part(inputs[:37] + np.float32(0.1), targets[:37]) if validation else None
    task = "regression" if regression else "binary" if classes == 2 else "multiclass"
    return Job(Arrays(Part(inputs, targets), held_out), network, Plan(**settings), task, class_weights)
