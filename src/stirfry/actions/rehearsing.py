"""The rehearsal of a user's own network and loss: loaded by those who bring one along."""

from __future__ import annotations

from typing import Any

from stirfry.actions.own import Found, Own
from stirfry.data.prepare import Described, Encoded, Prepared
from stirfry.engine.build import build
from stirfry.engine.contract import Part
from stirfry.engine.given import Given
from stirfry.engine.losses import default_loss, output_count
from stirfry.engine.rehearsal import ROWS, rehearse
from stirfry.engine.rehearsal_loss import Goal
from stirfry.engine.torch_parts import pick_device
from stirfry.errors import Fault, SpecError
from stirfry.spec.network import Network
from stirfry.spec.plan import Loss
from stirfry.spec.recipe import Recipe


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
