"""A learning rate that is too low: the loss falls, but a higher one would bring it down sooner."""

from __future__ import annotations

import math

from stirfry.judge.verdicts.candidate import Candidate, above, below
from stirfry.judge.verdicts.evidence import Evidence, Trial, smothered
from stirfry.judge.verdicts.rate import (
    best_trial,
    command_for,
    further_of,
    gain_of,
    likely_rate,
    loss_of,
    own_loss,
)

#: The move of a step, by the weights' size, under which the rate is suspected.
MOVE = 6e-4
#: The move above which steps are as large as they should be: then it is epochs that are missing.
USUAL = 3e-3
#: What a trial at a higher rate must gain.
GAIN = 0.05
#: Of what there was to gain, the share that it must bring.
SHARE = 0.2
#: Where the run came to, by what a constant answer has, from which on there is something left to gain.
LEFT = 0.15
#: The least that the loss was still falling, as for `still_improving`.
FALL = 0.01


def rate_too_low(evidence: Evidence) -> Candidate | None:
    """Say that a higher rate would pay: a trial shows it, or small steps and a loss with far to go."""
    if smothered(evidence):
        return None
    trial = best_trial(evidence, low=evidence.plan.lr)
    if trial is not None and (strength := max(_further(evidence, trial), _sooner(evidence, trial))) >= 0.5:
        facts = {
            "lr": evidence.plan.lr,
            "rate": trial.lr,
            "epochs": trial.epochs,
            "loss": own_loss(evidence, trial),
            "trial": loss_of(trial),
        }
        change, verb = {"lr": trial.lr}, command_for(evidence)
        return Candidate("verdicts.rate_too_low_tried", "warning", strength, facts, change, verb)
    move = evidence.early_move
    if math.isnan(move) or move <= 0:
        return None
    rate = likely_rate(evidence)
    falls = max(evidence.falls[0], evidence.train_falls[0])
    going = max(above(falls, FALL), above(evidence.level, 0.9, 1.1))
    strength = min(below(move, MOVE, 3.0), above(evidence.level, LEFT), going)
    facts = {"lr": evidence.plan.lr, "rate": rate, "move": move, "epochs": evidence.epochs}
    losses = evidence.history["train_loss"]
    facts |= {"first": float(losses[0]), "last": float(losses[-1])}
    return Candidate("verdicts.rate_too_low", "warning", strength, facts, {"lr": rate}, command_for(evidence))


def _further(evidence: Evidence, trial: Trial) -> float:
    """Return how strongly it speaks that a trial got further in few epochs than the run in all of its own."""
    gain = further_of(evidence, trial)
    most = above(gain / max(evidence.level, gain, 1e-12), SHARE)
    move = evidence.early_move
    return min(above(gain, GAIN), most, below(move, USUAL, 1.5) if move > 0 else 1.0)


def _sooner(evidence: Evidence, trial: Trial) -> float:
    """Return how strongly it speaks that steps are very small, and a trial got further in as many epochs."""
    move = evidence.early_move
    if not move > 0:
        return 0.0
    small = min(below(move, MOVE / 2, 3.0), above(evidence.level, LEFT))
    return min(above(gain_of(evidence, trial), 3 * GAIN), small)
