"""Classes out of balance, with the score that guessing gives."""

from __future__ import annotations

import numpy as np

from stirfry.judge.checks.subject import Subject
from stirfry.judge.finding import Finding

#: From nine in ten on, a network that says nothing but the commonest class looks good.
MOST, MANY = 0.9, 0.75
#: A class with a tenth of the rows of another is learned late: it has a tenth of the say in the loss.
RATIO = 10


def balance(subject: Subject) -> list[Finding]:
    """Find classes that are much more common than others."""
    if subject.classes is None or subject.plan.class_weights is not None:
        return []
    counts = subject.count(subject.prepared.split.train)
    if np.count_nonzero(counts) < 2:
        return []
    present = np.flatnonzero(counts)
    common, rare = int(counts.argmax()), int(present[counts[present].argmin()])
    share = float(counts[common] / counts.sum())
    if share < MANY and counts[common] < RATIO * counts[rare]:
        return []
    facts = {
        "label": str(subject.labels[common]),
        "share": share,
        "rows": int(counts.sum()),
        "rare": str(subject.labels[rare]),
        "rare_rows": int(counts[rare]),
    }
    weighs = not subject.own_loss and subject.plan.loss in ("cross_entropy", "bce_with_logits")
    change = {"class_weights": "balanced"} if weighs else {}
    return [Finding("checks.imbalance", "warning" if share >= MOST else "remark", facts, change=change)]
