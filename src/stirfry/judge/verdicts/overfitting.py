"""Overfitting: the network learns its rows by heart, and gets worse at others."""

from __future__ import annotations

import numpy as np

from stirfry.judge.verdicts.candidate import Candidate, above
from stirfry.judge.verdicts.evidence import Curve, Evidence, end_of

#: The rise of the followed loss, by what a constant answer has, from which on it is said.
RISE = 0.15
#: The rise as a share of the lowest loss.
SHARE = 0.3
#: How much better the training score is than the judged one, in standard errors and at all.
ERRORS, GAP = 4.0, 0.12


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
    strength = min(above(last - low, RISE), above((last - low) / max(low, 0.02), SHARE))
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
    change = {"patience": max(10, turn // 4)} if followed else {"epochs": turn + 1}
    if followed and evidence.plan.keep == "last":
        change["keep"] = "best"
    return Candidate("verdicts.overfitting", "warning", strength, facts, change)


def smoothed(values: Curve) -> Curve:
    """Return a curve with its chance jumps taken out: the mean over a twentieth of the epochs around each."""
    width = min(len(values) // 20, 50)
    if width < 1:
        return values
    ends = np.pad(values, width, mode="edge")
    sums = np.cumsum(np.concatenate([[0.0], ends]))
    return (sums[2 * width + 1 :] - sums[: -2 * width - 1]) / (2 * width + 1)


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
    strength = min(above(gap, GAP), above(gap / error, ERRORS))
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
