"""Gathers what the verdicts look at: what the run recorded, and a few looks that cost milliseconds."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from stirfry.actions.ready import Ready
from stirfry.actions.run import Run
from stirfry.actions.trials import can_try, try_rates
from stirfry.data.statistics import distinct
from stirfry.data.stream import Stream
from stirfry.engine.own import OwnNetwork
from stirfry.errors import UsageError
from stirfry.judge import activity, reference
from stirfry.judge.constant import constant_loss
from stirfry.judge.verdicts.evidence import Evidence, Layer, Other, Reference
from stirfry.judge.verdicts.looks import wants_reference, wants_trials
from stirfry.run import folder, record
from stirfry.spec.network import Network

#: Other runs of the same folder that are looked at, the newest ones.
OTHERS = 20


def evidence_of(ready: Ready, run: Run, looks: bool = True) -> Evidence:
    """Return the evidence on a finished run.

    Args:
        ready: the run's job.
        run: the run; it has scores and a history.
        looks: whether to look closer where that is worth milliseconds.
    """
    job, target = ready.job, ready.prepared.target
    floor, least = None, 0.0
    if job.loss is None:
        found = constant_loss(
            job.plan, job.task, job.arrays.train.targets, len(target.labels), job.class_weights
        )
        floor, least = found
    evidence = Evidence(
        task=job.task,
        plan=job.plan,
        layers=_layers(ready, run) if looks else (),
        rows=run.parts,
        history=run.history,
        probes=run.probes,
        best_epoch=run.best_epoch,
        stopped=run.stopped,
        scores=run.metrics,
        floor=floor,
        least=least,
        classes=len(target.labels),
        others=tuple(_others(run)),
    )
    return _looked_at(ready, run, evidence) if looks else evidence


def _looked_at(ready: Ready, run: Run, evidence: Evidence) -> Evidence:
    """Return the evidence with a reference and short trials, where they may tell something."""
    if wants_reference(evidence):
        evidence = replace(evidence, reference=_reference(ready))
    rates = wants_trials(evidence)
    if rates and can_try(ready, run.engine):
        evidence = replace(evidence, trials=try_rates(ready, rates, evidence.epochs))
    return evidence


def with_spread(evidence: Evidence, run: Run) -> Evidence:
    """Return the evidence with what is known since other seeds were trained."""
    if run.repeats is None:
        return evidence
    return replace(evidence, spread=run.repeats.scores, seeds=len(run.repeats.members))


def _layers(ready: Ready, run: Run) -> tuple[Layer, ...]:
    """Return the layers under the names that they have in the probes, with weights and activity."""
    network = run.model.network
    table = [row for row in network.table() if not row.name.endswith("Flatten")]
    probed = [name.removesuffix(".gradient_norm") for name in run.probes if name.endswith(".gradient_norm")]
    seen = _activity(ready, run)
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
        idle, resting = seen.get(row.index, (None, None))
        layers.append(
            Layer(name, kind, width, row.parameters, norm if row.parameters else 0.0, idle, resting)
        )
    return tuple(layers)


def _activity(ready: Ready, run: Run) -> dict[int, activity.Activity]:
    network, inputs = run.model.network, ready.job.arrays.train.inputs
    if not isinstance(network, Network) or isinstance(inputs, Stream | tuple):
        return {}
    part = ready.job.arrays.train
    return activity.activity_of(network, run.model.tensors, part.first(activity.ROWS))


def _reference(ready: Ready) -> Reference | None:
    """Return how well rows spread over the training part can be told from one another."""
    part = ready.job.arrays.train
    if isinstance(part.inputs, Stream | tuple) or len(part) < 20:
        return None
    chosen = distinct(np.linspace(0, len(part) - 1, reference.ROWS).astype(int))
    inputs, targets = np.asarray(part.inputs)[chosen], part.targets[chosen]
    classes = len(ready.prepared.target.labels)
    value = reference.left_out_score(inputs, targets, classes)
    return Reference("accuracy" if classes else "r2", value, len(chosen))


def _others(run: Run) -> Iterator[Other]:
    """Yield earlier runs beside this one, on the same rows and parts, the newest last."""
    if run.folder is None or not run.metrics:
        return
    part = next(name for name in ("test", "validation", "train") if name in run.metrics)
    metric = next(iter(run.metrics[part].metrics))
    split = run.recipe.data.split.model_dump(mode="json", exclude_none=True)
    for place in sorted(run.folder.parent.glob(f"*/{folder.RUN}"), key=_written)[-OTHERS:]:
        if place.parent == run.folder:
            continue
        found = _recorded(place.parent)
        same = found.get("data", {}).get("sha256") == run.data_sha256 and found.get("parts") == run.parts
        if same and found.get("recipe", {}).get("data", {}).get("split") == split:
            value = found.get("scores", {}).get(part, {}).get(metric, {}).get("value")
            if value is not None:
                yield Other(place.parent.name, float(value))


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
