"""What a run leaves on the disk: its folder, and the checkpoint while it is under way."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from stirfry.actions.own import origin_of
from stirfry.actions.ready import Ready
from stirfry.actions.request import TrainRequest
from stirfry.actions.run import Run
from stirfry.engine.contract import Remembered, State
from stirfry.engine.native_program import has_bfloat16
from stirfry.errors import UsageError
from stirfry.model.model import Model
from stirfry.run import folder, record
from stirfry.run.atomic import write_atomic
from stirfry.run.tensors import fingerprint, pack, unpack
from stirfry.spec.plan import BELONGS
from stirfry.spec.recipe import Recipe, recipe_from

KIND, OPTIMIZER_KIND = "checkpoint", "optimizer"


@dataclass(frozen=True)
class Checkpoint:
    """A run that was interrupted: where it was, and what had been asked for."""

    path: Path
    state: State
    asked: dict[str, Any]


def write(run: Run, ready: Ready) -> None:
    """Write a run's files into its folder; the record comes last, so where it is, the rest is too.

    Raises:
        OutputError: one of them can't be written.
    """
    assert run.folder is not None, "only a run with a folder is written"
    run.model.save(run.folder / folder.MODEL)
    write_atomic(run.folder / folder.HISTORY, record.as_csv(run.history))
    if run.probes:
        write_atomic(run.folder / folder.PROBES, record.as_csv(run.probes))
    if run.steps:
        write_atomic(run.folder / folder.STEPS, record.as_csv(run.steps))
    _write_remembered(run)
    write_record(run, ready)
    if run.stopped != "interrupted":
        # Beside it, what a process left that was killed while it wrote one.
        for left in (folder.CHECKPOINT, f".{folder.CHECKPOINT}.*.part"):
            for path in run.folder.glob(left):
                path.unlink(missing_ok=True)


def _write_remembered(run: Run) -> None:
    """Write what the optimizer remembers, with a hash of the weights that it belongs to."""
    assert run.folder is not None, "only a run with a folder is written"
    path = run.folder / folder.OPTIMIZER
    if run.remembered is None:
        path.unlink(missing_ok=True)  # that of the run before it was gone on with
        return
    facts = {"steps": run.remembered.steps, "weights": fingerprint(run.model.tensors)}
    write_atomic(path, pack(OPTIMIZER_KIND, run.remembered.tensors, facts))


def read_remembered(place: Path, model: Model) -> Remembered | None:
    """Return what the optimizer remembered at the end of the run in a folder; None where that isn't kept.

    Args:
        place: the run's folder.
        model: the run's model; what belongs to other weights than its own isn't returned.

    Raises:
        ModelFileError: the file is damaged.
    """
    path = place / folder.OPTIMIZER
    if not path.is_file():
        return None
    file = unpack(path, OPTIMIZER_KIND)
    if file.facts["weights"] != fingerprint(model.tensors):
        return None
    return Remembered(file.facts["steps"], file.tensors)


def write_record(run: Run, ready: Ready) -> None:
    """Write `run.json`.

    Raises:
        OutputError: it can't be written.
    """
    assert run.folder is not None, "only a run with a folder is written"
    write_atomic(run.folder / folder.RUN, record.as_json(record_of(run, ready)))


def record_of(run: Run, ready: Ready) -> dict[str, Any]:
    """Return what `run.json` says."""
    table = ready.prepared.schema
    return {
        "format": record.FORMAT,
        "name": run.name,
        "written": datetime.now(UTC).isoformat(timespec="seconds"),
        "versions": record.versions(),
        "machine": record.machine(),
        "recipe": recipe_values(run.recipe),
        "recipe_sha256": record.recipe_hash(recipe_values(run.recipe)),
        "asked": None if run.asked is None else record.asked_of(run.asked),
        "command": run.command,
        "seed": run.recipe.plan.seed,
        "data": {
            "source": run.recipe.data.source,
            "sha256": run.data_sha256,
            "rows": ready.described.rows,
            "task": run.model.task,
            "labels": run.model.labels,
            "columns": None if table is None else table.to_json(),
        },
        "parts": run.parts,
        "network": [
            {"layer": row.name, "output_shape": row.output_shape, "parameters": row.parameters}
            for row in run.model.network.table()
        ],
        "parameters": run.model.network.n_parameters,
        "own": origin_of(ready.own) or None,
        "engine": engine_of(run),
        "seconds": run.seconds,
        "stopped": run.stopped,
        "epochs": len(run.history.get("epoch", ())),
        "best_epoch": run.best_epoch,
        "scores": scores_of(run),
        "repeats": run.repeats and run.repeats.as_json(),
        "folds": run.folds and run.folds.as_json(),
        "confusion": {name: part.confusion for name, part in run.metrics.items()},
        "checks": [finding.as_json() for finding in run.checks],
        "verdicts": [finding.as_json() for finding in run.verdicts],
        "notices": record.said(run.notices),
    }


def engine_of(run: Run) -> dict[str, Any]:
    """Return which engine ran, why (in words, and as what the words are made of), and on what."""
    reason = {"reason": str(run.reason), "reason_code": run.reason.code, "reason_facts": run.reason.facts}
    computed = {"device": run.device, "precision": run.precision, "threads": run.threads}
    return {"name": run.engine} | record.plain(reason) | computed


def scores_of(run: Run) -> dict[str, Any]:
    """Return part → metric → value, low, high, method, baseline."""
    return {name: part.as_json() for name, part in run.metrics.items()}


def recipe_values(recipe: Recipe) -> dict[str, Any]:
    """Return a recipe's settings as JSON values that make the same recipe again.

    What a tutorial published is left out, and so is what doesn't belong to the optimizer or to the form in
    which the network is written.
    """
    values = recipe.model_dump(mode="json", exclude_none=True, include={"name", "data", "network", "plan"})
    foreign = [key for key, owners in BELONGS.items() if recipe.plan.optimizer not in owners]
    for key in foreign:
        del values["plan"][key]
    if recipe.network.layers is not None:
        values["network"] = {key: values["network"][key] for key in ("layers", "init")}
    return values


def write_checkpoint(place: Path, state: State, request: TrainRequest, ready: Ready) -> None:
    """Write where a run is, whole or not at all."""
    asked = {
        "recipe": record.asked_of(request.recipe),
        "in_memory": request.data is not None,
        "start_from": None if request.start_from is None else str(request.start_from),
        "data_sha256": ready.prepared.data_sha256,
        "repeats": request.repeats,
        "folds": request.folds,
        **origin_of(ready.own),
    }
    content = pack(KIND, state.tensors, {"state": state.facts, "asked": asked})
    write_atomic(place / folder.CHECKPOINT, content)


def read_checkpoint(run: Path) -> Checkpoint:
    """Return the checkpoint in a run's folder.

    Raises:
        UsageError: there is none, because the run is finished or the folder isn't a run's.
        ModelFileError: the file is damaged.
    """
    path = run / folder.CHECKPOINT
    if not path.is_file():
        finished = (run / folder.RUN).is_file()
        raise UsageError("actions.nothing_to_resume" if finished else "actions.no_checkpoint", path=str(run))
    file = unpack(path, KIND)
    return Checkpoint(run, State(file.tensors, file.facts["state"]), file.facts["asked"])


def request_of(checkpoint: Checkpoint, request: TrainRequest) -> TrainRequest:
    """Return what had been asked for when the checkpoint's run began.

    Raises:
        UsageError: the data were in memory then and aren't given now.
    """
    asked = checkpoint.asked
    if asked["in_memory"] and request.data is None:
        raise UsageError("actions.resume_needs_data", path=str(checkpoint.path))
    _check_own(checkpoint, request)
    start_from = None if asked["start_from"] is None else Path(asked["start_from"])
    return replace(
        request,
        recipe=recipe_from(asked["recipe"]),
        start_from=start_from,
        repeats=asked.get("repeats", 1),
        folds=asked.get("folds"),
    )


def _check_own(checkpoint: Checkpoint, request: TrainRequest) -> None:
    """Refuse to go on without the user's own network or loss; a checkpoint never runs them by itself.

    Raises:
        UsageError: one of them isn't given again, or one is given that the run didn't have.
    """
    asked, path = checkpoint.asked, str(checkpoint.path)
    if "module" in asked and request.module is None:
        raise UsageError("actions.resume_needs_module", path=path, module=asked["module"]["path"])
    if "loss" in asked and request.loss is None:
        raise UsageError("actions.resume_needs_loss", path=path, loss=asked["loss"])
    if (request.module is not None and "module" not in asked) or (
        request.loss is not None and "loss" not in asked
    ):
        raise UsageError("actions.resume_without_module", path=path)


def resumed(checkpoint: Checkpoint, ready: Ready) -> Ready:
    """Return the job with the checkpoint's state.

    Raises:
        UsageError: the data are no longer those that the run began with, another engine is asked for, or this
            processor can't go on in its precision.
    """
    if checkpoint.asked["data_sha256"] != ready.prepared.data_sha256:
        raise UsageError("actions.other_data", path=str(checkpoint.path))
    module = origin_of(ready.own).get("module")
    if module is not None and module["sha256"] != checkpoint.asked["module"]["sha256"]:
        raise UsageError("actions.resume_other_module", path=str(checkpoint.path), module=module["path"])
    before = checkpoint.state.facts.get("engine", "torch")
    plan = ready.job.plan
    if plan.engine not in ("auto", before):
        raise UsageError("engine.other_engine", before=before, now=plan.engine)
    # What was measured before the first step stays: another answer would make it another run.
    precision = checkpoint.state.facts.get("precision", plan.precision)
    plan = plan.model_copy(update={"engine": before, "precision": precision})
    if before == "native" and precision == "bfloat16" and not has_bfloat16():
        raise UsageError("actions.resume_bfloat16", path=str(checkpoint.path))
    return replace(ready, job=replace(ready.job, plan=plan, resume=checkpoint.state))
