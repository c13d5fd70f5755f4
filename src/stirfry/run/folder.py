"""Run folders: `runs/NAME-001/`, each made once and never taken by two runs."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

from stirfry.run.atomic import saying_why

RUN, HISTORY, STEPS, MODEL = "run.json", "history.csv", "steps.csv", "model.safetensors"
PROBES, REPORT = "probes.csv", "report.html"
CHECKPOINT = "checkpoint.safetensors"
OPTIMIZER = "optimizer.safetensors"
CURVES_SVG, CURVES_PNG = "curves.svg", "curves.png"
SWEEP_CSV, SWEEP_JSON = "sweep.csv", "sweep.json"
SWEEP_SVG, SWEEP_PNG = "sweep.svg", "sweep.png"


def reserve(parent: Path, name: str) -> Path:
    """Make and return a new folder `parent/NAME-NNN`, numbered after the highest there is.

    Making a folder is atomic, so of two runs that want the same number one takes the next.

    Args:
        parent: the folder of all runs; made where it is missing.
        name: letters, digits, `-` and `_`.

    Raises:
        OutputError: the folder can't be made.
    """
    with saying_why(parent):
        parent.mkdir(parents=True, exist_ok=True)
        number = _highest(parent, name) + 1
        while True:
            folder = parent / f"{name}-{number:03d}"
            try:
                folder.mkdir()
            except FileExistsError:
                number += 1
            else:
                return folder


def _highest(parent: Path, name: str) -> int:
    pattern = re.compile(re.escape(name) + r"-(\d+)")
    matches = (pattern.fullmatch(entry.name) for entry in parent.iterdir())
    return max((int(match.group(1)) for match in matches if match), default=0)


def give_up(folder: Path, keep_checkpoint: bool = False) -> None:
    """Remove the folder of a run that came to nothing; one that holds a run's results stays.

    Args:
        folder: the run's folder.
        keep_checkpoint: whether one with a checkpoint stays too, to be resumed.
    """
    resumable = keep_checkpoint and (folder / CHECKPOINT).exists()
    if not resumable and not (folder / RUN).exists():
        shutil.rmtree(folder, ignore_errors=True)
