"""What there is to see of one row's way through a model, forward, backward and one step on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.table import Dataset
from stirfry.explain.attributions import Attributions
from stirfry.explain.encodings import Encoding
from stirfry.explain.optimizers import Memory
from stirfry.explain.passes import Backward, Forward
from stirfry.lang import say
from stirfry.model.model import Model
from stirfry.notice import Notice
from stirfry.spec.plan import Loss, Plan

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LossAt:
    """The loss of the row.

    Args:
        name: the loss.
        value: L.
        targets: what the outputs should have been, in the loss's own terms: one number for each output.
        dz: the gradient by the outputs, shape (1, K).
        weights: what each class counts, where the plan weighs them; else None.
    """

    name: Loss
    value: float
    targets: Floats
    dz: Floats
    weights: tuple[float, ...] | None = None


@dataclass(frozen=True, eq=False)
class TensorUpdate:
    """What the optimizer does to one tensor.

    Args:
        name: its name in the `state_dict`.
        weight: before the step.
        gradient: after clipping.
        before: what was remembered before the step, by its letter; empty is nothing.
        after: what is remembered after it.
        new_weight: after the step.
    """

    name: str
    weight: Floats
    gradient: Floats
    before: Memory
    after: Memory
    new_weight: Floats

    @property
    def change(self) -> Floats:
        """What was added to the weight."""
        return self.new_weight - self.weight


@dataclass(frozen=True, eq=False)
class Update:
    """One step of the optimizer.

    Args:
        plan: the optimizer and its settings.
        step: the number of the step, from 1.
        lr: the learning rate.
        norm: the norm of all gradients together.
        factor: what clipping multiplied them by; 1 where it did nothing.
        tensors: one for each trained tensor, in the network's order.
        of_run: how many of the steps before it were the run's own.
        kept: the epoch whose weights were kept and the run's last one, where the run's memory belongs to
            other weights than these.
    """

    plan: Plan
    step: int
    lr: float
    norm: float
    factor: float
    tensors: tuple[TensorUpdate, ...]
    of_run: int = 0
    kept: tuple[int, int] | None = None

    @property
    def memory(self) -> dict[str, Memory]:
        """What is remembered after the step, by tensor: what the next one can be given."""
        return {each.name: each.after for each in self.tensors}


@dataclass(frozen=True, eq=False)
class Explanation:
    """One row's way through a model; `print` it to read it.

    Args:
        model: the model.
        row: the row's number in the data, from 1.
        data: the row as it is.
        forward: what each layer did, from the first to the last.
        outputs: the network's raw outputs, shape (K,).
        answer: the label, or the number in the target's own unit.
        probabilities: of each class, in the order of the labels; None in regression.
        truth: what the row should have been; None where nobody says.
        loss: the loss; None without a truth.
        backward: what went back through each layer, from the last to the first; empty without a loss.
        update: what the optimizer would do; None without a loss.
        attributions: what moved the answer.
        inputs: how each input was made; empty for images.
        notices: what has to be known about all this.
    """

    model: Model
    row: int
    data: Dataset
    forward: tuple[Forward, ...]
    outputs: Floats
    answer: Any
    probabilities: Floats | None
    truth: Any
    loss: LossAt | None
    backward: tuple[Backward, ...]
    update: Update | None
    attributions: Attributions
    inputs: tuple[Encoding, ...] = ()
    notices: tuple[Notice, ...] = field(default=())

    @property
    def gradients(self) -> dict[str, Floats]:
        """The gradients by all weights, under their `state_dict` names."""
        from stirfry.explain.passes import gradients_of

        return gradients_of(list(self.backward))

    def as_json(self) -> dict[str, Any]:
        """Return everything as JSON values; tensors of many numbers as a summary."""
        from stirfry.explain.plain import as_json

        return as_json(self)

    def __str__(self) -> str:
        from stirfry.explain.text import sections

        parts = ["\n".join([each.title, *each.lines]) for each in sections(self)]
        if self.notices:
            parts.append("\n".join(f"· {notice}" for notice in self.notices))
        return "\n\n".join(parts)

    def __repr__(self) -> str:
        return say(
            "explain.repr",
            row=self.row,
            things=self.data.things,
            name=self.data.name,
            answer=str(self.answer),
        )
