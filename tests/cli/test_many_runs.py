"""`--repeats`, `--folds` and `stirfry sweep` as they are typed."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest

from stirfry.actions.population import Population
from stirfry.cli import main
from stirfry.cli.screen import Screen
from stirfry.cli.train import _show_others
from stirfry.judge.spread import spread

QUICK = ["--epochs", "3", "--no-plots"]


@pytest.fixture(autouse=True)
def narrow(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_seeds_and_folds_are_shown_and_written(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["train", "iris", "--hidden", "4", *QUICK, "--repeats", "3", "--folds", "3"]
    assert main(words) == 0
    out = capsys.readouterr().out
    assert "Over 3 seeds, all on the same split" in out and "Cross-validated in 3 folds" in out
    # Five scores: validation, test and what the folds held out, each under its heading.
    assert out.count("±") == 3 * (1 + 5) and "…\n" not in out
    assert main([*words, "--json", "--lang", "zh"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert found["repeats"]["members"] == [0, 1, 2]
    assert found["folds"]["scores"]["held_out"]["accuracy"]["mean"] is not None
    assert "3 个种子" in err and "3 折交叉验证" in err


def test_a_spread_that_nobody_asked_for_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    scores = {"test": {"accuracy": spread([0.9, 0.8, 1.0])}}
    found = Population("repeats", 4, (0, 1, 3), (2,), scores, 0.25, by_default=True)
    _show_others(Screen(), found)
    first, second = capsys.readouterr().out.splitlines()
    assert first == "Over 3 seeds on this split: test accuracy 0.9000 ± 0.1000 (0.8000 … 1.0000), in 0.25 s."
    assert second == "Diverged, and in no mean: seeds 2."


def test_where_every_fold_diverged_there_is_no_table(capsys: pytest.CaptureFixture[str]) -> None:
    _show_others(Screen(), Population("folds", 2, (), (1, 2), {}, 0.1))
    assert "folds 1, 2" in capsys.readouterr().out


def test_a_sweep_names_the_best_and_the_command_that_trains_it(capsys: pytest.CaptureFixture[str]) -> None:
    words = ["sweep", "iris", "--lr", "1e-3..0.1", "--points", "3", "--hidden", "4,6x4", "--seed", "1"]
    assert main([*words, "--drop", "sepal width (cm)", *QUICK]) == 0
    out = capsys.readouterr().out
    assert "Best: hidden" in out and "6x4" in out and "sweep.csv, sweep.json" in out
    record = json.loads(Path("runs/iris-sweep-001/sweep.json").read_text(encoding="utf-8"))
    command = shlex.split(record["command"])
    assert record["command"] in out.replace("\n", " ") or record["command"].split()[0] in out
    assert command[:3] == ["stirfry", "train", "iris"] and command[-2:][0] == "--hidden"
    assert main([*command[1:], "--json", "--quiet"]) == 0
    run = json.loads(capsys.readouterr().out)
    assert run["scores"]["validation"]["accuracy"]["value"] == pytest.approx(record["best"]["score"])


def test_a_sweep_as_json_and_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "sweep",
        "iris",
        "--lr",
        "0.01,1e30",
        "--hidden",
        "4",
        "--optimizer",
        "sgd",
        "--loss",
        "mse",
        *QUICK,
    ]
    assert main([*words, "--repeats", "2", "--json", "--lang", "zh"]) == 0
    out, err = capsys.readouterr()
    found = json.loads(out)
    assert found["best"]["lr"] == 0.01 and found["trials"][1]["diverged"] == 2
    assert "发散" in err and "名次" in err and "±" in err


def test_a_long_ranking_is_cut_and_says_where_the_rest_is(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["sweep", "iris", "--lr", "1e-3..0.1", "--points", "42", "--hidden", "2", "--epochs", "1"]) == 0
    )
    assert "and 2 more in sweep.csv" in capsys.readouterr().out
    assert Path("runs/iris-sweep-001/sweep.png").is_file()


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["sweep", "iris"], "compares several"),
        (["sweep", "--lr", "1e-3..1"], "Training needs data"),
        (["sweep", "iris", "--lr", "x..1"], "number above 0"),
        (["sweep", "iris", "--lr", "1e-3..1", "--hidden", "4y"], "parted by commas"),
        (["sweep", "iris", "--lr", "1e-3..1", "--epochs", "0"], "--epochs"),
        (["train", "iris", "--repeats", "0"], "--repeats"),
        (["train", "iris", "--folds", "1"], "--folds"),
        (["train", "--resume", "x", "--folds", "3"], "--resume goes on"),
    ],
)
def test_wrong_usage(words: list[str], text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("STIRFRY_LANG", "en")
        assert main(words) == 2
    out, err = capsys.readouterr()
    assert text in err and out == "" and not Path("runs").exists()
