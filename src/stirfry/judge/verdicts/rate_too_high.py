"""A learning rate that is too high: the loss jumps, or rises, or the weights are thrown far off."""

from __future__ import annotations

import math

from stirfry.judge.verdicts.candidate import Candidate, above
from stirfry.judge.verdicts.evidence import Evidence
from stirfry.judge.verdicts.rate import (
    best_trial,
    command_for,
    further_of,
    gain_of,
    loss_of,
    own_loss,
    usual_below,
)

#: The move of a step, by the weights' size, from which on the rate is suspected.
MOVE = 0.04
#: Jumps of the loss from one epoch to the next, by what a constant answer has.
JUMP = 0.15
#: Where the loss came to, or how far it once was, above what a constant answer has.
END, PEAK = 1.1, 3.0
#: What a trial at a lower rate must gain, and what where the run itself got as far in the end.
GAIN, THROWN = 0.1, 1.0


def rate_too_high(evidence: Evidence) -> Candidate | None:
    """Say that steps are too large: by their size, by the loss's jumps, and by trials at lower rates."""
    move, jump = evidence.late_move, evidence.jumps
    early = evidence.early_move
    # Where units die at once the later steps are small: then it was the first ones that were too large.
    first = float(evidence.moves[0]) if len(evidence.moves) else 0.0
    size = 0.0 if math.isnan(move) else max(above(move, MOVE), above(early, 3 * MOVE), above(first, MOVE))
    harm = max(
        above(jump, JUMP),
        above(evidence.train_end, END, 1.2),
        above(float(evidence.train.max()), PEAK),
    )
    facts: dict[str, float | None] = {
        "lr": evidence.plan.lr,
        "move": 0.0 if math.isnan(move) else max(move, early),
        "jump": jump,
        "last": float(evidence.history["train_loss"][-1]),
        "constant": evidence.unit + evidence.least,
    }
    plain = min(size, harm)
    trial = best_trial(evidence, high=evidence.plan.lr)
    if trial is not None and gain_of(evidence, trial) > 0:
        gain = GAIN if further_of(evidence, trial) > 0 else THROWN
        strength = max(above(gain_of(evidence, trial), gain), plain)
        facts |= {
            "rate": trial.lr,
            "epochs": trial.epochs,
            "loss": own_loss(evidence, trial),
            "trial": loss_of(trial),
        }
        change, verb = {"lr": trial.lr}, command_for(evidence)
        return Candidate("verdicts.rate_too_high_tried", "serious", strength, facts, change, verb)
    rate = facts["rate"] = usual_below(evidence.plan)
    return Candidate("verdicts.rate_too_high", "serious", plain, facts, {"lr": rate}, command_for(evidence))
