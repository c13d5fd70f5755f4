"""Nothing is wrong: said in one line, with what it was seen by."""

from __future__ import annotations

from stirfry.judge.verdicts.candidate import Candidate
from stirfry.judge.verdicts.evidence import Evidence


def healthy(evidence: Evidence) -> Candidate:
    """Say that nothing is wrong, with the score beside the baseline's."""
    part = evidence.judged or "train"
    score = evidence.scores[part].metrics[evidence.aim]
    facts = {
        "part": part,
        "metric": evidence.aim,
        "value": score.value,
        "baseline": score.baseline,
        "epoch": evidence.best_epoch,
        "epochs": evidence.epochs,
    }
    return Candidate("verdicts.healthy", "good", 1.0, facts)
