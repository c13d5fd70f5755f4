"""A batch that is too large for the rows: the epochs are over after too few steps."""

from __future__ import annotations

from stirfry.judge.verdicts.candidate import Candidate, above, below
from stirfry.judge.verdicts.evidence import Evidence

#: Steps in an epoch, and in all, under which the batch is suspected.
STEPS_PER_EPOCH, STEPS = 4.0, 300.0
#: A batch of so many rows is never too large.
USUAL = 32
#: How far the loss would fall in half as many epochs again, by what a constant answer has.
FALL = 0.02
#: Where the run came to, by what a constant answer has, from which on there is something left to gain.
LEFT = 0.06
#: Epochs under which it is these that are too few.
EPOCHS = 8.0


def batch_too_large(evidence: Evidence) -> Candidate | None:
    """Say that smaller batches would take more steps over the same rows."""
    per_epoch = evidence.steps_per_epoch
    whole = evidence.stopped == "epochs" and evidence.plan.schedule.name == "constant"
    if not whole or per_epoch > STEPS_PER_EPOCH:
        return None
    size = evidence.rows["train"] if evidence.plan.batch_size == "full" else evidence.plan.batch_size
    smaller = max(8, min(32, 2 ** int(evidence.rows["train"] / 20).bit_length() // 2))
    if size <= USUAL or size < 2 * smaller:
        return None
    fall = max(evidence.falls[0], evidence.train_falls[0])
    few = min(below(evidence.steps, STEPS), above(evidence.epochs, EPOCHS, 1.5))
    strength = min(few, above(fall, FALL), above(evidence.level, LEFT))
    facts = {
        "rows": evidence.rows["train"],
        "batch": min(size, evidence.rows["train"]),
        "per_epoch": per_epoch,
        "steps": evidence.steps,
        "epochs": evidence.epochs,
        "smaller": smaller,
    }
    return Candidate("verdicts.batch_too_large", "warning", strength, facts, {"batch_size": smaller})
