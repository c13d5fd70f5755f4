"""Small jobs for the tests of the native engine."""

from __future__ import annotations

from typing import Any

import numpy as np

from stirfry.engine.contract import Arrays, Job, Part
from stirfry.spec.layers import Layer, Linear
from stirfry.spec.network import Network
from stirfry.spec.plan import Plan


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
