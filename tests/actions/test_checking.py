"""`stirfry.check` in Python."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

import stirfry
from stirfry import lang
from stirfry.errors import DataError, UsageError

TABLE = {
    "x": np.arange(300) % 17,
    "z": np.arange(300) % 13,
    "counter": np.arange(300),
    "y": ["u", "v", "u"] * 100,
}


def test_findings_are_iterated_over_the_most_serious_first() -> None:
    found = stirfry.check(TABLE | {"copy": ["b", "a", "b"] * 100}, "y")
    assert [finding.code for finding in found] == ["checks.copy", "checks.row_number", "checks.small_test"]
    assert len(found) == 3 and found.findings[0] is next(iter(found))
    assert [finding.code for finding in found.of("warning")] == ["checks.row_number"]
    assert (found.rows, found.columns, found.task, found.classes) == (300, 4, "binary", 2)
    assert found.parts == {"train": 180, "validation": 60, "test": 60}


def test_images_are_called_images_in_both_languages() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (60, 6, 6)).astype(np.uint8)
    pixels[30:50] = pixels[:20]
    found = stirfry.check(
        (pixels, ["a", "b", "c"] * 19 + ["a", "b", "d"]), split="random_split", hidden=[200]
    )
    codes = {finding.code.removeprefix("checks.") for finding in found}
    assert {"repeats", "class_of_one", "small_test", "capacity"} <= codes
    with lang.speaking("en"):
        words = json.dumps(found.as_json()["findings"]) + repr(found) + " ".join(map(str, found.notices))
        assert repr(found).startswith("data: 60 images of 1×6×6 pixels, 4 classes (36 to train,")
        assert not re.search(r"\brows?\b", words.replace('"rows":', ""))
    with lang.speaking("zh"):
        words = json.dumps(found.as_json()["findings"], ensure_ascii=False) + repr(found)
        assert "张图像" in words and "行" not in words


def test_printed_it_is_text_for_people() -> None:
    found = stirfry.check(TABLE, "y")
    first, second, third = repr(found).splitlines()
    assert first == "data: 300 rows, 3 columns, 2 classes (180 to train, 60 to validate, 60 to test)."
    assert second.startswith("  warning: A row or serial number") and "--drop counter" in second
    assert third.startswith("  remark: The test part has 60 rows")
    with lang.speaking("zh"):
        assert "警告：" in repr(found) and "300 行" in repr(found)


def test_healthy_data_are_told_so() -> None:
    text = repr(stirfry.check("simplex"))
    assert text.endswith("Nothing found that speaks against training.")


def test_a_regression_is_called_one() -> None:
    assert "regression (10 to train)" in repr(stirfry.check(recipe="linear-weights"))


def test_a_command_is_made_from_what_was_asked(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    lines = [f"{i % 17},{i % 13},{i},{'uvu'[i % 3]}" for i in range(300)]
    path.write_text("\n".join(["x,z,counter,y", *lines]), encoding="utf-8")
    found = stirfry.check(path, drop=["z"], lr=0.01)
    assert found.findings[0].command == f"stirfry train {path} --drop z,counter --lr 0.01"
    assert stirfry.check(TABLE, "y").findings[0].command == ""


def test_as_json_it_is_json() -> None:
    values = stirfry.check(TABLE, "y").as_json()
    assert json.loads(json.dumps(values)) == values
    assert values["findings"][0]["facts"]["columns"] == ["counter"]


def test_a_run_keeps_its_checks_and_writes_them(tmp_path: Path) -> None:
    run = stirfry.train(TABLE, "y", epochs=2, hidden=[3], out=tmp_path)
    assert [finding.code for finding in run.checks] == ["checks.row_number", "checks.small_test"]
    assert run.folder is not None
    record = json.loads((run.folder / "run.json").read_text(encoding="utf-8"))
    assert [finding["code"] for finding in record["checks"]] == ["checks.row_number", "checks.small_test"]


def test_what_train_refuses_is_refused() -> None:
    with pytest.raises(UsageError):
        stirfry.check("iris", target="nothing")
    with pytest.raises(UsageError):
        stirfry.check("iris", epoch=3)
    with pytest.raises(DataError):
        stirfry.check({"a": [1, 2], "y": [None, None]}, "y")


def test_the_checks_import_nothing_heavy() -> None:
    heavy = ("torch", "sklearn", "pandas", "polars", "matplotlib")
    code = f"import sys, stirfry; stirfry.check('iris'); print([x for x in {heavy} if x in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
