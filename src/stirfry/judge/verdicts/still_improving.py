"""Still improving when it stopped: more epochs would pay."""

from __future__ import annotations

from stirfry.judge.verdicts.candidate import SAID, Candidate, above, below
from stirfry.judge.verdicts.evidence import Evidence
from stirfry.judge.verdicts.underfitting import STEPS, room_of

#: How far the loss would fall in half as many epochs again, by what a constant answer has.
FALL = 0.05
#: Where the loss has come to half of what can be hoped for.
MIDWAY = 0.2
#: The fall that is enough when the run has hardly begun.
BEGUN = 0.004
#: How sure it must be that it falls, in standard errors.
ERRORS = 4.0


def still_improving(evidence: Evidence) -> Candidate | None:
    """Say that the followed loss was falling when the epochs were used up."""
    if evidence.stopped != "epochs" or (evidence.plan.schedule.name != "constant" and evidence.epochs > 20):
        return None
    fall, sure = evidence.falls
    # The further there is to go, the less of a fall it takes; learning by heart is a fall too, so not there.
    far = max(0.4, MIDWAY / max(evidence.level, MIDWAY))
    enough = FALL * (1.0 if evidence.held_part is None else far)
    strength = min(above(min(fall, evidence.level), enough), above(sure, ERRORS))
    # After so few steps any fall counts, where the rows would let a network do better.
    begun = min(below(evidence.steps, STEPS, 1.5), above(max(fall, evidence.train_falls[0]), BEGUN))
    if begun > max(strength, SAID):
        strength = max(strength, min(begun, room_of(evidence)))
    part = evidence.held_part or "train"
    losses = evidence.history[f"{part}_loss"]
    then = max(0, len(losses) - 1 - max(1, len(losses) // 5))
    facts = {
        "part": part,
        "epochs": evidence.epochs,
        "then": then + 1,
        "before": float(losses[then]),
        "last": float(losses[-1]),
    }
    more = evidence.epochs * (2 if evidence.epochs >= 50 else 5)
    return Candidate("verdicts.still_improving", "warning", strength, facts, {"epochs": more})
