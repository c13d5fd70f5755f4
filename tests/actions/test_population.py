"""Other seeds and folds beside a run: what they say, and that the run itself stays what it is."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.actions.ctrl_c import Stopper

import stirfry
from stirfry.actions import repeats
from stirfry.actions.listener import Nobody
from stirfry.actions.ready import get_ready
from stirfry.actions.request import TrainRequest
from stirfry.actions.train import train
from stirfry.errors import UsageError
from stirfry.spec.options import nested
from stirfry.spec.recipe import recipe_from

QUICK: dict[str, Any] = {"epochs": 5, "hidden": [4], "seed": 3}


def request(
    out: Path | None = None, *, repeats: int | None = 1, folds: int | None = None, **settings: Any
) -> TrainRequest:
    values = nested({**QUICK, **settings})
    values.setdefault("data", {}).setdefault("source", "iris")
    return TrainRequest(recipe_from(values), out=out, repeats=repeats, folds=folds)


def test_the_first_seed_is_the_run_and_the_others_follow_on_its_split(tmp_path: Path) -> None:
    alone = train(request())
    run = train(request(tmp_path, repeats=3))
    for name, weight in alone.model.weights.items():
        np.testing.assert_array_equal(run.model.weights[name], weight)
    found = run.repeats
    assert found is not None and found.members == (3, 4, 5) and found.asked == 3
    accuracy = found.scores["test"]["accuracy"]
    assert accuracy.values[0] == run.metrics["test"].metrics["accuracy"].value
    # Seed 4 with the split's seed left at 3 is the second of them.
    second = stirfry.train("iris", epochs=5, hidden=[4], seed=4, split_seed=3)
    assert accuracy.values[1] == second.metrics["test"].metrics["accuracy"].value
    assert found.scores["train"]["log_loss"].sd > 0
    assert run.folder is not None
    record = json.loads((run.folder / "run.json").read_text(encoding="utf-8"))
    assert record["repeats"]["members"] == [3, 4, 5] and record["folds"] is None
    assert record["repeats"]["scores"]["test"]["accuracy"]["mean"] == pytest.approx(np.mean(accuracy.values))


def test_folds_judge_what_they_held_out() -> None:
    run = train(request(folds=4))
    found = run.folds
    assert found is not None and found.members == (1, 2, 3, 4)
    held = found.scores["held_out"]
    assert len(held["accuracy"].values) == 4 and held["log_loss"].sd > 0
    assert run.repeats is None


class Seeing(Nobody):
    """Sees every job before it is trained."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        from stirfry.actions import folds

        self.jobs: list[Any] = []
        inner = folds.train_many

        def many(jobs: Any, watcher: Any) -> Any:
            self.jobs += jobs
            return inner(jobs, watcher)

        monkeypatch.setattr(folds, "train_many", many)


def test_a_folds_best_epoch_is_never_chosen_on_the_rows_that_judge_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    seeing = Seeing(monkeypatch)
    train(request(folds=3), seeing)
    for job in seeing.jobs:
        assert len(job.arrays.validation) == 20 and len(job.arrays.test) == 40 and len(job.arrays.train) == 60
        held = {row.tobytes() for row in job.arrays.test.inputs}
        # The rows that repeat another stay together, so no held-out row is among the others.
        assert not held & {row.tobytes() for row in job.arrays.validation.inputs}
        assert not held & {row.tobytes() for row in job.arrays.train.inputs}


@pytest.mark.parametrize("settings", [{"validation": 0}, {"patience": "never", "keep": "last"}])
def test_without_a_choice_folds_train_on_all_their_rows(
    settings: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    seeing = Seeing(monkeypatch)
    train(request(folds=3, **settings), seeing)
    for job in seeing.jobs:
        assert job.arrays.validation is None and len(job.arrays.train) == 80
        assert job.plan.keep == "last" and job.plan.patience == "never"


def test_a_folds_encoder_is_fitted_on_its_own_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    seeing = Seeing(monkeypatch)
    train(request(folds=2, keep="last", patience="never"), seeing)
    for job in seeing.jobs:
        np.testing.assert_allclose(job.arrays.train.inputs.mean(axis=0), 0, atol=1e-6)
        assert np.abs(job.arrays.test.inputs.mean(axis=0)).max() > 1e-3


def test_a_category_that_only_some_folds_see_is_encoded_by_each(tmp_path: Path) -> None:
    rows = ["a,colour,y"] + [f"{i % 7},{'red' if i else 'gold'},{'uv'[i % 2]}" for i in range(40)]
    (tmp_path / "t.csv").write_text("\n".join(rows))
    values = nested(QUICK) | {"data": {"source": str(tmp_path / "t.csv"), "category": ["colour"]}}
    run = train(TrainRequest(recipe_from(values), folds=4))
    assert run.folds is not None and len(run.folds.members) == 4


def test_a_seed_that_diverges_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    inner = repeats.train_many

    def many(jobs: Any, watcher: Any) -> Any:
        from stirfry.errors import TrainingError

        lost = TrainingError("engine.loss_not_finite", epoch=1, loss="nan", lr=1.0)
        return [lost, *inner(jobs[1:], watcher)]

    monkeypatch.setattr(repeats, "train_many", many)
    found = train(request(repeats=3)).repeats
    assert found is not None and found.members == (3, 5) and found.diverged == (4,)
    assert len(found.scores["test"]["accuracy"].values) == 2 and not found.interrupted


def test_ctrl_c_keeps_the_seeds_that_are_finished(tmp_path: Path, one_at_a_time: None) -> None:
    stopper = Stopper()
    run = train(request(tmp_path, repeats=5, folds=3), stopper)
    found = run.repeats
    assert found is not None and found.interrupted and run.interrupted and run.stopped == "epochs"
    assert 1 < len(found.members) < 5
    assert run.folds is None
    assert "actions.seeds_interrupted" in stopper.said
    record = json.loads((tmp_path / "iris-001" / "run.json").read_text(encoding="utf-8"))
    assert record["repeats"]["interrupted"]
    assert len(record["repeats"]["members"]) == len(found.members)


@pytest.mark.parametrize("settings", [{"repeats": 0}, {"folds": 1}])
def test_too_few_is_refused(settings: dict[str, int]) -> None:
    with pytest.raises(UsageError, match="at least"):
        stirfry.train("iris", epochs=1, **settings)


def test_what_cannot_be_folded_is_said_before_training(tmp_path: Path) -> None:
    class Never(Nobody):
        def begin(self, ready: Any) -> None:
            raise AssertionError("it began to train")

    with pytest.raises(UsageError, match="Use fewer"):
        train(request(tmp_path, folds=121), Never())
    first = stirfry.train("iris", epochs=1, out=tmp_path)
    with pytest.raises(UsageError, match="--from"):
        stirfry.train("iris", epochs=1, start_from=first.folder, folds=3)
    layers = [
        {"type": "Linear", "out_features": 4},
        {"type": "BatchNorm1d"},
        {"type": "Linear", "out_features": 3},
    ]
    with pytest.raises(UsageError, match="drop_last"):
        stirfry.train("iris", epochs=1, layers=layers, batch_size=59, folds=3)


@pytest.mark.parametrize(
    ("seconds", "more"), [(0.01, 10), (0.05, 4), (0.1, 3), (0.3, 3), (0.4, 0), (10, 0), (0, 10)]
)
def test_a_spread_by_default_takes_under_a_second(seconds: float, more: int) -> None:
    ready = get_ready(request(), Nobody())
    assert repeats.spread_repeats(ready, seconds) == more
    assert more * seconds <= 1


def test_the_torch_engine_never_spreads_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    run = train(request(repeats=None))
    if run.engine != "native":
        assert run.repeats is None
    else:
        assert run.repeats is not None and run.repeats.by_default


def test_a_model_that_is_trained_further_has_no_spread_by_default(tmp_path: Path) -> None:
    first = stirfry.train("iris", epochs=1, out=tmp_path)
    values = {"plan": {"epochs": 1}, "data": {"source": "iris"}}
    ready = get_ready(TrainRequest(recipe_from(values), start_from=first.folder), Nobody())
    assert repeats.spread_repeats(ready, 0.001) == 0


def test_the_seed_after_the_largest_is_0() -> None:
    assert repeats.other_seed(2**63 - 1, 1) == 0
