"""A score that differs from another run's by no more than other seeds would change it."""

from __future__ import annotations

import math

from stirfry.judge.verdicts.candidate import Candidate
from stirfry.judge.verdicts.evidence import Evidence

#: Differences up to so many standard deviations of the difference are noise.
DEVIATIONS = 2.0


def seed_noise(evidence: Evidence) -> Candidate | None:
    """Say that another run on the same rows isn't better or worse, as far as seeds can tell."""
    if evidence.judged is None:
        return None
    value = evidence.scores[evidence.judged].metrics[evidence.metric].value
    spread = evidence.spread.get(evidence.judged, {}).get(evidence.metric)
    if value is None or spread is None or not spread.sd:
        return None
    noise = DEVIATIONS * math.sqrt(2) * spread.sd
    other = evidence.other
    if other is None or value == other.value or abs(value - other.value) > noise:
        return None
    facts = {
        "part": evidence.judged,
        "metric": evidence.metric,
        "value": value,
        "other": other.value,
        "run": other.name,
        "sd": spread.sd,
        "seeds": evidence.seeds,
    }
    change = {"repeats": max(20, 2 * evidence.seeds)}
    return Candidate("verdicts.seed_noise", "remark", 0.9, facts, change)
