"""Outputs against the loss: how many there must be, in which form it takes the targets, what they mean.

Letters: N rows, K outputs.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from stirfry.engine.build import import_torch
from stirfry.engine.given import USERS_FAULTS
from stirfry.engine.losses import Reads, default_loss, output_count, targets_for
from stirfry.engine.rehearsal_shapes import reason_of
from stirfry.errors import Fault, SpecError
from stirfry.notice import Notice
from stirfry.spec.plan import Loss, Task


@dataclass(frozen=True)
class Goal:
    """What a module is to be trained for.

    Args:
        task: the task.
        classes: how many classes; 0 in regression.
        loss: the loss that the plan names; None leaves it to the task and the outputs.
        own: the user's own loss, a function of outputs and targets.
    """

    task: Task
    classes: int
    loss: Loss | None = None
    own: Callable[..., Any] | None = None


@dataclass(frozen=True)
class Reading:
    """How targets are given to the loss, and what outputs mean.

    Args:
        loss: the loss; of a user's own, the one of ours whose form of targets it takes.
        reads: the loss as which `stirfry.engine.losses.probabilities` reads the outputs.
        notices: what was decided.
    """

    loss: Loss
    reads: Reads
    notices: tuple[Notice, ...] = ()


def reading_of(goal: Goal, outputs: Any, labels: NDArray[Any]) -> Reading:
    """Return how the loss is taken.

    Args:
        goal: what the module is to be trained for.
        outputs: the first rows' outputs, shape (N, K).
        labels: the first rows' targets, as the data have them.

    Raises:
        SpecError: there are more or fewer outputs than the task needs, or no form of the targets is one that
            the user's loss takes.
    """
    count = int(outputs.shape[1])
    if goal.own is not None:
        return _own_reading(goal, outputs, labels)
    loss = goal.loss or default_loss(goal.task)
    if goal.loss is None and goal.task == "binary" and count == 2:
        loss = "cross_entropy"
    wanted = output_count(goal.task, loss, goal.classes)
    if count != wanted:
        raise _wrong_count(goal, loss, count, wanted)
    return Reading(loss, loss)


def _wrong_count(goal: Goal, loss: Loss, count: int, wanted: int) -> SpecError:
    facts = {"outputs": count, "wanted": wanted, "classes": goal.classes, "loss": loss}
    if goal.task == "regression":
        return SpecError((Fault("network", "engine.outputs_regression", **facts),))
    if goal.task == "binary" and loss == "bce_with_logits" and count == 2:
        return SpecError((Fault("plan.loss", "engine.outputs_two", **facts),))
    return SpecError((Fault("network", "engine.outputs_classes", **facts),))


def _own_reading(goal: Goal, outputs: Any, labels: NDArray[Any]) -> Reading:
    """Try the forms that targets may have, the likeliest first, until the user's loss takes one.

    A form counts where the loss gives one number that a gradient can be taken of, and nothing is broadcast:
    with as many rows as outputs (N,) and (N, K) would fit by accident, so there is a row less.
    """
    count = int(outputs.shape[1])
    failures: list[str] = []
    rows = len(labels) - 1 if len(labels) == count > 1 else len(labels)
    for form in _forms(goal, count):
        targets = targets_for(form, goal.task, labels[:rows], count)
        failure = _tried(goal, outputs[:rows], targets)
        if failure is None:
            mended = bool(failures) and goal.task != "regression"
            notices = (Notice("engine.targets_one_hot", classes=goal.classes),) if mended else ()
            return Reading(form, _reads(goal, form, outputs.detach()), notices)
        failures.append(failure)
    raise SpecError((Fault("plan.loss", "engine.loss_fails", reason=failures[0]),))


def _forms(goal: Goal, count: int) -> tuple[Loss, ...]:
    """Return the losses of ours whose targets a user's loss may take."""
    if goal.task == "regression":
        if count != 1:
            raise _wrong_count(goal, "mse", count, 1)
        return ("mse",)
    if count == 1 and goal.classes == 2:
        return ("bce_with_logits",)
    if count != goal.classes:
        raise _wrong_count(goal, "cross_entropy", count, goal.classes)
    return ("cross_entropy", "mse")


def _tried(goal: Goal, outputs: Any, targets: NDArray[Any]) -> str | None:
    """Return why a user's loss can't take targets of this form, or None where it can.

    Raises:
        SpecError: it gives no number, or one without a gradient.
    """
    torch = import_torch()
    assert goal.own is not None, "only a user's own loss is tried"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")  # PyTorch only warns of shapes that are broadcast
            found = goal.own(outputs.detach().clone().requires_grad_(), torch.from_numpy(targets))
    except (*USERS_FAULTS, Warning) as error:
        return reason_of(error)
    if not isinstance(found, torch.Tensor) or found.numel() != 1:
        given = str(tuple(found.shape)) if isinstance(found, torch.Tensor) else type(found).__name__
        raise SpecError((Fault("plan.loss", "engine.loss_not_a_number", found=given),))
    if not found.requires_grad:
        raise SpecError((Fault("plan.loss", "engine.loss_without_gradient"),))
    return None


def _reads(goal: Goal, form: Loss, values: Any) -> Reads:
    """Return how the outputs before a user's loss are read, by what they look like.

    The softmax of logarithms of probabilities is these probabilities, so they are read like logits.
    """
    nn = import_torch().nn
    within = bool((values >= 0).all() and (values <= 1).all())
    if goal.task == "regression":
        return "mse"
    if form == "bce_with_logits":
        return "share" if within else form
    plain = isinstance(goal.own, nn.MSELoss | nn.L1Loss | nn.HuberLoss | nn.SmoothL1Loss)
    return "mse" if within or plain else "cross_entropy"


def check_gradients(
    module: Any, rows: Any, outputs: Any, labels: NDArray[Any], goal: Goal, reading: Reading
) -> None:
    """Go back from the loss, and refuse parameters that it never reaches.

    Where some had no gradient, two more passes are made: a module may leave layers out by chance.

    Raises:
        SpecError: with the parameters' names.
    """
    torch = import_torch()
    targets = torch.from_numpy(targets_for(reading.loss, goal.task, labels, int(outputs.shape[1])))
    missed: list[str] = []
    for _ in range(3):
        found = _loss(outputs, targets, goal, reading)
        if not found.requires_grad:
            raise SpecError((Fault("network", "engine.outputs_detached"),))
        found.backward()
        missed = [key for key, each in module.named_parameters() if each.requires_grad and each.grad is None]
        if not missed:
            return
        outputs = module(rows)
    raise SpecError((Fault("network", "engine.no_gradient", names=missed[:5]),))


def _loss(outputs: Any, targets: Any, goal: Goal, reading: Reading) -> Any:
    functional = import_torch().nn.functional
    if goal.own is not None:
        return goal.own(outputs, targets)
    ours = {
        "cross_entropy": functional.cross_entropy,
        "bce_with_logits": functional.binary_cross_entropy_with_logits,
    }
    return ours.get(reading.loss, functional.mse_loss)(outputs, targets)
