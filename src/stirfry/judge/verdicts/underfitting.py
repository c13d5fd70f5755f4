"""Underfitting: the network can't do what the rows would let it do."""

from __future__ import annotations

import math
from typing import Any

from stirfry.judge.verdicts.candidate import SAID, Candidate, above, below
from stirfry.judge.verdicts.evidence import Evidence, Reference

#: How much better the reference is than the network on its own training rows, at all and in standard errors.
GAIN, ERRORS = 0.05, 2.5
#: Where the run came to, by what a constant answer has, from which on there is something left to gain.
LEFT = 0.12
#: How far the training loss may still fall in half as many epochs again.
STILL = 0.1
#: Steps under which a network has hardly been trained.
STEPS = 350.0
#: From these on a penalty, or a share of dropped units, is taken for what holds the network back.
DECAY, DROPOUT = 0.1, 0.4


def underfitting(evidence: Evidence) -> Candidate | None:
    """Say that a plain reference tells the training rows apart better than the trained network does.

    Labels that are wrong or left to chance hold both back alike, so they are not taken for underfitting.
    """
    # A network whose training loss still falls isn't at its end yet.
    settled = below(evidence.train_falls[0], STILL)
    if evidence.stopped == "epochs":
        settled = min(settled, above(evidence.steps, STEPS, 1.5))
    if settled < SAID or evidence.level <= LEFT:
        return None
    reference = evidence.reference
    if reference is None or (own := _own(evidence, reference)) is None:
        return None
    strength = min(room_of(evidence), settled)
    facts = {"metric": reference.metric, "train": own, "reference": reference.value, "rows": reference.rows}
    return Candidate("verdicts.underfitting", "warning", strength, facts, more_capacity(evidence))


def room_of(evidence: Evidence) -> float:
    """Return how strongly it speaks that the rows would let a network do better than this one does."""
    if evidence.level <= LEFT:
        return 0.0
    reference = evidence.reference
    if reference is None or (own := _own(evidence, reference)) is None:
        return 0.0
    gain = reference.value - max(own, 0.0)
    worth = reference.rows if reference.worth is None else reference.worth
    error = math.sqrt(max(reference.value * (1 - reference.value), 0.01) / worth)
    return min(above(gain, GAIN), above(gain / error, ERRORS))


def _own(evidence: Evidence, reference: Reference) -> float | None:
    """Return the network's score on its training rows that stands beside the reference's."""
    found = evidence.scores["train"].metrics.get(reference.metric)
    return None if found is None else found.value


def more_capacity(evidence: Evidence) -> dict[str, Any]:
    """Return what would let the network do more: less of what holds it back, or more units."""
    if evidence.plan.weight_decay >= DECAY:
        return {"weight_decay": evidence.plan.weight_decay / 100}
    widths = [layer.width for layer in evidence.layers if layer.kind == "Linear"][:-1]
    dropped = any(layer.kind == "Dropout" for layer in evidence.layers)
    if dropped and widths and min(widths) >= 16:
        return {"dropout": 0.0, "hidden": widths}
    wider = [max(32, 4 * width) for width in widths] or [32]
    return {"hidden": wider if len(wider) > 1 else wider * 2}
