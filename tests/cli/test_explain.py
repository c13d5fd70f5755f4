"""`stirfry explain`: text, JSON, pictures; and what is typed wrongly, in both languages."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import stirfry
from stirfry.cli import main
from stirfry.data.stream import Stream
from stirfry.errors import MissingExtra

OPTIONS = ["--hidden", "3", "--epochs", "60", "--lr", "0.02", "--no-plots", "--quiet", "--seed", "1"]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with runs on iris and digits, and a table without labels."""
    folder = tmp_path_factory.mktemp("explain")
    out = ["--out", str(folder / "runs")]
    assert main(["train", "iris", *OPTIONS, "--optimizer", "sgd", "--momentum", "0.5", *out]) == 0
    assert main(["train", "digits", "--hidden", "8", "--epochs", "1", "--no-plots", "--quiet", *out]) == 0
    lines = ["a,b,y", *(f"{i % 7},{i % 5},{'uv'[i % 2]}" for i in range(60))]
    (folder / "t.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    names = "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)"
    (folder / "bare.csv").write_text(f"{names}\n5.1,3.5,1.4,0.2\n6.3,x,6,2.5\n", encoding="utf-8")
    return folder


@pytest.fixture(autouse=True)
def within(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(place)
    monkeypatch.setenv("COLUMNS", "80")


def explained(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[str, str]:
    assert main(["explain", *words]) == 0
    out, err = capsys.readouterr()
    return out, err


def test_a_row_is_explained_by_its_runs_own_plan(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = explained(capsys, "runs/iris-001", "iris", "--row", "51")
    assert out.startswith("Row 51 of iris\n") and err == ""
    assert "sgd, step 181 on this row alone" in out and "η = 0.02    μ = 0.5" in out
    assert re.search(r"The row says versicolor: (right|wrong)\.", out)
    also, _ = explained(capsys, "runs/iris-001/model.safetensors", "iris", "--row", "51")
    assert also == out


def test_a_model_file_elsewhere_says_which_plan_is_assumed(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    copy = tmp_path / "model.safetensors"
    copy.write_bytes(Path("runs/iris-001/model.safetensors").read_bytes())
    out, err = explained(capsys, str(copy), "iris", "--row", "1")
    assert "adamw, step 1" in out and "adamw at a rate of 0.003" in err
    out, err = explained(capsys, str(copy), "iris", "--row", "1", "--optimizer", "rmsprop", "--lr", "0.5")
    assert "rmsprop, step 1" in out and "η = 0.5" in out and err == ""


def test_a_model_beside_another_runs_record_gets_the_defaults(tmp_path: Path) -> None:
    other = stirfry.train({"a": [1, 2, 3, 4] * 9, "y": ["u", "v"] * 18}, target="y", hidden=[2], epochs=1)
    other.save(tmp_path / "model.safetensors")
    (tmp_path / "run.json").write_bytes(Path("runs/iris-001/run.json").read_bytes())
    found = stirfry.explain_row(tmp_path / "model.safetensors", {"a": [1.0], "y": ["u"]})
    assert found.update is not None and found.update.plan.optimizer == "adamw"


def test_steps_and_topics_can_be_chosen(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = explained(
        capsys, "runs/iris-001", "iris", "--row", "51", "--step", "3", "--fresh", "--only", "update"
    )
    assert out.startswith("The update\n  sgd, step 3") and "v before" in out and "Forward" not in out
    out, _ = explained(capsys, "runs/iris-001", "iris", "--row", "51", "--only", "answer,moved")
    assert "The answer" in out and "What moved the answer" in out and "Backward" not in out


def test_json_is_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    out, _ = explained(capsys, "runs/iris-001", "iris", "--row", "2", "--json")
    found = json.loads(out)
    assert found["row"] == 2 and found["truth"] == "setosa"
    again = stirfry.explain_row("runs/iris-001", "iris", 2)
    assert again.loss is not None and found["loss"]["value"] == again.loss.value
    assert found["forward"][0]["output"]["values"] == again.forward[0].y[0].tolist()
    out, _ = explained(capsys, "runs/iris-001", "iris", "--json")
    assert json.loads(out)["metric"] == "accuracy"


def test_without_a_row_it_is_a_table_of_columns(capsys: pytest.CaptureFixture[str]) -> None:
    out, err = explained(capsys, "runs/iris-001", "iris")
    assert out.startswith("How far accuracy falls when one column is shuffled\n") and err == ""
    assert all(name in out for name in stirfry.load("runs/iris-001").columns)
    assert "150 rows" in out and "10 times" in out
    out, _ = explained(capsys, "runs/iris-001", "iris", "--lang", "zh")
    assert "打乱某一列后，准确率下降多少" in out


def test_a_row_without_a_target_is_explained_as_far_as_it_goes(capsys: pytest.CaptureFixture[str]) -> None:
    Path("one.csv").write_text("\n".join(Path("bare.csv").read_text().splitlines()[:2]) + "\n")
    out, err = explained(capsys, "runs/iris-001", "one.csv", "--row", "1")
    assert "The answer" in out and "The loss" not in out and "--truth" in err
    out, err = explained(capsys, "runs/iris-001", "one.csv", "--row", "1", "--truth", "virginica")
    assert "The row says virginica" in out and "Backward: 0 Linear" in out and err == ""
    Path("one.csv").unlink()


def test_pictures_are_drawn(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _, err = explained(capsys, "runs/digits-001", "digits", "--row", "5", "-o", str(tmp_path / "new"))
    names = sorted(path.name for path in (tmp_path / "new").iterdir())
    assert names == [
        f"{name}.{kind}" for name in ("decision", "filters-1", "image") for kind in ("png", "svg")
    ]
    assert "decision.svg" in err
    explained(capsys, "runs/iris-001", "iris", "--out", str(tmp_path))
    explained(capsys, "runs/iris-001", "iris", "--row", "1", "--out", str(tmp_path), "--only", "moved")
    assert (tmp_path / "importance.svg").is_file() and (tmp_path / "moved.png").is_file()
    out, _ = explained(capsys, "runs/iris-001", "iris", "--row", "1", "--out", str(tmp_path), "--json")
    assert len(json.loads(out)["pictures"]) == 2


def test_without_matplotlib_the_extra_is_named(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stirfry.report import tiles

    def missing() -> None:
        raise MissingExtra("report.missing_extra", package="matplotlib", extra="plot")

    monkeypatch.setattr(tiles, "needs_matplotlib", missing)
    assert main(["explain", "runs/iris-001", "iris", "--out", str(tmp_path / "none")]) == 1
    assert "pip install 'stirfry[plot]'" in capsys.readouterr().err
    assert not (tmp_path / "none").exists()


WRONG: list[tuple[list[str], int, str, str]] = [
    (["runs/iris-001", "iris", "--row", "151"], 2, "the data have 150 rows", "共有 150 行"),
    (
        ["runs/iris-001", "iris", "--row", "0"],
        2,
        "--row takes a whole number of at least 1",
        "--row 的值应为不小于 1 的整数",
    ),
    (
        ["runs/iris-001", "iris", "--row", "first"],
        2,
        "--row takes a whole number of at least 1",
        "--row 的值应为不小于 1 的整数",
    ),
    (
        ["runs/iris-001", "iris", "--row", "1", "--step", "0"],
        2,
        "--step takes a whole number",
        "--step 的值应为",
    ),
    (["runs/iris-001", "iris", "--lr", "0.1"], 2, "Add --row N", "请加上 --row"),
    (["runs/iris-001", "iris", "--row", "1", "--lr", "-1"], 2, "--lr", "--lr"),
    (["runs/iris-001", "iris", "--row", "1", "--optimizer", "adma"], 2, "--optimizer", "--optimizer"),
    (["runs/iris-001", "iris", "--row", "1", "--only", "froward"], 2, "found froward", "现在是 froward"),
    (["runs/iris-001", "iris", "--row", "1", "--truth", "rose"], 1, "rose", "rose"),
    (["runs/iris-001", "t.csv", "--row", "1"], 1, "sepal length", "sepal length"),
    (["runs/iris-001", "t.csv"], 1, "need the column species", "必须有 species 列"),
    (["runs/iris-001", "bare.csv", "--row", "2"], 1, "row 2", "2"),
    (["runs/iris-001", "digits", "--row", "1"], 1, "takes a table", "表格"),
    (["runs/iris-001", "nothing.csv", "--row", "1"], 2, "nothing.csv", "nothing.csv"),
    (["runs/digits-001", "iris", "--row", "1"], 1, "takes images", "图像"),
    (["runs/digits-001", "digits"], 2, "Add --row N", "请加上 --row"),
    (["runs/none", "iris"], 2, "There is no file", "没有文件"),
    (["runs/iris-001"], 2, "DATA", "DATA"),
]


@pytest.mark.parametrize(("words", "code", "english", "chinese"), WRONG, ids=lambda value: str(value)[:60])
@pytest.mark.parametrize("language", ["en", "zh"])
def test_what_is_wrong_is_said(
    words: list[str], code: int, english: str, chinese: str, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", *words, "--lang", language]) == code
    out, err = capsys.readouterr()
    assert out == "" and "Traceback" not in err
    assert (english if language == "en" else chinese) in err.replace("\n", " ")


@pytest.mark.parametrize(
    "damage",
    ["{", "[]", '{"format": 1}', '{"format": 1, "recipe": {"plan": 3}, "parts": {}}', '{"format": 99}'],
)
def test_a_damaged_record_is_refused(damage: str, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(Path("runs/iris-001/model.safetensors").read_bytes())
    (tmp_path / "run.json").write_text(damage)
    assert main(["explain", str(tmp_path), "iris", "--row", "1"]) == 2
    assert "run.json" in capsys.readouterr().err


def test_a_plan_in_a_record_that_cannot_be_is_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    record: dict[str, Any] = json.loads(Path("runs/iris-001/run.json").read_text())
    record["recipe"]["plan"]["lr"] = -1
    del record["recipe_sha256"]  # as in the records of earlier versions
    (tmp_path / "model.safetensors").write_bytes(Path("runs/iris-001/model.safetensors").read_bytes())
    (tmp_path / "run.json").write_text(json.dumps(record))
    assert main(["explain", str(tmp_path), "iris", "--row", "1"]) == 2
    said = capsys.readouterr().err
    assert "run.json" in said and "lr" in said


def test_images_in_colour_that_stay_on_disk_are_explained(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    random = np.random.default_rng(0)
    for name in ("cat", "dog"):
        (tmp_path / "img" / name).mkdir(parents=True)
        for number in range(12):
            pixels = random.integers(0, 255, (12, 10, 3), dtype=np.uint8)
            pixels[..., 0 if name == "cat" else 2] //= 4
            Image.fromarray(pixels).save(tmp_path / "img" / name / f"{number}.png")
    folder, out = str(tmp_path / "img"), str(tmp_path / "runs")
    run = stirfry.train(folder, hidden=[6], epochs=2, memory="2KB", out=out, seed=1)
    assert run.ready is not None and isinstance(run.ready.described.dataset.pixels, Stream)  # type: ignore[union-attr]
    found = run.explain(20)
    assert found.truth == "dog" and abs(found.attributions.left_over) < 1e-3
    text, _ = explained(capsys, str(run.folder), folder, "--row", "20", "--out", str(tmp_path / "pictures"))
    assert "It is labelled dog" in text and "mean 0." in text
    assert (tmp_path / "pictures" / "decision.png").is_file()


@pytest.mark.parametrize("language", ["en", "zh"])
def test_numbers_are_whole_on_a_narrow_screen(
    language: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def numbers() -> list[str]:
        assert main(["explain", "runs/iris-001", "iris", "--lang", language]) == 0
        return re.findall(r"-?\d\.\d{4}", capsys.readouterr().out)

    wide = numbers()
    monkeypatch.setenv("COLUMNS", "40")
    assert numbers() == wide and len(wide) == 13


@pytest.mark.parametrize("row", [0, 151, 1.5, "a"])
def test_python_refuses_what_is_no_row(row: Any) -> None:
    with pytest.raises(ValueError, match="There is no row"):
        stirfry.explain_row("runs/iris-001", "iris", row)
    with pytest.raises(ValueError, match="whole number of at least 1"):
        stirfry.explain_row("runs/iris-001", "iris", 1, steps=0 if row == 151 else row)


def test_python_refuses_a_metric_of_another_task() -> None:
    with pytest.raises(ValueError, match="one of accuracy, log_loss; found r2"):
        stirfry.importance("runs/iris-001", "iris", metric="r2")
