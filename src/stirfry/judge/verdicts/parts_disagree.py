"""Validation that says one thing and test another."""

from __future__ import annotations

import math

from stirfry.judge.scores import Score
from stirfry.judge.verdicts.candidate import Candidate, above
from stirfry.judge.verdicts.evidence import Evidence

#: How far apart the two scores are, in standard errors and at all.
ERRORS, GAP = 3.5, 0.08


def parts_disagree(evidence: Evidence) -> Candidate | None:
    """Say that the two parts score further apart than chance puts them."""
    if not {"validation", "test"} <= set(evidence.scores):
        return None
    validation, test = (evidence.scores[part].metrics[evidence.metric] for part in ("validation", "test"))
    if validation.value is None or test.value is None:
        return None
    error = math.hypot(_error(validation), _error(test))
    gap = abs(validation.value - test.value)
    strength = min(above(gap / error, ERRORS, 1.5), above(gap, GAP, 1.5)) if error > 0 else 0.0
    facts = {
        "metric": evidence.metric,
        "validation": validation.value,
        "test": test.value,
        "errors": gap / error if error > 0 else 0.0,
        "validation_rows": evidence.rows["validation"],
        "test_rows": evidence.rows["test"],
    }
    return Candidate("verdicts.parts_disagree", "warning", strength, facts, {"folds": 5})


def _error(score: Score) -> float:
    return 0.0 if score.low is None or score.high is None else (score.high - score.low) / 3.92
