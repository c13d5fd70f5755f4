"""Evidence made by hand: a run that went well, and what is changed about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from stirfry.judge.activity import Activity
from stirfry.judge.scores import PartScores, Score
from stirfry.judge.verdicts.evidence import Evidence, Layer, Looks, Other, Reference, Trial
from stirfry.spec.plan import Plan

EPOCHS = 60


def falling(start: float, end: float, epochs: int = EPOCHS, speed: float = 8.0) -> np.ndarray:
    """A loss that falls quickly at first and then hardly."""
    return end + (start - end) * np.exp(-speed * np.arange(epochs) / epochs)


def scores(accuracy: float, low: float | None = None, high: float | None = None) -> PartScores:
    metrics = {
        "accuracy": Score(accuracy, low, high, None if low is None else "wilson", 0.5),
        "log_loss": Score(1.4 * (1 - accuracy), None, None, None, 0.693),
    }
    return PartScores(metrics, None, rows=200)


def history(train: np.ndarray, validation: np.ndarray | None) -> dict[str, np.ndarray]:
    found = {
        "epoch": np.arange(1.0, len(train) + 1),
        "train_loss": train,
        "train_accuracy": np.zeros_like(train),
    }
    if validation is not None:
        found |= {"validation_loss": validation, "validation_accuracy": np.zeros_like(validation)}
    return found | {"lr": np.full(len(train), 0.003)}


def probes(
    first: float = 0.3, last: float = 0.3, move: float = 0.02, count: int = 20
) -> dict[str, np.ndarray]:
    """Gradients of both layers, and moves of weights whose norm is 5."""
    found = {"epoch": np.linspace(1, EPOCHS, count).round()}
    for name, gradient in (("0", first), ("1", 0.0), ("2", last)):
        moves = 0.0 if name == "1" else move
        columns = {"gradient_norm": gradient, "update_norm": moves, "idle_share": 0.0}
        found |= {f"{name}.{what}": np.full(count, value) for what, value in columns.items()}
    return found


LAYERS = (
    Layer("0", "Linear", 32, 160, 5.0),
    Layer("1", "ReLU", 32, 0, 0.0),
    Layer("2", "Linear", 1, 160, 5.0),
)


def looks(
    units: Mapping[str, Activity] | None = None,
    reference: Reference | None = None,
    trials: tuple[Trial, ...] = (),
    other: Other | None = None,
) -> Looks:
    """Looks whose outcome is known."""
    seen = {"1": Activity(0.05, 0.5)} if units is None else units
    return Looks(lambda: seen, lambda: reference, lambda evidence: trials, lambda: other)


def evidence(**changes: Any) -> Evidence:
    """A healthy run with two classes, and what is changed about it or would be seen by looking closer."""
    seen = {name: changes.pop(name) for name in ("units", "reference", "trials", "other") if name in changes}
    healthy = Evidence(
        task="binary",
        plan=Plan(loss="bce_with_logits", lr=0.003, epochs=EPOCHS),
        layers=LAYERS,
        rows={"train": 600, "validation": 200, "test": 200},
        history=history(falling(0.69, 0.02), falling(0.69, 0.05)),
        probes=probes(),
        best_epoch=EPOCHS,
        stopped="epochs",
        scores={
            "train": scores(0.99),
            "validation": scores(0.97, 0.94, 0.99),
            "test": scores(0.97, 0.94, 0.99),
        },
        floor=0.693,
        classes=2,
        looks=looks(**seen),
    )
    return replace(healthy, **changes)
