"""The loss of a constant answer, beside what PyTorch finds by descending to it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from stirfry.engine.losses import loss_module, targets_for
from stirfry.judge.constant import constant_loss
from stirfry.spec.plan import Plan

LABELS = np.array([0, 0, 0, 1, 1, 2] * 5)


def descended(
    plan: Plan, task: str, targets: np.ndarray, outputs: int, weights: tuple[float, ...] | None
) -> float:
    """The lowest loss of one row of outputs for all rows."""
    found = torch.zeros(1, outputs, requires_grad=True)
    truth = torch.from_numpy(targets_for(plan.loss, task, targets, outputs))  # type: ignore[arg-type]
    loss = loss_module(plan, weights, "cpu")
    optimizer = torch.optim.LBFGS([found], max_iter=200, line_search_fn="strong_wolfe")

    def step() -> torch.Tensor:
        optimizer.zero_grad()
        value: torch.Tensor = loss(found.expand(len(targets), outputs), truth)
        value.backward()
        return value

    optimizer.step(step)
    return float(step().detach())


@pytest.mark.parametrize("weights", [None, (1.0, 2.0, 3.5)])
@pytest.mark.parametrize("smoothing", [0.0, 0.2])
def test_cross_entropy(weights: tuple[float, ...] | None, smoothing: float) -> None:
    plan = Plan(loss="cross_entropy", label_smoothing=smoothing)
    floor, least = constant_loss(plan, "multiclass", LABELS, 3, weights)
    if not (weights and smoothing):  # torch weighs the smoothed share by class too
        assert floor == pytest.approx(descended(plan, "multiclass", LABELS, 3, weights), abs=1e-5)
    assert (least > 0) == (smoothing > 0)


@pytest.mark.parametrize("weights", [None, (1.0, 4.0)])
def test_binary_cross_entropy(weights: tuple[float, ...] | None) -> None:
    plan, labels = Plan(loss="bce_with_logits"), (LABELS > 0).astype(np.int64)
    floor, least = constant_loss(plan, "binary", labels, 2, weights)
    assert floor == pytest.approx(descended(plan, "binary", labels, 1, weights), abs=1e-5)
    assert least == 0


@pytest.mark.parametrize("loss", ["mse", "l1"])
def test_regression(loss: str) -> None:
    plan = Plan(loss=loss)  # type: ignore[arg-type]
    values = np.random.default_rng(0).normal(2, 3, (101, 1)).astype(np.float32)
    floor, _ = constant_loss(plan, "regression", values, 0)
    assert floor == pytest.approx(descended(plan, "regression", values, 1, None), rel=1e-3)


def test_classes_with_a_squared_loss() -> None:
    plan = Plan(loss="mse")
    floor, _ = constant_loss(plan, "multiclass", LABELS, 3)
    assert floor == pytest.approx(descended(plan, "multiclass", LABELS, 3, None), abs=1e-5)
