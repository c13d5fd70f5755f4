"""Explains one row: forward, backward, and the step that the optimizer would make.

All of it is worked out in float64 from the model's float32 weights, for a batch of this one row, and layers
with two modes compute as in prediction. So it is a step that training itself never made; every number of it
is one that PyTorch would give.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stirfry.data.encode_table import TableEncoder
from stirfry.data.table import Column, Dataset, Table
from stirfry.engine.contract import Remembered
from stirfry.engine.losses import targets_for
from stirfry.explain import losses
from stirfry.explain.attributions import attribute
from stirfry.explain.encodings import encodings
from stirfry.explain.explanation import Explanation, LossAt, TensorUpdate, Update
from stirfry.explain.losses import Lost
from stirfry.explain.optimizers import Memory, clip, step
from stirfry.explain.passes import Backward, Forward, backward, forward, gradients_of
from stirfry.explain.rows import chain_of, encoded, given_truth, truth_column
from stirfry.model.model import Model
from stirfry.notice import Notice
from stirfry.spec.network import Network
from stirfry.spec.plan import Loss, Plan
from stirfry.spec.schedule import Constant

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Training:
    """How the model is, or would be, trained.

    Args:
        plan: loss, optimizer, rates.
        rows: how many rows it was trained on, where that is known; for balanced class weights.
        assumed: whether the plan is nobody's wish but the defaults.
        remembered: what the optimizer remembered at the run's end; None where that isn't known.
        kept: the epoch whose weights were kept and the last one, where what was remembered belongs to other
            weights than the model's.
    """

    plan: Plan
    rows: int | None = None
    assumed: bool = False
    remembered: Remembered | None = None
    kept: tuple[int, int] | None = None

    @property
    def memory(self) -> dict[str, Memory]:
        """What was remembered, by tensor and letter."""
        found: dict[str, Memory] = {}
        for key, value in ({} if self.remembered is None else self.remembered.tensors).items():
            name, _, letter = key.rpartition(".")
            found.setdefault(name, {})[letter] = np.asarray(value, dtype=np.float64)
        return found


@dataclass(frozen=True)
class Course:
    """Where the optimizer stands.

    Args:
        steps: how many steps are made on the row, one after another; the last is shown.
        after: the step that came before them, whose weights and memory they go on from; None begins with the
            model's weights, and with what the optimizer remembered at the run's end.
        fresh: whether the memory is empty at the beginning all the same.
    """

    steps: int = 1
    after: Update | None = None
    fresh: bool = False


@dataclass(frozen=True, eq=False)
class _Pass:
    """A forward pass with its weights and, where there is a truth, what follows from it."""

    tensors: dict[str, Floats]
    forward: tuple[Forward, ...]
    loss: LossAt | None = None
    backward: tuple[Backward, ...] = ()
    update: Update | None = None


def explain_row(
    model: Model,
    row: Dataset,
    number: int,
    training: Training,
    truth: Any = None,
    course: Course | None = None,
) -> Explanation:
    """Explain one row.

    Args:
        model: a model whose network is a chain of known layers.
        row: the row, as data of one row.
        number: its number in the data, from 1.
        training: loss and optimizer.
        truth: what the row should have been, in place of what the data say.
        course: where the optimizer stands; at its first step, where nothing is said.

    Raises:
        UsageError: the network is the user's own, whose layers can't be seen.
        DataError: the truth isn't one of the labels, or no number.
    """
    network = chain_of(model)
    course = course or Course()
    inputs = encoded(model, row)
    column = truth_column(model, row) if truth is None else given_truth(model, truth)
    own_loss = model.origin.get("loss")
    known = None if own_loss is not None or model.loss == "share" else column
    passed = _passed(model, network, inputs, training, known, course)
    outputs = passed.forward[-1].y
    return Explanation(
        model=model,
        row=number,
        data=row,
        forward=passed.forward,
        outputs=outputs[0],
        answer=model.answers(outputs)[0].item() if model.task == "regression" else _label(model, outputs),
        probabilities=None if model.task == "regression" else model.shares(outputs)[0],
        truth=None if column is None else _truth(model, column),
        loss=passed.loss,
        backward=passed.backward,
        update=passed.update,
        attributions=attribute(model, row, passed.tensors),
        inputs=_encodings(model, row, inputs[0]),
        notices=_notices(model, network, training, column, own_loss),
    )


def _passed(
    model: Model, network: Network, inputs: Floats, training: Training, truth: Column | None, course: Course
) -> _Pass:
    """Go forward and, with a truth, back and a step on, as often as asked for; the last time is returned."""
    tensors: dict[str, Floats] = {
        name: np.asarray(value, dtype=np.float64) for name, value in model.tensors.items()
    }
    memory: dict[str, Memory] = {}
    done = of_run = 0
    if course.after is not None:
        tensors |= {each.name: each.new_weight for each in course.after.tensors}
        memory, done, of_run = course.after.memory, course.after.step, course.after.of_run
    elif training.remembered is not None and not course.fresh:
        memory, done = training.memory, training.remembered.steps
        of_run = done
    for count in range(done + 1, done + course.steps + 1):
        steps = forward(network, tensors, inputs)
        if truth is None:
            return _Pass(tensors, tuple(steps))
        loss = _loss(model, steps[-1].y, training, truth)
        back = backward(steps, loss.dz)
        update = _update(training.plan, tensors, gradients_of(back), memory, count)
        update = replace(update, of_run=of_run, kept=None if course.fresh else training.kept)
        found = _Pass(tensors, tuple(steps), loss, tuple(back), update)
        tensors = tensors | {each.name: each.new_weight for each in update.tensors}
        memory = update.memory
    return found


def _update(
    plan: Plan,
    tensors: dict[str, Floats],
    gradients: dict[str, Floats],
    memory: dict[str, Memory],
    count: int,
) -> Update:
    clipped = clip(gradients, plan.clip_norm)
    updates = []
    for name, gradient in clipped.gradients.items():
        before = memory.get(name, {})
        new = step(plan, tensors[name], gradient, before, count, plan.lr)
        updates.append(TensorUpdate(name, tensors[name], gradient, before, new.memory, new.weight))
    return Update(plan, count, plan.lr, clipped.norm, clipped.factor, tuple(updates))


def _loss(model: Model, outputs: Floats, training: Training, truth: Column) -> LossAt:
    """Return the loss of one row's outputs, shape (1, K)."""
    plan, name = training.plan, model.loss
    assert name != "share", "a loss of the user's own isn't known here"
    encoded_truth = model.target.encode(truth)
    wanted = targets_for(name, model.task, encoded_truth, outputs.shape[1])
    weights = class_weights(model, training)
    lost = _lost(plan, name, outputs, wanted, weights)
    if name == "cross_entropy":
        wanted = np.eye(outputs.shape[1])[encoded_truth]
    return LossAt(name, lost.value, wanted[0].astype(np.float64), lost.dz, weights)


def _lost(
    plan: Plan, name: Loss, outputs: Floats, wanted: NDArray[Any], weights: tuple[float, ...] | None
) -> Lost:
    match name:
        case "cross_entropy":
            each = None if weights is None else np.array(weights)
            return losses.cross_entropy(outputs, wanted, each, plan.label_smoothing)
        case "bce_with_logits":
            ratio = 1.0 if weights is None else weights[1] / weights[0]
            return losses.bce_with_logits(outputs, wanted.astype(np.float64), ratio)
        case "huber":
            return losses.huber(outputs, wanted, plan.huber_delta)
        case "l1":
            return losses.absolute_error(outputs, wanted)
        case "mse":
            return losses.squared_error(outputs, wanted)


def class_weights(model: Model, training: Training) -> tuple[float, ...] | None:
    """Return what each class counts in the loss; None where all count the same.

    `balanced` weights follow from the classes' shares of the training rows, which the model keeps. A class
    that had no row there counts as if it had had one.
    """
    asked = training.plan.class_weights
    if asked is None or model.task == "regression" or model.loss not in ("cross_entropy", "bce_with_logits"):
        return None
    if asked != "balanced":
        return asked
    one_row = 1 / training.rows if training.rows else 1.0
    return tuple(
        1 / (len(model.labels) * max(share, one_row if share == 0 else 0.0)) for share in model.frequencies
    )


def _label(model: Model, outputs: Floats) -> Any:
    return model.labels[int(model.shares(outputs)[0].argmax())]


def _truth(model: Model, truth: Column) -> Any:
    """Return what the row should have been, as a label or a number."""
    if model.task == "regression":
        return float(truth.values[0]) if truth.kind != "text" else float(truth.texts()[0] or "nan")
    return model.labels[int(model.target.encode(truth)[0])]


def _encodings(model: Model, row: Dataset, inputs: Floats) -> Any:
    if isinstance(model.encoder, TableEncoder) and isinstance(row, Table):
        return encodings(model.encoder, row, inputs)
    return ()


def _notices(
    model: Model, network: Network, training: Training, truth: Column | None, own_loss: Any
) -> tuple[Notice, ...]:
    found = []
    modes = sorted({layer.name for layer in network.layers if layer.two_modes})
    if "Dropout" in modes:
        found.append(Notice("explain.nothing_dropped"))
    if norms := [name for name in modes if name != "Dropout"]:
        found.append(Notice("explain.kept_moments", layers=norms))
    if model.test_shift:
        found.append(Notice("explain.not_shifted", pixels=model.test_shift))
    if own_loss is not None or model.loss == "share":
        found.append(Notice("explain.own_loss", name=str(own_loss)))
        return tuple(found)
    if truth is None:
        found.append(Notice("explain.no_truth", things=model.things))
        return tuple(found)
    if training.assumed:
        plan = training.plan
        found.append(Notice("explain.plan_assumed", optimizer=plan.optimizer, lr=plan.lr))
    if not isinstance(training.plan.schedule, Constant):
        schedule = training.plan.schedule.name
        found.append(Notice("explain.base_rate", schedule=schedule, lr=training.plan.lr))
    return tuple(found)
