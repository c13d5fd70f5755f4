"""A loss that stays where a constant answer is: the logarithm of the number of classes, or the variance."""

from __future__ import annotations

import math

import numpy as np

from stirfry.judge.verdicts.candidate import Candidate, below
from stirfry.judge.verdicts.evidence import Evidence

#: How close to a constant answer's loss both losses are in the second half of the run.
NEAR = 0.03
#: How much lower the followed loss may get than it was at first.
LOWER = 0.1


def plateau(evidence: Evidence) -> Candidate | None:
    """Say that the loss never left the level of a constant answer."""
    if evidence.floor is None or evidence.epochs < 4:
        return None
    half = evidence.epochs // 2
    off = float(np.mean(np.abs(evidence.train[half:] - 1)))
    # The rows that are followed have a constant answer's loss of their own: where theirs began.
    if float(np.min(evidence.held[half:])) < (1 - LOWER) * min(1.0, float(evidence.held[0])):
        return None  # dropout can hide in training what has been learned
    facts = {
        "last": float(evidence.history["train_loss"][-1]),
        "constant": evidence.floor,
        "classes": evidence.classes,
        "log": math.log(evidence.classes) if evidence.classes else 0.0,
        "epochs": evidence.epochs,
    }
    code = "verdicts.plateau" if evidence.classes else "verdicts.plateau_of_mean"
    return Candidate(code, "serious", below(off, NEAR), facts, {"lr": evidence.plan.lr * 10})
