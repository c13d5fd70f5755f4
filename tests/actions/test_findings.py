"""Verdicts on real runs: in the run, in its record, and with a command that can be typed."""

from __future__ import annotations

import json
import shlex
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stirfry
from stirfry import lang
from stirfry.actions import train as training
from stirfry.actions.request import TrainRequest
from stirfry.cli import main
from stirfry.errors import TrainingError, VerdictError
from stirfry.judge.finding import Finding
from stirfry.spec.options import nested
from stirfry.spec.recipe import recipe_from

IRIS = {f"{part} {side} (cm)": [1.0] for part in ("sepal", "petal") for side in ("length", "width")}


def codes(run: Any) -> list[str]:
    return [finding.code for finding in run.verdicts]


@pytest.mark.parametrize("engine", ["native", "torch"])
def test_the_default_run_is_healthy_whichever_engine_trains(engine: str) -> None:
    run = stirfry.train("iris", engine=engine)
    assert codes(run) == ["verdicts.healthy"]
    assert "0.9" in str(run.verdicts[0])


@pytest.mark.parametrize("engine", ["native", "torch"])
def test_a_rate_far_too_low_is_told_with_one_to_try(engine: str) -> None:
    run = stirfry.train("iris", lr=1e-5, epochs=60, engine=engine)
    first = run.verdicts[0]
    assert first.code.startswith("verdicts.rate_too_low")
    assert 3e-4 <= first.change["lr"] <= 0.3
    assert first.command.startswith("stirfry sweep iris ") and "--lr 3e-05..0.03" in first.command
    again = stirfry.train("iris", lr=first.change["lr"], epochs=60)
    assert again.history["validation_loss"].min() < run.history["validation_loss"].min() - 0.3


def test_verdicts_on_images_speak_of_images() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (60, 4, 4)).astype(np.uint8)
    run = stirfry.train((pixels, ["a", "b"] * 30), hidden=[8], batch_size="full", epochs=20, follow_test=True)
    assert run.verdicts and all(finding.facts["things"] == "images" for finding in run.verdicts)
    with lang.speaking("zh"):
        assert all("行" not in finding.seen + finding.why + finding.do for finding in run.verdicts)


def test_a_command_that_was_just_run_is_not_proposed_again() -> None:
    for folds, command in ((None, "stirfry train iris --epochs 3 --folds 5"), (5, "")):
        run = stirfry.train("iris", epochs=3, folds=folds)
        (small,) = (finding for finding in run.checks if finding.code == "checks.small_test")
        assert small.command == command and small.change == {"folds": 5}


def test_verdicts_are_written_into_the_record(tmp_path: Path) -> None:
    run = stirfry.train("iris", lr=3.0, out=tmp_path)
    assert run.folder is not None
    written = json.loads((run.folder / "run.json").read_text(encoding="utf-8"))["verdicts"]
    assert [each["code"] for each in written] == codes(run)
    assert written[0]["seen"] == str(run.verdicts[0])


def test_a_diverged_run_says_which_rate_to_try(tmp_path: Path) -> None:
    random = np.random.default_rng(0)
    table = {"x": random.normal(0, 1000, 200).tolist(), "y": random.normal(0, 1000, 200).tolist()}
    with pytest.raises(TrainingError) as caught:
        stirfry.train(table, "y", lr=100.0, optimizer="sgd", scale="none", out=tmp_path)
    (verdict,) = caught.value.verdicts
    assert verdict.code == "verdicts.diverged"
    assert verdict.change["lr"] < 100
    assert f"{verdict.change['lr']:g}" in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_a_second_run_within_seed_noise_is_told_so(tmp_path: Path) -> None:
    stirfry.train("iris", seed=1, split_seed=3, out=tmp_path)
    run = stirfry.train("iris", seed=2, split_seed=3, repeats=6, out=tmp_path)
    value = run.metrics["test"].metrics["accuracy"].value
    other = json.loads((tmp_path / "iris-001" / "run.json").read_text(encoding="utf-8"))
    same = other["scores"]["test"]["accuracy"]["value"] == value
    assert ("verdicts.seed_noise" in codes(run)) != same


def test_the_command_line_says_a_verdict_in_a_sentence_with_a_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["train", "iris", "--lr", "1e-5", "--epochs", "60", "--no-plots", "--out", str(tmp_path)]
    assert main(words) == 0
    shown = capsys.readouterr().out
    assert "The learning rate 1e-05 looks too low" in shown
    line = next(line for line in shown.splitlines() if "stirfry sweep iris" in line)
    command = shlex.split(line.partition("Try: ")[2])
    assert command.count("--lr") == 1 and "--epochs" in command
    assert main([*command[1:], "--no-plots", "--out", str(tmp_path / "sweep")]) == 0
    assert "Best: " in capsys.readouterr().out


def test_json_holds_the_verdicts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "iris", "--no-plots", "--json", "--out", str(tmp_path)]) == 0
    found = json.loads(capsys.readouterr().out)["verdicts"]
    assert [each["code"] for each in found] == ["verdicts.healthy"]


def _fails(*given: Any) -> tuple[Finding, ...]:
    raise ZeroDivisionError("division by zero")


def test_a_fault_in_a_verdict_does_not_cost_the_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "verdicts_of", _fails)
    with pytest.raises(VerdictError) as caught:
        stirfry.train("iris", epochs=5, repeats=2, out=tmp_path)
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    run = caught.value.run
    record = json.loads((run.folder / "run.json").read_text(encoding="utf-8"))
    assert record["verdicts"] == [] and record["scores"]["test"] and record["repeats"]
    assert stirfry.load(run.folder / "model.safetensors").predict(IRIS).shape == (1,)
    said = str(caught.value)
    assert str(run.folder) in said and "division by zero" in said and "test_findings.py:" in said


def test_a_fault_in_a_verdict_leaves_a_run_without_a_folder_in_the_error(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(training, "verdicts_of", _fails)
    with pytest.raises(VerdictError) as caught:
        stirfry.train("iris", epochs=5)
    assert caught.value.run.metrics["test"].metrics["accuracy"].value > 0
    assert "`run`" in str(caught.value)


def test_a_fault_in_what_is_said_after_other_seeds_keeps_what_was_said_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "verdicts_with_spread", _fails)
    with pytest.raises(VerdictError) as caught:
        stirfry.train("iris", repeats=2, out=tmp_path)
    record = json.loads((caught.value.run.folder / "run.json").read_text(encoding="utf-8"))
    assert [each["code"] for each in record["verdicts"]] == ["verdicts.healthy"] and record["repeats"]


def test_the_command_line_shows_a_run_whose_verdicts_failed_and_ends_with_1(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(training, "verdicts_of", _fails)
    assert main(["train", "iris", "--epochs", "5", "--no-plots", "--out", str(tmp_path)]) == 1
    shown = capsys.readouterr()
    assert "macro F1" in shown.out and "model.safetensors" in shown.out
    assert "division by zero" in shown.err and "Traceback" not in shown.err


def test_a_runs_seconds_hold_its_verdicts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "verdicts_of", lambda *given: time.sleep(0.05) or ())
    seconds = stirfry.train("iris", epochs=5).seconds
    assert seconds["judge"] > 0.05 and seconds["all"] >= seconds["train"] + seconds["judge"]


def request(**settings: Any) -> TrainRequest:
    return TrainRequest(recipe_from(nested(settings)))
