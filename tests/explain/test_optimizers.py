"""Every optimizer equals `torch.optim` over several steps, its state included."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from stirfry.engine.torch_parts import make_optimizer
from stirfry.explain.optimizers import Memory, clip, step
from stirfry.spec.plan import Plan

STEPS = 6
CLOSE: dict[str, Any] = {"rtol": 1e-9, "atol": 1e-13}
#: What PyTorch calls what we write as a letter.
NAMES = {
    "sgd": {"v": "momentum_buffer"},
    "adam": {"m": "exp_avg", "s": "exp_avg_sq"},
    "adamw": {"m": "exp_avg", "s": "exp_avg_sq"},
    "rmsprop": {"s": "square_avg", "v": "momentum_buffer"},
}

PLANS = [
    Plan(optimizer="sgd", lr=0.1),
    Plan(optimizer="sgd", lr=0.1, weight_decay=0.05),
    Plan(optimizer="sgd", lr=0.1, momentum=0.9),
    Plan(optimizer="sgd", lr=0.1, momentum=0.9, nesterov=True, weight_decay=0.01),
    Plan(optimizer="adam", lr=0.01),
    Plan(optimizer="adam", lr=0.01, betas=(0.5, 0.9), eps=1e-3, weight_decay=0.1),
    Plan(optimizer="adamw", lr=0.01),
    Plan(optimizer="adamw", lr=0.01, weight_decay=0.3),
    Plan(optimizer="rmsprop", lr=0.01),
    Plan(optimizer="rmsprop", lr=0.01, alpha=0.8, momentum=0.7, weight_decay=0.02, eps=1e-4),
]


def shown(plan: Plan) -> str:
    return " ".join(f"{key}={getattr(plan, key)}" for key in sorted(plan.model_fields_set))


@pytest.mark.parametrize("plan", PLANS, ids=shown)
@pytest.mark.parametrize("largest", [None, 0.7])
def test_an_optimizer_equals_pytorchs(plan: Plan, largest: float | None) -> None:
    random = np.random.default_rng(0)
    module = torch.nn.Linear(4, 3).double()
    optimizer = make_optimizer(plan, module)
    weights = {name: value.detach().numpy().copy() for name, value in module.named_parameters()}
    memory: dict[str, Memory] = {name: {} for name in weights}
    for count in range(1, STEPS + 1):
        gradients = {name: random.normal(size=value.shape) for name, value in weights.items()}
        for name, value in module.named_parameters():
            value.grad = torch.from_numpy(gradients[name].copy())
        if largest is not None:
            torch.nn.utils.clip_grad_norm_(module.parameters(), largest)
        optimizer.step()

        clipped = clip(gradients, largest)
        for name, value in module.named_parameters():
            new = step(plan, weights[name], clipped.gradients[name], memory[name], count, plan.lr)
            weights[name], memory[name] = new.weight, new.memory
            np.testing.assert_allclose(new.weight, value.detach().numpy(), **CLOSE)
            state = optimizer.state[value]
            assert set(new.memory) == {
                letter for letter, name in NAMES[plan.optimizer].items() if state.get(name) is not None
            }
            for letter, remembered in new.memory.items():
                wanted = state[NAMES[plan.optimizer][letter]].numpy()
                np.testing.assert_allclose(remembered, wanted, **CLOSE)


@given(st.integers(0, 999), st.sampled_from([1e-3, 0.5, 2.0, 1e6]))
def test_clipping_equals_pytorchs(seed: int, largest: float) -> None:
    random = np.random.default_rng(seed)
    gradients = {"a": random.normal(size=(3, 2)), "b": random.normal(size=3) * 1e-3}
    values = [torch.nn.Parameter(torch.zeros(3, 2).double()), torch.nn.Parameter(torch.zeros(3).double())]
    for value, gradient in zip(values, gradients.values(), strict=True):
        value.grad = torch.from_numpy(gradient.copy())
    norm = torch.nn.utils.clip_grad_norm_(values, largest)
    found = clip(gradients, largest)
    assert found.norm == pytest.approx(float(norm))
    for value, gradient in zip(values, found.gradients.values(), strict=True):
        assert value.grad is not None
        np.testing.assert_allclose(gradient, value.grad.numpy(), rtol=1e-9)


def test_without_a_limit_nothing_is_clipped() -> None:
    found = clip({"a": np.array([3.0, 4.0])}, None)
    assert (found.norm, found.factor, found.gradients["a"].tolist()) == (5.0, 1.0, [3.0, 4.0])
