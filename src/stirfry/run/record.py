"""What a run writes down about itself, so that it can be understood and done again."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import platform
import sys
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic_core import to_json

from stirfry import __version__
from stirfry.errors import SpecError, UsageError
from stirfry.notice import Notice
from stirfry.run import folder
from stirfry.spec.options import quoted
from stirfry.spec.recipe import Recipe, recipe_from

#: The version of `run.json`'s layout.
FORMAT = 1
#: The settings of a recipe that are paths.
_PATHS = ("source", "validation_file", "test_file")


def versions() -> dict[str, str]:
    """Return the versions of Python and of the packages that numbers depend on."""
    found = {"python": platform.python_version(), "stirfry": __version__, "numpy": np.__version__}
    torch = _torch_version()
    return found if torch is None else found | {"torch": torch}


@cache
def _torch_version() -> str | None:
    """Return the version of PyTorch where it is installed, without loading it."""
    if find_spec("torch") is None:
        return None
    from importlib import metadata

    try:
        return metadata.version("torch")
    except metadata.PackageNotFoundError:
        return None


def machine() -> dict[str, Any]:
    """Return what the machine is, without its name or its user's."""
    return {
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
    }


def _processor() -> str:
    if sys.platform == "linux":
        with open("/proc/cpuinfo", encoding="utf-8", errors="replace") as file:  # noqa: PTH123
            for line in file:
                if line.startswith("model name"):
                    return line.split(":", 1)[1].strip()
    return platform.processor() or platform.machine()


def said(notices: tuple[Notice, ...]) -> list[dict[str, Any]]:
    """Return remarks as JSON: code and facts, and the words in the language of the moment."""
    return [{"code": notice.code, "facts": plain(notice.facts), "text": str(notice)} for notice in notices]


def plain(value: Any) -> Any:
    """Return a value as JSON can hold it: NumPy numbers as numbers, what isn't finite as null."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and not np.isfinite(value):
        return None
    return value


def asked_of(recipe: Recipe) -> dict[str, Any]:
    """Return the settings that a recipe was given, nested, as JSON values; its defaults are left out."""
    return recipe.model_dump(mode="json", exclude_unset=True, include={"name", "data", "network", "plan"})


def read(place: Path) -> dict[str, Any]:
    """Return what `run.json` in a run's folder says.

    Args:
        place: the folder.

    Raises:
        UsageError: it isn't the folder of a finished run, or its record is damaged or of a later format.
    """
    path = place / folder.RUN
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError:
        code = "run.unfinished" if (place / folder.CHECKPOINT).is_file() else "run.no_run"
        raise UsageError(code, path=str(place), word=quoted(str(place))) from None
    except ValueError:
        raise UsageError("run.damaged_record", path=str(path)) from None
    if not isinstance(found, dict) or not isinstance(found.get("format"), int):
        raise UsageError("run.damaged_record", path=str(path))
    if found["format"] > FORMAT:
        raise UsageError("run.later_format", path=str(path), found=found["format"], known=FORMAT)
    # Records of earlier versions have no hash.
    if "recipe_sha256" in found and found["recipe_sha256"] != recipe_hash(found.get("recipe")):
        raise UsageError("run.edited_recipe", path=str(path))
    return found


def recipe_in(found: dict[str, Any], place: Path) -> Recipe:
    """Return the recipe in a run's record.

    Args:
        found: the record.
        place: the run's folder.

    Raises:
        SpecError: it was changed by hand into one that can't be; the file is named.
        KeyError: there is none.
    """
    try:
        return recipe_from({key: found["recipe"][key] for key in ("data", "network", "plan")})
    except SpecError as error:
        raise SpecError(error.faults, str(place / folder.RUN)) from None


def recipe_hash(recipe: Any) -> str:
    """Return a hash over a recipe's values but for the paths of its data, which may be moved.

    Example:
        >>> plan = {"plan": {"lr": 0.1}}
        >>> recipe_hash(plan | {"data": {"source": "a.csv"}}) == recipe_hash(plan | {"data": {}})
        True
    """
    text = json.dumps(_without_paths(plain(recipe)), sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()


def _without_paths(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return {key: _without_paths(item) for key, item in value.items() if key not in _PATHS}


def as_json(record: dict[str, Any]) -> str:
    """Return a record as the text of a JSON file."""
    return json.dumps(plain(record), ensure_ascii=False, indent=2, allow_nan=False) + "\n"


def as_csv(columns: dict[str, NDArray[Any]]) -> str:
    """Return columns of equal length as CSV, every number with all the digits that it has.

    Example:
        >>> as_csv({"epoch": np.array([1.0]), "lr": np.array([0.1])})
        'epoch,lr\\n1,0.1\\n'
    """
    header = io.StringIO()
    csv.writer(header, lineterminator="\n").writerow(columns)
    rows = zip(*map(_cells, columns.values()), strict=True)
    return header.getvalue() + "\n".join([*map(",".join, rows), ""])


def _cells(column: NDArray[Any]) -> list[str]:
    """Return a column's numbers as text, whole ones without a point."""
    if not len(column):
        return []
    sizes = np.abs(column.astype(np.float64))
    if np.all(sizes < 2**53) and np.all(column == np.floor(column)):
        return _listed(column.astype(np.int64).tolist())
    values = column.tolist()
    cells = _listed(values)
    # pydantic-core writes the same digits ten times as fast, and only exponents in another way.
    for place in np.flatnonzero(~((sizes >= 1e-4) & (sizes < 1e16) | (sizes == 0))).tolist():
        cells[place] = repr(values[place]).removesuffix(".0")
    return cells


def _listed(values: list[Any]) -> list[str]:
    return f"{to_json(values).decode()[1:-1]},".replace(".0,", ",")[:-1].split(",")
