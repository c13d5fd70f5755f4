"""Nothing is wrong: said in one line, with what it was seen by."""

from __future__ import annotations

from typing import Any

from stirfry.judge.verdicts.evidence import Evidence


def facts_of_health(evidence: Evidence) -> dict[str, Any]:
    """Return what a healthy run is told: its score, beside the baseline's."""
    part = evidence.judged or "train"
    score = evidence.scores[part].metrics[evidence.metric]
    return {
        "part": part,
        "metric": evidence.metric,
        "value": score.value,
        "baseline": score.baseline,
        "epoch": evidence.best_epoch,
        "epochs": evidence.epochs,
    }
