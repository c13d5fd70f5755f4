from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.optim import lr_scheduler as theirs

from stirfry.spec.schedule import Constant, Cosine, Exponential, OneCycle, Step, Warmup, rates


def followed(make, epochs: int, steps: int, by_step: bool = False) -> np.ndarray:
    """Return the rates that a PyTorch scheduler gives."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=0.3)
    scheduler = make(optimizer)
    found = np.empty((epochs, steps))
    for epoch in range(epochs):
        for step in range(steps):
            found[epoch, step] = optimizer.param_groups[0]["lr"]
            optimizer.step()
            if by_step and epoch * steps + step + 1 < epochs * steps:
                scheduler.step()
        if not by_step:
            scheduler.step()
    return found


CASES = {
    "constant": (Constant(), lambda o, e: theirs.LambdaLR(o, lambda epoch: 1.0)),
    "step": (Step(step_size=3, gamma=0.5), lambda o, e: theirs.StepLR(o, 3, 0.5)),
    "exponential": (Exponential(gamma=0.9), lambda o, e: theirs.ExponentialLR(o, 0.9)),
    "cosine": (Cosine(final=0.1), lambda o, e: theirs.CosineAnnealingLR(o, e, eta_min=0.03)),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("epochs", [1, 2, 7, 10])
def test_rates_are_pytorchs(name: str, epochs: int) -> None:
    schedule, make = CASES[name]
    expected = followed(lambda optimizer: make(optimizer, epochs), epochs, 2)
    np.testing.assert_allclose(rates(schedule, 0.3, epochs, 2), expected, rtol=1e-12)


@given(st.integers(2, 12), st.integers(1, 5), st.floats(0.05, 0.95))
def test_one_cycle_is_pytorchs(epochs: int, steps: int, share: float) -> None:
    def make(optimizer):
        return theirs.OneCycleLR(
            optimizer, 0.3, epochs=epochs, steps_per_epoch=steps, pct_start=share, cycle_momentum=False
        )

    if share * epochs * steps <= 1:
        return  # PyTorch divides by zero or steps backwards there
    expected = followed(make, epochs, steps, by_step=True)
    np.testing.assert_allclose(rates(OneCycle(pct_start=share), 0.3, epochs, steps), expected, rtol=1e-9)


@pytest.mark.parametrize("epochs", [3, 5, 12])
def test_warmup_is_a_line_and_then_the_other_schedule(epochs: int) -> None:
    schedule = Warmup(epochs=5, start_factor=0.2, then=Cosine())

    def make(optimizer):
        line = theirs.LinearLR(optimizer, start_factor=0.2, total_iters=5)
        after = theirs.CosineAnnealingLR(optimizer, max(epochs - 5, 1))
        return theirs.SequentialLR(optimizer, [line, after], milestones=[5])

    np.testing.assert_allclose(rates(schedule, 0.3, epochs, 1), followed(make, epochs, 1), rtol=1e-9)


@pytest.mark.parametrize("schedule", [Constant(), Step(), Exponential(), Cosine(), OneCycle(), Warmup()])
def test_rates_are_finite_and_positive_for_short_runs(schedule) -> None:
    for epochs, steps in ((1, 2), (2, 1), (1, 1), (6, 3)):
        if schedule == OneCycle() and epochs * steps == 1:
            continue
        found = rates(schedule, 0.3, epochs, steps)
        assert found.shape == (epochs, steps)
        assert np.isfinite(found).all() and (found >= 0).all()


def test_a_long_constant_run_takes_no_memory() -> None:
    assert rates(Constant(), 0.1, 10, 1_000_000).strides[1] == 0
