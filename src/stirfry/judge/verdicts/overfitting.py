"""Overfitting: the network learns its rows by heart, and gets worse at others."""

from __future__ import annotations

from typing import Any

import numpy as np

from stirfry.judge.verdicts.candidate import Candidate, above
from stirfry.judge.verdicts.evidence import Curve, Evidence, end_of

#: The rise of the followed loss, by what a constant answer has, from which on it is said.
RISE = 0.1
#: The same where the weights from before are kept, and only the epochs since are lost.
RISE_OF_KEPT = 0.25
#: The rise as a share of the lowest loss.
SHARE = 0.3
#: How much better the training score is than the judged one, in standard errors and at all.
ERRORS, GAP = 4.0, 0.12
#: How much lower the training part's log loss is, by the baseline's.
LOSS_GAP = 0.4


def overfitting(evidence: Evidence) -> Candidate | None:
    """Say that the followed loss turned and rose while the training loss went on falling, and when.

    A run that stopped for it and kept the weights from before is as it should be.
    """
    if evidence.held_part is None:
        return _by_scores(evidence)
    if evidence.stopped == "patience" and evidence.plan.keep == "best":
        return None
    smooth = smoothed(evidence.held)
    turn = int(np.argmin(smooth))
    low, last = float(smooth[turn]), end_of(evidence.held_points)
    before, after = float(smoothed(evidence.train)[turn]), evidence.train_end
    if turn >= evidence.epochs - 1 or after >= before:
        return None
    kept = evidence.plan.keep == "best" and evidence.held_part == "validation"
    strength = min(
        above(last - low, RISE_OF_KEPT if kept else RISE), above((last - low) / max(low, 0.02), SHARE)
    )
    losses = evidence.history[f"{evidence.held_part}_loss"]
    training = evidence.history["train_loss"]
    facts = {
        "part": evidence.held_part,
        "epoch": turn + 1,
        "epochs": evidence.epochs,
        "low": float(losses[turn]),
        "last": float(end_of(losses[-max(1, len(losses) // 10) :])),
        "before": float(training[turn]),
        "after": float(training[-1]),
    }
    followed = evidence.held_part == "validation"
    change: dict[str, Any] = {"patience": max(10, turn // 4)} if followed else {"epochs": turn + 1}
    if followed and evidence.plan.keep == "last":
        change["keep"] = "best"
    if kept:
        return Candidate("verdicts.overfitting_kept", "remark", strength, facts, change)
    return Candidate("verdicts.overfitting", "warning", strength, facts, change)


def smoothed(values: Curve) -> Curve:
    """Return a curve with its chance jumps taken out: the mean over a few epochs around each.

    They are fewer near the beginning, where the loss turns quickly.
    """
    at = np.arange(len(values))
    width = np.minimum(np.minimum(at // 3, len(values) - 1 - at), min(len(values) // 20, 50))
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return (sums[at + width + 1] - sums[at - width]) / (2 * width + 1)


def _by_scores(evidence: Evidence) -> Candidate | None:
    """Say it by the gap between the scores, where no part was followed; the epoch stays unknown."""
    if evidence.judged is None or "train" not in evidence.scores:
        return None
    train = evidence.scores["train"].metrics[evidence.metric].value
    held = evidence.scores[evidence.judged].metrics[evidence.metric]
    if train is None or held.value is None or held.low is None or held.high is None:
        return None
    error = max((held.high - held.low) / 3.92, 1e-6)
    gap = train - held.value
    # R² of few rows may be anything below; that its upper end is far off is as sure.
    sure = max(above(gap / error, ERRORS), above(train - held.high, 2 * GAP))
    strength = max(min(above(gap, GAP), sure), _by_loss(evidence))
    facts = {
        "part": evidence.judged,
        "metric": evidence.metric,
        "train": train,
        "value": held.value,
        "low": held.low,
        "high": held.high,
    }
    change = {"validation": 0.2, "patience": 20 + evidence.epochs // 20, "keep": "best"}
    return Candidate("verdicts.overfitting_gap", "warning", strength, facts, change)


def _by_loss(evidence: Evidence) -> float:
    """Return how strongly the losses speak, which see what rare classes hide from accuracy."""
    assert evidence.judged is not None
    train, held = (evidence.scores[part].metrics.get("log_loss") for part in ("train", evidence.judged))
    if train is None or held is None or train.value is None or held.value is None:
        return 0.0
    if held.low is None or not held.baseline:
        return 0.0
    gap, sure = (held.value - train.value) / held.baseline, (held.low - train.value) / held.baseline
    return min(above(gap, LOSS_GAP), above(sure, LOSS_GAP / 2))
