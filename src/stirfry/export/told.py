"""What a script tells again: a run, with its data as they were read and its parts as they were drawn."""

from __future__ import annotations

from dataclasses import dataclass

from stirfry.data.prepare import Described, Prepared
from stirfry.model.model import Model
from stirfry.spec.recipe import Recipe


@dataclass(frozen=True)
class Told:
    """A finished run.

    Args:
        name: what it is called.
        recipe: data, network and plan with every default filled in.
        described: the data as they were read.
        prepared: the parts, and what encoded them.
        model: what the run gave.
        class_weights: one weight a class, where the plan asks for them.
        engine: the name of the engine that trained.
        precision: what products and convolutions were computed in.
    """

    name: str
    recipe: Recipe
    described: Described
    prepared: Prepared
    model: Model
    class_weights: tuple[float, ...] | None
    precision: str
    engine: str
