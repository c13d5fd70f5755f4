"""A sweep: the same split for all, ranked by the validation loss, each run what `train` makes of it."""

from __future__ import annotations

import csv
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.actions.ctrl_c import Stopper

import stirfry
from stirfry.actions.request import SweepRequest
from stirfry.actions.sweep import sweep
from stirfry.actions.swept import Sweep, draw_sweep
from stirfry.errors import UsageError
from stirfry.spec.recipe import recipe_from, with_changes

RECIPE = recipe_from(
    {"data": {"source": "iris"}, "plan": {"epochs": 6, "seed": 2, "optimizer": "sgd", "loss": "mse"}}
)
GRID: dict[str, Any] = {"lr": (0.01, 0.3, 1e30), "hidden": ((4,), (6, 4))}


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> Sweep:
    return sweep(
        SweepRequest(RECIPE, **GRID, out=tmp_path_factory.mktemp("runs"), command=("stirfry", "train"))
    )


def test_the_best_comes_first_and_the_diverged_last(found: Sweep) -> None:
    losses = [trial.over_seeds("kept_loss").mean for trial in found.trials[:4]]
    assert None not in losses and losses == sorted(losses)  # type: ignore[type-var]
    assert [trial.lr for trial in found.trials[4:]] == [1e30, 1e30]
    assert all(trial.diverged == 1 for trial in found.trials[4:])
    assert found.best is found.trials[0] and found.best.lr == 0.3
    assert found.asked == 6 and not found.interrupted and found.parts == {"train": 90, "validation": 30}


def test_each_run_is_what_train_makes_of_it(found: Sweep) -> None:
    best = found.best
    assert best is not None and best.hidden is not None
    run = stirfry.train("iris", epochs=6, seed=2, optimizer="sgd", loss="mse", lr=best.lr, hidden=best.hidden)
    (member,) = best.runs
    assert member.kept_loss == pytest.approx(run.history["validation_loss"][run.best_epoch - 1], rel=1e-5)
    assert member.final_loss == pytest.approx(run.history["validation_loss"][-1], rel=1e-5)
    assert member.best_loss == pytest.approx(run.history["validation_loss"].min(), rel=1e-5)
    assert member.score == pytest.approx(run.metrics["validation"].metrics["accuracy"].value)
    assert member.best_epoch == run.best_epoch


def test_the_command_names_the_best(found: Sweep) -> None:
    assert found.best is not None and found.command is not None
    widths = ",".join(map(str, found.best.hidden or ()))
    assert found.command == f"stirfry train --lr 0.3 --hidden {widths}"


def test_the_folder_holds_every_run(found: Sweep) -> None:
    assert found.folder is not None and found.folder.name == "iris-sweep-001"
    with (found.folder / "sweep.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["rank"] for row in rows] == list("123456")
    assert float(rows[0]["best_loss"]) == found.trials[0].runs[0].best_loss
    assert rows[-1]["diverged"] == "1" and rows[-1]["final_loss"] == ""
    record = json.loads((found.folder / "sweep.json").read_text(encoding="utf-8"))
    assert record["best"]["lr"] == 0.3 and len(record["trials"]) == record["finished"] == 6
    assert record["command"] == found.command
    assert record["engine"]["names"] == [stirfry.train("iris", epochs=1, hidden=[4]).engine]


def test_the_picture_is_drawn(found: Sweep, monkeypatch: pytest.MonkeyPatch) -> None:
    assert found.folder is not None
    assert draw_sweep(found) == ()
    assert (found.folder / "sweep.png").read_bytes().startswith(b"\x89PNG")
    svg = (found.folder / "sweep.svg").read_text(encoding="utf-8")
    assert 'id="final-4"' in svg and 'id="diverged-6x4"' in svg
    assert str(found.plot()) == svg == found._repr_svg_()
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert [notice.code for notice in draw_sweep(found)] == ["report.missing_extra"]
    assert found._repr_svg_() is None


def test_the_test_part_is_never_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    from stirfry.actions import sweep as room

    inner, seen = room.train_many, []

    def many(jobs: Any, watcher: Any) -> Any:
        seen.extend(jobs)
        return inner(jobs, watcher)

    monkeypatch.setattr(room, "train_many", many)
    stirfry.sweep("iris", lr="0.01..0.1", points=2, hidden=[3], epochs=2, follow_test=True)
    assert len(seen) == 2 and all(job.arrays.test is None and not job.plan.follow_test for job in seen)
    assert seen[0].arrays.train is seen[1].arrays.train


def test_repeats_are_ranked_by_their_mean() -> None:
    found = stirfry.sweep("iris", lr=[0.01, 0.1], hidden=[3], epochs=4, repeats=3, seed=5)
    for trial in found.trials:
        assert [run.seed for run in trial.runs] == [5, 6, 7]
        losses = [run.kept_loss for run in trial.runs]
        assert trial.order == (0, pytest.approx(np.mean(losses)))
    assert len(found.as_csv().splitlines()) == 7


def test_a_rate_alone_is_swept_over_the_network_of_a_recipe() -> None:
    found = stirfry.sweep(recipe="iris-mlp", lr=[0.001, 0.01], epochs=3, validation=0.2)
    assert [trial.label for trial in found.trials] == ["–", "–"]
    numbers = np.random.default_rng(0).normal(size=(60, 2))
    found = stirfry.sweep((numbers, numbers[:, 0] * 2), hidden=[(), 4], epochs=3)
    assert found.measure == "r2" and {trial.label for trial in found.trials} == {"none", "4"}
    assert found.command is None


def test_ctrl_c_keeps_what_is_finished(tmp_path: Path, one_at_a_time: None) -> None:
    request = SweepRequest(RECIPE, lr=(0.1, 0.2, 0.3, 0.4, 0.5), hidden=((4,),), out=tmp_path)
    found = sweep(request, Stopper())
    assert found.interrupted and found.asked == 5 and 0 < len(found.trials) < 5
    assert [notice.code for notice in found.notices][-1] == "actions.sweep_interrupted"
    record = json.loads((tmp_path / "iris-sweep-001" / "sweep.json").read_text(encoding="utf-8"))
    assert record["finished"] == len(found.trials)


def test_ctrl_c_before_anything_is_finished_leaves_nothing(tmp_path: Path, one_at_a_time: None) -> None:
    long = with_changes(RECIPE, {"plan": {"epochs": 1_000_000, "patience": "never"}})
    stopper = Stopper(0.0)
    with pytest.raises(KeyboardInterrupt):
        sweep(SweepRequest(long, lr=(0.1, 0.2), out=tmp_path), stopper)
    assert stopper.said[-1] == "actions.sweep_interrupted_early" and list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        ({"lr": [0.1], "hidden": [4]}, "compares several"),
        ({"lr": [0.1, 1], "validation": 0}, "needs a validation part"),
        ({"lr": [0.1, 1], "repeats": 0}, "at least 1"),
        ({"lr": "a..b"}, "number above 0"),
        ({"lr": [0.1, 1], "epoch": 3}, "Did you mean `epochs`"),
    ],
)
def test_what_cannot_be_is_refused(settings: dict[str, Any], match: str) -> None:
    with pytest.raises(UsageError, match=match):
        stirfry.sweep("iris", **{"epochs": 1, **settings})


def test_a_sweep_that_fails_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        sweep(SweepRequest(RECIPE, lr=(0.1,), hidden=((4,),), out=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_where_all_diverge_there_is_no_best() -> None:
    found = stirfry.sweep("iris", lr=[1e30, 1e31], hidden=[4], epochs=3, optimizer="sgd", loss="mse")
    assert found.best is None and found.command is None and len(found.trials) == 2
    assert "diverged" in str(found.plot())
