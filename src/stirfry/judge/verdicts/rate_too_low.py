"""A learning rate that is too low: the loss falls, but a higher one would bring it down sooner."""

from __future__ import annotations

import math

from stirfry.judge.verdicts.candidate import Candidate, above, below
from stirfry.judge.verdicts.evidence import Evidence
from stirfry.judge.verdicts.rate import best_trial, gain_of, likely_rate, loss_of, own_loss

#: The move of a step, by the weights' size, under which the rate is suspected.
MOVE = 6e-4
#: What a trial at a higher rate must gain.
GAIN = 0.1
#: Where the run came to, by what a constant answer has, from which on there is something left to gain.
LEFT = 0.15
#: The least that the loss was still falling, as for `still_improving`.
FALL = 0.01


def rate_too_low(evidence: Evidence) -> Candidate | None:
    """Say that a higher rate would pay: a short trial shows it, or small steps and a loss that has far to go."""
    trial = best_trial(evidence)
    if trial is not None:
        gain = gain_of(evidence, trial)
        if trial.lr <= evidence.plan.lr:
            return None
        facts = {
            "lr": evidence.plan.lr,
            "rate": trial.lr,
            "epochs": trial.epochs,
            "loss": own_loss(evidence, trial),
            "trial": loss_of(trial),
        }
        return Candidate("verdicts.rate_too_low_tried", "warning", above(gain, GAIN), facts, {"lr": trial.lr})
    move = evidence.early_move
    if math.isnan(move) or move <= 0:
        return None
    rate = likely_rate(evidence)
    falls = max(evidence.falls[0], evidence.train_falls[0])
    going = max(above(falls, FALL), above(evidence.level, 0.9, 1.1))
    strength = min(below(move, MOVE, 3.0), above(evidence.level, LEFT), going)
    facts = {"lr": evidence.plan.lr, "rate": rate, "move": move, "epochs": evidence.epochs}
    facts |= {
        "first": float(evidence.history["train_loss"][0]),
        "last": float(evidence.history["train_loss"][-1]),
    }
    return Candidate("verdicts.rate_too_low", "warning", strength, facts, {"lr": rate})
