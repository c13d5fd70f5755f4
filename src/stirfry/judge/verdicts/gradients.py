"""Gradients that vanish or explode on their way back through the layers."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from stirfry.data.statistics import median
from stirfry.judge.verdicts.candidate import SAID, Candidate, above, below
from stirfry.judge.verdicts.evidence import Evidence, smothered

#: The first layer's gradient by the last one's, a weight on average, under which it has vanished.
VANISHED = 3e-3
#: Where the run came to, from which on it is held against them.
STUCK = 0.5
#: The share of the run that went by before the loss moved.
LATE = 0.12
#: The relative change of the loss for a relative change of the weights, from which on gradients explode.
EXPLODED = 25.0
#: Where the run came to, from which on that is held against them.
HARMFUL = 0.3


@dataclass(frozen=True)
class Flow:
    """How large the gradients are.

    Args:
        first: the name of the first layer with weights.
        last: that of the last one.
        ratio: the first one's gradient by the last one's, of a weight on average, in the first quarter.
        pull: how much the loss changes, relatively, for a relative change of all weights; the largest.
    """

    first: str
    last: str
    ratio: float
    pull: float


def flow_of(evidence: Evidence) -> Flow | None:
    """Return how gradients flow; None where nobody probed, or there is a single layer with weights."""
    layers = [
        layer
        for layer in evidence.layers
        if layer.weight_norm > 0 and layer.kind not in ("BatchNorm1d", "BatchNorm2d", "LayerNorm")
    ]
    layers = [layer for layer in layers if f"{layer.name}.gradient_norm" in evidence.probes]
    if len(layers) < 2 or not len(evidence.probes["epoch"]):
        return None
    early = slice(0, max(1, len(evidence.probes["epoch"]) // 4))
    sizes = [
        evidence.probes[f"{layer.name}.gradient_norm"] / math.sqrt(max(1, layer.parameters))
        for layer in layers
    ]
    with np.errstate(divide="ignore", invalid="ignore"):
        ratios = (sizes[0] / sizes[-1])[early]
    ratio = float(median(ratios[~np.isnan(ratios)])) if np.any(sizes[-1][early] > 0) else math.nan
    norms = [evidence.probes[f"{layer.name}.gradient_norm"] * layer.weight_norm for layer in layers]
    at = evidence.probes["epoch"].astype(int) - 1
    losses = np.maximum(
        evidence.history["train_loss"][np.minimum(at, evidence.epochs - 1)], 1e-3 * evidence.unit
    )
    pull = float(median((np.sqrt(np.sum(np.square(norms), axis=0)) / losses)[early]))
    return Flow(layers[0].name, layers[-1].name, ratio, pull)


def vanishing_gradients(evidence: Evidence) -> Candidate | None:
    """Say that hardly any gradient reached the first layer, and that the run didn't get far."""
    harm = max(above(evidence.level, STUCK, 1.3), _late(evidence))
    flow = None if harm < SAID or smothered(evidence) else flow_of(evidence)
    if flow is None or math.isnan(flow.ratio) or flow.ratio <= 0:
        return None
    strength = min(below(flow.ratio, VANISHED, 3.0), harm)
    facts = {"first": flow.first, "last": flow.last, "ratio": flow.ratio, "layers": _depth(evidence)}
    return Candidate("verdicts.vanishing_gradients", "serious", strength, facts, {"activation": "relu"})


def exploding_gradients(evidence: Evidence) -> Candidate | None:
    """Say that the gradients are so large that a small step changes everything."""
    harm = above(evidence.level, HARMFUL)
    flow = None if harm < SAID else flow_of(evidence)
    if flow is None or math.isnan(flow.pull):
        return None
    strength = min(above(flow.pull, EXPLODED), harm)
    facts = {"pull": flow.pull, "layers": _depth(evidence)}
    return Candidate("verdicts.exploding_gradients", "serious", strength, facts, {"clip_norm": 1.0})


def _late(evidence: Evidence) -> float:
    """Return how strongly it speaks that a large share of the run went by before the loss moved at all."""
    return above(float(np.mean(evidence.train > 0.9)), LATE, 1.5)


def _depth(evidence: Evidence) -> int:
    return sum(layer.kind in ("Linear", "Conv2d") for layer in evidence.layers)
