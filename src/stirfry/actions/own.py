"""A user's own network and loss on their way to a job: rehearsed on the first training rows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from stirfry.data.prepare import Described, Encoded, Prepared
from stirfry.engine.build import build
from stirfry.engine.contract import Job, Part
from stirfry.engine.given import Given, GivenLoss, given_loss, given_module
from stirfry.engine.losses import Reads, default_loss, output_count
from stirfry.engine.own import OwnNetwork
from stirfry.engine.rehearsal import ROWS, rehearse
from stirfry.engine.rehearsal_loss import Goal
from stirfry.engine.torch_parts import pick_device
from stirfry.errors import Fault, SpecError
from stirfry.notice import Notice
from stirfry.spec.network import Network
from stirfry.spec.plan import Loss
from stirfry.spec.recipe import Recipe


@dataclass(frozen=True, eq=False)
class Own:
    """What a user brings along; at least one of the two is there.

    Args:
        module: the network; None takes the recipe's.
        loss: the loss; None takes the plan's.
    """

    module: Given | None = None
    loss: GivenLoss | None = None


@dataclass(frozen=True)
class Found:
    """What a rehearsal has decided.

    Args:
        network: the network of the job.
        loss: the plan's loss; of a user's own, the one whose form of targets it takes.
        reads: how outputs are read.
        notices: what is said about it.
    """

    network: Network | OwnNetwork
    loss: Loss
    reads: Reads
    notices: tuple[Notice, ...]


def own_of(module: Any, loss: Any) -> Own | None:
    """Return what a user brings along, checked as far as that goes without data; None where it is nothing.

    Raises:
        UsageError: it is no module, or no loss.
    """
    if module is None and loss is None:
        return None
    return Own(None if module is None else given_module(module), None if loss is None else given_loss(loss))


def found_by_rehearsal(own: Own, described: Described, recipe: Recipe, prepared: Prepared) -> Found:
    """Let the first training rows go through the user's network and loss.

    Raises:
        SpecError: something doesn't fit; the text says what to change.
        UsageError: the module can't be made.
    """
    plan, classes = recipe.plan, len(prepared.target.labels)
    _check_plan(own, recipe)
    loss = None if own.loss is None else own.loss.function
    goal = Goal(described.task, classes, plan.loss, loss)
    if own.module is None:
        return _with_plain_network(recipe, prepared, goal)
    inputs, targets = _first(prepared.train), prepared.train.targets
    names = getattr(prepared.encoder, "input_names", ())
    found = rehearse(own.module, inputs, targets, goal, plan.seed, names, pick_device(plan.device))
    return Found(found.network, found.reading.loss, found.reading.reads, found.notices)


def _with_plain_network(recipe: Recipe, prepared: Prepared, goal: Goal) -> Found:
    """Return a network of ours before a user's loss; two classes have one output or two, as it wants."""
    fallback: Loss = "cross_entropy"
    tried = [default_loss(goal.task), fallback] if goal.task == "binary" else [default_loss(goal.task)]
    for loss in tried:
        outputs = output_count(goal.task, loss, goal.classes)
        network = recipe.network.resolve(prepared.encoder.input_shape, outputs)
        given = _as_given(network)
        try:
            inputs, targets = _first(prepared.train), prepared.train.targets
            found = rehearse(given, inputs, targets, goal, recipe.plan.seed)
        except SpecError as error:
            if loss is tried[-1] or error.faults[0].code != "engine.loss_fails":
                raise
            continue
        return Found(network, found.reading.loss, found.reading.reads, found.notices)
    raise AssertionError("the last of them returns or raises")


def _first(encoded: Encoded) -> Any:
    """Return the rows that a rehearsal looks at, as the network will see them."""
    return Part(encoded.inputs, encoded.targets, encoded.normal).first(ROWS)


def _as_given(network: Network) -> Given:
    return Given(lambda: build(network), "stirfry", "")


def _check_plan(own: Own, recipe: Recipe) -> None:
    """Refuse settings that a user's own loss doesn't know."""
    if own.loss is None:
        return
    trained = [name for name, _ in getattr(own.loss.function, "named_parameters", tuple)()]
    if trained:
        raise SpecError((Fault("plan.loss", "actions.loss_parameters", names=trained[:5]),))
    asked = {"class_weights": recipe.plan.class_weights, "label_smoothing": recipe.plan.label_smoothing}
    faults = [Fault(f"plan.{key}", "actions.not_with_own_loss") for key, value in asked.items() if value]
    if faults:
        raise SpecError(tuple(faults))


def with_found(job: Job, own: Own, found: Found) -> Job:
    """Return a job with the user's loss, and with how its outputs are read."""
    return replace(job, loss=None if own.loss is None else own.loss.function, reads=found.reads)


def origin_of(own: Own | None) -> dict[str, Any]:
    """Return where a user's network and loss come from, for the record of a run."""
    found: dict[str, Any] = {}
    if own is not None and own.module is not None:
        found["module"] = {"path": own.module.path, "sha256": own.module.sha256}
    if own is not None and own.loss is not None:
        found["loss"] = own.loss.path
    return found
