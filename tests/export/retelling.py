"""Runs a script or the cells of a notebook, and reads what it prints."""

from __future__ import annotations

import contextlib
import io
import json
import random
import re
import runpy
import subprocess
import sys
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from stirfry.cli import main
from stirfry.run import record

#: How near losses and scores have to be.
NEAR = 1e-4
SCORES = ("accuracy", "log_loss", "rmse", "mae", "r2")


@dataclass(frozen=True)
class Printed:
    """What a script printed: part and loss by epoch, part and metric by name."""

    losses: dict[int, dict[str, float]]
    scores: dict[str, dict[str, float]]


def train(*words: str) -> Path:
    """Train from the command line, and return the run's folder."""
    before = set(Path("runs").glob("*")) if Path("runs").exists() else set()
    assert main(["train", *words, "--no-plots", "--quiet"]) == 0
    (made,) = set(Path("runs").glob("*")) - before
    return made


def script_of(run: Path, *words: str) -> str:
    """Export a run's script, look it over, and return its text."""
    assert main(["export", str(run), "--quiet", *words]) == 0
    text = (run / "script.py").read_text(encoding="utf-8")
    check(text)
    return text


def check(text: str) -> None:
    """Ask of a script what every one must be."""
    compile(text, "script.py", "exec")
    assert text.count("\n") < 80, f"{text.count(chr(10))} lines"
    assert "stirfry" not in text.lower()
    assert max(map(len, text.splitlines())) <= 100
    assert not any(line != line.rstrip() for line in text.splitlines())


def linted(text: str, place: Path) -> None:
    """Ask ruff, with its own defaults."""
    path = place / "linted.py"
    path.write_text(text, encoding="utf-8")
    words = [sys.executable, "-m", "ruff", "check", "--isolated", "--no-cache", str(path)]
    done = subprocess.run(words, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


def ran(text: str, place: Path) -> Printed:
    """Run a script in this process, in which PyTorch is imported already, and read what it prints."""
    path = place / "script.py"
    path.write_text(text, encoding="utf-8")
    return heard(lambda: runpy.run_path(str(path), run_name="__main__"))


def heard(act: Any) -> Printed:
    import torch

    out, before = io.StringIO(), torch.get_rng_state()
    numpy_state, python_state = np.random.get_state(), random.getstate()
    with contextlib.redirect_stdout(out), warnings.catch_warnings():
        warnings.simplefilter("error")
        act()
    assert np.array_equal(np.random.get_state()[1], numpy_state[1]), "NumPy's global state stays"
    assert random.getstate() == python_state
    torch.set_rng_state(before)
    return printed(out.getvalue())


def printed(text: str) -> Printed:
    losses: dict[int, dict[str, float]] = {}
    scores: dict[str, dict[str, float]] = {}
    for line in text.splitlines():
        head, *rest = re.split(r"\s{2,}", line)
        values = {name: float(value) for name, value in (cell.split() for cell in rest)}
        if head.startswith("epoch "):
            losses[int(head.split()[1])] = values
        else:
            scores[head] = values
    return Printed(losses, scores)


def compare(found: Printed, run: Path, near: float = NEAR) -> None:
    """Compare a script's losses and scores with its run's, epoch by epoch and part by part."""
    rows = (run / "history.csv").read_text(encoding="utf-8").splitlines()
    names = rows[0].split(",")
    history = {int(row.split(",")[0]): dict(zip(names, row.split(","), strict=True)) for row in rows[1:]}
    assert max(found.losses) == max(history), "it stops after the same epoch"
    for epoch, losses in found.losses.items():
        wanted = {name for name in names if name.endswith("_loss")}
        assert set(losses) == wanted
        for name, value in losses.items():
            assert value == pytest.approx(float(history[epoch][name]), rel=near, abs=2e-6), (epoch, name)
    facts = record.read(run)
    assert set(found.scores) == set(facts["scores"])
    for part, scores in found.scores.items():
        for name, value in scores.items():
            theirs = facts["scores"][part][name]["value"]
            assert value == pytest.approx(theirs, rel=near, abs=near), (part, name)


def retold(run: Path, near: float = NEAR, *words: str) -> str:
    """Export, run and compare a script; return its text."""
    text = script_of(run, *words)
    compare(ran(text, run), run, near)
    return text


def notebook_cells(path: Path) -> list[str]:
    """Return the code of a notebook's cells."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]
