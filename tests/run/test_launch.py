"""What the processes of one launch remember."""

from __future__ import annotations

from pathlib import Path

from stirfry.run import launch


def test_the_first_to_end_says_so_and_its_exit_code_is_remembered(tmp_path: Path) -> None:
    assert launch.ended_with(tmp_path) is None
    assert launch.end(tmp_path, 2) and not launch.end(tmp_path, 1)
    assert launch.ended_with(tmp_path) == 2


def test_a_lost_process_is_noticed_once_a_start(tmp_path: Path) -> None:
    assert launch.first_to_notice(tmp_path, 0) and not launch.first_to_notice(tmp_path, 0)
    assert launch.first_to_notice(tmp_path, 1)


def test_a_run_s_folder_is_found_again_while_it_is_there(tmp_path: Path) -> None:
    run = tmp_path / "iris-001"
    run.mkdir()
    assert launch.place_of(tmp_path) is None
    launch.keep_place(tmp_path, run)
    assert launch.place_of(tmp_path) == run
    run.rmdir()
    assert launch.place_of(tmp_path) is None


def test_without_a_memory_everything_is_new(tmp_path: Path) -> None:
    launch.keep_place(None, tmp_path)
    assert launch.place_of(None) is None and launch.ended_with(None) is None
    assert launch.end(None, 1) and launch.end(None, 1)
    # A folder that is gone is no memory either.
    assert launch.end(tmp_path / "gone", 1) and launch.ended_with(tmp_path / "gone") is None
