"""Gathers what the verdicts look at: what the run recorded, and a few looks that cost milliseconds."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np

from stirfry.actions.ready import Ready
from stirfry.actions.run import Run
from stirfry.actions.trials import can_try, try_rates
from stirfry.data.stream import Stream
from stirfry.engine.own import OwnNetwork
from stirfry.errors import UsageError
from stirfry.judge import activity, reference
from stirfry.judge.constant import constant_loss
from stirfry.judge.verdicts.evidence import Evidence, Layer, Looks, Other, Reference, Trial
from stirfry.judge.verdicts.looks import rates_to_try
from stirfry.run import folder, record
from stirfry.spec.network import Network

#: Other runs of the same folder that are looked at, the newest ones.
OTHERS = 20


def evidence_of(ready: Ready, run: Run) -> Evidence:
    """Return the evidence on a finished run, with the other seeds where they were trained.

    Args:
        ready: the run's job.
        run: the run; it has scores and a history.
    """
    job, target = ready.job, ready.prepared.target
    floor, least = None, 0.0
    if job.loss is None:
        found = constant_loss(
            job.plan, job.task, job.arrays.train.targets, len(target.labels), job.class_weights
        )
        floor, least = found
    layers = _layers(run)
    return Evidence(
        task=job.task,
        plan=job.plan,
        layers=layers,
        rows=run.parts,
        history=run.history,
        probes=run.probes,
        best_epoch=run.best_epoch,
        stopped=run.stopped,
        scores=run.metrics,
        floor=floor,
        least=least,
        classes=len(target.labels),
        spread={} if run.repeats is None else run.repeats.scores,
        seeds=0 if run.repeats is None else len(run.repeats.members),
        looks=Looks(
            units=lambda: _units(ready, run, layers),
            reference=lambda: _reference(ready),
            trials=lambda evidence: _trials(ready, run, evidence),
            other=lambda: _other(run),
        ),
    )


def _trials(ready: Ready, run: Run, evidence: Evidence) -> tuple[Trial, ...]:
    rates = rates_to_try(evidence)
    return try_rates(ready, rates, evidence.epochs) if rates and can_try(ready, run.engine) else ()


def _layers(run: Run) -> tuple[Layer, ...]:
    """Return the layers under the names that they have in the probes, with the size of their weights."""
    network = run.model.network
    table = [row for row in network.table() if not row.name.endswith("Flatten")]
    probed = [name.removesuffix(".gradient_norm") for name in run.probes if name.endswith(".gradient_norm")]
    layers = []
    for place, row in enumerate(table):
        # A module's own layers are named in the table, those of a chain stand in the probes' order.
        inside, _, kind = (
            row.name.rpartition(" ") if isinstance(network, OwnNetwork) else (str(row.index), "", row.name)
        )
        name = probed[place] if len(probed) == len(table) and isinstance(network, Network) else inside
        tensors = [value for key, value in run.model.tensors.items() if key.startswith(f"{inside}.")]
        norm = math.sqrt(sum(float(np.sum(np.square(each, dtype=np.float64))) for each in tensors))
        width = row.output_shape[0] if row.output_shape else 0
        layers.append(Layer(name, kind, width, row.parameters, norm if row.parameters else 0.0))
    return tuple(layers)


def _units(ready: Ready, run: Run, layers: tuple[Layer, ...]) -> dict[str, activity.Activity]:
    """Return what the units do over some training rows, by the layers' names; empty where nobody can look."""
    network, part = run.model.network, ready.job.arrays.train
    if not isinstance(network, Network) or isinstance(part.inputs, Stream | tuple):
        return {}
    found = activity.activity_of(network, run.model.tensors, part.first(activity.ROWS))
    indices = [index for index, layer in enumerate(network.layers) if layer.name != "Flatten"]
    return {layer.name: found[index] for index, layer in zip(indices, layers, strict=True) if index in found}


def _reference(ready: Ready) -> Reference | None:
    """Return how well rows spread over the training part can be told from one another."""
    part = ready.job.arrays.train
    if isinstance(part.inputs, Stream | tuple) or len(part) < 20:
        return None
    chosen = reference.spread_over(len(part), reference.ROWS)
    inputs, targets = np.asarray(part.inputs)[chosen], part.targets[chosen]
    classes, weights = len(ready.prepared.target.labels), ready.job.plan.class_weights
    if weights not in (None, "balanced"):
        return None  # by weights of the user's own neither accuracy says what was to be learned
    balanced = classes > 0 and weights == "balanced"
    value = reference.left_out_score(inputs, targets, classes, balanced)
    if not balanced:
        return Reference("accuracy" if classes else "r2", value, len(chosen))
    worth = 1 / float(np.sum(reference.row_shares(targets, classes) ** 2))
    return Reference("balanced_accuracy", value, len(chosen), worth)


def _other(run: Run) -> Other | None:
    """Return the newest earlier run beside this one, on the same rows and parts."""
    if run.folder is None or not run.metrics:
        return None
    part = next(name for name in ("test", "validation", "train") if name in run.metrics)
    metric = next(iter(run.metrics[part].metrics))
    split = run.recipe.data.split.model_dump(mode="json", exclude_none=True)
    for place in sorted(run.folder.parent.glob(f"*/{folder.RUN}"), key=_written)[-OTHERS:][::-1]:
        if place.parent == run.folder:
            continue
        found = _recorded(place.parent)
        same = found.get("data", {}).get("sha256") == run.data_sha256 and found.get("parts") == run.parts
        if same and found.get("recipe", {}).get("data", {}).get("split") == split:
            value = found.get("scores", {}).get(part, {}).get(metric, {}).get("value")
            if value is not None:
                return Other(place.parent.name, float(value))
    return None


def _recorded(place: Path) -> dict[str, Any]:
    try:
        return record.read(place)
    except UsageError:
        return {}


def _written(path: Path) -> tuple[float, str]:
    try:
        return path.stat().st_mtime, path.parent.name
    except OSError:
        return 0.0, path.parent.name
