"""How a model was trained, for the step that is explained: by its run's record, the caller, or default."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from stirfry.actions.keep import read_remembered
from stirfry.actions.run import Run
from stirfry.engine.contract import Remembered
from stirfry.errors import SpecError, UsageError
from stirfry.explain.explained import Training
from stirfry.explain.optimizers import letters_of
from stirfry.model.model import Model
from stirfry.run import folder, record
from stirfry.spec import defaults
from stirfry.spec.plan import BELONGS, Plan
from stirfry.spec.recipe import recipe_from

#: The settings of a plan that a step depends on.
SETTINGS = (
    *("optimizer", "lr", "momentum", "nesterov", "weight_decay", "betas", "eps", "alpha"),
    *("clip_norm", "class_weights", "label_smoothing", "huber_delta"),
)
#: Those that mean nothing to another optimizer.
_OPTIMIZERS_OWN = {*BELONGS, "lr", "weight_decay"}


def training_of_run(run: Run, settings: dict[str, Any]) -> Training:
    """Return how a run was trained, some settings replaced.

    Raises:
        UsageError: a setting that a step doesn't depend on, or that can't be.
    """
    plan = run.recipe.plan.model_dump(exclude_unset=True)
    training = _training(run.model, plan, settings, run.parts.get("train"))
    last = len(run.history.get("epoch", ()))
    return _going_on(training, run.recipe.plan, run.remembered, run.best_epoch, last)


def training_at(path: Path, model: Model, settings: dict[str, Any]) -> Training:
    """Return how the model in a file was trained, some settings replaced.

    A run folder, or a model file that still lies in its run's folder, has the run's record; a model file
    alone gets what `stirfry train` does without options.

    Raises:
        UsageError: a setting that a step doesn't depend on, or that can't be; the record is damaged.
    """
    place = path if path.is_dir() else path.parent
    if not (place / folder.RUN).is_file() or (not path.is_dir() and path.name != folder.MODEL):
        return training_by_default(model, settings)
    found = record.read(place)
    try:
        plan, rows = dict(found["recipe"]["plan"]), int(found["parts"]["train"])
        best, last = int(found["best_epoch"]), int(found["epochs"])
        same = found["data"]["sha256"] == model.origin.get("data_sha256")
        own = record.recipe_in(found, place).plan
    except SpecError:
        raise
    except (KeyError, TypeError, ValueError):
        raise UsageError("run.damaged_record", path=str(place / folder.RUN)) from None
    if not same:
        return training_by_default(model, settings)
    training = _training(model, plan, settings, rows)
    return _going_on(training, own, read_remembered(place, model), best, last)


def _going_on(
    training: Training, plan: Plan, remembered: Remembered | None, best: int, last: int
) -> Training:
    """Return the training with what the run's optimizer remembered, where this is still the same optimizer.

    Args:
        training: how the step is made.
        plan: how the run was trained.
        remembered: what its optimizer remembered at the end.
        best: the epoch whose weights were kept.
        last: the last epoch.
    """
    letters = letters_of(training.plan)
    if not letters or training.plan.optimizer != plan.optimizer or letters != letters_of(plan):
        return training
    other = remembered is None and plan.keep == "best" and best < last
    return replace(training, remembered=remembered, kept=(best, last) if other else None)


def training_by_default(model: Model, settings: dict[str, Any]) -> Training:
    """Return how `stirfry train` would train a model without options, some settings replaced."""
    return _training(model, None, settings, None)


def _training(
    model: Model, plan: dict[str, Any] | None, settings: dict[str, Any], rows: int | None
) -> Training:
    foreign = sorted(set(settings) - set(SETTINGS))
    if foreign:
        raise UsageError("explain.not_a_step_setting", names=foreign, known=list(SETTINGS))
    values = {key: value for key, value in (plan or {}).items() if key in SETTINGS}
    if "schedule" in (plan or {}):
        values["schedule"] = (plan or {})["schedule"]
    asked = {key: value for key, value in settings.items() if value is not None}
    if asked.get("optimizer", values.get("optimizer")) != values.get("optimizer"):
        values = {key: value for key, value in values.items() if key not in _OPTIMIZERS_OWN}
    recipe = recipe_from({"plan": {**values, **asked}})
    facts = defaults.Facts(
        rows=rows or 0,
        columns=math.prod(model.network.input_shape),
        task=model.task,
        outputs=model.network.output_shape[0],
        images=len(model.encoder.input_shape) == 3,
    )
    filled = defaults.fill(recipe, facts).plan
    return Training(filled, rows, assumed=plan is None and not asked)
