"""The command line as a person and as a program uses it."""

from __future__ import annotations

import csv
import io
import json
import re
from pathlib import Path

import click
import pytest

from stirfry import lang
from stirfry.actions.recipes import names
from stirfry.cli import main
from stirfry.cli.app import program
from stirfry.cli.commands import Option

QUICK = ["--epochs", "4", "--hidden", "5", "--no-plots"]

pytestmark = pytest.mark.usefixtures("here")


def run(*words: str) -> int:
    return main(list(words))


def json_of(capsys: pytest.CaptureFixture[str]) -> dict:
    out = capsys.readouterr().out
    assert out.count("\n") == 1, "one object, on one line"
    return json.loads(out)


def flowers(
    path: Path, columns: str = "petal width (cm),petal length (cm),sepal width (cm),sepal length (cm)"
) -> Path:
    path.write_text(f"{columns}\n0.2,1.4,3.5,5.1\n2.3,6.1,3.0,7.7\n", encoding="utf-8")
    return path


def test_train_predict_evaluate_show(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("train", "iris", *QUICK, "--seed", "3", "--json") == 0
    found = json_of(capsys)
    assert Path(found["model"]).is_file() and Path(found["run"]).name == "iris-001"
    assert found["seed"] == 3 and found["engine"]["reason"] and found["seconds"] > 0
    accuracy = found["scores"]["test"]["accuracy"]
    assert accuracy["low"] <= accuracy["value"] <= accuracy["high"]

    assert run("predict", found["model"], str(flowers(here / "new.csv")), "--proba") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert list(rows[0]) == ["species", "P(setosa)", "P(versicolor)", "P(virginica)"]
    assert sum(
        float(rows[0][f"P({name})"]) for name in ("setosa", "versicolor", "virginica")
    ) == pytest.approx(1, abs=1e-4)

    assert run("predict", found["run"], "new.csv", "-o", "answers.csv") == 0
    assert (here / "answers.csv").read_text(encoding="utf-8").splitlines()[0] == "species"
    assert capsys.readouterr().out == ""

    assert run("evaluate", found["run"], "iris", "--json") == 0
    assert json_of(capsys)["rows"] == 150
    assert run("evaluate", found["run"], "iris") == 0
    assert "Confusion" in capsys.readouterr().out

    assert run("show", found["run"]) == 0
    shown = capsys.readouterr().out
    assert "0.weight" in shown and "petal width (cm)" in shown and "43" in shown
    assert run("show", found["run"], "--json") == 0
    assert json_of(capsys)["tensors"]["0.weight"] == [5, 4]


def test_the_json_of_predict_holds_the_answers(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run("train", "iris", *QUICK, "--quiet")
    assert capsys.readouterr() == ("", "")
    assert run("predict", "runs/iris-001", str(flowers(here / "new.csv")), "--proba", "--json") == 0
    found = json_of(capsys)
    assert len(found["predictions"]) == 2 and len(found["probabilities"][0]) == 3


def test_pictures_are_drawn_into_the_folder(here: Path) -> None:
    assert run("train", "iris", "--epochs", "3", "--hidden", "4", "--quiet") == 0
    assert (here / "runs/iris-001/curves.svg").read_bytes().startswith(b"<?xml")
    assert (here / "runs/iris-001/curves.png").read_bytes().startswith(b"\x89PNG")


def test_all_of_it_in_chinese(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("train", "iris", *QUICK, "--lang", "zh") == 0
    out, err = capsys.readouterr()
    assert "准确率" in out and "已写入" in out and "目标列" in err
    names = {"epochs", "iris", "json", "csv", "safetensors", "Wilson", "torch", "cpu", "ROC", "AUC"}
    said = re.sub(r"stirfry train .*", "", out)  # a command to try is the same in every language
    prose = {word for word in re.findall(r"[A-Za-z]{3,}", said) if word not in names}
    assert not prose & {"accuracy", "train", "test", "validation", "Weights", "Written", "baseline"}
    assert run("evaluate", "runs/iris-001", "iris", "--lang", "zh") == 0
    assert "混淆矩阵" in capsys.readouterr().out
    assert run("train", "nowhere.csv", "--lang", "zh") == 2
    assert "错误" in capsys.readouterr().err


def test_a_line_every_so_many_epochs(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        run(
            "train",
            "iris",
            "--epochs",
            "10",
            "--hidden",
            "4",
            "--no-plots",
            "--log-every",
            "5",
            "--patience",
            "never",
        )
        == 0
    )
    lines = [line for line in capsys.readouterr().err.splitlines() if line.startswith("epoch")]
    assert [line.split()[1] for line in lines] == ["5/10", "10/10"]
    assert "validation loss" in lines[0]


def test_every_kind_of_setting_can_be_typed(capsys: pytest.CaptureFixture[str], here: Path) -> None:
    words = [
        "--activation",
        "tanh",
        "--optimizer",
        "sgd",
        "--lr",
        "0.1",
        "--momentum",
        "0.9",
        "--batch-size",
        "full",
    ]
    words += [
        "--scale",
        "minmax",
        "--schedule",
        "one-cycle",
        "--class-weights",
        "1,2,3",
        "--label-smoothing",
        "0.1",
        "--test",
        "0.3",
        "--drop",
        "a, b",
    ]
    table = "a,b,c,y\n" + "".join(
        f"{index},{index % 3},{index % 7},{'uvw'[index % 3]}\n" for index in range(90)
    )
    (here / "t.csv").write_text(table)
    assert run("train", "t.csv", "--epochs", "3", "--hidden", "none", "--no-plots", "--json", *words) == 0
    record = json.loads((Path(json_of(capsys)["run"]) / "run.json").read_text())
    plan = record["recipe"]["plan"]
    assert (
        plan["batch_size"] == "full"
        and plan["class_weights"] == [1, 2, 3]
        and plan["label_smoothing"] == 0.1
        and plan["schedule"]["name"] == "one_cycle"
    )
    assert record["recipe"]["network"]["hidden"] == [] and record["parts"]["test"] == 27
    assert [each["role"] for each in record["data"]["columns"]["columns"]] == [
        "dropped",
        "dropped",
        "number",
        "target",
    ]


def test_a_recipe_of_ones_own_and_settings_on_top(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (here / "mine.toml").write_text('[data]\nsource = "iris"\n[network]\nhidden = [3]\n[plan]\nepochs = 2\n')
    assert run("train", "--recipe", "mine.toml", "--hidden", "7", "--no-plots", "--json") == 0
    found = json_of(capsys)
    assert found["epochs"] == 2
    assert json.loads(Path(found["run"], "run.json").read_text())["recipe"]["network"]["hidden"] == [7]
    (here / "wrong.toml").write_text("[plan]\nepoch = 3\nlr = -1\n")
    assert run("train", "iris", "--recipe", "wrong.toml") == 2
    error = capsys.readouterr().err
    assert "line 2, plan.epoch" in error and "line 3, plan.lr" in error


def test_recipes_are_listed_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("recipes") == 0
    assert "iris-mlp" in capsys.readouterr().out
    assert run("recipes", "iris-mlp") == 0
    assert "[plan]" in capsys.readouterr().out
    assert run("recipes", "--json") == 0
    assert [each["name"] for each in json_of(capsys)["recipes"]] == names()
    assert run("recipes", "iris-mpl") == 2
    assert "Did you mean iris-mlp" in capsys.readouterr().err


def test_reproduce_shows_published_beside_measured(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("reproduce", "linear-weights", "--seeds", "3", "--json") == 0
    found = json_of(capsys)["recipes"]
    assert [each["name"] for each in found][:2] == ["linear-weights", "linear-weights/step-decay"]
    first = found[0]["measured"][0]
    assert first["published"] == 2.0027 and len(first["values"]) == 3
    assert first["rank"] == 1 + sum(value < 2.0027 for value in first["values"])
    assert run("reproduce", "mnist-cnn") == 0
    assert "mnist-cnn was skipped" in capsys.readouterr().err


def test_the_doctor_answers(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("doctor", "--json") == 0
    assert "python" in json.dumps(json_of(capsys)).lower()
    assert run("doctor", "--lang", "zh") == 0
    assert "本机" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (["trian"], "Did you mean train"),
        (["zzz"], "There are: train"),
        (["train", "iris", "--epoch", "3"], "--epochs"),
        (["train", "iris", "more"], "nothing that takes more"),
        (["train"], "Training needs data"),
        (["predict", "model"], "DATA is missing"),
        (["train", "iris", "--lr"], "--lr"),
        (["train", "iris", "--lr", "-3", "--hidden", "x"], "--lr: must be above 0"),
        (["train", "iris", "--lang", "fr"], "--lang takes one of"),
        (["train", "irs"], "Did you mean iris"),
        (["train", "iris", "--target", "specis"], "Did you mean species"),
        (["train", "iris", "--recipe", "nothing"], "no recipe"),
        (["train", "--recipe", "iris-mlp", "--variant", "x"], "adam"),
        (["train", "--resume", "x", "--lr", "1"], "--resume goes on"),
        (["--nothing"], "no option --nothing"),
    ],
)
def test_wrong_usage_is_explained_with_exit_code_2(
    words: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(*words) == 2
    out, err = capsys.readouterr()
    assert text in err and "Traceback" not in err
    assert out == ""


def commands() -> list[click.Command]:
    return list(program.commands.values())


@pytest.mark.parametrize("command", commands(), ids=lambda command: str(command.name))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_command_argument_and_option_has_help(
    command: click.Command, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(str(command.name), "--help", "--lang", language) == 0
    page = capsys.readouterr().out
    for parameter in command.params:
        if isinstance(parameter, Option):
            assert all(name in page for name in parameter.opts)
            assert parameter.help in lang.catalogue()
    assert "help." not in page


def test_the_overview_lists_every_command(capsys: pytest.CaptureFixture[str]) -> None:
    for words in ([], ["--help"], ["--help", "--lang", "zh"]):
        assert run(*words) == 0
        page = capsys.readouterr().out
        assert all(str(command.name) in page for command in commands())
    assert run("--version") == 0
    assert re.fullmatch(r"stirfry \d+\.\d+\.\d+\n", capsys.readouterr().out)


@pytest.mark.parametrize("wrapped", [False, True])
def test_an_interrupt_while_the_program_is_loaded_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, wrapped: bool
) -> None:
    def stopped() -> None:
        if wrapped:
            raise RuntimeError("Error calling __set_name__") from KeyboardInterrupt()
        raise KeyboardInterrupt

    monkeypatch.setattr("stirfry.engine.processes.launched", stopped)
    assert main(["--version"]) == 130


def test_one_option_that_needs_a_row(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "runs/x", "iris", "--only", "answer"]) == 2
    said = capsys.readouterr().err
    assert "--row N" in said and "--only can only be used for one row" in said


def test_the_help_of_report_names_no_forms(capsys: pytest.CaptureFixture[str]) -> None:
    for command, forms in (("report", False), ("export", True)):
        assert main([command, "--help"]) == 0
        assert ("for onnx and pt2" in capsys.readouterr().out) is forms
