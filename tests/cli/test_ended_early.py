"""Runs that are interrupted, killed or out of room: nothing half-written stays, and a run goes on."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from tests.cli.bad_input import LONG, QUICK, files, refused, table, trained

import stirfry
from stirfry.cli import main

pytestmark = pytest.mark.usefixtures("here")


STARTED: list[subprocess.Popen[str]] = []


@pytest.fixture(autouse=True)
def ended() -> Iterator[None]:
    """Leave no process behind, whatever a test comes to."""
    yield
    while STARTED:
        with STARTED.pop() as run:
            run.kill()


def process(*words: str, limit: int | None = None, memory: int | None = None) -> subprocess.Popen[str]:
    """Start stirfry in a process of its own.

    Args:
        words: its arguments.
        limit: how large a file may grow, as on a full disk.
        memory: how many bytes of memory it may ask for.
    """
    program = "import sys; from stirfry.cli import main; sys.exit(main(sys.argv[1:]))"
    if memory is not None:
        program = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({memory}, {memory})); {program}"
    if limit is not None:
        program = (
            "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); import torch; "
            f"resource.setrlimit(resource.RLIMIT_FSIZE, ({limit}, {limit})); {program}"
        )
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "STIRFRY_LANG": "en", "PYTHONDONTWRITEBYTECODE": "1"}
    pipe = subprocess.PIPE
    words = (sys.executable, "-c", program, *words)
    STARTED.append(subprocess.Popen(words, stdout=pipe, stderr=pipe, text=True, env=environment))
    return STARTED[-1]


def whole(folder: Path) -> None:
    """Check that whatever stands under a final name is complete."""
    for path in folder.rglob("model.safetensors"):
        stirfry.load(path)
    for path in folder.rglob("run.json"):
        json.loads(path.read_text(encoding="utf-8"))


def test_a_full_disk_leaves_nothing_half_written() -> None:
    Path("t.csv").write_text(table())
    run = process("train", "t.csv", *QUICK, limit=1500)
    _, said = run.communicate(timeout=120)
    assert run.returncode == 1 and "no room left" in said and "Traceback" not in said
    assert not list(Path("runs").iterdir())


BLOCKS = """
[data]
source = "t.csv"
[network]
layers = [
  { type = "Linear", out_features = 4096 },
  { type = "BatchNorm1d" },
  { type = "ReLU" },
  { type = "Linear", out_features = 1 },
]
[plan]
epochs = 2
batch_size = "full"
"""


@pytest.mark.skipif(sys.platform != "linux", reason="other systems keep no such limit")
@pytest.mark.parametrize("what", ["weights", "rows between layers"])
def test_a_run_out_of_memory_leaves_nothing_half_written(what: str) -> None:
    rows = 60_000 if what == "rows between layers" else 200
    lines = (f"{i % 89},{i % 97},{'uv'[i * i % 7 > 3]}" for i in range(rows))
    Path("t.csv").write_text("\n".join(["a,b,y", *lines]) + "\n")
    Path("own.toml").write_text(BLOCKS)
    words = ["--hidden", "40000,40000"] if what == "weights" else ["--recipe", "own.toml"]
    data = ["t.csv", "--epochs", "2"] if what == "weights" else []
    run = process("train", *data, *words, "--engine", "native", "--no-plots", memory=2_500_000_000)
    _, said = run.communicate(timeout=120)
    assert run.returncode == 1 and "memory" in said and "Traceback" not in said, said
    assert not list(Path("runs").iterdir())


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="Linux has a device that is always full")
def test_a_full_disk_under_the_output_is_told_without_a_traceback() -> None:
    Path("t.csv").write_text(table())
    program = "import sys; from stirfry.cli import main; sys.exit(main(sys.argv[1:]))"
    words = (sys.executable, "-c", program, "train", "t.csv", *QUICK)
    with Path("/dev/full").open("w") as full:
        run = subprocess.run(
            words,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=120,
            env={**os.environ, "STIRFRY_LANG": "en"},
        )
    assert run.returncode == 1 and "Traceback" not in run.stderr
    assert "can't be written to the standard output: No space left" in run.stderr
    assert stirfry.load("runs/t-001").labels == ("u", "v")


def test_two_runs_at_once_into_the_same_folder_both_finish() -> None:
    Path("t.csv").write_text(table())
    runs = [process("train", "t.csv", *QUICK, "--json") for _ in range(2)]
    found = {json.loads(run.communicate(timeout=120)[0])["run"] for run in runs}
    assert len(found) == 2
    whole(Path("runs"))


def wait_for(condition: Callable[[], bool], seconds: float = 90) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it never happened"
        time.sleep(0.02)


def test_ctrl_c_while_training_keeps_the_best_and_resumes_exactly() -> None:
    Path("t.csv").write_text(table())
    words = ["train", "t.csv", *LONG, "--no-plots", "--patience", "never"]
    run = process(*words, "--epochs", "100000", "--checkpoint-every", "0.1")
    wait_for(lambda: any(Path().glob("runs/*/checkpoint.safetensors")))
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 130 and "Traceback" not in said
    whole(Path("runs"))
    first = json.loads(Path("runs/t-001/run.json").read_text(encoding="utf-8"))
    assert first["stopped"] == "interrupted" and Path("runs/t-001/model.safetensors").exists()


def test_ctrl_c_at_other_moments_leaves_earlier_runs_whole(capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.csv").write_text(table())
    trained(capsys)
    for delay in (0.05, 0.8, 1.6):
        run = process("train", "t.csv", *QUICK)
        time.sleep(delay)
        run.send_signal(signal.SIGINT)
        _, said = run.communicate(timeout=60)
        # Python itself ends with 1 where the signal comes while it starts, before it has read a line of ours.
        starting = "init_import_site" in said
        assert starting or run.returncode in (130, 0, -signal.SIGINT), "interrupted, or done before it came"
        whole(Path("runs"))
    assert stirfry.load("runs/t-001").labels == ("u", "v")


def test_ctrl_c_after_the_training_still_shows_the_run(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("t.csv").write_text(table())

    def pressed(*_: object) -> None:
        signal.raise_signal(signal.SIGINT)

    words = ["train", "t.csv", "--epochs", "3", "--hidden", "4"]
    with monkeypatch.context() as patched:  # while the other seeds are trained
        patched.setattr("stirfry.actions.train.spread_repeats", lambda *_: pressed() or 3)
        assert main(words) == 130
    with monkeypatch.context() as patched:  # while the pictures are drawn
        patched.setattr("stirfry.actions.draw.draw", pressed)
        assert main(words) == 130
    said = capsys.readouterr()
    for run in ("t-001", "t-002"):
        assert f"Written to runs/{run}: model.safetensors, history.csv, run.json" in said.out
        assert stirfry.load(f"runs/{run}").labels == ("u", "v")
    assert said.out.count("accuracy") >= 2 and said.err.count("Interrupted.") == 2


def test_without_enough_memory_nothing_stays(capsys: pytest.CaptureFixture[str]) -> None:
    Path("t.csv").write_text(table())
    before = files()
    code, said = refused(capsys, "train", "t.csv", "--hidden", "30000000,30000000", "--engine", "native")
    assert code == 1 and "memory" in said
    assert files() == before


def test_a_killed_run_resumes_from_its_checkpoint_with_the_same_losses() -> None:
    Path("t.csv").write_text(table())
    settings = {"hidden": [32, 16], "batch_size": 1, "patience": "never", "epochs": 10_000, "seed": 2}
    words = ["train", "t.csv", *LONG, "--patience", "never", "--epochs", "10000", "--seed", "2", "--no-plots"]
    run = process(*words, "--checkpoint-every", "0.05")
    wait_for(lambda: any(Path().glob("runs/*/checkpoint.safetensors")))
    run.kill()
    run.communicate(timeout=60)
    whole(Path("runs"))
    if not Path("runs/t-001/run.json").exists():
        assert main(["train", "--resume", "runs/t-001", "--quiet", "--no-plots"]) == 0
    expected = stirfry.train("t.csv", **settings).history
    lines = Path("runs/t-001/history.csv").read_text(encoding="utf-8").splitlines()
    losses = [float(line.split(",")[1]) for line in lines[1:]]
    assert losses == expected["train_loss"].tolist()


def test_a_run_on_pytorch_killed_at_any_moment_resumes_with_the_same_losses() -> None:
    Path("t.csv").write_text(table())
    settings = {"hidden": [8], "dropout": 0.3, "patience": "never", "epochs": 300, "seed": 2}
    words = ["train", "t.csv", "--hidden", "8", "--dropout", "0.3", "--epochs", "300", "--seed", "2"]
    words += ["--batch-size", "16", "--patience", "never", "--engine", "torch_fast", "--no-plots"]
    run = process(*words, "--checkpoint-every", "0.001")
    place, seen, wanted = Path("runs/t-001/checkpoint.safetensors"), set(), random.randrange(1, 40)

    def kept_often() -> bool:
        with suppress(FileNotFoundError):
            seen.add(place.stat().st_mtime_ns)
        return len(seen) >= wanted or run.poll() is not None

    wait_for(kept_often)
    time.sleep(random.random() / 50)
    run.kill()
    run.communicate(timeout=60)
    whole(Path("runs"))
    if place.exists():
        assert main(["train", "--resume", "runs/t-001", "--quiet", "--no-plots"]) == 0
    expected = stirfry.train("t.csv", **settings, batch_size=16, engine="torch_fast").history
    lines = Path("runs/t-001/history.csv").read_text(encoding="utf-8").splitlines()
    losses = [float(line.split(",")[1]) for line in lines[1:]]
    assert losses == expected["train_loss"].tolist(), wanted
