"""A run as a Jupyter notebook: the script's steps as cells, each under its heading."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

from stirfry.export.lines import remark, spelled
from stirfry.export.script import import_lines, packages_of, sections_of
from stirfry.export.told import Told
from stirfry.paths import expanded

#: The format's version that every Jupyter of the last years reads; cells have names since 4.5.
MAJOR, MINOR = 4, 5


def write_notebook(told: Told, folder: Path) -> str:
    """Return the notebook of a run, as JSON in Jupyter's format 4.

    Args:
        told: the run.
        folder: where the notebook will lie; Jupyter runs it there, so its paths lead from there to the data.

    Raises:
        UsageError: something in the run has no short form in PyTorch; the text names it.
        DataError: the data can't be read any more.
    """
    sections = sections_of(told, lambda source: spelled(_from(folder, source)))
    title = remark("export.notebook", name=told.name)
    needs = remark("export.needs", packages=packages_of(sections))
    cells = [_words(f"# {_plain(title)}\n\n{_plain(needs)}"), _code(import_lines(sections))]
    for section in sections:
        cells += [_words(f"## {_plain(section.title)}"), _code(section.lines)]
    for number, cell in enumerate(cells, 1):
        cell["id"] = f"cell-{number}"
    book = {"cells": cells, "metadata": _METADATA, "nbformat": MAJOR, "nbformat_minor": MINOR}
    return json.dumps(book, ensure_ascii=False, indent=1) + "\n"


_METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def _words(text: str) -> dict[str, Any]:
    return {"cell_type": "markdown", "id": "", "metadata": {}, "source": text.splitlines(keepends=True)}


def _code(lines: list[str]) -> dict[str, Any]:
    source = "\n".join(lines).strip("\n").splitlines(keepends=True)
    return {
        "cell_type": "code",
        "execution_count": None,
        "id": "",
        "metadata": {},
        "outputs": [],
        "source": source,
    }


def _plain(text: str) -> str:
    """Return a text as Markdown shows it: names of columns and files are no markup."""
    return "".join(f"\\{each}" if each in "\\`*_<>[]$|#~" else each for each in text)


def _from(folder: Path, source: str) -> str:
    """Return the way from a folder to a source."""
    path = expanded(source)
    if source == "digits.npz" or path.is_absolute():
        return str(path)
    return Path(os.path.relpath(path, folder)).as_posix()
