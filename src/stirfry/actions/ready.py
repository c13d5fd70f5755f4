"""From a request to a job: data read, network resolved, every open setting filled in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from stirfry.actions.inputs import as_inputs, scaling_notices
from stirfry.actions.listener import Listener, Nobody
from stirfry.actions.own import Own, own_of, with_found
from stirfry.actions.request import TrainRequest
from stirfry.data.prepare import (
    Described,
    Encoded,
    Prepared,
    class_weights,
    describe,
    prepare,
    prepare_again,
    prepare_parts,
)
from stirfry.data.sources import load
from stirfry.data.split import Split
from stirfry.data.table import Images
from stirfry.engine.contract import Arrays, Job, Part
from stirfry.engine.losses import default_loss, output_count
from stirfry.engine.own import OwnNetwork
from stirfry.errors import Fault, SpecError, UsageError
from stirfry.model.file import load as load_model
from stirfry.model.model import Model
from stirfry.notice import Notice
from stirfry.spec import defaults
from stirfry.spec.layers import BatchNorm1d
from stirfry.spec.network import Network, fold_output
from stirfry.spec.plan import Plan
from stirfry.spec.recipe import Recipe, Scale, with_changes


@dataclass(frozen=True)
class Ready:
    """Everything that is known before training.

    Args:
        recipe: with every default filled in.
        job: what the engine gets.
        prepared: the data's parts, encoder, schema and target.
        described: the data as they were read.
        before: the model that training goes on from, if any.
        own: the user's own network or loss, if any.
    """

    recipe: Recipe
    job: Job
    prepared: Prepared
    described: Described
    before: Model | None
    own: Own | None = None


def get_ready(request: TrainRequest, listener: Listener) -> Ready:
    """Read the data and make the job.

    Raises:
        StirfryError: anything that is wrong with data, network or plan, before training.
    """
    recipe = _one_seed(request.recipe)
    source = recipe.data.source if request.data is None else request.data
    if source is None:
        raise UsageError("actions.no_source")
    own = own_of(request.module, request.loss)
    before = None if request.start_from is None else load_model(request.start_from, request.module)
    own = _own_before(own, before)
    if before is not None:
        recipe = _as_before(recipe, before)
    module = None if own is None else own.module
    dataset = (None if module is None else as_inputs(source, module)) or load(source, recipe.data)
    described = describe(dataset, recipe.data)
    _tell(listener, (*dataset.notices, *described.notices))
    ready = make_ready(described, recipe, listener, before, own)
    if before is not None:
        epochs = int(before.origin.get("epochs_in_all", 0))
        _tell(listener, (Notice("actions.goes_on", model=str(request.start_from), epochs=epochs),))
    return ready


def make_ready(
    described: Described,
    recipe: Recipe,
    listener: Listener,
    before: Model | None = None,
    own: Own | None = None,
) -> Ready:
    """Fill in what the recipe leaves open, split and encode the data, and make the job.

    Args:
        described: the data, their roles and the task.
        recipe: what was asked for.
        listener: who hears what is decided.
        before: a model to go on from.
        own: the user's own network or loss.

    Raises:
        StirfryError: anything that is wrong with data, network or plan.
    """
    if own is not None:
        prepared = _prepared(described, recipe, before)
        _tell(listener, (*prepared.notices, *scaling_notices(prepared.encoder)))
        return _with_own(described, recipe, prepared, listener, before, own)
    loss = recipe.plan.loss or default_loss(described.task)
    labels = described.labels if before is None else before.labels
    outputs = output_count(described.task, loss, len(labels))
    recipe, folded = _filled(described, recipe, outputs)
    _tell(listener, () if folded is None else (folded,))

    prepared = _prepared(described, recipe, before)
    _tell(listener, prepared.notices)
    network = before.network if before else recipe.network.resolve(prepared.encoder.input_shape, outputs)
    job = _job(recipe, network, described, prepared)
    if before is not None:
        job = replace(job, initial=before.tensors)
    return Ready(recipe, job, prepared, described, before)


def _with_own(
    described: Described,
    recipe: Recipe,
    prepared: Prepared,
    listener: Listener,
    before: Model | None,
    own: Own,
) -> Ready:
    """Make the job of a user's own network or loss; the rehearsal says which loss and how many outputs."""
    from stirfry.actions.rehearsing import found_by_rehearsal

    spec = recipe.network
    found = found_by_rehearsal(own, described, recipe, prepared)
    _tell(listener, found.notices)
    plan = recipe.plan.model_copy(update={"loss": found.loss})
    recipe, _ = _filled(described, recipe.model_copy(update={"plan": plan}), found.network.output_shape[0])
    if own.module is not None:
        recipe = recipe.model_copy(
            update={"network": spec}
        )  # the defaults' network isn't the one that trains
    job = with_found(_job(recipe, found.network, described, prepared), own, found)
    if before is not None:
        job = replace(job, initial=before.weights)
    return Ready(recipe, job, prepared, described, before, own)


def ready_on(ready: Ready, parts: Split, plan: Plan) -> Ready:
    """Return the same job on other rows of the same data, with an encoder that was fitted on those rows.

    Args:
        ready: a job that begins from the start, and not from a model.
        parts: the rows.
        plan: the plan.
    """
    assert ready.before is None, "a model brings its own encoder along"
    recipe, described = ready.recipe, ready.described
    scale, scales_target = _scaling(recipe, described)
    prepared = prepare_parts(described, recipe.data, scale, scales_target, parts)
    if ready.own is not None:
        recipe = recipe.model_copy(update={"plan": plan})
        return _with_own(described, recipe, prepared, Nobody(), None, ready.own)
    outputs = ready.job.network.output_shape[0]
    network = recipe.network.resolve(prepared.encoder.input_shape, outputs)
    recipe = recipe.model_copy(update={"plan": plan})
    return Ready(recipe, _job(recipe, network, described, prepared), prepared, described, None)


def other_network(ready: Ready, changes: dict[str, Any], asked: Recipe) -> Ready:
    """Return a job on the same encoded rows with another network or plan.

    Args:
        ready: the job whose rows these are.
        changes: nested settings that replace those asked for.
        asked: what was asked for, its open settings open.

    Raises:
        SpecError: the changes have faults.
    """
    described, prepared = ready.described, ready.prepared
    recipe = _one_seed(with_changes(asked, changes))
    outputs = ready.job.network.output_shape[0]
    recipe, _ = _filled(described, recipe, outputs)
    network = recipe.network.resolve(prepared.encoder.input_shape, outputs)
    return Ready(recipe, _job(recipe, network, described, prepared), prepared, described, None)


def _filled(described: Described, recipe: Recipe, outputs: int) -> tuple[Recipe, Notice | None]:
    """Return the recipe with its loss and every open setting, and what is said about a folded output."""
    loss = recipe.plan.loss or default_loss(described.task)
    spec, folded = fold_output(recipe.network, loss)
    facts = defaults.Facts(
        described.rows,
        described.columns,
        described.task,
        outputs,
        images=isinstance(described.dataset, Images),
    )
    plan = recipe.plan.model_copy(update={"loss": loss})
    recipe = defaults.fill(recipe.model_copy(update={"network": spec, "plan": plan}), facts)
    return recipe, None if folded is None else Notice("actions.folded", layer=folded.name, loss=loss)


def _job(recipe: Recipe, network: Network | OwnNetwork, described: Described, prepared: Prepared) -> Job:
    check_batches(network, recipe.plan, len(prepared.train.targets))
    _check_smoothing(recipe.plan)
    _check_images(recipe.plan, len(prepared.encoder.input_shape) == 3)
    return Job(
        arrays=Arrays(
            _part(prepared.train),
            None if prepared.validation is None else _part(prepared.validation),
            None if prepared.test is None else _part(prepared.test),
        ),
        network=network,
        plan=recipe.plan,
        task=described.task,
        class_weights=_class_weights(recipe.plan, prepared),
    )


def _tell(listener: Listener, notices: tuple[Notice, ...]) -> None:
    for notice in notices:
        listener.notice(notice)


def _one_seed(recipe: Recipe) -> Recipe:
    """Let the plan's seed fix the split as well, unless the split has its own."""
    if "seed" in recipe.data.split.model_fields_set:
        return recipe
    split = recipe.data.split.model_copy(update={"seed": recipe.plan.seed % 2**32})
    return recipe.model_copy(update={"data": recipe.data.model_copy(update={"split": split})})


def _as_before(recipe: Recipe, before: Model) -> Recipe:
    """Return the recipe for going on from a model: its columns, its network, its loss."""
    fixed = {
        "network": recipe.network.model_fields_set,
        "data": recipe.data.model_fields_set & {"scale", "drop", "category"},
    }
    faults = [
        Fault(f"{table}.{key}", "actions.fixed_by_model")
        for table, keys in fixed.items()
        for key in sorted(keys)
    ]
    own = isinstance(before.network, OwnNetwork)
    if recipe.plan.loss not in (None, before.loss) and not own:
        faults.append(Fault("plan.loss", "actions.fixed_by_model"))
    if faults:
        raise SpecError(tuple(faults))
    plan = recipe.plan if own else recipe.plan.model_copy(update={"loss": before.loss})
    data: dict[str, Any] = {"task": before.task}
    if before.schema is not None:
        data["target"] = before.schema.target
    return recipe.model_copy(update={"plan": plan, "data": recipe.data.model_copy(update=data)})


def _own_before(own: Own | None, before: Model | None) -> Own | None:
    """Return what a user brings along to go on from a model, whose network it is.

    Raises:
        SpecError: the model has a network of its own.
    """
    if before is None or isinstance(before.network, OwnNetwork):
        return own
    if own is not None:
        key = "network" if own.module is not None else "plan.loss"
        raise SpecError((Fault(key, "actions.fixed_by_model"),))
    return None


def _prepared(described: Described, recipe: Recipe, before: Model | None) -> Prepared:
    if before is not None:
        return prepare_again(described, before.encoder, before.schema, before.target, recipe.data.split)
    return prepare(described, recipe.data, *_scaling(recipe, described), recipe.data.split)


def _scaling(recipe: Recipe, described: Described) -> tuple[Scale, bool]:
    """Return how numbers are scaled, and whether the target is standardised."""
    return defaults.scale_of(recipe.data), defaults.scales_target(recipe.data, described.task)


def _part(encoded: Encoded) -> Part:
    return Part(encoded.inputs, encoded.targets, encoded.normal)


def check_batches(network: Network | OwnNetwork, plan: Plan, rows: int) -> None:
    """Refuse a last batch of one row before a batch normalisation, which can't take it."""
    size = rows if plan.batch_size == "full" else plan.batch_size
    alone = (rows % size == 1 and not (plan.drop_last and rows > size)) or size == 1
    if alone and wants_two(network):
        raise SpecError((Fault("plan.batch_size", "engine.batch_of_one", rows=rows, batch_size=size),))


def wants_two(network: Network | OwnNetwork) -> bool:
    """Whether a network can't be trained on one row."""
    if isinstance(network, OwnNetwork):
        return network.needs_two
    return any(isinstance(layer, BatchNorm1d) for layer in network.layers)


def _check_smoothing(plan: Plan) -> None:
    """Refuse smoothed labels where the task's own loss can't smooth them, in place of forgetting them."""
    if plan.label_smoothing and plan.loss != "cross_entropy":
        raise SpecError((Fault("plan.label_smoothing", "spec.smoothing_without_classes", loss=plan.loss),))


def _check_images(plan: Plan, images: bool) -> None:
    """Refuse what is done to images where there are none, in place of forgetting it."""
    asked = {"augment": plan.augment.any, "test_shift": plan.test_shift > 0}
    faults = tuple(Fault(f"plan.{key}", "engine.images_only") for key, is_asked in asked.items() if is_asked)
    if faults and not images:
        raise SpecError(faults)


def _class_weights(plan: Plan, prepared: Prepared) -> tuple[float, ...] | None:
    labels = prepared.target.labels
    if plan.class_weights is None:
        return None
    if not labels or plan.loss not in ("cross_entropy", "bce_with_logits"):
        raise SpecError((Fault("plan.class_weights", "spec.weights_without_classes", loss=plan.loss),))
    if plan.class_weights == "balanced":
        return class_weights(prepared.train.targets, len(labels))
    if len(plan.class_weights) != len(labels):
        found = len(plan.class_weights)
        facts = {"classes": len(labels), "found": found, "labels": list(labels)}
        raise SpecError((Fault("plan.class_weights", "engine.weights_count", **facts),))
    return plan.class_weights
