"""Nothing is wrong: said in one line, with what it was seen by."""

from __future__ import annotations

from stirfry.judge.verdicts.candidate import Candidate
from stirfry.judge.verdicts.evidence import Evidence
from stirfry.judge.verdicts.no_better import METRICS, beats


def healthy(evidence: Evidence) -> Candidate:
    """Say that nothing is wrong, with the score beside the baseline's; of one row there is no R²."""
    part = evidence.judged or "train"
    metrics = evidence.scores[part].metrics
    # Where one class is rare, accuracy may be a constant answer's while another score is well above its own.
    better = (name for name in METRICS if name in metrics and beats(name, metrics[name]))
    name = evidence.aim if beats(evidence.aim, metrics[evidence.aim]) else next(better, evidence.aim)
    score = metrics[name]
    if score.value is None or score.baseline is None:
        rows = evidence.scores[part].rows
        return Candidate("verdicts.healthy_unscored", "good", 1.0, {"part": part, "rows": rows})
    facts = {
        "part": part,
        "metric": name,
        "value": score.value,
        "baseline": score.baseline,
        "epoch": evidence.best_epoch,
        "epochs": evidence.epochs,
    }
    return Candidate("verdicts.healthy", "good", 1.0, facts)
