from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from stirfry.errors import OutputError
from stirfry.run.folder import CHECKPOINT, RUN, give_up, reserve


def test_folders_are_numbered_after_the_highest(tmp_path: Path) -> None:
    assert reserve(tmp_path / "runs", "iris").name == "iris-001"
    (tmp_path / "runs" / "iris-041").mkdir()
    (tmp_path / "runs" / "iris-mlp-099").mkdir()
    assert reserve(tmp_path / "runs", "iris").name == "iris-042"


def test_two_runs_at_once_never_get_the_same_folder(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as pool:
        folders = list(pool.map(lambda _: reserve(tmp_path, "a"), range(40)))
    assert len(set(folders)) == 40


def test_a_place_that_cannot_be_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError, match="--out"):
        reserve(tmp_path / "file", "a")


def test_only_a_run_that_came_to_nothing_is_removed(tmp_path: Path) -> None:
    empty, whole = reserve(tmp_path, "a"), reserve(tmp_path, "a")
    (empty / "model.safetensors").write_text("x")
    (whole / RUN).write_text("{}")
    give_up(empty)
    give_up(whole)
    assert not empty.exists() and whole.exists()
    resumable = reserve(tmp_path, "a")
    (resumable / CHECKPOINT).write_text("x")
    give_up(resumable, keep_checkpoint=True)
    assert resumable.exists()
    give_up(resumable)
    assert not resumable.exists()
