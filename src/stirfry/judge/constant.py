"""The training loss of the best constant answer: what a network must get below to have learned anything.

Letters: K classes, N rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.statistics import median
from stirfry.spec.plan import Plan, Task


def constant_loss(
    plan: Plan, task: Task, targets: NDArray[Any], classes: int, weights: Sequence[float] | None = None
) -> tuple[float, float]:
    """Return the loss of the best constant answer, and the least that the loss can be.

    Args:
        plan: the plan; its loss is set.
        task: the task.
        targets: class numbers, shape (N,); values in regression.
        classes: how many classes there are.
        weights: one weight a class, or None.

    Example:
        >>> plan = Plan(loss="cross_entropy")
        >>> round(constant_loss(plan, "multiclass", np.array([0, 1, 2]), 3)[0], 4)
        1.0986
    """
    if task == "regression":
        return _of_values(plan, targets.astype(np.float64)), 0.0
    shares = np.bincount(targets, minlength=classes) / len(targets)
    if plan.loss == "cross_entropy":
        weighted = shares * (1.0 if weights is None else np.asarray(weights))
        smooth = plan.label_smoothing
        shares = weighted / weighted.sum()
        right = np.full(classes, smooth / classes)
        right[0] += 1 - smooth
        return _entropy(shares * (1 - smooth) + smooth / classes), _entropy(right)
    if plan.loss == "bce_with_logits":
        positive = shares[1] * (1.0 if weights is None else weights[1] / weights[0])
        whole = positive + shares[0]
        return float(whole * _entropy(np.array([positive, shares[0]]) / whole)), 0.0
    return float(
        np.mean([_of_values(plan, (targets == label).astype(float)) for label in range(classes)])
    ), 0.0


def _of_values(plan: Plan, values: NDArray[np.float64]) -> float:
    if plan.loss == "l1":
        return float(np.mean(np.abs(values - median(values))))
    off = np.abs(values - values.mean())
    if plan.loss == "huber":
        delta = plan.huber_delta
        return float(np.mean(np.where(off <= delta, off**2 / 2, delta * (off - delta / 2))))
    return float(np.mean(off**2))


def _entropy(shares: NDArray[np.float64]) -> float:
    there = shares[shares > 0]
    return float(-(there * np.log(there)).sum())
