"""What is said where a run's data, its recipe, its folder or the place for a file are not as they were."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import stirfry
from stirfry.cli import main
from stirfry.errors import ModelFileError, NoModelFile, OutputError, UsageError
from stirfry.run import record

FORMS = {
    "report": ["report", "runs/points-001"],
    "script": ["export", "runs/points-001"],
    "notebook": ["export", "runs/points-001", "--to", "notebook"],
}


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    rows = np.random.default_rng(0).normal(size=(60, 2))
    lines = [f"{x:.6f},{y:.6f},{'up' if x + y > 0 else 'down'}" for x, y in rows]
    Path("points.csv").write_text("x,y,side\n" + "\n".join(lines) + "\n", encoding="utf-8")
    words = ["train", "points.csv", "--target", "side", "--hidden", "3", "--epochs", "2"]
    assert main([*words, "--no-plots", "--quiet"]) == 0
    return Path("runs/points-001")


def edited(run: Path, edit: Callable[[dict[str, Any]], None]) -> None:
    path = run / "run.json"
    values = json.loads(path.read_text(encoding="utf-8"))
    edit(values)
    path.write_text(json.dumps(values), encoding="utf-8")


def failed(words: list[str], capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = main(words)
    return code, " ".join(capsys.readouterr().err.split())


def without_target(text: str) -> str:
    return "\n".join(line.rpartition(",")[0] for line in text.splitlines()) + "\n"


CHANGES: dict[str, Callable[[str], str]] = {
    "the target is gone": without_target,
    "it is empty": lambda text: "",
    "one class is left": lambda text: text.replace("down", "up"),
    "another name": lambda text: text.replace("side", "way"),
    "a ragged row": lambda text: text + "1,2,up,4,5\n",
    "another value": lambda text: text + "1,2,up\n",
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("form", FORMS)
def test_a_changed_file_is_named_before_anything_else_is_said(
    run: Path, form: str, change: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = Path("points.csv")
    path.write_text(CHANGES[change](path.read_text(encoding="utf-8")), encoding="utf-8")
    code, said = failed(FORMS[form], capsys)
    assert code == 1, said
    assert "points.csv has changed since the run points-001" in said or "no longer" in said
    assert "ut the data back" in said
    code, said = failed([*FORMS[form], "--lang", "zh"], capsys)
    assert "points.csv" in said and "恢复原数据" in said


@pytest.mark.parametrize("form", FORMS)
def test_a_fault_of_unchanged_data_stays_what_it_is(
    run: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("points.csv").unlink()
    code, said = failed(FORMS[form], capsys)
    assert code == 1 and "can't be found from the folder that you are in" in said


@pytest.mark.parametrize("form", [*FORMS, "explain"])
def test_a_recipe_that_was_changed_by_hand_is_named(
    run: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = FORMS.get(form, ["explain", str(run), "points.csv", "--row", "1"])
    edited(run, lambda values: values["recipe"]["plan"].update(lr=0.5))
    code, said = failed(words, capsys)
    assert code == 2 and "run.json was changed after the run" in said
    code, said = failed([*words, "--lang", "zh"], capsys)
    assert "run.json 在运行之后被改动过" in said


def test_data_that_were_moved_may_be_named_anew(run: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("points.csv").rename("moved.csv")
    edited(run, lambda values: values["recipe"]["data"].update(source="moved.csv"))
    assert record.read(run)["recipe"]["data"]["source"] == "moved.csv"
    assert main(["export", str(run)]) == 0
    assert "moved.csv" in (run / "script.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("form", FORMS)
def test_of_an_old_record_the_fault_is_named_with_its_file(
    run: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def edit(values: dict[str, Any]) -> None:
        del values["recipe_sha256"]
        values["recipe"]["plan"]["lr"] = -1

    edited(run, edit)
    code, said = failed(FORMS[form], capsys)
    assert code == 2 and "run.json" in said and "lr" in said


WITHOUT_A_RUN = [
    ["report", "nothing"],
    ["export", "nothing"],
    *(["export", "nothing", "--to", kind] for kind in ("notebook", "onnx", "pt2")),
    ["explain", "nothing", "iris"],
    ["explain", "nothing", "iris", "--row", "1"],
    ["predict", "nothing", "iris"],
    ["evaluate", "nothing", "iris"],
    ["show", "nothing"],
    ["train", "iris", "--from", "nothing"],
]


@pytest.mark.parametrize("words", WITHOUT_A_RUN, ids=" ".join)
def test_a_run_that_is_not_there_is_wrong_usage(
    words: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    code, said = failed(words, capsys)
    assert code == 2 and "nothing" in said and "runs/" in said


def test_in_python_it_is_both_errors(tmp_path: Path) -> None:
    with pytest.raises(NoModelFile) as caught:
        stirfry.load(tmp_path / "nothing")
    assert isinstance(caught.value, ModelFileError) and isinstance(caught.value, UsageError)


@pytest.mark.parametrize("language", ["en", "zh"])
def test_a_folder_that_is_not_there_is_not_called_unwritable(
    run: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    for words in (["export", str(run), "-o", "none/x.py"], ["report", str(run), "-o", "none/x.html"]):
        code, said = failed([*words, "--lang", language], capsys)
        assert code == 1
        assert ("there is no folder none" if language == "en" else "文件夹 none 不存在") in said
    with pytest.raises(OutputError, match="there is no folder"):
        stirfry.load(run).save("none/model.safetensors")


@pytest.mark.parametrize("wrong", [None, 3, ["runs/iris-001"]])
def test_what_is_no_model_is_refused(wrong: Any) -> None:
    with pytest.raises(UsageError, match="must be a run, a model, a model file or a run folder"):
        stirfry.importance(wrong, "iris")
    with pytest.raises(UsageError, match="must be a run, a model, a model file or a run folder"):
        stirfry.importance(wrong)
    with pytest.raises(UsageError, match="must be a run, a model, a model file or a run folder"):
        stirfry.explain_row(wrong, "iris")


def test_importance_of_a_model_needs_rows(run: Path) -> None:
    with pytest.raises(UsageError, match="Give them as `data`"):
        stirfry.importance(run)
