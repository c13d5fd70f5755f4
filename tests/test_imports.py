"""Light to start: neither the import nor the help page loads anything heavy."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("torch", "sklearn", "pandas", "matplotlib", "polars", "scipy", "PIL")


def modules_after(code: str) -> set[str]:
    program = f"import sys, json\n{code}\nprint(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return set(json.loads(done.stderr.splitlines()[-1]))


@pytest.mark.parametrize(
    "code",
    [
        "import stirfry",
        "from stirfry.cli import main; main(['--help'])",
        "from stirfry.cli import main; main(['train', '--help'])",
        "from stirfry.cli import main; main(['recipes'])",
        "from stirfry.spec.recipe import recipe_from; recipe_from({})",
    ],
)
def test_nothing_heavy_is_imported(code: str) -> None:
    assert not modules_after(code) & set(HEAVY)


@pytest.mark.parametrize("words", [["--help"], ["train", "--help"], ["--version"]])
def test_help_loads_nothing_that_computes(words: list[str]) -> None:
    loaded = modules_after(f"from stirfry.cli import main; main({words})")
    assert not loaded & {"numpy", "pydantic", "stirfry.spec.recipe", "stirfry.actions"}


def test_training_loads_nothing_that_it_does_not_use(tmp_path: Path) -> None:
    pytest.importorskip("stirfry._native")
    words = ["train", "iris", "--epochs", "2", "--no-plots", "--out", str(tmp_path)]
    loaded = modules_after(f"from stirfry.cli import main; main({words})")
    unused = {"numpy.ma", "logging", "concurrent.futures", "stirfry.report"}
    unused |= {f"stirfry.engine.{name}" for name in ("rehearsal", "torch_fast", "torch_loop")}
    assert not loaded & {*HEAVY, *unused}


def test_public_names_load_on_first_use() -> None:
    loaded = modules_after("import stirfry; assert 'train' in dir(stirfry); stirfry.load")
    assert not loaded & {"torch", "sklearn", "pandas", "matplotlib"}


def test_an_unknown_name_is_an_attribute_error() -> None:
    import stirfry

    with pytest.raises(AttributeError, match="no attribute 'trian'"):
        stirfry.trian  # noqa: B018
