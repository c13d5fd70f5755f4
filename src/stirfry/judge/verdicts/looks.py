"""Which rates are worth a trial: a run that went well needs none."""

from __future__ import annotations

from stirfry.judge.verdicts.evidence import Evidence
from stirfry.judge.verdicts.rate import written

#: Where a run came to, by what a constant answer has, from which on there is something left to gain.
LEFT = 0.12


def rates_to_try(evidence: Evidence) -> tuple[float, ...]:
    """Return the rates to try; none where nothing speaks against the run's own."""
    lr = evidence.plan.lr
    stuck = evidence.level > 0.9
    falls = max(evidence.falls[0], evidence.train_falls[0]) > 0.01
    low = evidence.level > LEFT and (falls or stuck or evidence.early_move < 1e-3)
    high = (
        evidence.late_move > 0.02
        or evidence.jumps > 0.05
        or float(evidence.train.max()) > 2
        or evidence.train_end > 0.95
    )
    if (not low and not high) or evidence.stopped == "interrupted":
        return ()
    factors = [*((1 / 100, 1 / 30, 1 / 10, 1 / 3) if high else ()), *((3, 10, 30, 100) if low else ())]
    return tuple(dict.fromkeys(written(lr * factor) for factor in factors))
