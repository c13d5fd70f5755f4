"""Writing a run's report, and making it again from the run's folder."""

from __future__ import annotations

import json
import re
import sys
import tomllib
from pathlib import Path

import numpy as np
import pytest

import stirfry
from stirfry.actions.report import report_again, write_report
from stirfry.actions.restore import restored
from stirfry.cli import main
from stirfry.errors import DataError, ModelFileError, UsageError
from stirfry.spec.recipe import Recipe


@pytest.fixture
def table(tmp_path: Path) -> Path:
    generator = np.random.default_rng(0)
    rows = generator.normal(size=(80, 2))
    path = tmp_path / "points.csv"
    lines = [f"{x:.6f},{y:.6f},{'up' if x + y > 0 else 'down'}" for x, y in rows]
    path.write_text("x,y,side\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return path


def train(table: Path, tmp_path: Path, *more: str) -> Path:
    words = [
        "train",
        str(table),
        "--hidden",
        "4",
        "--epochs",
        "8",
        "--quiet",
        "--out",
        str(tmp_path / "runs"),
    ]
    assert main([*words, *more]) == 0
    return tmp_path / "runs" / "points-001"


def test_a_run_folder_has_its_report(table: Path, tmp_path: Path) -> None:
    page = (train(table, tmp_path) / "report.html").read_text(encoding="utf-8")
    assert page.startswith("<!doctype html>") and "points-001" in page
    assert f"stirfry train {table} --hidden 4 --epochs 8" in page


def test_no_plots_is_no_report(table: Path, tmp_path: Path) -> None:
    assert not (train(table, tmp_path, "--no-plots") / "report.html").exists()


def test_without_matplotlib_one_remark_names_the_extra(
    table: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    words = ["train", str(table), "--epochs", "2", "--out", str(tmp_path / "runs")]
    assert main(words) == 0
    assert capsys.readouterr().err.count("stirfry[plot]") == 1
    assert not (tmp_path / "runs" / "points-001" / "report.html").exists()


def test_a_report_from_the_folder_is_the_same(table: Path, tmp_path: Path) -> None:
    place = train(table, tmp_path, "--repeats", "2", "--folds", "2")
    first = (place / "report.html").read_text(encoding="utf-8")
    (place / "report.html").unlink()
    assert main(["report", str(place), "--quiet"]) == 0
    assert (place / "report.html").read_text(encoding="utf-8") == first


def test_a_restored_run_is_the_run(tmp_path: Path) -> None:
    run = stirfry.train("iris", hidden=[5], epochs=6, out=tmp_path, repeats=2)
    assert run.folder is not None
    again = restored(run.folder)
    assert again.metrics == run.metrics
    assert again.parts == run.parts and again.recipe == run.recipe
    assert again.asked == run.asked
    assert again.repeats is not None and run.repeats is not None
    assert again.repeats.scores == run.repeats.scores
    np.testing.assert_array_equal(again.history["train_loss"], run.history["train_loss"])
    np.testing.assert_array_equal(again.outputs, run.outputs)


def test_the_command_says_where_the_report_is(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place, target = train(table, tmp_path), tmp_path / "here.html"
    capsys.readouterr()
    assert main(["report", str(place), "-o", str(target), "--json", "--quiet"]) == 0
    assert json.loads(capsys.readouterr().out) == {"report": str(target)}
    assert target.exists()


def test_other_data_are_refused(table: Path, tmp_path: Path) -> None:
    place = train(table, tmp_path)
    table.write_text(table.read_text(encoding="utf-8") + "1,2,up\n", encoding="utf-8")
    with pytest.raises(DataError, match="no longer holds the data"):
        report_again(place)


def test_data_in_memory_can_not_be_read_again(tmp_path: Path) -> None:
    columns = {"x": np.arange(40.0), "y": np.arange(40.0) % 7}
    run = stirfry.train(columns, "y", task="regression", hidden=[], epochs=2, out=tmp_path)
    assert run.folder is not None
    with pytest.raises(UsageError, match="data in memory"):
        report_again(run.folder)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_no_run_is_refused(tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", str(tmp_path), "--lang", language]) == 2
    assert "runs/iris-001" in capsys.readouterr().err


def test_a_damaged_record_is_refused(table: Path, tmp_path: Path) -> None:
    place = train(table, tmp_path)
    record = json.loads((place / "run.json").read_text(encoding="utf-8"))
    del record["engine"]
    (place / "run.json").write_text(json.dumps(record), encoding="utf-8")
    with pytest.raises(UsageError, match="can't be read as one"):
        report_again(place)


def test_a_run_without_its_model_is_refused(table: Path, tmp_path: Path) -> None:
    place = train(table, tmp_path)
    (place / "model.safetensors").unlink()
    with pytest.raises(ModelFileError):
        report_again(place)


def test_python_gives_the_page_and_writes_it(tmp_path: Path) -> None:
    run = stirfry.train("iris", hidden=[], epochs=2)
    page = run.report(tmp_path / "iris.html")
    assert (tmp_path / "iris.html").read_text(encoding="utf-8") == page


def test_a_run_that_was_stopped_before_its_first_epoch_has_a_report(tmp_path: Path) -> None:
    from dataclasses import replace

    run = stirfry.train("iris", hidden=[], epochs=2, out=tmp_path)
    assert write_report(replace(run, history={}, stopped="interrupted")) == ()
    assert run.folder is not None
    assert "No epoch was finished" in (run.folder / "report.html").read_text(encoding="utf-8")


def test_the_recipe_in_a_report_gives_the_same_run(table: Path, tmp_path: Path) -> None:
    import html

    page = (train(table, tmp_path) / "report.html").read_text(encoding="utf-8")
    text = html.unescape(re.findall(r"<pre><code>(.*?)</code></pre>", page, re.DOTALL)[-1])
    again = tmp_path / "run.toml"
    again.write_text(text, encoding="utf-8")
    assert tomllib.loads(text)["plan"]["epochs"] == 8
    words = ["train", "--recipe", str(again), "--quiet", "--no-plots", "--out", str(tmp_path / "again")]
    assert main(words) == 0
    first, second = (
        json.loads((path / "run.json").read_text(encoding="utf-8"))
        for path in (tmp_path / "runs" / "points-001", tmp_path / "again" / "points-001")
    )
    assert first["scores"] == second["scores"] and first["recipe"] == second["recipe"]


def test_asked_settings_are_in_the_record(tmp_path: Path) -> None:
    run = stirfry.train("iris", hidden=[3], epochs=2, out=tmp_path)
    assert run.folder is not None
    record = json.loads((run.folder / "run.json").read_text(encoding="utf-8"))
    assert record["asked"] == {"data": {"source": "iris"}, "network": {"hidden": [3]}, "plan": {"epochs": 2}}
    assert record["command"] == "stirfry train iris --hidden 3 --epochs 2" == run.command
    assert isinstance(run.asked, Recipe)


@pytest.mark.parametrize("form", ["report", "export"])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_data_that_are_gone_are_named_with_their_run(
    table: Path, tmp_path: Path, form: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    place = train(table, tmp_path, "--no-plots")
    table.rename(tmp_path / "moved.csv")
    assert main([form, str(place), "--lang", language]) == 1
    said = capsys.readouterr().err.replace("\n", "")
    assert "points-001" in said and "points.csv" in said and "moved.csv" not in said


@pytest.mark.parametrize("text", ["", "epoch,loss\n1,x\n", "epoch,loss\n1\n2,3,4\n", "\udcff"])
@pytest.mark.parametrize("name", ["history.csv", "probes.csv"])
def test_a_damaged_history_is_refused(table: Path, tmp_path: Path, name: str, text: str) -> None:
    place = train(table, tmp_path, "--no-plots")
    (place / name).write_bytes(text.encode(errors="surrogateescape"))
    with pytest.raises(UsageError, match=rf"{name} must be .* can't be read as one"):
        report_again(place)


BAD_FINDING = {"code": "no.such", "severity": "good", "confidence": None, "command": "", "facts": {}}


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("parts", 3),
        ("parts", {"train": "x"}),
        ("seconds", "x"),
        ("notices", [{"code": "no.such", "facts": {}}]),
        ("verdicts", [BAD_FINDING]),
        ("checks", [BAD_FINDING | {"code": "checks.leak"}]),
    ],
)
def test_a_record_with_other_things_in_it_is_refused(
    table: Path, tmp_path: Path, key: str, value: object
) -> None:
    place = train(table, tmp_path, "--no-plots")
    record = json.loads((place / "run.json").read_text(encoding="utf-8"))
    (place / "run.json").write_text(json.dumps(record | {key: value}), encoding="utf-8")
    with pytest.raises(UsageError, match="can't be read as one"):
        report_again(place)


def test_a_model_file_stands_for_its_folder(table: Path, tmp_path: Path) -> None:
    place = train(table, tmp_path, "--no-plots")
    assert main(["report", str(place / "model.safetensors"), "--quiet"]) == 0
    assert (place / "report.html").exists()


def test_commands_to_paste_have_their_paths_in_quotes(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "my runs"
    assert main(["train", str(table), "--hidden", "4", "--epochs", "8", "--no-plots", "--out", str(out)]) == 0
    assert f"stirfry predict '{out}/points-001/model.safetensors' " in capsys.readouterr().out
    assert main(["export", str(out / "points-001")]) == 0
    assert f"python '{out}/points-001/script.py'" in capsys.readouterr().err
