"""The reference engine in the native engine's place, to try the benchmark itself out (`--stand-in`)."""

from __future__ import annotations

from collections.abc import Callable

from peers import Done
from peers.ours import first_epoch, predicting, training
from peers.works import Work
from stirfry.engine import torch_loop

NAME = "stirfry's reference engine, standing in"
PACKAGES = ("stirfry",)


def begin(work: Work, share: float) -> Callable[[], Done]:
    """Return the whole work, ready to go."""
    if work.row.kind == "predict":
        network, weights = work.job.network, torch_loop.train(first_epoch(work)).weights
        return predicting(work, lambda row: torch_loop.outputs(network, weights, row[None])[0])
    return training(work, lambda jobs: [torch_loop.train(job) for job in jobs])
