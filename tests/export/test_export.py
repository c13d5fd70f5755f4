"""The command and the function around the script: places, kinds, refusals, both languages."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from tests.export.retelling import check, compare, printed, retold, train

import stirfry
from stirfry.cli import main
from stirfry.errors import DataError, OutputError, UsageError

QUICK = ["--epochs", "2", "--hidden", "3"]

pytestmark = pytest.mark.usefixtures("here")


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Run a command that must be refused, and leave nothing behind; return its code and its words."""
    before = sorted(Path().rglob("*"))
    code = main(["export", *words])
    out, err = capsys.readouterr()
    assert out == "" and "Traceback" not in err and sorted(Path().rglob("*")) == before
    return code, " ".join(err.split())


def test_a_script_runs_by_itself_and_says_how(capsys: pytest.CaptureFixture[str]) -> None:
    run = train("iris", *QUICK)
    assert main(["export", str(run), "--lang", "zh"]) == 0
    out, err = capsys.readouterr()
    assert out == f"{run}/script.py\n" and f"python {run}/script.py" in err
    check((run / "script.py").read_text(encoding="utf-8"))
    words = [sys.executable, "-W", "error", str(run / "script.py")]
    alone = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
    done = subprocess.run(words, capture_output=True, text=True, check=True, env=alone)
    compare(printed(done.stdout), run)


def test_the_comments_are_in_the_chosen_language() -> None:
    run = train("iris", *QUICK)
    english, chinese = retold(run), retold(run, 1e-4, "--lang", "zh")
    assert "# 2. The split" in english and "# 2. 划分" in chinese
    code = [[line.partition("#")[0].rstrip() for line in text.splitlines()] for text in (english, chinese)]
    assert [line for line in code[0] if line] == [line for line in code[1] if line]


def test_a_model_file_in_its_run_folder_will_do(capsys: pytest.CaptureFixture[str]) -> None:
    run = train("iris", *QUICK)
    assert main(["export", str(run / "model.safetensors"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found == {"kind": "script", "path": str(run / "script.py")}


def test_what_is_there_is_overwritten_only_in_its_own_place(capsys: pytest.CaptureFixture[str]) -> None:
    run = train("iris", *QUICK)
    for _ in range(2):
        assert main(["export", str(run), "--quiet"]) == 0
    assert main(["export", str(run), "-o", "mine.py", "--quiet"]) == 0
    Path("mine.py").write_text("mine", encoding="utf-8")
    code, said = refused(capsys, str(run), "-o", "mine.py")
    assert code == 1 and "mine.py is there already" in said
    assert Path("mine.py").read_text(encoding="utf-8") == "mine"
    code, said = refused(capsys, str(run), "-o", "mine.py", "--lang", "zh")
    assert "mine.py 已经存在" in said


@pytest.mark.parametrize(("language", "words"), [("en", "There are: script"), ("zh", "可用的有：script")])
def test_an_unknown_kind_is_refused_with_those_that_there_are(
    language: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    code, said = refused(capsys, "runs/none", "--to", "pdf", "--lang", language)
    assert code == 2 and words in said
    code, said = refused(capsys, "runs/none", "--to", "scrpt", "--lang", language)
    assert code == 2 and "script" in said


@pytest.mark.parametrize(("language", "words"), [("en", "there is none"), ("zh", "没有找到")])
def test_a_folder_without_a_run_is_refused(
    language: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("empty").mkdir()
    for path in ("runs/none-001", "empty", "nowhere/model.safetensors"):
        code, said = refused(capsys, path, "--lang", language)
        assert code == 2 and words in said
    run = train("iris", *QUICK)
    (run / "run.json").write_text('{"format": 1, "name": "iris"}', encoding="utf-8")
    code, said = refused(capsys, str(run), "--lang", language)
    assert (code == 2 and "run.json" in said) or str(run) in said


@pytest.mark.parametrize(("language", "words"), [("en", "can't be written"), ("zh", "无法写入")])
def test_a_place_that_cant_be_written(language: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    run = train("iris", *QUICK)
    code, said = refused(capsys, str(run), "-o", "no/such/folder.py", "--lang", language)
    assert code == 1 and words in said


@pytest.mark.parametrize(("language", "words"), [("en", "--resume"), ("zh", "中断")])
def test_a_run_that_was_interrupted(language: str, words: str, capsys: pytest.CaptureFixture[str]) -> None:
    run = train("iris", *QUICK)
    facts = json.loads((run / "run.json").read_text(encoding="utf-8"))
    (run / "run.json").write_text(json.dumps(facts | {"stopped": "interrupted"}), encoding="utf-8")
    code, said = refused(capsys, str(run), "--lang", language)
    assert code == 2 and words in said


def test_data_that_have_changed_or_gone(capsys: pytest.CaptureFixture[str]) -> None:
    text = "a,y\n" + "".join(f"{i},{'uv'[i % 2]}\n" for i in range(40))
    Path("table.csv").write_text(text, encoding="utf-8")
    run = train("table.csv", *QUICK)
    Path("table.csv").write_text(text.replace("7,", "8,"), encoding="utf-8")
    code, said = refused(capsys, str(run))
    assert code == 1 and "no longer holds the data" in said
    assert "数据已不是" in refused(capsys, str(run), "--lang", "zh")[1]
    Path("table.csv").unlink()
    code, said = refused(capsys, str(run))
    assert code == 1 and "table.csv" in said


NET = "from torch import nn\nclass Net(nn.Sequential):\n    def __init__(self):\n"
NET += "        super().__init__(nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 3))\n"


def test_what_a_script_cant_hold_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    Path("net.py").write_text(NET, encoding="utf-8")
    own = train("iris", "--epochs", "2", "--module", "net.py:Net")
    assert "net.py:Net" in refused(capsys, str(own))[1]
    assert "您自己的网络" in refused(capsys, str(own), "--lang", "zh")[1]
    first = train("iris", *QUICK)
    again = train("iris", "--epochs", "2", "--from", str(first))
    assert "--from" in refused(capsys, str(again))[1]
    assert "--from" in refused(capsys, str(again), "--lang", "zh")[1]


def test_rows_that_repeat_too_often_are_refused(capsys: pytest.CaptureFixture[str]) -> None:
    random = np.random.default_rng(0)
    image = random.integers(0, 255, (2000, 3, 3), dtype=np.uint8)
    image[:50] = image[50:100]
    np.savez("images.npz", images=image, labels=np.zeros(2000, int) + (np.arange(2000) >= 1000))
    run = train("images.npz", "--epochs", "1", "--hidden", "2", "--batch-size", "500")
    code, said = refused(capsys, str(run))
    assert code == 2 and "repeat another" in said


def test_from_python() -> None:
    run = stirfry.train("iris", hidden=[3], epochs=2, out="runs")
    place = run.export()
    assert run.folder is not None and place == run.folder / "script.py"
    assert run.export("mine.py").read_text(encoding="utf-8") == place.read_text(encoding="utf-8")
    assert stirfry.export_run(run.folder, "notebook").name == "notebook.ipynb"
    alone = stirfry.train("iris", hidden=[3], epochs=2)
    with pytest.raises(UsageError, match="no folder"):
        alone.export()
    assert alone.export("alone.py").is_file()
    with pytest.raises(OutputError, match="already"):
        alone.export("alone.py")
    with pytest.raises(UsageError, match="in memory"):
        stirfry.train({"a": [1.0, 2.0] * 20, "y": ["u", "v"] * 20}, epochs=1).export("memory.py")


def test_a_run_on_other_data_than_its_recipe_names_is_found_out() -> None:
    rows = {"a": list(range(40)), "species": ["u", "v"] * 20}
    run = stirfry.train(rows, recipe="iris-mlp", epochs=2)
    with pytest.raises((DataError, UsageError)):
        run.export("other.py")
