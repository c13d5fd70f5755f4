"""No better than the baseline: always saying the commonest class or the mean does as well."""

from __future__ import annotations

import math

from stirfry.judge.scores import LOWER_IS_BETTER, PartScores, Score
from stirfry.judge.verdicts.candidate import Candidate
from stirfry.judge.verdicts.evidence import Evidence

#: Standard errors by which the parts together must be better: chance gets there once in twenty.
BEYOND = 1.64
#: The standard errors in a 95% interval, end to end.
_WIDTH = 2 * 1.96
#: The metrics of which one beyond chance is enough.
METRICS = ("accuracy", "balanced_accuracy", "roc_auc", "log_loss", "r2")


def no_better(evidence: Evidence) -> Candidate | None:
    """Say that no score of the judged part is better than the baseline's by more than chance."""
    if evidence.judged is None:
        return None
    part = evidence.scores[evidence.judged]
    score = part.metrics[evidence.aim]
    others = [other for name, other in evidence.scores.items() if name not in ("train", evidence.judged)]
    elsewhere = any(any_beats(other) for other in others)
    # One metric of four is beyond chance by chance now and then: the other part must say so too.
    if any_beats(part) and (elsewhere or not others or beats(evidence.aim, score)):
        return None
    # Two parts that are a little better each are together what neither is alone.
    held = [score, *(other.metrics[evidence.aim] for other in others)]
    leads = [lead for each in held if (lead := lead_of(each)) is not None]
    if leads and sum(leads) / math.sqrt(len(leads)) > BEYOND:
        return None
    if score.value is None or score.low is None or score.high is None or score.baseline is None:
        return None
    facts = {
        "part": evidence.judged,
        "rows": part.rows,
        "metric": evidence.aim,
        "value": score.value,
        "low": score.low,
        "high": score.high,
        "baseline": score.baseline,
    }
    strength = 0.7 if elsewhere or any_beats(part) else 0.9
    # Where the mean has moved since training, better than that mean may still be worse than these rows' own.
    code = "verdicts.no_better_of_mean" if score.baseline < score.low <= 0.0 else "verdicts.no_better"
    return Candidate(code, "serious", strength, facts, {}, verb="check")


def lead_of(score: Score) -> float | None:
    """Return by how many standard errors a score of which more is better lies above its baseline."""
    if score.value is None or score.low is None or score.high is None or score.baseline is None:
        return None
    return (score.value - max(score.baseline, 0.0)) / max((score.high - score.low) / _WIDTH, 1e-9)


def beats(name: str, score: Score) -> bool:
    """Whether a score is better than the baseline's by more than its interval."""
    if score.low is None or score.high is None or score.baseline is None:
        return False
    if name in LOWER_IS_BETTER:
        return score.high < score.baseline
    return score.low > max(score.baseline, 0.0)


def any_beats(part: PartScores) -> bool:
    """Whether any score of a part is better than the baseline's by more than its interval."""
    return any(beats(name, part.metrics[name]) for name in METRICS if name in part.metrics)
