"""A run told again: its record, its model, and its data, read once more and prepared as they were."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from stirfry.actions.data_gone import data_of, described_as_then
from stirfry.actions.listener import Nobody
from stirfry.actions.ready import Ready, get_ready
from stirfry.actions.request import TrainRequest
from stirfry.actions.run import Run
from stirfry.errors import DataError, UsageError
from stirfry.export.told import Told
from stirfry.model.file import load
from stirfry.model.model import Model
from stirfry.run import folder, record
from stirfry.spec.recipe import Recipe


@dataclass(frozen=True)
class _Kept:
    """What a run has kept of itself: in memory, or in its folder."""

    name: str
    recipe: Recipe
    stopped: str
    epochs: int
    data_sha256: str
    precision: str
    engine: str
    own: dict[str, Any]


def told_from_folder(place: Path) -> Told:
    """Return the run in a folder.

    Raises:
        UsageError: there is no finished run, or one that can't be told with PyTorch and its data alone.
        DataError: the data are gone, or others than they were.
    """
    facts = record.read(place)
    try:
        kept = _Kept(
            name=place.resolve().name,
            recipe=record.recipe_in(facts, place),
            stopped=facts["stopped"],
            epochs=facts["epochs"],
            data_sha256=facts["data"]["sha256"],
            precision=facts["engine"]["precision"],
            engine=facts["engine"]["name"],
            own=facts.get("own") or {},
        )
    except (KeyError, TypeError, AttributeError):
        raise UsageError("run.damaged_record", path=str(place / folder.RUN)) from None
    _check(kept)
    return _told(kept, load(place))


def told_of(run: Run) -> Told:
    """Return a run that is in memory.

    Raises:
        UsageError: it can't be told with PyTorch and its data alone.
        DataError: the data are gone, or others than they were.
    """
    origin = run.model.origin
    kept = _Kept(
        name=run.name,
        recipe=run.recipe,
        stopped=run.stopped,
        epochs=len(run.history.get("epoch", ())),
        data_sha256=run.data_sha256,
        precision=run.precision,
        engine=run.engine,
        own={key: origin[key] for key in ("module", "loss") if key in origin},
    )
    _check(kept)
    return _told(kept, run.model)


def _check(kept: _Kept) -> None:
    """Refuse a run of which something is missing that a script would need."""
    if kept.stopped == "interrupted":
        raise UsageError("export.interrupted", name=kept.name, epochs=kept.epochs)
    if "module" in kept.own:
        raise UsageError("export.own_network", name=kept.name, module=kept.own["module"]["path"])
    if "loss" in kept.own:
        raise UsageError("export.own_loss", name=kept.name, loss=kept.own["loss"])
    if kept.recipe.data.source is None:
        raise UsageError("export.in_memory", name=kept.name)


def _ready(kept: _Kept) -> Ready:
    """Make the run's data ready as they were; where that fails, first see whether they have changed."""
    try:
        with data_of(kept.name):
            ready = get_ready(TrainRequest(kept.recipe), Nobody())
    except (DataError, UsageError) as error:
        if error.code != "actions.data_gone":
            _check_data(kept, described_as_then(kept.name, kept.recipe.data).data_sha256)
        raise
    _check_data(kept, ready.prepared.data_sha256)
    return ready


def _check_data(kept: _Kept, data_sha256: str) -> None:
    if data_sha256 != kept.data_sha256:
        raise DataError("export.other_data", name=kept.name, source=kept.recipe.data.source)


def _told(kept: _Kept, model: Model) -> Told:
    if model.origin.get("earlier"):
        raise UsageError("export.goes_on", name=kept.name)
    ready = _ready(kept)
    return Told(
        name=kept.name,
        recipe=ready.recipe,
        described=ready.described,
        prepared=ready.prepared,
        model=model,
        class_weights=ready.job.class_weights,
        precision=kept.precision,
        engine=kept.engine,
    )
