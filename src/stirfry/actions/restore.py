"""A finished run out of its folder: record and model are read, and the data once more."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np

from stirfry.actions.data_gone import described_as_then
from stirfry.actions.inputs import as_inputs
from stirfry.actions.judging import parts_of
from stirfry.actions.keep import read_remembered
from stirfry.actions.population import Population
from stirfry.actions.ready import Ready
from stirfry.actions.run import Run
from stirfry.data.encode_inputs import InputsEncoder
from stirfry.data.prepare import Prepared, prepare_again
from stirfry.engine.contract import Arrays, History, Job, Part
from stirfry.engine.given import given_module
from stirfry.errors import DataError, StirfryError, UsageError
from stirfry.judge.finding import Finding
from stirfry.judge.spread import Spread
from stirfry.model.file import load
from stirfry.model.model import Model
from stirfry.notice import Notice
from stirfry.run import folder, record
from stirfry.spec.recipe import Recipe, recipe_from


def restored(place: Path, module: Any = None) -> Run:
    """Return the finished run in a folder, with its data read and divided again.

    Args:
        place: the run's folder.
        module: the user's own network that it was trained with, where it needs one.

    Raises:
        UsageError: it isn't the folder of a finished run, or its data were in memory.
        DataError: the data are gone, or no longer what they were.
        ModelFileError: the model can't be read.
    """
    found = record.read(place)
    model = load(place, module)
    try:
        return _restored(place, found, model, module)
    except StirfryError:
        raise
    except (KeyError, TypeError, AttributeError, ValueError):
        raise UsageError("run.damaged_record", path=str(place / folder.RUN)) from None


def _restored(place: Path, found: dict[str, Any], model: Model, module: Any) -> Run:
    recipe = record.recipe_in(found, place)
    ready = _ready(place, found, recipe, model, module)
    outputs, metrics = None, {}
    for name, part in parts_of(ready).items():
        outputs = model.outputs_of(part.inputs)
        metrics[name] = model.judge(part.targets, outputs, intervals=name != "train")
    engine = found["engine"]
    return Run(
        name=place.resolve().name,
        recipe=recipe,
        model=model,
        metrics=metrics,
        history=columns_of(place / folder.HISTORY),
        probes=columns_of(place / folder.PROBES),
        parts={name: int(rows) for name, rows in found["parts"].items()},
        best_epoch=found["best_epoch"],
        stopped=found["stopped"],
        engine=engine["name"],
        reason=_notice({"code": engine["reason_code"], "facts": engine["reason_facts"]}),
        device=engine["device"],
        precision=engine["precision"],
        threads=engine["threads"],
        seconds={name: float(seconds) for name, seconds in found["seconds"].items()},
        data_sha256=found["data"]["sha256"],
        notices=tuple(map(_notice, found["notices"])),
        folder=place,
        repeats=_population("repeats", found["repeats"]),
        folds=_population("folds", found["folds"]),
        checks=tuple(map(_finding, found["checks"])),
        verdicts=tuple(map(_finding, found["verdicts"])),
        ready=ready,
        asked=None if found.get("asked") is None else recipe_from(found["asked"]),
        command=found.get("command", ""),
        outputs=outputs,
        remembered=read_remembered(place, model),
    )


def _ready(place: Path, found: dict[str, Any], recipe: Recipe, model: Model, module: Any) -> Ready:
    """Read the data and divide and encode them as the model has it."""
    source = recipe.data.source
    if source is None:
        raise UsageError("report.in_memory", path=str(place))
    own = given_module(module) if isinstance(model.encoder, InputsEncoder) and module is not None else None
    dataset = None if own is None else as_inputs(source, own)
    data = recipe.data.model_copy(update={"task": model.task})
    described = described_as_then(place.resolve().name, data, dataset)
    if described.data_sha256 != found["data"]["sha256"]:
        raise DataError("report.other_data", source=source, path=str(place))
    prepared = prepare_again(described, model.encoder, model.schema, model.target, recipe.data.split)
    job = Job(arrays_of(prepared), model.network, recipe.plan, model.task)
    return Ready(recipe, job, prepared, described, None)


def arrays_of(prepared: Prepared) -> Arrays:
    """Return prepared parts as an engine takes them."""
    parts = [
        None if part is None else Part(part.inputs, part.targets, part.normal)
        for part in (prepared.train, prepared.validation, prepared.test)
    ]
    assert parts[0] is not None, "there are always rows to train on"
    return Arrays(parts[0], parts[1], parts[2])


def columns_of(path: Path) -> History:
    """Return the columns of a CSV file of numbers; none where there is no such file.

    Raises:
        UsageError: it is damaged.
    """
    if not path.is_file():
        return {}
    try:
        with path.open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        values = np.array([[float(cell or "nan") for cell in row] for row in rows]).reshape(-1, len(head))
    except (ValueError, csv.Error):
        raise UsageError("run.damaged_record", path=str(path)) from None
    return {name: values[:, at] for at, name in enumerate(head)}


def _notice(found: dict[str, Any]) -> Notice:
    notice = Notice(found["code"], **found["facts"])
    str(notice)  # one that can't be said is damaged, and that is found here and not on the page
    return notice


def _finding(found: dict[str, Any]) -> Finding:
    finding = Finding(
        code=found["code"],
        severity=found["severity"],
        facts=found["facts"],
        confidence=found["confidence"],
        command=found["command"],
    )
    finding.as_json()  # as for a remark: can it be said?
    return finding


def _population(kind: Any, found: dict[str, Any] | None) -> Population | None:
    if found is None:
        return None
    scores = {
        part: {metric: _spread(each) for metric, each in metrics.items()}
        for part, metrics in found["scores"].items()
    }
    return Population(
        kind=kind,
        asked=found["asked"],
        members=tuple(found["members"]),
        diverged=tuple(found["diverged"]),
        scores=scores,
        seconds=found["seconds"],
        interrupted=found["interrupted"],
        by_default=found["by_default"],
    )


def _spread(found: dict[str, Any]) -> Spread:
    return Spread(**{**found, "values": tuple(found["values"])})
