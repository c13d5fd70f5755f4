"""Losses and what they want: the targets' form, the number of outputs, the way from outputs to answers.

Letters: N rows, K classes or outputs.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Callable
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from stirfry.engine.build import import_torch
from stirfry.errors import Fault, SpecError
from stirfry.spec.plan import Loss, Plan, Task

#: How raw outputs are read: as the loss has them, or as one probability, that of the second class.
Reads = Loss | Literal["share"]


def default_loss(task: Task) -> Loss:
    """Return the loss a task is trained with where the plan names none."""
    return {"binary": "bce_with_logits", "multiclass": "cross_entropy", "regression": "mse"}[task]  # type: ignore[return-value]


def output_count(task: Task, loss: Loss, classes: int) -> int:
    """Return how many outputs a row needs.

    Binary cross-entropy takes one logit; cross-entropy, and a regression loss on classes (whose targets
    are one-hot), take one output a class; a regression takes one.

    Args:
        task: the task.
        loss: the plan's loss.
        classes: how many classes there are; ignored in regression.

    Raises:
        SpecError: the loss doesn't go with the task.

    Example:
        >>> output_count("multiclass", "mse", 3)
        3
    """
    if task == "regression":
        if loss in ("cross_entropy", "bce_with_logits"):
            raise SpecError((Fault("plan.loss", "engine.loss_needs_classes", loss=loss),))
        return 1
    if loss == "bce_with_logits":
        if classes != 2:
            raise SpecError((Fault("plan.loss", "engine.bce_needs_two", classes=classes),))
        return 1
    return classes


def targets_for(loss: Loss, task: Task, targets: NDArray[Any], outputs: int) -> NDArray[Any]:
    """Return targets in the form the loss wants.

    Args:
        loss: the plan's loss.
        task: the task.
        targets: class numbers (N,), or values (N, 1).
        outputs: the network's outputs a row.

    Returns:
        int64 (N,) for cross-entropy, else float32 (N, K): the label 0 or 1, a one-hot row, or the value.
    """
    if task == "regression" or loss == "cross_entropy":
        return targets
    if loss == "bce_with_logits":
        return targets.astype(np.float32).reshape(-1, 1)
    return np.eye(outputs, dtype=np.float32)[targets]


def loss_module(
    plan: Plan, class_weights: tuple[float, ...] | None, device: str, own: Callable[..., Any] | None = None
) -> Any:
    """Return the loss as a PyTorch module that means over rows (and outputs).

    Class weights go to `CrossEntropyLoss(weight=)`; binary cross-entropy takes their ratio as
    `pos_weight`.

    Args:
        plan: the plan.
        class_weights: one weight a class, or None.
        device: where it computes.
        own: a user's own loss, which takes the place of the plan's.
    """
    torch = import_torch()
    nn = torch.nn
    if own is not None:
        return copy.deepcopy(own).to(device) if isinstance(own, nn.Module) else own
    if plan.loss == "cross_entropy":
        weight = None if class_weights is None else torch.tensor(class_weights, device=device)
        return nn.CrossEntropyLoss(weight=weight, label_smoothing=plan.label_smoothing)
    if plan.loss == "bce_with_logits":
        ratio = None
        if class_weights is not None:
            ratio = torch.tensor([class_weights[1] / class_weights[0]], device=device)
        return nn.BCEWithLogitsLoss(pos_weight=ratio)
    if plan.loss == "huber":
        return nn.HuberLoss(delta=plan.huber_delta)
    return nn.L1Loss() if plan.loss == "l1" else nn.MSELoss()


def probabilities(loss: Reads, outputs: NDArray[Any]) -> NDArray[np.float64]:
    """Return class probabilities, shape (N, classes), from raw outputs.

    Cross-entropy's are the softmax, binary cross-entropy's the sigmoid. A network trained with a squared
    or absolute error on one-hot targets estimates the probabilities themselves; they are clipped to
    0 to 1 and made to add up to 1.

    Args:
        loss: what the network was trained with, or `share` where the one output is a probability already.
        outputs: raw outputs, shape (N, K).

    Example:
        >>> probabilities("bce_with_logits", np.zeros((1, 1))).tolist()
        [[0.5, 0.5]]
    """
    values = outputs.astype(np.float64)
    if loss == "share":
        positive = np.clip(values[:, 0], 0, 1)
        return np.stack([1 - positive, positive], axis=1)
    if loss == "bce_with_logits":
        # exp of a number that is never positive can't overflow.
        small = np.exp(-np.abs(values[:, 0]))
        positive = np.where(values[:, 0] >= 0, 1 / (1 + small), small / (1 + small))
        return np.stack([1 - positive, positive], axis=1)
    if loss == "cross_entropy":
        # The ufuncs' own reductions: for a single row the methods' wrappers would take as long again.
        powers = np.exp(values - np.maximum.reduce(values, axis=1, keepdims=True))
        return np.asarray(powers / np.add.reduce(powers, axis=1, keepdims=True))
    clipped = np.clip(values, 0, 1)
    total = clipped.sum(axis=1, keepdims=True)
    even = np.full_like(clipped, 1 / values.shape[1])
    return np.where(total > 0, clipped / np.where(total > 0, total, 1), even)


def probabilities_of_one(loss: Reads, outputs: list[float]) -> list[float]:
    """Return what `probabilities` does, for the outputs of one row.

    Of a few outputs Python's own arithmetic takes a quarter of the time of NumPy's calls.

    Example:
        >>> probabilities_of_one("bce_with_logits", [0.0])
        [0.5, 0.5]
    """
    if loss == "share":
        positive = min(max(outputs[0], 0.0), 1.0)
        return [1 - positive, positive]
    if loss == "bce_with_logits":
        small = math.exp(-abs(outputs[0]))
        positive = 1 / (1 + small) if outputs[0] >= 0 else small / (1 + small)
        return [1 - positive, positive]
    if loss == "cross_entropy":
        largest = max(outputs)
        parts = [math.exp(value - largest) for value in outputs]
    else:
        parts = [min(max(value, 0.0), 1.0) for value in outputs]
    total = sum(parts)
    return [part / total for part in parts] if total > 0 else [1 / len(parts)] * len(parts)
