"""The optimizers: from a gradient to a new weight, with what each of them remembers in between.

Letters: w a weight, g its gradient, η the learning rate, λ the weight decay, t the number of the step from 1.

What is remembered is written with the textbooks' letters: v a velocity (momentum), m a mean of gradients, s a
mean of their squares. Before the first step it is all 0, which here is an empty dict.

Sources: `torch.optim` of PyTorch 2.13, whose steps these are; Kingma and Ba, 2014, for Adam; Loshchilov and
Hutter, 2017, for AdamW.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from stirfry.spec.plan import Plan

Floats = NDArray[np.float64]
#: What is remembered of one weight, by its letter.
Memory = dict[str, Floats]


def letters_of(plan: Plan) -> tuple[str, ...]:
    """Return what the plan's optimizer remembers of each weight.

    Example:
        >>> letters_of(Plan(optimizer="adam")), letters_of(Plan(optimizer="sgd", momentum=0.0))
        (('m', 's'), ())
    """
    velocity = ("v",) if plan.momentum else ()
    match plan.optimizer:
        case "sgd":
            return velocity
        case "rmsprop":
            return ("s", *velocity)
        case "adam" | "adamw":
            return ("m", "s")


class Stepped(NamedTuple):
    """One optimizer's step for one tensor: the new weight, and what is remembered now."""

    weight: Floats
    memory: Memory


@dataclass(frozen=True, eq=False)
class Clipped:
    """The gradients after clipping.

    Args:
        norm: the norm of all of them together, before.
        factor: what each was multiplied by; 1 where nothing was clipped.
        gradients: the gradients after it, by name.
    """

    norm: float
    factor: float
    gradients: dict[str, Floats]


def clip(gradients: dict[str, Floats], largest: float | None) -> Clipped:
    """Return gradients times `min(1, largest / ‖g‖)`, where ‖g‖ is the norm of all of them together.

    As in PyTorch, a millionth is added to the norm before it divides.

    Args:
        gradients: by name.
        largest: the largest norm; None doesn't clip.

    Example:
        >>> clip({"w": np.array([3.0, 4.0])}, 1.0).gradients["w"].round(4).tolist()
        [0.6, 0.8]
    """
    norm = float(np.sqrt(sum(float((each**2).sum()) for each in gradients.values())))
    factor = 1.0 if largest is None else min(1.0, largest / (norm + 1e-6))
    return Clipped(norm, factor, {name: each * factor for name, each in gradients.items()})


def step(plan: Plan, weight: Floats, gradient: Floats, memory: Memory, count: int, lr: float) -> Stepped:
    """Return the plan's optimizer's step for one tensor.

    Args:
        plan: the optimizer and its settings.
        weight: w.
        gradient: g, after clipping.
        memory: what was remembered by the step before; empty at the first one.
        count: t, the number of this step, from 1.
        lr: η at this step.
    """
    match plan.optimizer:
        case "sgd":
            return sgd(plan, weight, gradient, memory, lr)
        case "rmsprop":
            return rmsprop(plan, weight, gradient, memory, lr)
        case "adamw":
            # The decay is taken from the weight itself and not from the gradient.
            shrunk = weight * (1 - lr * plan.weight_decay)
            return adam(plan, shrunk, gradient, memory, count, lr)
        case "adam":
            return adam(plan, weight, gradient + plan.weight_decay * weight, memory, count, lr)


def sgd(plan: Plan, weight: Floats, gradient: Floats, memory: Memory, lr: float) -> Stepped:
    """`g ← g + λ w`, `v ← μ v + g`, `w ← w - η v`; with Nesterov's momentum `w ← w - η (g + μ v)`.

    Without momentum nothing is remembered, and `w ← w - η g`. The first velocity is the gradient itself.
    """
    gradient = gradient + plan.weight_decay * weight
    if not plan.momentum:
        return Stepped(weight - lr * gradient, {})
    velocity = plan.momentum * memory["v"] + gradient if memory else gradient
    direction = gradient + plan.momentum * velocity if plan.nesterov else velocity
    return Stepped(weight - lr * direction, {"v": velocity})


def adam(plan: Plan, weight: Floats, gradient: Floats, memory: Memory, count: int, lr: float) -> Stepped:
    """`m ← β₁ m + (1 - β₁) g`, `s ← β₂ s + (1 - β₂) g²`, `w ← w - η m̂ / (√ŝ + ε)`.

    m̂ and ŝ are m and s divided by `1 - β₁ᵗ` and `1 - β₂ᵗ`, for both begin at 0 and are too small at first.
    """
    first, second = plan.betas
    mean = first * memory.get("m", 0.0) + (1 - first) * gradient
    squares = second * memory.get("s", 0.0) + (1 - second) * gradient**2
    mean_hat, squares_hat = mean / (1 - first**count), squares / (1 - second**count)
    return Stepped(weight - lr * mean_hat / (np.sqrt(squares_hat) + plan.eps), {"m": mean, "s": squares})


def rmsprop(plan: Plan, weight: Floats, gradient: Floats, memory: Memory, lr: float) -> Stepped:
    """`g ← g + λ w`, `s ← α s + (1 - α) g²`, `w ← w - η g / (√s + ε)`.

    With momentum what is divided goes into a velocity first: `v ← μ v + g / (√s + ε)`, `w ← w - η v`.
    """
    gradient = gradient + plan.weight_decay * weight
    squares = plan.alpha * memory.get("s", 0.0) + (1 - plan.alpha) * gradient**2
    direction = gradient / (np.sqrt(squares) + plan.eps)
    if not plan.momentum:
        return Stepped(weight - lr * direction, {"s": squares})
    velocity = plan.momentum * memory.get("v", 0.0) + direction
    return Stepped(weight - lr * velocity, {"s": squares, "v": velocity})
