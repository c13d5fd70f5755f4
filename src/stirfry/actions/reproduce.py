"""Reproduce: a tutorial's recipe over many seeds, what was published beside what was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from stirfry.actions.recipes import found, listed, names
from stirfry.actions.request import ReproduceRequest, TrainRequest
from stirfry.actions.run import Run
from stirfry.actions.train import train
from stirfry.data.read.embedded import WEIGHTS
from stirfry.errors import DataError, UsageError
from stirfry.notice import Notice
from stirfry.spec.recipe import Published, Recipe, variants_of, with_changes

Verdict = Literal["reproduced", "outside", "reported"]
#: Called before each run: the recipe's name, the seed's number, how many seeds.
OnSeed = Callable[[str, int, int], None]


@dataclass(frozen=True)
class Measured:
    """One quantity over all seeds.

    Args:
        published: what the tutorial gives.
        values: the measured values, one a seed.
    """

    published: Published
    values: tuple[float, ...]

    @property
    def rank(self) -> int | None:
        """The published value's place among the measured ones, 1 for below all of them."""
        value = self.published.value
        return None if value is None else 1 + sum(measured < value for measured in self.values)

    @property
    def verdict(self) -> Verdict:
        """Whether the published value lies within the measured range."""
        value = self.published.value
        if value is None:
            return "reported"
        return "reproduced" if min(self.values) <= value <= max(self.values) else "outside"

    def as_json(self) -> dict[str, Any]:
        """Return the quantity with its published and measured values."""
        return {
            "quantity": self.published.quantity,
            "epoch": self.published.epoch,
            "published": self.published.value,
            "rank": self.rank,
            "seeds": len(self.values),
            "verdict": self.verdict,
            "median": float(np.median(self.values)),
            "lowest": min(self.values),
            "highest": max(self.values),
            "values": self.values,
        }


@dataclass(frozen=True)
class Reproduction:
    """One recipe, or one of its variants, over all seeds."""

    name: str
    recipe: Recipe
    measured: tuple[Measured, ...]
    seconds: float
    engine: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the reproduction as JSON values."""
        return {
            "name": self.name,
            "seconds": self.seconds,
            "engine": self.engine,
            "measured": [each.as_json() for each in self.measured],
        }


def reproduce(request: ReproduceRequest, on_seed: OnSeed) -> Iterator[Reproduction | Notice]:
    """Run recipes over their seeds, one after another.

    Args:
        request: which recipes, where their data are, how many seeds.
        on_seed: called before each run.

    Yields:
        A reproduction for each recipe and variant, or a remark for a recipe whose data are absent.

    Raises:
        UsageError: a recipe that doesn't exist.
    """
    wanted = [listed(name) for name in (request.names or names())]
    for each in wanted:
        try:
            recipe = found(each.recipe, request.data_dir, request.download)
        except DataError as error:
            yield Notice("actions.skipped", name=each.recipe.name, reason=str(error))
            continue
        for variant, changed in variants_of(recipe).items():
            name = f"{recipe.name}/{variant}" if variant else str(recipe.name)
            yield _over_seeds(name, changed, request.seeds or recipe.seeds, on_seed)


def _over_seeds(name: str, recipe: Recipe, seeds: int, on_seed: OnSeed) -> Reproduction:
    values: dict[int, list[float]] = {index: [] for index in range(len(recipe.published))}
    seconds = 0.0
    for seed in range(seeds):
        on_seed(name, seed + 1, seeds)
        run = train(TrainRequest(with_changes(recipe, {"plan": {"seed": seed}})))
        if run.stopped == "interrupted":
            raise KeyboardInterrupt
        seconds += run.seconds["all"]
        for index, published in enumerate(recipe.published):
            values[index].append(measure(run, published))
    measured = tuple(
        Measured(published, tuple(values[index])) for index, published in enumerate(recipe.published)
    )
    return Reproduction(name, recipe, measured, seconds, run.engine)


def measure(run: Run, published: Published) -> float:
    """Return one quantity of a finished run.

    Args:
        run: the run.
        published: which quantity, and at which epoch.

    Raises:
        UsageError: the run has no such quantity, or not so many epochs.
    """
    try:
        return _measure(run, published)
    except (KeyError, IndexError, ValueError):
        scores = [f"{part}.{metric}" for part, each in run.metrics.items() for metric in each.metrics]
        raise UsageError(
            "actions.no_quantity",
            quantity=published.quantity,
            epochs=len(run.history.get("epoch", ())),
            known=[*run.history, *scores],
        ) from None


def _measure(run: Run, published: Published) -> float:
    quantity = published.quantity
    if quantity == "parameters":
        return float(run.model.network.n_parameters)
    if quantity == "train_seconds":
        return run.seconds["train"]
    if quantity == "best_epoch":
        return float(run.best_epoch)
    if quantity == "last_step_loss":
        return float(run.steps["loss"][-1])
    if quantity == "weights_error":
        weights = _weights(run)
        return float(np.abs(weights - np.array(WEIGHTS[: len(weights)])).max())
    kind, _, rest = quantity.partition(".")
    if kind == "weight":
        return float(_weights(run)[int(rest)])
    if kind in run.metrics:
        value = run.metrics[kind].metrics[rest].value
        return float("nan") if value is None else value
    epoch = len(run.history[quantity]) if published.epoch is None else published.epoch
    return float(run.history[quantity][epoch - 1])


def _weights(run: Run) -> Any:
    return run.model.weights["0.weight"].ravel()
