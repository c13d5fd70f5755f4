"""What the tests of bad input and of runs that are ended early share."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from stirfry.cli import main

#: Enough work an epoch that a run doesn't end before anyone has looked.
LONG = ["--hidden", "32,16", "--batch-size", "1"]
QUICK = ["--epochs", "3", "--hidden", "4", "--no-plots"]


def table(rows: int = 60, **columns: Callable[[int], object]) -> str:
    """Return a CSV of two numbers and a label, with columns replaced or added."""
    made = {"a": lambda i: i % 7, "b": lambda i: i * 37 % 11 / 10, "y": lambda i: "uv"[i % 2], **columns}
    lines = [",".join(made)] + [",".join(str(make(i)) for make in made.values()) for i in range(rows)]
    return "\n".join(lines) + "\n"


def files() -> list[Path]:
    return sorted(path for path in Path().rglob("*") if path != Path("runs"))


def refused(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    """Run a command that must be refused; return its exit code and its message."""
    before = files()
    code = main(list(words))
    out, err = capsys.readouterr()
    assert out == "", "nothing on stdout"
    assert "Traceback" not in err
    assert files() == before, "nothing is left behind"
    return code, err


def trained(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[Path, str]:
    """Train on `t.csv`, which must be carried on with; return the run's folder and what was said."""
    assert main(["train", "t.csv", *QUICK, "--json", *words]) == 0
    out, err = capsys.readouterr()
    return Path(json.loads(out)["run"]), err
