"""The row of whole processes: `stirfry train --recipe iris-mlp --no-plots` beside the frameworks' scripts."""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time
from importlib import util
from pathlib import Path

import common

from peers.lines import EAGER, Line
from peers.works import Row

COLD = "cold"
ROW = Row(COLD, "iris-mlp from a cold shell, whole process", 10, "iris-mlp", "cold")
EPOCHS = 20_000
LENGTHS = (250, 1250)  # epochs of the slow scripts, whose time is extrapolated

#: A script, its package, how a reader knows it, and whether it takes so long that it is extrapolated.
SCRIPTS = (
    ("torch", "torch", EAGER, False),
    ("sklearn", "sklearn", "scikit-learn", False),
    ("skorch", "skorch", "skorch", True),
    ("lightning", "lightning", "Lightning", True),
    ("keras", "keras", "Keras on JAX", True),
)


def cold_lines(shrink: float, runs: int, few: int) -> list[Line]:
    """Return the lines of the row.

    Args:
        shrink: the share of the epochs, for trying things out.
        runs: pairs beside the tutorial's script.
        few: pairs beside the others.
    """
    lines = []
    for name, package, reader, slow in SCRIPTS:
        print(f"{reader}: {COLD}", file=sys.stderr, flush=True)
        if util.find_spec(package) is None:
            lines.append(Line.without(reader, f"not installed: {package}", ROW))
        else:
            lines.append(_line(name, reader, slow and shrink == 1, shrink, runs if name == "torch" else few))
    return lines


def _line(name: str, reader: str, slow: bool, shrink: float, pairs: int) -> Line:
    epochs = max(1, round(shrink * EPOCHS))

    def theirs() -> common.Spent:
        return _extrapolated(name) if slow else _script(name, epochs)

    _stirfry(epochs), _script(name, 1)  # both are in the file cache then
    found = [common.Pair(theirs(), _stirfry(epochs)) for _ in range(pairs)]
    return Line(
        *(ROW, reader, LENGTHS[1] / EPOCHS if slow else 1.0),
        theirs=common.summary(pair.first.wall for pair in found),
        ours=common.summary(pair.second.wall for pair in found),
        ratio=common.ratio(found),
        cpu_ratio=common.ratio(found, "cpu"),
    )


def _extrapolated(name: str) -> common.Spent:
    short, long = (_script(name, epochs) for epochs in LENGTHS)
    times = (EPOCHS - LENGTHS[0]) / (LENGTHS[1] - LENGTHS[0])
    return common.Spent(
        short.wall + times * (long.wall - short.wall), short.cpu + times * (long.cpu - short.cpu)
    )


def _script(name: str, epochs: int) -> common.Spent:
    return _process([sys.executable, str(Path(__file__).with_name("cold.py")), name, str(epochs)])


def _stirfry(epochs: int) -> common.Spent:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "stirfry", "train", "--recipe", "iris-mlp", "--no-plots"]
        return _process([*command, "--epochs", str(epochs), "--out", folder])


def _process(command: list[str]) -> common.Spent:
    """Run a process to its end and return what it took."""
    before, wall = _children(), time.perf_counter()
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    wall = time.perf_counter() - wall
    if answer.returncode:
        raise SystemExit(f"{' '.join(command)}\n{answer.stderr}")
    return common.Spent(wall, _children() - before)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
