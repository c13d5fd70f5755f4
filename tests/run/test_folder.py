from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from stirfry.errors import OutputError
from stirfry.run.folder import CHECKPOINT, RUN, given_up_if_it_fails, reserve


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


def failing(folder: Path | None, error: BaseException) -> None:
    with pytest.raises(type(error)), given_up_if_it_fails(folder):
        raise error


@pytest.mark.parametrize("error", [OutputError("data.no_parts"), ValueError("x"), KeyboardInterrupt()])
def test_only_a_run_that_came_to_nothing_is_removed(tmp_path: Path, error: BaseException) -> None:
    empty, whole = reserve(tmp_path, "a"), reserve(tmp_path, "a")
    (empty / "model.safetensors").write_text("x")
    (whole / RUN).write_text("{}")
    failing(empty, error)
    failing(whole, error)
    failing(None, error)
    assert not empty.exists() and whole.exists()


@pytest.mark.parametrize(
    ("error", "stays"),
    [(KeyboardInterrupt(), True), (ValueError("x"), True), (OutputError("data.no_parts"), False)],
)
def test_a_run_with_a_checkpoint_stays_unless_the_error_is_ours(
    tmp_path: Path, error: BaseException, stays: bool
) -> None:
    folder = reserve(tmp_path, "a")
    (folder / CHECKPOINT).write_text("x")
    failing(folder, error)
    assert folder.exists() == stays


def test_a_run_that_ends_well_is_left_alone(tmp_path: Path) -> None:
    folder = reserve(tmp_path, "a")
    with given_up_if_it_fails(folder):
        pass
    assert folder.exists()
