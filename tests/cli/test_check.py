"""`stirfry check`, and what `train` says of the checks."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import pytest
from rich.console import Console

import stirfry
from stirfry import lang
from stirfry.cli import main

QUICK = ["--epochs", "2", "--hidden", "3", "--no-plots"]

pytestmark = pytest.mark.usefixtures("here")


@pytest.fixture
def leaky(here: Path) -> str:
    lines = [f"{i % 17},{i * 7 % 23 / 10},{'uvu'[i % 3]},{'bab'[i % 3]}" for i in range(600)]
    (here / "t.csv").write_text("\n".join(["x,z,y,paid late", *lines]), encoding="utf-8")
    return "t.csv"


@pytest.mark.parametrize(
    ("language", "heading", "said"),
    [("en", "Serious", "A copy of the target y"), ("zh", "严重", "目标列 y 的副本")],
)
def test_all_is_said_and_nothing_written(
    leaky: str, language: str, heading: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", leaky, "--target", "y", "--lang", language]) == 0
    lines = capsys.readouterr().out.splitlines()
    place = lines.index(heading)
    assert said in lines[place + 1] and "paid late" in lines[place + 1]
    assert lines[place + 4] == "  stirfry train t.csv --target y --drop 'paid late'"
    assert sorted(path.name for path in Path().iterdir()) == ["t.csv"]


def test_healthy_data_get_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "simplex"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert len(out) == 2 and out[1] == "Nothing found that speaks against training."


def test_strict_ends_with_1_where_something_serious_is_found(
    leaky: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", leaky, "--target", "y", "--strict", "--quiet"]) == 1
    assert main(["check", leaky, "--target", "y", "--drop", "paid late", "--strict"]) == 0
    assert main(["check", "iris", "--strict"]) == 0, "a remark isn't serious"


def test_as_json_it_is_one_object(leaky: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", leaky, "--target", "y", "--json"]) == 0
    out = capsys.readouterr().out
    assert out.count("\n") == 1
    found = json.loads(out)
    assert found["parts"] == {"train": 360, "validation": 120, "test": 120}
    assert found["findings"][0]["code"] == "checks.copy"
    assert found["findings"][0]["command"].endswith("--drop 'paid late'")


def test_train_shows_what_matters_in_a_line_each(leaky: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", leaky, "--target", "y", *QUICK]) == 0
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("!") or "check" in line]
    assert said[0].startswith("! A copy of the target y") and said[0].endswith("--drop 'paid late'.")
    assert said[1] == "· Why this matters: stirfry check t.csv --target y --hidden 3 --epochs 2"
    assert len(said) == 2


def test_train_leaves_remarks_to_check(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "iris", *QUICK]) == 0
    assert "stirfry check" not in capsys.readouterr().err
    assert main(["check", "iris"]) == 0
    assert "Remarks" in capsys.readouterr().out


def test_train_gives_them_as_json(leaky: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", leaky, "--target", "y", *QUICK, "--json", "--quiet"]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert [finding["code"] for finding in json.loads(out)["checks"]] == ["checks.copy"]


def test_a_sweep_says_them_once(leaky: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["sweep", leaky, "--target", "y", *QUICK, "--lr", "0.1,0.01"]) == 0
    assert capsys.readouterr().err.count("A copy of the target") == 1


@pytest.mark.parametrize(("language", "said"), [("en", "There is no column"), ("zh", "没有列")])
def test_what_train_refuses_is_refused(
    leaky: str, language: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", leaky, "--target", "nothing", "--lang", language]) == 2
    assert said in capsys.readouterr().err


def test_faults_name_the_option(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "iris", "--lr", "-1"]) == 2
    assert "--lr" in capsys.readouterr().err
    assert main(["check"]) == 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_on_a_terminal_it_is_wrapped_under_its_mark_and_nothing_is_cut(
    leaky: str, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard = io.StringIO()
    narrow = Console(file=heard, force_terminal=True, no_color=True, width=40, highlight=False)
    monkeypatch.setattr("stirfry.cli.screen.console", lambda stderr=False: narrow)
    assert main(["check", leaky, "--target", "y", "--lang", language]) == 0
    lines = re.sub(r"\x1b\[[0-9;]*m", "", heard.getvalue()).splitlines()
    start = next(place for place, line in enumerate(lines) if line.startswith("!"))
    assert all(line.startswith(("  ", "!")) or not line.strip() for line in lines[start:])
    shown = "".join("".join(line[2:].split()) for line in lines[start:])
    with lang.speaking(language):
        finding = stirfry.check(leaky, "y").findings[0]
        for text in (finding.seen, finding.why, finding.do, finding.command):
            assert "".join(text.split()) in shown
