"""A native run between two steps, written down and taken up again."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from stirfry.engine.contract import State

_ARRAYS = (
    "weights",
    "buffers",
    "first",
    "second",
    "best_weights",
    "best_buffers",
    "order",
    "step_losses",
    "history",
    "probes",
)
_FACTS = ("batches", "best_batches", "optimizer_steps", "epoch", "step", "best_epoch", "losses", "hits")


def state_of(run: Any) -> State:
    """Return everything that the steps to come depend on, and everything that has been measured."""
    tensors = {name: getattr(run, name) for name in _ARRAYS}
    tensors["random"] = run.random_key
    facts = {name: getattr(run, name) for name in _FACTS} | {"random_position": run.random_position}
    best_loss = run.best_loss if math.isfinite(run.best_loss) else None
    return State(tensors, facts | {"best_loss": best_loss, "engine": "native"})


def restore(run: Any, state: State) -> float:
    """Make a run the one that `state` was taken from; return the seconds that it had taken."""
    for name in _ARRAYS:
        setattr(run, name, np.ascontiguousarray(state.tensors[name]))
    run.set_random(np.ascontiguousarray(state.tensors["random"]), state.facts["random_position"])
    for name in _FACTS:
        setattr(run, name, state.facts[name])
    best_loss = state.facts["best_loss"]
    run.best_loss = math.inf if best_loss is None else best_loss
    return float(state.facts.get("seconds", 0.0))
