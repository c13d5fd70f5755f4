"""The notebook: valid, in both languages, and with the run's numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from tests.export.retelling import compare, heard, notebook_cells, train

from stirfry.cli import main

nbformat = pytest.importorskip("nbformat")


def executed(cells: list[str]) -> Any:
    names: dict[str, Any] = {}
    return heard(lambda: [exec(compile(cell, "cell", "exec"), names) for cell in cells])


@pytest.mark.parametrize("source", ["iris", "table.csv", "digits"])
def test_a_notebook_gives_the_runs_numbers(
    source: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    lines = [f"{i % 7},{i * i % 11},{'uv'[i % 3 % 2]}" for i in range(60)]
    Path("table.csv").write_text("\n".join(["a,b_*y*,y", *lines]) + "\n", encoding="utf-8")
    run = train(source, "--epochs", "2", "--hidden", "5", "--precision", "float32")
    assert main(["export", str(run), "--to", "notebook", "--quiet"]) == 0
    book = nbformat.read(run / "notebook.ipynb", as_version=4)
    nbformat.validate(book)
    assert "stirfry" not in (run / "notebook.ipynb").read_text(encoding="utf-8")
    folder = run.resolve()
    monkeypatch.chdir(folder)  # as Jupyter does
    compare(executed(notebook_cells(folder / "notebook.ipynb")), folder)


def test_the_headings_are_in_the_chosen_language(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    run = train("iris", "--epochs", "1", "--hidden", "2")
    for language, word in (("en", "The split"), ("zh", "划分")):
        assert main(["export", str(run), "--to", "notebook", "--quiet", "--lang", language]) == 0
        cells = json.loads((run / "notebook.ipynb").read_text(encoding="utf-8"))["cells"]
        words = ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown"]
        assert len(words) == 7 and word in words[2]
