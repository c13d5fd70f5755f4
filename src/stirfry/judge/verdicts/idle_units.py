"""Units that no longer do anything: dead ReLUs, saturated sigmoids and tanhs."""

from __future__ import annotations

from typing import Any

from stirfry.data.statistics import median
from stirfry.judge.verdicts.candidate import SAID, Candidate, above
from stirfry.judge.verdicts.evidence import Evidence, Layer

#: The share of a layer's units that is dead, and of its outputs that are saturated.
DEAD, SATURATED = 0.6, 0.6
#: Layers with fewer units are narrow; that one of their units is dead is chance.
FEWEST = 4
#: The first move of a step, by the weights' size, from which on it may have been the rate that killed them.
LARGE = 0.02
#: Where the run came to, from which on it is held against them: good runs have idle units too.
LEFT = 0.1

_SATURATES = ("Sigmoid", "Tanh")


def dead_units(evidence: Evidence) -> Candidate | None:
    """Say that most ReLUs of a layer give 0 for every row: no gradient reaches what is before them."""
    harm = above(evidence.level, LEFT)
    layers = [layer for layer in evidence.layers if layer.kind == "ReLU" and layer.width >= FEWEST]
    if harm < SAID or not layers:
        return None
    found = [(layer, share_of(evidence, layer)) for layer in layers]
    layer, share = max(found, key=lambda pair: pair[1])
    strength = 0.97 if share == 1.0 else min(above(share, DEAD, 1.2), harm)
    dead = [f"{each.name} ({of:.0%})" for each, of in found if of >= DEAD]
    facts = {"layer": layer.name, "share": share, "units": layer.width, "layers": dead}
    change: dict[str, Any] = {"activation": "leaky_relu"}
    if len(evidence.moves) and float(evidence.moves[0]) > LARGE:
        change["lr"] = evidence.plan.lr / 10
    return Candidate("verdicts.dead_units", "serious", strength, facts, change)


def saturated_units(evidence: Evidence) -> Candidate | None:
    """Say that most outputs of sigmoids or tanhs are at their ends, where the gradient is next to 0."""
    harm = above(evidence.held_end, 2.5 * LEFT)
    layers = [layer for layer in evidence.layers if layer.kind in _SATURATES and layer.width >= FEWEST]
    if harm < SAID or not layers:
        return None
    units = evidence.units
    found = [
        (layer, units[layer.name].resting if layer.name in units else share_of(evidence, layer))
        for layer in layers
    ]
    layer, share = max(found, key=lambda pair: pair[1])
    strength = min(above(share, SATURATED, 1.2), harm)
    facts = {"layer": layer.name, "kind": layer.kind, "share": share, "units": layer.width}
    return Candidate("verdicts.saturated_units", "warning", strength, facts, {"activation": "relu"})


def share_of(evidence: Evidence, layer: Layer) -> float:
    """Return the share of a layer's units that are idle, at the end."""
    if layer.name in evidence.units:
        return evidence.units[layer.name].idle
    column = evidence.probes.get(f"{layer.name}.idle_share")
    return float(median(column[-max(1, len(column) // 4) :])) if column is not None and len(column) else 0.0
