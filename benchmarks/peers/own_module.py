"""A user's own module of three layers, and its job."""

from __future__ import annotations

from typing import Any

import numpy as np

from stirfry.engine.contract import Arrays, Job, Part
from stirfry.spec.plan import Plan

INPUTS, WIDTH, CLASSES = 20, 64, 3


def module() -> Any:
    """Return the module; its skip makes it no chain, so it is PyTorch's work."""
    from torch import nn

    class Skipping(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.first, self.second = nn.Linear(INPUTS, WIDTH), nn.Linear(WIDTH, WIDTH)
            self.last = nn.Linear(WIDTH, CLASSES)

        def forward(self, x: Any) -> Any:
            x = nn.functional.relu(self.first(x))
            return self.last(x + nn.functional.relu(self.second(x)))

    return Skipping()


def job(batch_size: int, batches: int, epochs: int) -> Job:
    """Return its training on random rows with Adam."""
    from stirfry.engine.given import given_module
    from stirfry.engine.rehearsal import rehearse
    from stirfry.engine.rehearsal_loss import Goal

    random = np.random.default_rng(0)
    x = random.normal(size=(batch_size * batches, INPUTS)).astype(np.float32)
    y = random.integers(0, CLASSES, len(x))
    plan = Plan(loss="cross_entropy", batch_size=batch_size, epochs=epochs, seed=1, device="cpu")
    goal = Goal("multiclass", CLASSES, "cross_entropy", None)
    network = rehearse(given_module(module), x, y, goal, plan.seed).network
    return Job(Arrays(Part(x, y)), network, plan, "multiclass")
