"""What is refused in several processes, before they are trained."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from stirfry.actions import several
from stirfry.actions.listener import Nobody
from stirfry.actions.ready import get_ready
from stirfry.actions.recipes import recipe_for
from stirfry.actions.request import TrainRequest
from stirfry.engine.processes import Processes
from stirfry.errors import SpecError, UsageError
from stirfry.run import folder, launch

TWO = Processes(rank=0, count=2)


def request(**settings: Any) -> TrainRequest:
    return TrainRequest(recipe_for(None, None, {}, "iris"), **settings)


def test_seeds_and_folds_are_for_one_process() -> None:
    several.check_request(request(repeats=None, processes=TWO))
    several.check_request(request(repeats=3, folds=2))
    for settings, option in (({"repeats": 3}, "--repeats"), ({"folds": 2}, "--folds")):
        with pytest.raises(UsageError, match=option):
            several.check_request(request(**settings, processes=TWO))


def test_another_engine_and_other_data_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    ready = get_ready(request(), Nobody())
    assert several.in_processes(ready, Processes()) is ready
    monkeypatch.setattr(several, "shared", lambda processes, value: value)
    assert several.in_processes(ready, TWO).job.processes is TWO
    monkeypatch.setattr(several, "shared", lambda processes, value: "other")
    with pytest.raises(UsageError, match="other data"):
        several.in_processes(ready, TWO)


@pytest.mark.parametrize(("left", "fits"), [(0, True), (1, False), (3, False), (4, True)])
def test_batch_normalisation_needs_two_rows_in_every_process(
    monkeypatch: pytest.MonkeyPatch, left: int, fits: bool
) -> None:
    monkeypatch.setattr(several, "shared", lambda processes, value: value)
    monkeypatch.setattr(several, "wants_two", lambda network: True)
    ready = get_ready(request(), Nobody())
    size = len(ready.job.arrays.train) - left
    for dropped in (False, True):
        plan = ready.job.plan.model_copy(update={"batch_size": size, "drop_last": dropped})
        asked = replace(ready, job=replace(ready.job, plan=plan))
        if fits or dropped:
            several.in_processes(asked, TWO)
        else:
            with pytest.raises(SpecError, match="at least two rows in every process"):
                several.in_processes(asked, TWO)


def test_a_restart_goes_on_from_the_checkpoint_that_is_there(tmp_path: Path) -> None:
    run = tmp_path / "iris-001"
    run.mkdir()
    launch.keep_place(tmp_path, run)
    again = request(processes=Processes(restart=1, memory=tmp_path))
    assert several.restarted(again).resume is None, "there is no checkpoint yet"
    (run / folder.CHECKPOINT).touch()
    assert several.restarted(again).resume == run
    first = request(processes=Processes(memory=tmp_path))
    assert several.restarted(first).resume is None, "it hasn't been started again"
