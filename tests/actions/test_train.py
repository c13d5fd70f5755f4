"""From a request to a run folder, and on from there."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stirfry
from stirfry.actions.listener import Nobody
from stirfry.actions.request import TrainRequest
from stirfry.actions.train import train
from stirfry.engine.contract import Progress
from stirfry.engine.native_program import extension
from stirfry.errors import DataError, OutputError, SpecError, TrainingError, UsageError
from stirfry.spec.options import nested
from stirfry.spec.plan import Plan
from stirfry.spec.recipe import recipe_from

QUICK: dict[str, Any] = {"epochs": 6, "hidden": [6], "seed": 1}


def request(out: Path | None = None, source: str = "iris", **settings: Any) -> TrainRequest:
    values = nested({**QUICK, **settings})
    values.setdefault("data", {})["source"] = source
    return TrainRequest(recipe_from(values), out=out)


def test_a_run_folder_holds_what_is_needed_to_do_it_again(tmp_path: Path) -> None:
    run = train(request(tmp_path))
    assert run.folder == tmp_path / "iris-001"
    assert sorted(entry.name for entry in run.folder.iterdir()) == [
        "history.csv",
        "model.safetensors",
        "optimizer.safetensors",
        "probes.csv",
        "run.json",
    ]
    record = json.loads((run.folder / "run.json").read_text(encoding="utf-8"))
    assert record["seed"] == 1 and record["engine"]["name"] == "native" and record["engine"]["reason"]
    assert record["parts"] == {"train": 90, "validation": 30, "test": 30}
    assert {"versions", "machine", "seconds", "scores", "stopped"} <= record.keys()
    again = train(TrainRequest(recipe_from(record["recipe"])))
    assert again.data_sha256 == record["data"]["sha256"]
    for name, value in run.model.weights.items():
        np.testing.assert_array_equal(again.model.weights[name], value)
    with (run.folder / "history.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [float(row["train_loss"]) for row in rows] == run.history["train_loss"].tolist()
    assert stirfry.load(run.folder).labels == ("setosa", "versicolor", "virginica")


def test_scores_have_intervals_and_a_baseline() -> None:
    run = train(request())
    accuracy = run.metrics["test"].metrics["accuracy"]
    assert accuracy.low <= accuracy.value <= accuracy.high and accuracy.method == "wilson"
    assert accuracy.baseline == pytest.approx(1 / 3)
    assert run.metrics["train"].metrics["accuracy"].low is None


def test_the_same_seed_gives_the_same_run_and_another_seed_another() -> None:
    first, same, other = train(request()), train(request()), train(request(seed=2))
    assert first.history["train_loss"].tolist() == same.history["train_loss"].tolist()
    assert first.history["train_loss"].tolist() != other.history["train_loss"].tolist()


def test_the_best_epoch_is_chosen_without_the_test_part() -> None:
    run = train(request(epochs=30, lr=0.1))
    assert run.best_epoch == int(np.argmin(run.history["validation_loss"])) + 1
    assert not any(column.startswith("test") for column in run.history)


class Stopper(Nobody):
    """Presses Ctrl-C after an epoch."""

    def __init__(self, after: int) -> None:
        self.after: int | None = after

    def progress(self, progress: Progress) -> None:
        import os
        import signal

        if progress.epoch == self.after:
            self.after = None
            os.kill(os.getpid(), signal.SIGINT)


@pytest.mark.parametrize("engine", ["native", "torch"])
def test_an_interrupted_run_is_kept_and_goes_on_where_it_was(
    engine: str, tmp_path: Path, every_step: None
) -> None:
    whole = train(request(epochs=9, engine=engine))
    stopped = train(request(tmp_path, epochs=9, engine=engine), Stopper(4))
    assert stopped.stopped == "interrupted" and stopped.folder is not None
    assert len(stopped.history["epoch"]) in (4, 5)
    stirfry.load(stopped.folder)
    resumed = train(TrainRequest(recipe_from({}), resume=stopped.folder))
    assert resumed.folder == stopped.folder
    for column in whole.history:
        assert resumed.history[column].tolist() == whole.history[column].tolist()
    for name, value in whole.model.weights.items():
        np.testing.assert_array_equal(resumed.model.weights[name], value)
    with pytest.raises(UsageError, match="finished run"):
        train(TrainRequest(recipe_from({}), resume=stopped.folder))


def test_a_resumed_run_keeps_the_precision_that_was_measured(
    tmp_path: Path, every_step: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured = "bfloat16"

    def chosen(plan: Plan, device: str, convolves: bool) -> str:
        return measured if plan.precision == "auto" else plan.precision

    monkeypatch.setattr("stirfry.engine.torch_fast.choose_precision", chosen)
    stopped = train(request(tmp_path, epochs=9, engine="torch_fast"), Stopper(4))
    assert stopped.precision == "bfloat16" and stopped.folder is not None
    measured = "float32"
    resumed = train(TrainRequest(recipe_from({}), resume=stopped.folder))
    assert resumed.precision == "bfloat16"
    assert train(request(epochs=1, engine="torch_fast")).precision == "float32"


@pytest.mark.skipif(extension() is None, reason="the native engine isn't built")
def test_a_run_in_bfloat16_goes_on_where_the_processor_has_it(
    tmp_path: Path, every_step: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STIRFRY_ISA", "naive")
    whole = train(request(epochs=6, precision="bfloat16"))
    stopped = train(request(tmp_path, epochs=6, precision="bfloat16"), Stopper(3))
    assert stopped.engine == "native" and stopped.folder is not None
    monkeypatch.setenv("STIRFRY_ISA", "baseline")
    with pytest.raises(UsageError, match="lacks AVX-512's bfloat16"):
        train(TrainRequest(recipe_from({}), resume=stopped.folder))
    monkeypatch.setenv("STIRFRY_ISA", "naive")
    resumed = train(TrainRequest(recipe_from({}), resume=stopped.folder))
    assert resumed.precision == "bfloat16"
    for name, value in whole.model.weights.items():
        np.testing.assert_array_equal(resumed.model.weights[name], value)


def test_resuming_on_other_data_is_refused(tmp_path: Path, every_step: None) -> None:
    rows = tmp_path / "rows.csv"
    table = "a,b,y\n" + "".join(f"{index % 7},{index % 5},{'xy'[index % 2]}\n" for index in range(60))
    rows.write_text(table)
    stopped = train(request(tmp_path / "runs", str(rows)), Stopper(2))
    rows.write_text(table.replace("6,0,", "6,1,"))
    assert stopped.folder is not None
    with pytest.raises(UsageError, match="no longer those"):
        train(TrainRequest(recipe_from({}), resume=stopped.folder))
    with pytest.raises(UsageError, match="no checkpoint"):
        train(TrainRequest(recipe_from({}), resume=tmp_path))


def test_a_run_that_diverges_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="in epoch"):
        train(request(tmp_path, optimizer="sgd", lr=1e30, loss="mse"))
    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_found_before_training(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    class Never(Nobody):
        def progress(self, progress: Progress) -> None:
            raise AssertionError("trained before it was known where to write")

    with pytest.raises(OutputError):
        train(request(tmp_path / "file"), Never())


def test_training_goes_on_from_a_model_and_adds_up(tmp_path: Path) -> None:
    first = train(request(tmp_path))
    assert first.folder is not None
    values = nested({"epochs": 3, "seed": 1, "lr": 1e-9, "keep": "last"}) | {"data": {"source": "iris"}}
    said: list[str] = []

    class Hearing(Nobody):
        def notice(self, notice: Any) -> None:
            said.append(notice.code)

    second = train(TrainRequest(recipe_from(values), start_from=first.folder), Hearing())
    assert "actions.goes_on" in said
    np.testing.assert_allclose(second.model.weights["0.weight"], first.model.weights["0.weight"], atol=1e-6)
    assert second.model.encoder == first.model.encoder
    assert second.model.origin["epochs_in_all"] == first.best_epoch + 3
    with pytest.raises(SpecError, match="--from"):
        train(TrainRequest(recipe_from({**values, "network": {"hidden": [3]}}), start_from=first.folder))


def test_an_output_sigmoid_is_folded_and_said() -> None:
    rows = np.random.default_rng(0).normal(size=(60, 2))
    layers = [{"type": "Linear", "out_features": 1}, {"type": "Sigmoid"}]
    run = stirfry.train((rows, (rows[:, 0] > 0).astype(int)), layers=layers, epochs=3)
    assert "actions.folded" in [notice.code for notice in run.notices]
    assert [layer.name for layer in run.model.network.layers] == ["Linear"]
    logits = run.model.raw_outputs(run.model.read(rows))
    np.testing.assert_allclose(
        run.model.predict_proba(rows)[:, 1], 1 / (1 + np.exp(-logits[:, 0])), rtol=1e-6
    )


@pytest.mark.parametrize(
    ("settings", "match"),
    [
        (dict(loss="bce_with_logits"), "two classes"),
        (dict(class_weights=[1, 2]), "one weight a class"),
        (dict(label_smoothing=0.1, loss="mse"), "goes with cross_entropy"),
        (dict(label_smoothing=0.1, target="petal width (cm)"), "the loss is mse"),
        (dict(layers=[{"type": "Linear", "out_features": 2}]), "out_features 3"),
        (dict(device="cuda"), "no device"),
        (dict(target="specie"), "Did you mean species"),
        (dict(drop=["nothing"]), "no column nothing"),
        (dict(task="regression"), "needs numbers"),
        (dict(epoch=3), "Did you mean `epochs`"),
        (dict(lr="high"), "must be a number"),
        (dict(split="given"), "own parts"),
    ],
)
def test_what_cannot_be_is_said_before_training(settings: dict[str, Any], match: str) -> None:
    import torch

    if settings.get("device") == "cuda" and torch.cuda.is_available():
        pytest.skip("this machine has the device")
    with pytest.raises((UsageError, DataError), match=match):
        stirfry.train("iris", **{"epochs": 1, **settings})


def test_batch_normalisation_refuses_a_batch_of_one() -> None:
    layers = [
        {"type": "Linear", "out_features": 4},
        {"type": "BatchNorm1d"},
        {"type": "Linear", "out_features": 3},
    ]
    with pytest.raises(UsageError, match="drop_last"):
        stirfry.train("iris", layers=layers, batch_size=89, epochs=1)
    stirfry.train("iris", layers=layers, batch_size=89, epochs=1, drop_last=True)


def test_class_weights_balance_a_rare_class() -> None:
    random = np.random.default_rng(0)
    rows = random.normal(size=(400, 1))
    rare = (rows[:, 0] + random.normal(size=400) > 2).astype(int)
    plain = stirfry.train((rows, rare), hidden=[], epochs=40, lr=0.05)
    balanced = stirfry.train((rows, rare), hidden=[], epochs=40, lr=0.05, class_weights="balanced")
    assert balanced.model.predict(rows).sum() > plain.model.predict(rows).sum()


def test_smoothing_shares_out_the_labels() -> None:
    settings = {"hidden": [], "epochs": 1, "batch_size": "full"}
    runs = [stirfry.train("iris", **settings, label_smoothing=share) for share in (0, 0.4, 0.8)]
    first, second, third = (run.history["train_loss"][0] for run in runs)
    # The loss is a straight line in the share, from the label's own part to that of all classes alike.
    assert second - first == pytest.approx(third - second, rel=1e-4)
    assert second != first


def test_a_default_run_learns_iris() -> None:
    run = stirfry.train("iris")
    assert run.metrics["test"].metrics["accuracy"].value >= 0.85
    assert run.seconds["all"] > 0 and math.isfinite(run.seconds["train"])


def test_a_run_keeps_every_step_where_it_is_asked_to(tmp_path: Path) -> None:
    run = train(request(tmp_path, history="step", batch_size=32))
    assert len(run.steps["loss"]) == 6 * 3
    assert run.folder is not None and (run.folder / "steps.csv").exists()


def test_a_run_shows_itself(tmp_path: Path) -> None:
    run = train(request())
    assert "accuracy" in repr(run)
    assert run.plot().svg.lstrip().startswith("<?xml") or "<svg" in run.plot().svg
    run.plot().save(tmp_path / "curves.svg")
    assert (tmp_path / "curves.svg").read_text(encoding="utf-8") == run.plot().svg
    assert replace(run, metrics={}).__repr__() == "Run iris"
