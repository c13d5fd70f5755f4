"""From what training gave to a model and its scores."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np

from stirfry.actions.own import origin_of
from stirfry.actions.ready import Ready
from stirfry.engine.contract import Part, Trained, Weights
from stirfry.engine.own import OwnNetwork
from stirfry.judge.scores import PartScores
from stirfry.model.model import Model
from stirfry.run.record import versions
from stirfry.spec.network import Network


def model_of(ready: Ready, trained: Trained) -> Model:
    """Return the model that training gave; it has no scores yet."""
    epochs = len(trained.history.get("epoch", ()))
    earlier = [] if ready.before is None else [ready.before.origin]
    network, names = network_of(ready)
    return Model(
        network=network,
        weights=own_weights(ready, trained.weights),
        encoder=ready.prepared.encoder,
        schema=ready.prepared.schema,
        target=ready.prepared.target,
        loss=ready.job.reads or ready.recipe.plan.loss or "mse",
        frequencies=_frequencies(ready),
        scores={},
        test_shift=ready.recipe.plan.test_shift,
        origin={
            "seed": ready.recipe.plan.seed,
            "epochs": epochs,
            "best_epoch": trained.best_epoch,
            "epochs_in_all": trained.best_epoch + sum(origin["epochs_in_all"] for origin in earlier),
            "data_sha256": ready.prepared.data_sha256,
            "written": datetime.now(UTC).isoformat(timespec="seconds"),
            "versions": versions(),
            "earlier": earlier,
            **origin_of(ready.own),
        },
        names=names,
    )


def network_of(ready: Ready) -> tuple[Network | OwnNetwork, dict[str, str]]:
    """Return the network that a model keeps, and its tensors' names there by those of the user's module.

    A user's module that is a chain of known layers is kept as one, so that the model needs no class.
    """
    network = ready.job.network
    if isinstance(network, OwnNetwork):
        return (network, {}) if network.chain is None else (network.chain, network.names)
    return network, {} if ready.before is None else ready.before.names


def own_weights(ready: Ready, weights: Weights) -> Weights:
    """Return what training gave under the names of the user's module, if there ever was one."""
    _, names = network_of(ready)
    if isinstance(ready.job.network, OwnNetwork) or not names:
        return weights
    return {own: weights[name] for own, name in names.items()}


def parts_of(ready: Ready) -> dict[str, Part]:
    """Return the parts that there are, by name."""
    arrays = ready.job.arrays
    parts = {"train": arrays.train, "validation": arrays.validation, "test": arrays.test}
    return {name: part for name, part in parts.items() if part is not None}


def scored(model: Model, part: Part, intervals: bool) -> PartScores:
    """Return a model's scores on one part."""
    return model.judge(part.targets, model.outputs_of(part.inputs), intervals)


def _frequencies(ready: Ready) -> tuple[float, ...]:
    """Return what the baseline says: the classes' shares of the training rows, or the target's mean."""
    target, targets = ready.prepared.target, ready.job.arrays.train.targets
    if target.task == "regression":
        return (float(np.mean(target.values(targets))),)
    counts = np.bincount(targets, minlength=len(target.labels))
    return tuple((counts / counts.sum()).tolist())
