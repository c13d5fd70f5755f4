"""The requests: one frozen object for each verb, built the same way by every edge."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stirfry.spec.recipe import Recipe


@dataclass(frozen=True)
class TrainRequest:
    """Train a network.

    Args:
        recipe: data, network and plan; what it leaves open, the defaults fill in.
        data: data from memory; None takes the recipe's source.
        out: the folder in which the run's own folder is made; None writes nothing.
        checkpoint_every: seconds between two checkpoints; they are written to the run folder.
        start_from: a model file whose weights training goes on from.
        resume: the folder of a run that was interrupted; everything but `data` comes from there.
    """

    recipe: Recipe
    data: Any = None
    out: Path | None = None
    checkpoint_every: float = 30.0
    start_from: Path | None = None
    resume: Path | None = None


@dataclass(frozen=True)
class PredictRequest:
    """Predict rows.

    Args:
        model: the model file, or its run folder.
        data: raw rows.
        probabilities: whether to give the classes' probabilities too.
        output: a CSV file to write; None writes none.
    """

    model: Path
    data: Any
    probabilities: bool = False
    output: Path | None = None


@dataclass(frozen=True)
class EvaluateRequest:
    """Score a model on labelled rows.

    Args:
        model: the model file, or its run folder.
        data: raw rows with the target.
    """

    model: Path
    data: Any


@dataclass(frozen=True)
class ReproduceRequest:
    """Run the tutorials' experiments.

    Args:
        names: which recipes; empty means all.
        data_dir: where the data lie that stirfry doesn't ship.
        download: whether to fetch MNIST where it is missing.
        seeds: how many seeds; None takes each recipe's own number.
    """

    names: tuple[str, ...] = ()
    data_dir: Path | None = None
    download: bool = False
    seeds: int | None = None
