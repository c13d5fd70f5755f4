"""A network and a loss of one's own from the command line: a file runs only where it is named."""

from __future__ import annotations

import _thread
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stirfry.actions.request import TrainRequest
from stirfry.actions.train import train
from stirfry.cli import main
from stirfry.engine.given import from_file
from stirfry.errors import UsageError
from stirfry.spec.recipe import recipe_from

FILE = """
import torch
from torch import nn
import beside

class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(4, beside.WIDTH), nn.Linear(beside.WIDTH, 3)

    def forward(self, x):
        x = self.a(x).relu()
        return self.b(x + x.mean(dim=1, keepdim=True))

def smooth(outputs, targets):
    return nn.functional.cross_entropy(outputs, targets, label_smoothing=0.1)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "ownnet.py").write_text(FILE, encoding="utf-8")
    (tmp_path / "beside.py").write_text("WIDTH = 6\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delitem(sys.modules, "ownnet", raising=False)
    monkeypatch.delitem(sys.modules, "beside", raising=False)
    return tmp_path


def test_train_predict_evaluate_and_show(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["train", "iris", "--epochs", "2", "--no-plots", "--json", "--module", "ownnet.py:Net"]
    assert main([*words, "--loss", "ownnet.py:smooth"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["engine"]["name"] == "torch_fast"
    record = json.loads((folder / "runs/iris-001/run.json").read_text(encoding="utf-8"))
    assert record["own"]["module"]["path"] == "ownnet.py:Net"
    assert record["own"]["loss"] == "ownnet.py:smooth"
    (folder / "new.csv").write_text(
        "sepal length (cm),sepal width (cm),petal length (cm),petal width (cm)\n5,3,1,0\n"
    )
    assert main(["predict", "runs/iris-001", "new.csv"]) == 2
    assert "the weights of ownnet.py:Net, which is never run unless you name it" in capsys.readouterr().err
    assert main(["predict", "runs/iris-001", "new.csv", "--module", "ownnet.py:Net"]) == 0
    assert main(["evaluate", "runs/iris-001", "iris", "--module", "ownnet.py:Net", "--json"]) == 0
    capsys.readouterr()
    assert main(["show", "runs/iris-001", "--module", "ownnet.py:Net"]) == 0
    assert "a Linear" in capsys.readouterr().out


def test_a_changed_file_is_noticed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "iris", "--epochs", "1", "--no-plots", "--quiet", "--module", "ownnet.py:Net"]) == 0
    (folder / "later.py").write_text(FILE.replace("relu", "tanh"), encoding="utf-8")
    assert main(["evaluate", "runs/iris-001", "iris", "--module", "later.py:Net"]) == 0
    assert "is no longer that of ownnet.py:Net" in capsys.readouterr().err
    (folder / "wider.py").write_text(FILE.replace("beside.WIDTH", "7"), encoding="utf-8")
    assert main(["evaluate", "runs/iris-001", "iris", "--module", "wider.py:Net"]) == 1
    assert "a.weight 6×4 → 7×4" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("module", "message"),
    [
        ("ownnet", "is written path/file.py:Name"),
        ("other.py:Net", "There is no file other.py"),
        ("ownnet.py:Nett", "Did you mean Net?"),
        ("ownnet.py:Zzzzz", "It has: Net, smooth"),
        ("broken.py:Net", "can't be run: ZeroDivisionError"),
        ("wrong.py:Net", "can't be run: SyntaxError"),
    ],
)
def test_a_file_that_gives_no_class(
    folder: Path, module: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "broken.py").write_text("1 / 0\n")
    (folder / "wrong.py").write_text("class Net(\n")
    assert main(["train", "iris", "--module", module]) == 2
    assert message in capsys.readouterr().err
    assert not (folder / "runs").exists()


def test_widths_beside_a_module(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["train", "iris", "--module", "ownnet.py:Net", "--hidden", "3"]) == 2
    assert "take away hidden" in capsys.readouterr().err


class StopsAt:
    """A listener that presses Ctrl-C once, after so many epochs."""

    def __init__(self, epoch: int) -> None:
        self.epoch: int | None = epoch

    def progress(self, progress: Any) -> None:
        if progress.epoch == self.epoch:
            self.epoch = None
            _thread.interrupt_main()

    def notice(self, notice: Any) -> None: ...
    def checked(self, findings: Any) -> None: ...
    def begin(self, ready: Any) -> None: ...
    def several(self, what: Any, share: float) -> None: ...
    def scored(self, run: Any) -> None: ...


def test_a_run_goes_on_when_its_file_is_named_again(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = recipe_from({"data": {"source": "iris"}, "plan": {"epochs": 6, "seed": 2, "patience": "never"}})
    module, loss = from_file("ownnet.py:Net"), from_file("ownnet.py:smooth")
    whole = train(TrainRequest(recipe, module=module, loss=loss))
    stopped = train(TrainRequest(recipe, out=folder / "runs", module=module, loss=loss), StopsAt(3))
    assert stopped.stopped == "interrupted" and stopped.folder is not None
    again = ["train", "--resume", str(stopped.folder), "--no-plots", "--quiet"]
    assert main(again) == 2
    assert "--module path/file.py:Name" in capsys.readouterr().err
    assert main([*again, "--module", "ownnet.py:Net"]) == 2
    assert "--loss path/file.py:Name" in capsys.readouterr().err
    (folder / "later.py").write_text(FILE.replace("relu", "tanh"), encoding="utf-8")
    assert main([*again, "--module", "later.py:Net", "--loss", "ownnet.py:smooth"]) == 2
    assert "its source has changed" in capsys.readouterr().err
    assert main([*again, "--module", "ownnet.py:Net", "--loss", "ownnet.py:smooth"]) == 0
    history = np.genfromtxt(stopped.folder / "history.csv", delimiter=",", names=True)
    assert history["train_loss"].tolist() == whole.history["train_loss"].tolist()


def test_a_run_without_a_module_takes_none(folder: Path) -> None:
    recipe = recipe_from({"data": {"source": "iris"}, "plan": {"epochs": 9, "engine": "torch"}})
    stopped = train(TrainRequest(recipe, out=folder / "runs"), StopsAt(3))
    assert stopped.folder is not None
    with pytest.raises(UsageError, match="none can be added"):
        train(TrainRequest(recipe_from({}), resume=stopped.folder, module=from_file("ownnet.py:Net")))
