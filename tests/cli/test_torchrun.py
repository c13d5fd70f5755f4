"""`torchrun … -m stirfry train`: one folder, one voice, and no gap where a process was killed."""

from __future__ import annotations

import json
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from safetensors import safe_open
from tests import launching

import stirfry
from stirfry.cli import main
from stirfry.engine.processes import launched

TRAIN = ("-m", "stirfry", "train")
#: A network that is no chain, and that kills its own process: `KILLED` says at which step of which one.
NET = """
import os, signal
import torch
from torch import nn

KILLED = {killed}  # start: (rank, step)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.last = nn.Linear(4, 8), nn.Linear(8, 3)
        self.steps = 0

    def forward(self, x):
        if self.training and torch.distributed.is_initialized() and len(x) > 3:
            self.steps += 1
            start, rank = (int(os.environ[key]) for key in ("TORCHELASTIC_RESTART_COUNT", "RANK"))
            if KILLED.get(start) == (rank, self.steps):
                os.kill(os.getpid(), signal.SIGKILL)
        x = torch.relu(self.first(x))
        return self.last(x + x.sin())
"""


@pytest.fixture(autouse=True)
def within(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    launching.skip_without_gloo()
    monkeypatch.chdir(tmp_path)
    yield


def columns(folder: str) -> dict[str, list[float]]:
    head, *lines = Path(folder, "history.csv").read_text(encoding="utf-8").splitlines()
    values = zip(*(map(float, line.split(",")) for line in lines), strict=True)
    return {key: list(column) for key, column in zip(head.split(","), values, strict=True)}


def assert_like_one_process(folder: str, **settings: Any) -> None:
    found, expected = columns(folder), stirfry.train("iris", **settings).history
    assert found.keys() == expected.keys()
    for column, values in expected.items():
        np.testing.assert_allclose(found[column], values, rtol=1e-5, atol=1e-5, err_msg=column)


@pytest.mark.slow
def test_a_run_whose_processes_are_killed_goes_on_without_a_gap() -> None:
    # The first start is killed before there is a checkpoint, the second at a step drawn at random.
    step = random.randrange(20, 160)
    Path("net.py").write_text(NET.format(killed={0: (1, 1), 1: (0, step)}), encoding="utf-8")
    words = ("iris", "--module", "net.py:Net", "--epochs", "60", "--batch-size", "16", "--seed", "3")
    words = (*words, "--patience", "never", "--json", "--no-plots", "--checkpoint-every", "0.001")
    code, out, said = launching.ended(launching.start(*TRAIN, *words, restarts=3))
    assert code == 0, (step, said)
    result = json.loads(out)
    assert [path.name for path in Path("runs").iterdir()] == ["iris-001"] and result["epochs"] == 60
    left = sorted(path.name for path in Path("runs/iris-001").iterdir())
    assert left == ["history.csv", "model.safetensors", "probes.csv", "run.json"]
    assert "again (2 of 3)" in said, "both were killed"
    assert "reducer.cpp" not in said, "PyTorch's remarks on its own workings"
    assert sum("Resumed after" in notice for notice in result["notices"]) == 1, (step, result["notices"])
    assert result["engine"]["name"] == "torch_fast" and "2 processes" in result["engine"]["reason"]

    Path("plain.py").write_text(NET.format(killed={}), encoding="utf-8")
    namespace: dict[str, Any] = {}
    exec(Path("plain.py").read_text(encoding="utf-8"), namespace)
    settings = {"epochs": 60, "batch_size": 16, "seed": 3, "patience": "never"}
    assert_like_one_process("runs/iris-001", network=namespace["Net"], **settings)
    names = [*safe_open("runs/iris-001/model.safetensors", "np").keys()]
    assert sorted(names) == ["first.bias", "first.weight", "last.bias", "last.weight"]


@pytest.mark.slow
def test_ctrl_c_stops_all_and_resumes_in_other_processes() -> None:
    words = (
        "iris",
        "--hidden",
        "6",
        "--dropout",
        "0",
        "--epochs",
        "400",
        "--batch-size",
        "16",
        "--seed",
        "1",
    )
    words = (*words, "--no-plots", "--quiet", "--patience", "never", "--checkpoint-every", "0.01")
    run = launching.start(*TRAIN, *words, restarts=2)
    until = time.monotonic() + 100
    while not any(Path().glob("runs/*/checkpoint.safetensors")):
        assert time.monotonic() < until and run.poll() is None, run.communicate()
        time.sleep(0.02)
    run.send_signal(signal.SIGINT)
    launching.ended(run)
    record = json.loads(Path("runs/iris-001/run.json").read_text(encoding="utf-8"))
    assert record["stopped"] == "interrupted" and record["epochs"] < 400
    # One process goes on with what two have begun.
    assert main(["train", "--resume", "runs/iris-001", "--quiet", "--no-plots"]) == 0
    settings = {"hidden": [6], "dropout": 0, "epochs": 400, "batch_size": 16, "seed": 1}
    assert_like_one_process("runs/iris-001", **settings, patience="never", engine="torch_fast")


@pytest.mark.slow
def test_what_is_wrong_is_said_once_and_not_tried_again() -> None:
    run = launching.start(*TRAIN, "iris", "--engine", "native", restarts=1)
    code, out, said = launching.ended(run)
    assert "exitcode  : 2" in said
    assert code != 0 and out == "" and said.count("trains in one process") == 1 and not Path("runs").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("sweep", "iris"), "Only `stirfry train`"),
        (("doctor",), "Run `stirfry doctor` without"),
    ],
)
def test_other_commands_are_for_one_process(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...], said: str
) -> None:
    for key, value in {"TORCHELASTIC_RUN_ID": "x", "RANK": "0", "WORLD_SIZE": "2"}.items():
        monkeypatch.setenv(key, value)
    assert launched().several
    assert main(list(words)) == 2
    assert said in capsys.readouterr().err
