"""Run folders: `runs/NAME-001/`, each made once and never taken by two runs."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from stirfry.errors import StirfryError
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


@contextmanager
def given_up_if_it_fails(folder: Path | None) -> Iterator[None]:
    """Remove the folder of a run that comes to nothing, whatever ends it; one that holds results stays.

    One with a checkpoint stays as well, to be resumed: a second Ctrl-C leaves what the first one wrote, and
    so does a fault that isn't ours. After an error of ours there is nothing to go on with.

    Args:
        folder: the run's folder; None where there is none to remove.
    """
    try:
        yield
    except BaseException as error:
        if folder is not None:
            resumable = not isinstance(error, StirfryError) and (folder / CHECKPOINT).exists()
            if not resumable and not (folder / RUN).exists():
                shutil.rmtree(folder, ignore_errors=True)
        raise
