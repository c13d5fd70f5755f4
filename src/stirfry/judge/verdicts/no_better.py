"""No better than the baseline: always saying the commonest class or the mean does as well."""

from __future__ import annotations

from stirfry.judge.scores import LOWER_IS_BETTER, PartScores, Score
from stirfry.judge.verdicts.candidate import Candidate
from stirfry.judge.verdicts.evidence import Evidence

#: The metrics of which one beyond chance is enough.
_METRICS = ("accuracy", "balanced_accuracy", "roc_auc", "log_loss", "r2")


def no_better(evidence: Evidence) -> Candidate | None:
    """Say that no score of the judged part is better than the baseline's by more than chance."""
    if evidence.judged is None:
        return None
    part = evidence.scores[evidence.judged]
    if any(beats(name, part.metrics[name]) for name in _METRICS if name in part.metrics):
        return None
    score = part.metrics[evidence.metric]
    if score.value is None or score.low is None or score.high is None or score.baseline is None:
        return None
    facts = {
        "part": evidence.judged,
        "rows": part.rows,
        "metric": evidence.metric,
        "value": score.value,
        "low": score.low,
        "high": score.high,
        "baseline": score.baseline,
    }
    strength = 0.9 if _agrees(evidence, part) else 0.7
    return Candidate("verdicts.no_better", "serious", strength, facts, {}, verb="check")


def beats(name: str, score: Score) -> bool:
    """Whether a score is better than the baseline's by more than its interval."""
    if score.low is None or score.high is None or score.baseline is None:
        return False
    if name in LOWER_IS_BETTER:
        return score.high < score.baseline
    return score.low > max(score.baseline, 0.0)


def _agrees(evidence: Evidence, judged: PartScores) -> bool:
    """Whether the other part that wasn't learned from says the same."""
    others = [part for name, part in evidence.scores.items() if name != "train" and part is not judged]
    return all(
        not any(beats(name, part.metrics[name]) for name in _METRICS if name in part.metrics)
        for part in others
    )
